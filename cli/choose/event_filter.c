/* SPDX-License-Identifier: MIT */
#include "cli/choose/event_filter.h"

#include "base/json_quote.h"
#include "base/limits.h"
#include "cli/base/glob.h"

#include <stdio.h>

enum sockfeed_result event_filter_check(const char *text,
                                        struct output_error *error)
{
    size_t skipped = text[0] == '!';
    struct malformed malformed;

    if (glob_check(&malformed, span_text(text + skipped)) == SOCKFEED_OK) {
        return SOCKFEED_OK;
    }
    (void)snprintf(error->text, sizeof error->text, "%s (column %zu)",
                   malformed.reason, malformed.offset + skipped + 1);
    return SOCKFEED_INVALID;
}

enum sockfeed_result event_filter_init(struct event_filter *filter,
                                       const struct output_texts *globs,
                                       struct output_error *error)
{
    *filter = (struct event_filter){.globs = globs};
    buf_init(&filter->last, LIMIT_EVENT_NAME);
    buf_init(&filter->name, LIMIT_MESSAGE);
    for (size_t i = 0; i < globs->count; i++) {
        enum sockfeed_result result = event_filter_check(globs->at[i], error);

        if (result != SOCKFEED_OK) {
            return result;
        }
        filter->includes = filter->includes || globs->at[i][0] != '!';
    }
    return SOCKFEED_OK;
}

void event_filter_deinit(struct event_filter *filter)
{
    buf_deinit(&filter->last);
    buf_deinit(&filter->name);
}

/* The text of the name; a view of the token where it needs no unescaping. */
static struct span name_text(struct event_filter *filter, struct span token)
{
    if (token.size < 2 || token.data[0] != '"') {
        return token;
    }
    if (span_find(token, '\\') == token.size) {
        return span_of(token.data + 1, token.size - 2);
    }
    buf_clear(&filter->name);
    /* The token has been checked; a name too long to keep matches nothing
     * but stars. */
    if (json_unquote(&filter->name, token) != SOCKFEED_OK) {
        return token;
    }
    return buf_span(&filter->name);
}

static bool decide(const struct event_filter *filter, struct span name)
{
    bool passes = !filter->includes;

    for (size_t i = 0; i < filter->globs->count; i++) {
        const char *glob = filter->globs->at[i];

        if (glob[0] == '!') {
            if (glob_match(span_text(glob + 1), name)) {
                return false;
            }
        } else {
            passes = passes || glob_match(span_text(glob), name);
        }
    }
    return passes;
}

bool event_filter_passes(struct event_filter *filter, struct span name)
{
    if (filter->last.size > 0 && span_equal(buf_span(&filter->last), name)) {
        return filter->last_passes;
    }
    filter->last_passes = decide(filter, name_text(filter, name));
    buf_clear(&filter->last);
    buf_append_span(&filter->last, name);
    return filter->last_passes;
}
