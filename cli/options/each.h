/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_EACH_H
#define CLI_OPTIONS_EACH_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"

/*
 * A subscription that holds `{}` stands for as many as there are symbols, each
 * with one of them in place of every `{}`. Symbols are the lines of --each
 * FILE, and words on the command line behind a profile that has such a
 * subscription, which messages of the user's own take the place of.
 */

/* Whether a profile has one, so that words are symbols. */
bool each_is_asked_for(const struct options *options);

/* Puts them in the place of those subscriptions. INVALID with the error set
 * when none holds `{}`, they would be too many, or a profile has one and there
 * is no symbol and nothing else to send; NOMEM. */
enum sockfeed_result each_expand(struct options *options,
                                 struct option_error *error) SOCKFEED_CHECK;

#endif
