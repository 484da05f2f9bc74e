/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_RUN_H
#define CLI_RUN_RUN_H

#include "cli/base/exit_status.h"
#include "cli/options/options.h"
#include "sockfeed.h"

/* How a run ended. */
struct run_end {
    enum exit_status status;
    int signal; /* that asked to leave, of which to die; 0: none */
};

/* Streams what the options ask for, on the loop, until that is done; the loop
 * may serve others meanwhile and is left without anything of this run. What
 * goes wrong is told on standard error. */
struct run_end run_stream(const struct options *options,
                          struct sockfeed_loop *loop);

#endif
