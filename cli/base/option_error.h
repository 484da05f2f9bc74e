/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_OPTION_ERROR_H
#define CLI_BASE_OPTION_ERROR_H

#include "base/span.h"
#include "sockfeed.h"

/* Why options were refused. A setter says what it expected; who called it
 * puts the option and the value before that, and a file its name and line, so
 * that it becomes the sentence the user reads. */
struct option_error {
    char text[1024];
};

/* All answer INVALID. A text that is too long is cut. */
enum sockfeed_result option_error_set(struct option_error *error,
                                      const char *format, ...)
    SOCKFEED_PRINTF(2, 3);

/* Adds to the end of what the error says. */
enum sockfeed_result option_error_add(struct option_error *error,
                                      const char *format, ...)
    SOCKFEED_PRINTF(2, 3);

/* Puts a formatted text before what the error says. */
enum sockfeed_result option_error_prefix(struct option_error *error,
                                         const char *format, ...)
    SOCKFEED_PRINTF(2, 3);

enum {
    OPTION_SHOWN_MAX = 64
};

/* How much of a refused value is shown: all, or so much that a line stays a
 * line. Never ends inside a UTF-8 sequence. */
int option_error_shown(struct span value);

#endif
