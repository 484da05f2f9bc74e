/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_MARKET_H
#define CLI_SERVE_MARKET_H

#include "base/buf.h"
#include "base/rng.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A made-up market of one currency pair: a random walk, told in the packed
 * messages of the CryptoCompare streamer,
 * TYPE~MARKET~FROM~TO~FLAGS~values~MASK, one value for each bit of the mask
 * from the lowest up.
 */

enum {
    MARKET_FIELDS = 19,   /* bits 0 to 18 of the mask */
    MARKET_KEY_SIZE = 64, /* of the longest subscription key, and its NUL */
};

struct market {
    char key[MARKET_KEY_SIZE]; /* "5~CCCAGG~BTC~USD" */
    /* Indexed by the bit: prices in 1/100, amounts in 1/10^8, seconds since
     * the epoch, the number of an exchange. */
    int64_t values[MARKET_FIELDS];
    unsigned flags; /* 1: the price went up, 2: down, 4: stayed */
    bool aggregate; /* type 5, which names the market of the last trade */
};

/* Makes the market of a subscription key, `2~EXCHANGE~FROM~TO` or
 * `5~CCCAGG~FROM~TO`; false for any other key. `now`: seconds since the
 * epoch. */
bool market_init(struct market *market, struct span key, struct rng *rng,
                 int64_t now);

/* Lets one trade happen, or the prices of elsewhere move the average; answers
 * with the mask of what has changed. */
uint32_t market_move(struct market *market, struct rng *rng, int64_t now);

/* The mask of everything, for the first message of a subscription. */
uint32_t market_all(const struct market *market);

/* Appends the packed message that tells the fields in the mask. */
void market_print(struct buf *to, const struct market *market, uint32_t mask);

#endif
