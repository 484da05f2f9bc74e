/* SPDX-License-Identifier: MIT */
#ifndef API_SOCKFEED_LOOP_H
#define API_SOCKFEED_LOOP_H

struct loop;
struct resolver;
struct ws_pool;

/* What everything on a loop shares. */
struct sockfeed_loop {
    struct loop *loop;
    struct resolver *resolver;
    struct ws_pool *pool;
};

#endif
