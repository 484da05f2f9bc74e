/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_PROFILE_H
#define CLI_OPTIONS_PROFILE_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"

/*
 * Files of options, one a line: its name with or without dashes, then `=` or
 * white space and the value. A value may stand in double quotes, where `\"`,
 * `\\`, `\n` and `\t` are what they are in C. `#` begins a comment, at the
 * start of a line or after white space outside of quotes. `url` is read as if
 * it were an option: a profile may say where to connect, unless the command
 * line does.
 */

/* Applies the options of a file; `@NAME` is a profile, see cli/options/profile_path.h.
 * INVALID with the error beginning with file and line, NOMEM. */
enum sockfeed_result profile_read(struct options *options, const char *path,
                                  struct option_error *error) SOCKFEED_CHECK;

#endif
