/* SPDX-License-Identifier: MIT */
#ifndef API_CARRIER_AUTO_H
#define API_CARRIER_AUTO_H

#include "api/carrier.h"

/*
 * Carries messages by one transport, or by another where that does not come
 * about: a WebSocket, and long-polling where it is refused, is cut, or stays
 * silent; what has worked for the last connection first. Asked for an upgrade
 * it begins with long-polling, and takes a WebSocket where the server knows no
 * polling.
 *
 *   TRYING --- the first message ---> COMMITTED
 *      |
 *      +--- the last one has failed ---> over
 */
enum sockfeed_result carrier_auto_new(struct carrier **carrier,
                                      const struct carrier_config *config,
                                      const struct carrier_handlers *handlers,
                                      void *user) SOCKFEED_CHECK;

#endif
