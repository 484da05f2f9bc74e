/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_PARSE_H
#define CLI_OPTIONS_OPTION_PARSE_H

#include "cli/options/option_table.h"

/*
 * Arguments to options. Long options take `=VALUE` or the next argument and
 * may be shortened while that is unambiguous; short ones may stand together,
 * the last with its value attached or in the next argument; `--` ends them.
 * What is no option is a URL, or `@PROFILE`, which stands for the options in
 * that file.
 */

/* Reads the arguments, argv[0] being the first of them, not the program.
 * Stops at --help or --version, whichever is first. INVALID with the error a
 * whole sentence, NOMEM. */
enum sockfeed_result option_parse(struct options *options, int argc,
                                  char *const argv[],
                                  struct option_error *error) SOCKFEED_CHECK;

/* Gives an option its value (data NULL: none) and puts option and value before
 * what the setter says against it. The value ends in NUL and lives as long as
 * the options. */
enum sockfeed_result option_parse_value(
    struct options *options, const struct option *option, struct span value,
    struct option_error *error) SOCKFEED_CHECK;

/* Takes a URL; the text lives as long as the options. */
enum sockfeed_result option_parse_url(struct options *options, const char *url,
                                      struct option_error *error)
    SOCKFEED_CHECK;

#endif
