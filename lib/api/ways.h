/* SPDX-License-Identifier: MIT */
#ifndef API_WAYS_H
#define API_WAYS_H

#include "net/route.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* The route of a client's sockets, as the options have it, which it views; and
 * what it is made of. All zero bytes: the usual route. */
struct ways {
    struct route route;
    struct route_pin *pins;       /* owned */
    struct route_detour *detours; /* owned */
};

/* NOMEM; to be deinitialised in every case. */
enum sockfeed_result ways_init(
    struct ways *ways, const struct sockfeed_options *options) SOCKFEED_CHECK;
void ways_deinit(struct ways *ways);

#endif
