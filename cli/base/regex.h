/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_REGEX_H
#define CLI_BASE_REGEX_H

#include "base/span.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

/*
 * A pattern of PCRE2, UTF-8, compiled to machine code where that can be had.
 * Texts need not be valid UTF-8: nothing matches across an invalid byte. A
 * match may cost only so much (LIMIT_REGEX_STEPS, LIMIT_REGEX_STACK): a
 * pattern that would take for ever on some text does not match it.
 */

struct regex;

enum {
    REGEX_CASELESS = 1 /* as /i */
};

/* Gives a pattern; regex_free frees it. INVALID with `error` set where the
 * pattern is none, NOMEM. */
enum sockfeed_result regex_new(struct regex **regex, const char *pattern,
                               unsigned flags,
                               struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void regex_free(struct regex *regex);

/* Whether the pattern matches anywhere in the text. */
bool regex_match(struct regex *regex, struct span text);

/* What a group of the last match matched, 0 for the whole match: a view of
 * the text given to regex_match. Data is NULL where there is no such group or
 * it took no part. */
struct span regex_group(const struct regex *regex, unsigned group);

/* Groups in the pattern, and the number of the one with that name, or 0. */
unsigned regex_group_count(const struct regex *regex);
unsigned regex_group_named(const struct regex *regex, struct span name);

/* The version of PCRE2 in use, "10.42", cut to what fits. */
void regex_version(char *text, size_t size);

/* Whether a limit was met for the first time since this was asked. Later
 * times are not told: it is worth one warning. */
bool regex_take_limit(struct regex *regex);

#endif
