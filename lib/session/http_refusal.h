/* SPDX-License-Identifier: MIT */
#ifndef SESSION_HTTP_REFUSAL_H
#define SESSION_HTTP_REFUSAL_H

#include "base/buf.h"
#include "codec/http_body.h"
#include "codec/http_response.h"

/* What a server says when it does not give what was asked for: the status, and
 * of the body as much as makes one line. */
struct http_refusal {
    unsigned status;
    int64_t retry_after; /* ms (Retry-After), or 0 */
    char phrase[128];    /* "503 Service Unavailable", printable */
    char location[256];  /* of a redirect, for people; else empty */
    struct http_body body;
    struct buf text; /* of the body, at most LIMIT_HTTP_BODY */
};

/* Copies what it needs of the head. */
void http_refusal_init(struct http_refusal *refusal,
                       const struct http_response *head);
void http_refusal_deinit(struct http_refusal *refusal);

/* Takes bytes of the body. The first *used are dealt with. OK: the body is
 * complete, or enough of it is known; MORE. A body that is malformed is
 * complete where it breaks. */
enum sockfeed_result http_refusal_receive(struct http_refusal *refusal,
                                          size_t *used,
                                          struct span data) SOCKFEED_CHECK;

/* Fills in a failure: the introduction, the status, then the address of a
 * redirect or the first line of the body. Answers with the result. */
enum sockfeed_result http_refusal_tell(const struct http_refusal *refusal,
                                       struct sockfeed_failure *failure,
                                       enum sockfeed_result result,
                                       enum sockfeed_stage stage,
                                       const char *introduction);

#endif
