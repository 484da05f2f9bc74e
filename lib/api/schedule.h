/* SPDX-License-Identifier: MIT */
#ifndef API_SCHEDULE_H
#define API_SCHEDULE_H

#include "session/reconnect.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

struct rng;

/* When connections are tried again, as the options have it: the reconnect
 * state and the delays that it views. All zero bytes are a valid empty one. */
struct schedule {
    struct reconnect reconnect;
    int64_t *delays; /* ms; owned; NULL: the standard ones */
};

/* Reads the options; the rng must outlive the schedule. NOMEM, INVALID; to be
 * deinitialised in every case. */
enum sockfeed_result schedule_init(struct schedule *schedule,
                                   const struct sockfeed_options *options,
                                   struct rng *rng) SOCKFEED_CHECK;
void schedule_deinit(struct schedule *schedule);

#endif
