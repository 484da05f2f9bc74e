/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_ANSWER_H
#define CODEC_HTTP_ANSWER_H

#include "codec/http_body.h"
#include "codec/http_inflate.h"
#include "codec/http_response.h"

/*
 * The answer to one GET or POST: its head, and its body without transfer and
 * content coding. Answers of 1xx before it are passed over.
 *
 *     HEAD --> BODY --> DONE
 */
enum http_answer_state {
    HTTP_ANSWER_HEAD,
    HTTP_ANSWER_BODY,
    HTTP_ANSWER_DONE,
};

struct http_answer {
    enum http_answer_state state;
    struct http_response head; /* views the data of the call that read it */
    struct http_body body;
    struct http_inflate inflate;
    bool compressed;
    bool whole;         /* compressed: the data has ended */
    bool keeps;         /* the connection can be used again afterwards, ... */
    unsigned keeps_for; /* ...so many seconds; 0: not said */
    struct buf content;
};

/* `max_content` bounds the content, compressed and not. */
void http_answer_init(struct http_answer *answer, size_t max_content);

/* Also frees the content. Fits a zeroed answer. */
void http_answer_deinit(struct http_answer *answer);

/*
 * Takes bytes. The first *used are dealt with; the others are to be given
 * again, with those that follow.
 * OK: the answer is complete. AGAIN: its head has just become so: call on with
 * the rest. MORE. PROTOCOL with `malformed`; FULL: more content than allowed;
 * NOMEM.
 */
enum sockfeed_result http_answer_receive(struct http_answer *answer,
                                         size_t *used,
                                         struct malformed *malformed,
                                         struct span data) SOCKFEED_CHECK;

/* The connection has ended: OK where that completes the answer, else MORE. */
enum sockfeed_result http_answer_end(struct http_answer *answer) SOCKFEED_CHECK;

#endif
