/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_METRICS_H
#define CLI_REPORT_METRICS_H

#include "base/buf.h"
#include "cli/base/option_error.h"
#include "cli/options/options.h"
#include "sockfeed.h"

struct feeds;
struct meter;

/*
 * --metrics: the figures for whoever asks over HTTP. /metrics has them as
 * Prometheus reads them, /healthz says whether the feed is connected: 200, or
 * 503 while none of its connections is up.
 */
struct metrics {
    struct sockfeed_responder *responder; /* owned; NULL: not asked for */
    const struct meter *meter;
    const struct feeds *feeds;
    struct buf body;
};

/* Listens, and tells where unless -q. `meter` and `feeds` must live as long.
 * INVALID, SYSTEM with the error set, NOMEM; metrics_deinit fits all. */
enum sockfeed_result metrics_init(struct metrics *metrics,
                                  struct sockfeed_loop *loop,
                                  const struct report_options *options,
                                  const struct meter *meter,
                                  const struct feeds *feeds,
                                  struct option_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void metrics_deinit(struct metrics *metrics);

#endif
