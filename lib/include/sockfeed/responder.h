/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_RESPONDER_H
#define SOCKFEED_RESPONDER_H

/* Plain HTTP for whoever asks for figures or health: GET and HEAD requests,
 * answered at once (RFC 9110). */

#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockfeed_responder;

struct sockfeed_responder_config {
    const char *address; /* numeric; NULL is 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
};

/* What is answered; the texts are the caller's, and stay until the next
 * request. `size` is that of the body, in bytes, at most 1 MiB. */
struct sockfeed_http_answer {
    int status;
    const char *content_type;
    const char *body;
    size_t size;
};

/* Makes the answer to a request for a path, which comes decoded and without
 * its query. As it comes it says 404. */
typedef void (*sockfeed_responder_callback)(
    void *user, const char *path, struct sockfeed_http_answer *answer);

/* Gives a responder that listens. `failure` (may be NULL) says what went
 * wrong: SYSTEM, INVALID, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_responder_new(
    struct sockfeed_responder **responder, struct sockfeed_loop *loop,
    const struct sockfeed_responder_config *config,
    sockfeed_responder_callback callback, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Not inside the callback. Fits NULL. */
SOCKFEED_API void sockfeed_responder_free(struct sockfeed_responder *responder);

/* The port that it listens on, also where 0 was asked for. */
SOCKFEED_API uint16_t
sockfeed_responder_port(const struct sockfeed_responder *responder);

#ifdef __cplusplus
}
#endif

#endif
