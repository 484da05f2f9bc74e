/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_STATS_H
#define CLI_REPORT_STATS_H

#include "base/buf.h"
#include "cli/choose/histogram.h"
#include "cli/output/output.h"

#include <stdbool.h>

/* The figures of --stats, --stats-interval, SIGUSR1 and --metrics. */

/* How times are spread, in ns; all 0 where `count` is. The quantiles are
 * within 0.8 %, see cli/choose/histogram.h. */
struct stats_spread {
    bool measured; /* someone asked for it */
    uint64_t count;
    uint64_t sum;
    uint64_t p50;
    uint64_t p90;
    uint64_t p99;
    uint64_t max;
};

struct stats {
    int64_t elapsed; /* ms the figures are over */
    struct output_counts counts;
    struct sockfeed_traffic traffic;
    uint64_t connections;     /* opened */
    uint64_t losses;          /* of connections that were brought back or not */
    struct stats_spread gaps; /* between messages; 0 in one read */
    struct stats_spread latency; /* since the exchange's time */
    uint64_t early;              /* of them from the future */
};

/* The spread of what a histogram has. */
struct stats_spread stats_spread_of(const struct histogram *histogram);

/* What came between two readings, for the line of an interval. Of spreads
 * there is no difference: they are those of `after`. */
struct stats stats_between(const struct stats *before,
                           const struct stats *after);

/* Appends one line without its end. Rates are per second with one decimal,
 * rounded; over no time at all they are 0. */
void stats_append_text(struct buf *out, const struct stats *stats);

/* The same as one JSON object, times in seconds. */
void stats_append_json(struct buf *out, const struct stats *stats);

#endif
