/* SPDX-License-Identifier: MIT */
#ifndef SESSION_HTTP_INTRUDER_H
#define SESSION_HTTP_INTRUDER_H

#include "session/http_refusal.h"

/*
 * An HTTP answer where the first WebSocket frame should be: Engine.IO servers
 * from 4.0 on accept the upgrade of an EIO=3 client with 101 and only then say
 * "HTTP/1.1 400 Bad Request", with the reason in the body.
 */
struct http_intruder {
    struct http_response head;
    struct http_refusal refusal;
    bool head_read;
};

void http_intruder_init(struct http_intruder *intruder);
void http_intruder_deinit(struct http_intruder *intruder);

/* Takes bytes. The first *used are dealt with, the others are to be given
 * again. OK: all that is of interest was read. MORE. PROTOCOL: it is not HTTP
 * either. */
enum sockfeed_result http_intruder_receive(struct http_intruder *intruder,
                                           size_t *used,
                                           struct span data) SOCKFEED_CHECK;

/* Fills in the failure, PROTOCOL, with what has been read so far. False when
 * not even the head was complete. */
bool http_intruder_tell(const struct http_intruder *intruder,
                        struct sockfeed_failure *failure);

#endif
