/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_STATUS_H
#define CLI_REPORT_STATUS_H

#include "base/buf.h"
#include "cli/options/options.h"
#include "cli/output/output.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Records of connections: opened, subscribed, lost, retried, closed, and the
 * gaps between, each one line of text or one JSON object.
 */
struct status_record {
    const struct sockfeed_event *event;
    const char *url;                 /* as it is shown */
    unsigned connection;             /* of those side by side, from 1 */
    enum sockfeed_protocol protocol; /* that was asked for */
    int64_t time;                    /* ns since the epoch */
};

/* Appends the record of an event, without a line end, as JSON or as text that
 * may hold a server's words unescaped. Only OPEN, SUBSCRIBED, REPLACED, LOST,
 * RETRY, GAP and CLOSED have records; for other events nothing is appended. */
void status_append(struct buf *out, enum status_form form,
                   const struct status_record *record);

/* The same for messages that --on-full drop has dropped in the last `duration`
 * ms. */
void status_append_dropped(struct buf *out, enum status_form form, int64_t time,
                           int64_t duration, uint64_t count);

/* The same for a hole in a sequence; the record has no event. */
void status_append_sequence(struct buf *out, enum status_form form,
                            const struct status_record *record,
                            const struct output_gap *gap);

/* Whether -q leaves the text of this event out: all but failures for good. */
bool status_is_quiet(const struct sockfeed_event *event);

#endif
