/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_FILE_H
#define CLI_OPTIONS_OPTION_FILE_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"

/* Values that stand in a file: `@FILE`. */

/* The file that a value names so, a view of it; NULL: it names none. */
const char *option_file_of(struct span value);

/* Resolves a value that may be `@FILE`: that file's content without one final
 * line end, kept by the options. `@@x` is the text `@x`; what does not begin
 * with `@` stays. INVALID with the error set, NOMEM. */
enum sockfeed_result option_file_value(
    struct options *options, struct span *value,
    struct option_error *error) SOCKFEED_CHECK;

#endif
