/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTION_FIND_H
#define CLI_OPTION_FIND_H

#include "cli/option_table.h"

/* Finds an option by its long name, which may be shortened while that is
 * unambiguous. INVALID with the error naming what was perhaps meant. */
enum sockfeed_result option_find(const struct option **option, struct span name,
                                 struct option_error *error) SOCKFEED_CHECK;

/* The option with that letter, or NULL. */
const struct option *option_find_letter(char letter);

#endif
