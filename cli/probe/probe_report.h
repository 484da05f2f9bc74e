/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROBE_PROBE_REPORT_H
#define CLI_PROBE_PROBE_REPORT_H

#include "base/buf.h"
#include "cli/probe/probe_findings.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * How a probe is told of: a line for each stage as it is done, or one JSON
 * object at the end. Appends to a buffer of the caller's, which may write and
 * empty it after every call where there are lines.
 */
struct probe_report {
    struct buf *out;
    bool json;
    struct buf spaces; /* JSON: the namespaces so far */
    /* JSON, whose members have one name each: where the stages of the server
     * begin that is asked now, those of the ones that sent elsewhere. */
    size_t stages_at;
    struct buf redirects;
    bool resolved;   /* what was looked up then is the proxy */
    bool redirected; /* the last answer leads elsewhere */
};

/* `url` is as it is shown. */
void probe_report_begin(struct probe_report *report, struct buf *out, bool json,
                        const char *url);
void probe_report_deinit(struct probe_report *report);

/* A step that took so many microseconds. `now` is ns since the epoch. */
void probe_report_step(struct probe_report *report,
                       const struct sockfeed_step *step, int64_t took,
                       int64_t now);

/* What is spoken, from an OPEN. */
void probe_report_open(struct probe_report *report,
                       const struct sockfeed_event *event, int64_t took);

/* The WebSocket that was asked for has taken the place of long-polling. */
void probe_report_upgraded(struct probe_report *report, int64_t took);

/* A namespace that was refused. */
void probe_report_refused(struct probe_report *report,
                          const struct sockfeed_event *event, int64_t took);

/* The attempt failed. */
void probe_report_failure(struct probe_report *report,
                          const struct sockfeed_failure *failure);

/* Whether long-polling, tried besides the WebSocket, works too. */
void probe_report_polling(struct probe_report *report,
                          const struct probe_attempt *polling, int64_t took);

void probe_report_round_trip(struct probe_report *report,
                             const struct probe_findings *findings);

/* The end. */
void probe_report_verdict(struct probe_report *report,
                          const struct probe_verdict *verdict, int status);

#endif
