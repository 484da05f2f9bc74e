/* SPDX-License-Identifier: MIT */
#ifndef API_POLLING_HEAD_H
#define API_POLLING_HEAD_H

#include "base/buf.h"

#include <stdbool.h>

/* The heads of long-polling's requests and answers, with the cookies in them:
 * load balancers find a session's server by those. */
struct carrier_config;
struct eio_polling_request;
struct http_response;

/* Makes `head` the head of the request. Failure stays in the buffer, which is
 * to be wiped. */
void polling_head_write(struct buf *head, const struct carrier_config *config,
                        const struct eio_polling_request *request);

/* Keeps the cookies of an answer, and of the first one of a session where it
 * redirects to: later on nothing may be sent elsewhere. */
void polling_head_receive(const struct carrier_config *config,
                          const struct http_response *head, bool first);

#endif
