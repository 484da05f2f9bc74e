/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_TERM_H
#define CLI_BASE_TERM_H

#include <stdbool.h>

/* Questions about the terminal. */

bool term_is_terminal(int descriptor);

/* Whether it knows no escape sequences (TERM is not set, or "dumb"). */
bool term_is_dumb(void);

/* Whether the user asked every program for no colours (NO_COLOR, set and not
 * empty, as no-color.org has it) or has a terminal that knows none. */
bool term_no_color(void);

#endif
