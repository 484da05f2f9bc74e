/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_SET_H
#define CLI_OPTIONS_OPTION_SET_H

#include "cli/options/option_table.h"

/*
 * Setters that store into the field of struct options that the option names,
 * one for each kind of value; the field's type is given. Where an option is
 * given again, the last value counts, or the list grows.
 */
option_setter option_set_flag;         /* bool: true */
option_setter option_set_more;         /* unsigned: how often it was given */
option_setter option_set_command;      /* a text that is not empty */
option_setter option_set_choice;       /* an enum: one of option->choices */
option_setter option_set_count;        /* uint64_t, at least 1 */
option_setter option_set_seconds;      /* int64_t in ms, above 0 */
option_setter option_set_size;         /* size_t in bytes, at least 1 */
option_setter option_set_delays;       /* struct delay_options */
option_setter option_set_checked;      /* const char *, by output_check */
option_setter option_set_checked_list; /* struct output_texts, the same */
option_setter option_set_file;         /* const char *, by file_name_init */
option_setter option_set_config;       /* none: reads the file's options */

/* What setters elsewhere share. The value that an option's word stands for;
 * the first of all where none was given. */
enum sockfeed_result option_set_choose(
    const struct option *option, struct span value, int *chosen,
    struct option_error *error) SOCKFEED_CHECK;
enum sockfeed_result option_set_parse_size(uint64_t *bytes, struct span value,
                                           struct option_error *error)
    SOCKFEED_CHECK;

/* A count from 1 to `max`; seconds above 0, in ms. */
enum sockfeed_result option_set_parse_count(
    uint64_t *count, struct span value, uint64_t max,
    struct option_error *error) SOCKFEED_CHECK;
enum sockfeed_result option_set_parse_seconds(
    int64_t *milliseconds, struct span value,
    struct option_error *error) SOCKFEED_CHECK;

#endif
