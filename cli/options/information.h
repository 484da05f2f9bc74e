/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_INFORMATION_H
#define CLI_OPTIONS_INFORMATION_H

#include "cli/base/exit_status.h"
#include "cli/options/options.h"

/* Prints what --help or --version show on standard output, and answers with
 * what to leave with: WRITE when it was not written whole. */
enum exit_status information_print(enum options_action action);

#endif
