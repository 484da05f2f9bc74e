/* SPDX-License-Identifier: MIT */
#ifndef API_CARRIER_WEBSOCKET_H
#define API_CARRIER_WEBSOCKET_H

#include "api/carrier.h"

/* Carries messages over a WebSocket: net/ws_transport with session/ws_session
 * on it. Begins to open. NOMEM, SYSTEM; all else comes as `ended`. */
enum sockfeed_result carrier_websocket_new(
    struct carrier **carrier, const struct carrier_config *config,
    const struct carrier_handlers *handlers, void *user) SOCKFEED_CHECK;

/* Whether the way to the server is there, and what is waited for is its answer
 * or what follows. */
bool carrier_websocket_is_answering(const struct carrier *carrier);

#endif
