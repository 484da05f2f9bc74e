/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_POINTER_VALUE_H
#define CLI_BASE_POINTER_VALUE_H

#include "base/json_pointer.h"
#include "cli/base/output_options.h"

/* Adds the value of an option that is one JSON Pointer to a set that was
 * initialised. INVALID with `error` set: the reason and the column; NOMEM. */
enum sockfeed_result pointer_value_add(
    struct json_pointer_set *set, const char *text,
    struct output_error *error) SOCKFEED_CHECK;

#endif
