/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_LATENCY_H
#define CLI_CHOOSE_LATENCY_H

#include "base/span.h"
#include "cli/base/output_options.h"
#include "cli/choose/histogram.h"
#include "sockfeed.h"

#include <stdint.h>

/*
 * --latency: how long after the exchange's own time, which is at a pointer
 * into the data, messages arrived.
 */
struct latency;

/* INVALID with `error` set where it is no pointer, NOMEM. */
enum sockfeed_result latency_new(struct latency **latency, const char *pointer,
                                 struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void latency_free(struct latency *latency);

/* Takes a message's checked data, which arrived at `now` (ns since the epoch).
 * One without a time at the pointer does not count. */
void latency_observe(struct latency *latency, struct span data, int64_t now);

struct latency_figures {
    struct histogram spread; /* ns */
    uint64_t early; /* of them from the future, by our clock: counted as 0 */
};

/* Since the start, and since latency_forget; views. */
const struct latency_figures *latency_all(const struct latency *latency);
const struct latency_figures *latency_recent(const struct latency *latency);
void latency_forget(struct latency *latency);

#endif
