/* SPDX-License-Identifier: MIT */
#include "cli/base/value.h"

#include "base/json_quote.h"

/* What stands between the quotes is the text, as most strings go. */
static bool is_plain_string(struct span value)
{
    return value.size >= 2 && value.data[0] == '"' &&
           memchr(value.data, '\\', value.size) == NULL;
}

void value_append_text(struct buf *out, struct span value)
{
    if (is_plain_string(value)) {
        buf_append(out, value.data + 1, value.size - 2);
    } else if (value.size == 0 || value.data[0] != '"' ||
               json_unquote(out, value) == SOCKFEED_INVALID) {
        buf_append_span(out, value);
    }
}

struct span value_text(struct buf *scratch, struct span value)
{
    if (is_plain_string(value)) {
        return span_of(value.data + 1, value.size - 2);
    }
    if (value.size == 0 || value.data[0] != '"') {
        return value;
    }
    buf_clear(scratch);
    value_append_text(scratch, value);
    return buf_result(scratch) == SOCKFEED_OK ? buf_span(scratch)
                                              : span_text("");
}
