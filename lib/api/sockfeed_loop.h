/* SPDX-License-Identifier: MIT */
#ifndef API_SOCKFEED_LOOP_H
#define API_SOCKFEED_LOOP_H

#include "api/turnstile.h"

struct loop;
struct resolver;
struct ws_pool;

/* What everything on a loop shares. */
struct sockfeed_loop {
    struct loop *loop;
    struct resolver *resolver;
    struct ws_pool *pool;
    struct turnstile turnstile; /* of connections in their handshake */
};

#endif
