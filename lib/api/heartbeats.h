/* SPDX-License-Identifier: MIT */
#ifndef API_HEARTBEATS_H
#define API_HEARTBEATS_H

#include "api/outbox.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* Messages that a client sends by the clock, on every connection that it has:
 * the heartbeats that an application asks for besides the protocol's. */
struct heartbeats {
    struct outbox messages;
    int64_t intervals[LIMIT_HEARTBEATS]; /* ms */
    bool idle[LIMIT_HEARTBEATS]; /* only when nothing was sent or received */
};

void heartbeats_init(struct heartbeats *heartbeats);
void heartbeats_deinit(struct heartbeats *heartbeats);

/* Copies the message. FULL, NOMEM. */
enum sockfeed_result heartbeats_add(
    struct heartbeats *heartbeats, int64_t interval, bool idle,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* When each is due on one connection. */
struct beats {
    const struct heartbeats *of;
    int64_t due[LIMIT_HEARTBEATS];
};

/* The connection is open. `of` must outlive it and no longer grow. */
void heartbeats_start(struct beats *beats, const struct heartbeats *of,
                      int64_t now);

/* The earliest time at which heartbeats_take may have one, or INT64_MAX. */
int64_t heartbeats_due(const struct beats *beats);

/* One that is due, which is then due again after its interval; NULL for none.
 * `active` is when something was last sent or received. */
const struct sockfeed_outgoing *heartbeats_take(struct beats *beats,
                                                int64_t now, int64_t active);

#endif
