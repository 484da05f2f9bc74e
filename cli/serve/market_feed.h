/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_MARKET_FEED_H
#define CLI_SERVE_MARKET_FEED_H

#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The built-in feed: a Socket.IO server on loopback that answers SubAdd and
 * SubRemove as the CryptoCompare streamer did, with the whole state of each
 * market first, `3~LOADCOMPLETE`, and then what changes.
 */
struct market_feed;

struct market_feed_options {
    bool seeded;   /* each client sees the same series, times included */
    uint64_t seed; /* meaningful when seeded */
};

/* Gives a feed that listens on a free port of 127.0.0.1. NOMEM, SYSTEM, with
 * `failure` set. */
enum sockfeed_result market_feed_new(
    struct market_feed **feed, struct sockfeed_loop *loop,
    const struct market_feed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends it without a word. Fits NULL. */
void market_feed_free(struct market_feed *feed);

uint16_t market_feed_port(const struct market_feed *feed);

#endif
