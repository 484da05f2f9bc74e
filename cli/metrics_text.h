/* SPDX-License-Identifier: MIT */
#ifndef CLI_METRICS_TEXT_H
#define CLI_METRICS_TEXT_H

#include "base/buf.h"
#include "cli/stats.h"

#include <stdbool.h>

/* The media type of Prometheus' text format, version 0.0.4. */
extern const char metrics_text_type[];

/* Appends the figures in that format; `up`: a connection is. */
void metrics_text_append(struct buf *out, const struct stats *stats, bool up);

#endif
