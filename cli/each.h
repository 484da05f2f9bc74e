/* SPDX-License-Identifier: MIT */
#ifndef CLI_EACH_H
#define CLI_EACH_H

#include "cli/option_error.h"
#include "cli/options.h"

/*
 * --each FILE: a subscription that holds `{}` stands for as many as the file
 * has lines, each with a line of it in place of every `{}`.
 */

/* Puts them in the place of those subscriptions. INVALID with the error set
 * when none holds `{}` or they would be too many, NOMEM. */
enum sockfeed_result each_expand(struct options *options,
                                 struct option_error *error) SOCKFEED_CHECK;

#endif
