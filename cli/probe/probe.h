/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROBE_PROBE_H
#define CLI_PROBE_PROBE_H

#include "cli/run/run.h"

/* Connects to the one URL of the options and says on standard output what
 * answers there, step by step; ends with the status that a connection would
 * have ended with. */
struct run_end probe_run(const struct options *options,
                         struct sockfeed_loop *loop);

#endif
