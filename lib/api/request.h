/* SPDX-License-Identifier: MIT */
#ifndef API_REQUEST_H
#define API_REQUEST_H

#include "base/span.h"
#include "session/ws_handshake.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

struct calls;
struct endpoint;
struct outbox;

/* What one connection asks its server for, gathered from the endpoint and the
 * options, which it views. All zero bytes are a valid empty request. */
struct request {
    struct ws_handshake_request handshake;
    struct span *namespaces; /* to join, the URL's first; owned, as the next */
    size_t namespace_count;
    struct span *headers;
    struct span *subprotocols;
};

/* The namespaces of the messages in the two outboxes and of the calls are
 * joined too. NOMEM;
 * the request is to be deinitialised in every case. */
enum sockfeed_result request_init(struct request *request,
                                  const struct endpoint *endpoint,
                                  const struct sockfeed_options *options,
                                  const struct outbox *subscriptions,
                                  const struct outbox *unsent,
                                  const struct calls *calls) SOCKFEED_CHECK;
void request_deinit(struct request *request);

#endif
