/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_RUN_OUTPUT_H
#define CLI_RUN_RUN_OUTPUT_H

#include "cli/base/option_error.h"
#include "cli/report/report.h"
#include "cli/run/run_state.h"
#include "sockfeed.h"

#include <stdbool.h>

/* What a run prints, and what follows from that for it. */

/* Makes the output, with a source for each feed. INVALID with the error set,
 * SYSTEM with the run's status set too, NOMEM. */
enum sockfeed_result run_output_make(struct run *run,
                                     struct option_error *error) SOCKFEED_CHECK;

/* Which SOCKFEED_DELIVER_ flags the feed's client is to have. */
unsigned run_output_deliver(const struct run *run, const struct feed *feed);

/* Does what the output wants after an event of the feed. */
void run_output_heed(struct feed *feed, enum output_verdict verdict);

/* Shows a MESSAGE that is not printed to who listens; see output_listen. */
bool run_output_hear(struct run *run, const struct feed *feed,
                     const struct sockfeed_event *event);

/* Whom records of a feed are about. */
struct report_subject run_output_subject(const struct run *run,
                                         const struct feed *feed);

/* The status to leave with when standard output cannot be written. */
enum exit_status run_output_status(const struct run *run);

#endif
