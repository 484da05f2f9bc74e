/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_TOGETHER_H
#define CLI_OPTIONS_OPTION_TOGETHER_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"

/* Holds the options against each other, once all were read: what contradicts
 * another one, or could have no effect without it, is INVALID with a whole
 * sentence in the error. */
enum sockfeed_result option_together_check(
    const struct options *options, struct option_error *error) SOCKFEED_CHECK;

#endif
