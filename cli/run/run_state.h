/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_RUN_STATE_H
#define CLI_RUN_RUN_STATE_H

#include "cli/base/signals.h"
#include "cli/feeds/feeds.h"
#include "cli/feeds/recorder.h"
#include "cli/options/options.h"
#include "cli/output/output.h"
#include "cli/report/meter.h"
#include "cli/run/answers.h"
#include "cli/run/console.h"
#include "cli/run/lines.h"
#include "cli/run/reactions.h"
#include "cli/run/run.h"
#include "sockfeed.h"

#include <stdbool.h>

/* What the files of a run share: run.c is its life, run_output.c what it
 * prints. */

/*
 *   streaming --a reason to end, clients closed--> ending --last CLOSED,
 *       |                                            |       or RUN_GRACE
 *       +--last CLOSED by itself--+                  |
 *                                 v                  v
 *                                 standard output is written, over
 */
struct run {
    const struct options *options;
    struct sockfeed_loop *loop;
    struct output *output;     /* owned */
    struct recorder *recorder; /* owned; NULL: nothing is recorded */
    struct meter meter;
    struct feeds feeds;
    struct answers answers;
    struct reactions reactions;
    struct signals signals;
    struct lines lines;
    struct console *console;      /* owned; NULL: lines are not typed */
    uint16_t close_code;          /* of our goodbye; 0: the usual */
    struct sockfeed_timer *limit; /* owned: -m */
    struct sockfeed_timer *leave; /* owned: ends at the end of input, and once
                                   * ending no longer waits for goodbyes */
    bool ending;
    struct run_end end;
};

/* Ends the run, unless it is ending: the first reason is what the program
 * leaves with. */
void run_stop(struct run *run, enum exit_status status);

#endif
