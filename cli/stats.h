/* SPDX-License-Identifier: MIT */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include "base/buf.h"
#include "cli/output.h"

/* The figures of --stats, --stats-interval and SIGUSR1. */

struct stats {
    int64_t elapsed; /* ms the figures are over */
    struct output_counts counts;
    uint64_t connections; /* opened */
    uint64_t losses;      /* of connections that were brought back or not */
};

/* What came between two readings, for the line of an interval. */
struct stats stats_between(const struct stats *before,
                           const struct stats *after);

/* Appends one line without its end. Rates are per second with one decimal,
 * rounded; over no time at all they are 0. */
void stats_append_text(struct buf *out, const struct stats *stats);

/* The same as one JSON object. */
void stats_append_json(struct buf *out, const struct stats *stats);

#endif
