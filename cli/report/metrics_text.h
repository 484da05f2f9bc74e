/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_METRICS_TEXT_H
#define CLI_REPORT_METRICS_TEXT_H

#include "base/buf.h"
#include "cli/report/stats.h"

#include <stddef.h>

/* The media type of Prometheus' text format, version 0.0.4. */
extern const char metrics_text_type[];

/* Appends the figures in that format; `open` of the `wanted` connections are
 * up. */
void metrics_text_append(struct buf *out, const struct stats *stats,
                         size_t open, size_t wanted);

#endif
