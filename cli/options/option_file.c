/* SPDX-License-Identifier: MIT */
#include "cli/options/option_file.h"

#include "base/limits.h"
#include "cli/base/file.h"

const char *option_file_of(struct span value)
{
    return span_starts(value, "@") && !span_starts(value, "@@") ? value.data + 1
                                                                : NULL;
}

enum sockfeed_result option_file_value(struct options *options,
                                       struct span *value,
                                       struct option_error *error)
{
    struct buf content;
    enum sockfeed_result result;
    const char *kept;

    if (!span_starts(*value, "@")) {
        return SOCKFEED_OK;
    }
    if (span_starts(*value, "@@")) {
        *value = span_skip(*value, 1);
        return SOCKFEED_OK;
    }
    if (value->size == 1) {
        return option_error_set(error, "expected a file's name after the '@'");
    }
    /* One more than what is allowed, to tell what is too large. */
    buf_init(&content, LIMIT_OUTGOING + 1);
    result = file_read(&content, value->data + 1, false, error);
    if (result == SOCKFEED_OK) {
        *value = file_without_line_end(buf_span(&content));
        kept = options_keep(options, *value);
        value->data = kept;
        result = kept == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
    }
    buf_wipe(&content);
    return result;
}
