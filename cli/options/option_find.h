/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_FIND_H
#define CLI_OPTIONS_OPTION_FIND_H

#include "cli/options/option_table.h"

/* Finds an option of the command by its long name, which may be shortened while that is
 * unambiguous. INVALID with the error naming what was perhaps meant. */
enum sockfeed_result option_find(const struct option **option,
                                 enum options_command command, struct span name,
                                 struct option_error *error) SOCKFEED_CHECK;

/* The option of the command with that letter, or NULL. */
const struct option *option_find_letter(enum options_command command,
                                        char letter);

#endif
