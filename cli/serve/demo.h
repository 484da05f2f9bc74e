/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_DEMO_H
#define CLI_SERVE_DEMO_H

#include "cli/options/options.h"
#include "cli/run/run.h"

/* `sockfeed demo`: serves the built-in feed on loopback and streams it with
 * the options given, as any other client would: BTC and ETH, decoded, unless
 * they say otherwise. */
struct run_end demo_run(struct options *options, struct sockfeed_loop *loop);

#endif
