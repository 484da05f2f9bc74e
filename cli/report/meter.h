/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_METER_H
#define CLI_REPORT_METER_H

#include "cli/options/options.h"
#include "cli/output/output.h"
#include "cli/report/metrics.h"
#include "cli/report/stats.h"
#include "sockfeed.h"

/*
 * Reads the figures and tells them on standard error: at the end (--stats),
 * every S seconds what came in them (--stats-interval), and all so far
 * whenever it is asked: by SIGUSR1, or over HTTP (--metrics).
 */
struct meter_gaps;

struct meter {
    const struct report_options *options;
    struct sockfeed_loop *loop;
    struct output *output;
    struct sockfeed_timer *interval; /* owned; NULL: not asked for */
    int64_t started;                 /* ms of the loop's clock */
    struct stats last;               /* told by the last interval */
    struct meter_gaps *gaps;         /* owned; NULL: not measured */
    struct metrics metrics;          /* where they are asked for */
    uint64_t connections;
    uint64_t losses;
};

/* Starts to measure. What it is given must live as long, the meter stays at
 * its address. INVALID, SYSTEM with the error set, NOMEM; meter_deinit fits
 * all. */
enum sockfeed_result meter_init(struct meter *meter, struct sockfeed_loop *loop,
                                const struct report_options *options,
                                struct output *output,
                                const struct feeds *feeds,
                                struct option_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void meter_deinit(struct meter *meter);

/* At EVENT_DRAINED, where meter->gaps is not NULL: the messages of one read
 * have come. */
void meter_drained(struct meter *meter);

/* Counts what comes of connections. */
void meter_event(struct meter *meter, const struct sockfeed_event *event);

/* All figures since the start. */
struct stats meter_read(const struct meter *meter);

/* Tells them. */
void meter_tell(const struct meter *meter);

/* The same at the end, where --stats asks for it. */
void meter_finish(const struct meter *meter);

#endif
