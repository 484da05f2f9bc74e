/* SPDX-License-Identifier: MIT */
#ifndef CLI_INFORMATION_H
#define CLI_INFORMATION_H

#include "cli/exit_status.h"
#include "cli/options.h"

/* Prints what --help or --version show on standard output, and answers with
 * what to leave with: WRITE when it was not written whole. */
enum exit_status information_print(enum options_action action);

#endif
