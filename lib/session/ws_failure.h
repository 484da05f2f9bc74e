/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_FAILURE_H
#define SESSION_WS_FAILURE_H

#include "base/result.h"
#include "codec/ws_close.h"
#include "codec/ws_message.h"

/*
 * What ends a WebSocket, in words. Each fills in a failure of the stage STREAM;
 * `role` is ours and decides what the peer is called.
 */

/* PROTOCOL: frames that cannot be, or a text that is not UTF-8. */
void ws_failure_malformed(struct sockfeed_failure *failure, enum ws_role role,
                          const struct malformed *malformed);

/* TOO_LARGE: there is no room in the message for what has come. */
void ws_failure_too_large(struct sockfeed_failure *failure, enum ws_role role,
                          const struct malformed *malformed,
                          const struct ws_message *message);

/* NOMEM. */
void ws_failure_no_memory(struct sockfeed_failure *failure);

/* CLOSED, by the peer's close frame. */
void ws_failure_closed(struct sockfeed_failure *failure, enum ws_role role,
                       const struct ws_close *close);

/* LOST: the stream ended without a close frame. */
void ws_failure_ended(struct sockfeed_failure *failure, enum ws_role role);

/* LOST: a ping without answer for so many ms. */
void ws_failure_no_pong(struct sockfeed_failure *failure, int64_t timeout);

/* TIMEOUT: our close frame was not answered. */
void ws_failure_not_closed(struct sockfeed_failure *failure, enum ws_role role);

#endif
