/* SPDX-License-Identifier: MIT */
#ifndef API_CARRIER_POLLING_H
#define API_CARRIER_POLLING_H

#include "api/carrier.h"

struct eio_polling;

/* Carries messages by Engine.IO's long-polling: session/eio_polling over two
 * of net/http_client, one for the GETs and one for the POSTs. Begins to open.
 * NOMEM; all else comes as `ended`. */
enum sockfeed_result carrier_polling_new(
    struct carrier **carrier, const struct carrier_config *config,
    const struct carrier_handlers *handlers, void *user) SOCKFEED_CHECK;

/* The session, for an upgrade to look at and to pause. Views the carrier. */
struct eio_polling *carrier_polling_session(struct carrier *carrier);

/* Goes on with requests, after the session was resumed. */
void carrier_polling_wake(struct carrier *carrier);

#endif
