/* SPDX-License-Identifier: MIT */
#ifndef API_REACH_H
#define API_REACH_H

#include "sockfeed.h"

/* What all connections of a client share on their way to its server, made from
 * the options. All zero bytes are a valid empty one. */
struct cookies;
struct endpoint;

struct reach {
    struct cookies *cookies; /* owned */
};

/* INVALID with the reason in the options, NOMEM; to be deinitialised in every
 * case. */
enum sockfeed_result reach_init(struct reach *reach,
                                struct sockfeed_options *options,
                                const struct endpoint *endpoint) SOCKFEED_CHECK;
void reach_deinit(struct reach *reach);

#endif
