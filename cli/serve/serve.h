/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_SERVE_H
#define CLI_SERVE_SERVE_H

#include "cli/options/options.h"
#include "cli/run/run.h"

/* `sockfeed serve CAPTURE`: replays it to whoever connects, until a signal
 * comes or, with --once, the first client has had everything. */
struct run_end serve_run(const struct options *options,
                         struct sockfeed_loop *loop);

#endif
