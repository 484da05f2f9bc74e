/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_SELECT_H
#define CLI_SHAPE_SELECT_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

/* --select: the values at some JSON Pointers as the columns of a line. */

enum select_form {
    SELECT_TABS, /* tab, LF, CR and backslash of a value are escaped */
    SELECT_CSV,  /* RFC 4180, but lines end with LF */
    SELECT_JSON, /* an object, keyed by the pointers' last parts */
};

struct select;

/* Gives a selection from pointers with commas between them. INVALID with
 * `error` set, NOMEM. */
enum sockfeed_result select_new(struct select **select, const char *pointers,
                                struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void select_free(struct select *select);

/* Appends the line for checked JSON that stands on one line, without its
 * end. What is missing is an empty column, or left out of an object. */
void select_append(struct select *select, struct buf *out,
                   enum select_form form, struct span data);

/* Appends the header line of CSV, without its end: the pointers' last parts,
 * whole pointers where two of those would be alike. */
void select_append_header(const struct select *select, struct buf *out);

#endif
