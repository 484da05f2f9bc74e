/* SPDX-License-Identifier: MIT */
#include "api/event.h"

#include "codec/ws_close.h"

#include <string.h>

void event_message(struct sockfeed_event *event,
                   enum sockfeed_message_type type, struct span data,
                   struct span frame)
{
    struct sockfeed_message *message = &event->u.message;

    /* Field by field: an initializer would clear the whole union first, for
     * every message. */
    event->type = SOCKFEED_EVENT_MESSAGE;
    message->type = type;
    message->frame = frame.data;
    message->frame_size = frame.size;
    message->data = data.data;
    message->data_size = data.size;
}

void event_answer(struct sockfeed_event *event, const struct sio_answer *from)
{
    *event = (struct sockfeed_event){.type = SOCKFEED_EVENT_ANSWER};
    event->u.answer = (struct sockfeed_answer){
        .call = from->id,
        .result = from->result,
        .space = from->space,
        .space_size = strlen(from->space),
        .data = from->data.data,
        .data_size = from->data.size,
        .args = from->args.data,
        .args_size = from->args.size,
        .arg_count = from->arg_count,
    };
}

static void fill_frame(struct sockfeed_event *event,
                       enum sockfeed_frame_type type, bool sent,
                       struct span data)
{
    event->type = SOCKFEED_EVENT_FRAME;
    event->u.frame.type = type;
    event->u.frame.sent = sent;
    event->u.frame.code = 0;
    event->u.frame.data = data.data;
    event->u.frame.size = data.size;
}

void event_frame(struct sockfeed_event *event, bool sent, bool binary,
                 struct span payload)
{
    fill_frame(event, binary ? SOCKFEED_FRAME_BINARY : SOCKFEED_FRAME_TEXT,
               sent, payload);
}

void event_http(struct sockfeed_event *event, bool sent, struct span text)
{
    fill_frame(event, SOCKFEED_FRAME_HTTP, sent, text);
}

bool event_control(struct sockfeed_event *event, bool sent,
                   enum ws_opcode opcode, struct span payload)
{
    struct ws_close close;
    struct malformed malformed;

    if (opcode == WS_OPCODE_PING || opcode == WS_OPCODE_PONG) {
        fill_frame(event,
                   opcode == WS_OPCODE_PING ? SOCKFEED_FRAME_PING
                                            : SOCKFEED_FRAME_PONG,
                   sent, payload);
        return true;
    }
    if (ws_close_decode(&close, &malformed, payload) != SOCKFEED_OK) {
        return false;
    }
    fill_frame(event, SOCKFEED_FRAME_CLOSE, sent, close.reason);
    event->u.frame.code = close.code;
    return true;
}

void event_text(struct sockfeed_event *event, enum sockfeed_event_type type,
                const char *text)
{
    *event = (struct sockfeed_event){.type = type};
    event->u.notice.text = text;
}

void event_step(struct sockfeed_event *event, const struct sockfeed_step *step)
{
    *event = (struct sockfeed_event){.type = SOCKFEED_EVENT_STEP};
    event->u.step = *step;
}

void event_space(struct sockfeed_event *event, enum sockfeed_event_type type,
                 const char *space, const char *reason)
{
    *event = (struct sockfeed_event){.type = type};
    event->u.refused.space = space;
    event->u.refused.reason = reason;
}
