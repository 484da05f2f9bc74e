/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_WHERE_H
#define CLI_CHOOSE_WHERE_H

#include "base/span.h"
#include "cli/base/output_options.h"
#include "cli/base/regex.h"
#include "sockfeed.h"

/*
 * Conditions on values of a message: POINTER OP VALUE, all of which hold.
 *
 *   =  !=          numbers as decimals, anything else as text
 *   < <= > >=      the same; where one side is no number the value must be a
 *                  string, and its bytes compare
 *   ~              the text matches the regular expression VALUE
 *
 * Numbers count inside strings too ("0.10" = 0.1). The text of a string is
 * what it says, of anything else its JSON. Where the pointer finds nothing
 * only != holds.
 *
 * OP stands behind white space, or (all but ~) behind the pointer directly,
 * which then cannot hold any of `= < > !=`. VALUE is the rest of the text, or
 * a JSON string.
 */
struct where;

/* Gives the conditions; INVALID with `error` set, NOMEM. */
enum sockfeed_result where_new(struct where **where,
                               const struct output_texts *conditions,
                               struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void where_free(struct where *where);

/* Whether all of them hold for checked JSON. */
bool where_holds(struct where *where, struct span data);

/* As regex_take_limit, for the patterns of all conditions. */
bool where_take_limit(struct where *where);

#endif
