/* SPDX-License-Identifier: MIT */
#ifndef API_EVENT_H
#define API_EVENT_H

#include "base/span.h"
#include "codec/ws_frame.h"
#include "session/sio_session.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/step.h"

/* Fills in events of the library. They view what they are given; the number
 * of the connection is the client's to add. */

void event_message(struct sockfeed_event *event,
                   enum sockfeed_message_type type, struct span data,
                   struct span frame);

/* An ANSWER, with the id in place of the call's number. */
void event_answer(struct sockfeed_event *event, const struct sio_answer *from);

/* A whole message as a FRAME. */
void event_frame(struct sockfeed_event *event, bool sent, bool binary,
                 struct span payload);

/* A control frame; false for a close frame that cannot be read. */
bool event_control(struct sockfeed_event *event, bool sent,
                   enum ws_opcode opcode, struct span payload);

/* A step of long-polling as a FRAME. */
void event_http(struct sockfeed_event *event, bool sent, struct span text);

/* NOTICE or TRACE. */
void event_text(struct sockfeed_event *event, enum sockfeed_event_type type,
                const char *text);

/* STEP. */
void event_step(struct sockfeed_event *event, const struct sockfeed_step *step);

/* REFUSED or LEFT. */
void event_space(struct sockfeed_event *event, enum sockfeed_event_type type,
                 const char *space, const char *reason);

#endif
