/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_REPORT_H
#define CLI_REPORT_REPORT_H

#include "cli/options/options.h"
#include "cli/output/output.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What is told on standard error about events, as --status, -v and -q have
 * it: records of the connection, refused namespaces, notices, traces.
 */
struct report_subject {
    const char *url;     /* as it is shown */
    const char *label;   /* the same for people, see cli/feeds/feed.h */
    unsigned connection; /* of those side by side, from 1 */
    enum sockfeed_protocol protocol; /* that was asked for */
    bool alone;                      /* there is no other */
    struct output *output; /* for --status inline; NULL: there is none */
};

/* Tells of an event; of messages there is nothing to tell. */
void report_event(const struct report_options *options,
                  const struct report_subject *subject,
                  const struct sockfeed_event *event);

/* Tells that messages were dropped because standard output, which is that of
 * report_subject, was too slow. */
void report_dropped(const struct report_options *options, struct output *output,
                    uint64_t count);

/* Tells of a hole in a sequence. */
void report_gap(const struct report_options *options,
                const struct report_subject *subject,
                const struct output_gap *gap);

#endif
