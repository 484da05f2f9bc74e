/* SPDX-License-Identifier: MIT */
#include "cli/base/pointer_value.h"

#include <stdio.h>

enum sockfeed_result pointer_value_add(struct json_pointer_set *set,
                                       const char *text,
                                       struct output_error *error)
{
    struct malformed malformed = {0, "too long"};
    enum sockfeed_result result =
        json_pointer_add(set, &malformed, span_text(text));

    if (result != SOCKFEED_INVALID && result != SOCKFEED_FULL) {
        return result;
    }
    (void)snprintf(error->text, sizeof error->text, "%s (column %zu)",
                   malformed.reason, malformed.offset + 1);
    return SOCKFEED_INVALID;
}
