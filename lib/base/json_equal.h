/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_EQUAL_H
#define BASE_JSON_EQUAL_H

#include "base/span.h"

/* Whether two checked JSON texts say the same, however they are written: white
 * space, escapes, the forms of a number and the order of members make no
 * difference. Keys are to be there once. False when memory runs out. */
bool json_equal(struct span a, struct span b);

#endif
