/* SPDX-License-Identifier: MIT */
#ifndef BASE_NUM_DOUBLE_H
#define BASE_NUM_DOUBLE_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Doubles to JSON numbers and back, whatever the process's locale. Texts that
 * users see are never converted; this is for formats that carry doubles.
 */

/* Appends the shortest number that reads back as the same double, in the form
 * that ECMAScript writes ("0.1", "1e+21", "1.5e-7"; but "-0" for minus zero).
 * The value is finite. Failure stays in the buffer. */
void num_double_append(struct buf *to, double value);

/* The double nearest to a number as JSON writes it (num_is_decimal): infinite
 * where that is beyond all doubles. */
double num_double_parse(struct span text);

#endif
