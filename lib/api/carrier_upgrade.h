/* SPDX-License-Identifier: MIT */
#ifndef API_CARRIER_UPGRADE_H
#define API_CARRIER_UPGRADE_H

#include "api/carrier.h"

/* Carries messages by long-polling, and then over a WebSocket, where the
 * server offers one and it comes about; where it does not, by long-polling to
 * the end. Begins to open. NOMEM; all else comes as `ended`. */
enum sockfeed_result carrier_upgrade_new(
    struct carrier **carrier, const struct carrier_config *config,
    const struct carrier_handlers *handlers, void *user) SOCKFEED_CHECK;

/* Whether the server has said that it knows no polling. */
bool carrier_upgrade_is_unknown(struct carrier *carrier);

#endif
