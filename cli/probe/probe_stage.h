/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROBE_PROBE_STAGE_H
#define CLI_PROBE_PROBE_STAGE_H

#include "sockfeed.h"

#include <stdint.h>

/* One stage of a connection in a probe's report, as a line or as a member. */
struct probe_report;

/* A step that took so many microseconds, any but JOINED. `now` is ns since the
 * epoch. */
void probe_stage_tell(struct probe_report *report,
                      const struct sockfeed_step *step, int64_t took,
                      int64_t now);

#endif
