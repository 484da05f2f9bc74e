/* SPDX-License-Identifier: MIT */
#include "cli/each.h"

#include "base/buf.h"
#include "base/limits.h"

#include <stdlib.h>

/* Where the first `{}` begins, or the text's size. */
static size_t find_place(struct span text)
{
    size_t at = span_find(text, '{');

    while (at + 1 < text.size && text.data[at + 1] != '}') {
        at += 1 + span_find(span_skip(text, at + 1), '{');
    }
    return at + 1 < text.size ? at : text.size;
}

static bool has_place(const struct given_message *message)
{
    return message->kind == GIVEN_MESSAGE &&
           find_place(message->text) < message->text.size;
}

/* Appends the text with the value in place of each `{}`. */
static void fill(struct buf *out, struct span text, struct span value)
{
    size_t at = find_place(text);

    while (at < text.size) {
        buf_append(out, text.data, at);
        buf_append_span(out, value);
        text = span_skip(text, at + 2);
        at = find_place(text);
    }
    buf_append_span(out, text);
}

static enum sockfeed_result add_filled(struct options *options,
                                       struct given_messages *to,
                                       const struct given_message *from,
                                       struct span value)
{
    struct given_message message = *from;
    enum sockfeed_result result;
    struct buf filled;

    buf_init(&filled, LIMIT_OUTGOING);
    fill(&filled, from->text, value);
    result = buf_result(&filled);
    if (result == SOCKFEED_OK) {
        message.text = buf_span(&filled);
        message.text.data = options_keep(options, message.text);
        result = message.text.data == NULL ? SOCKFEED_NOMEM
                                           : options_add_message(to, &message);
    }
    buf_wipe(&filled);
    return result;
}

static enum sockfeed_result add(struct options *options,
                                struct given_messages *to,
                                const struct given_message *from)
{
    const struct output_texts *values = &options->send.each;
    enum sockfeed_result result = SOCKFEED_OK;

    if (!has_place(from)) {
        return options_add_message(to, from);
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < values->count; i++) {
        result = add_filled(options, to, from, span_text(values->at[i]));
    }
    return result;
}

enum sockfeed_result each_expand(struct options *options,
                                 struct option_error *error)
{
    struct given_messages *given = &options->send.subscriptions;
    struct given_messages made = {.count = 0};
    enum sockfeed_result result = SOCKFEED_OK;
    bool any = false;

    if (options->send.each.count == 0) {
        return SOCKFEED_OK;
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        any = any || has_place(&given->at[i]);
        result = add(options, &made, &given->at[i]);
    }
    free(given->at);
    *given = made;
    if (result == SOCKFEED_FULL) {
        return option_error_set(error,
                                "option --each: the subscriptions it makes "
                                "have more than %d bytes",
                                LIMIT_SUBSCRIPTIONS);
    }
    if (result == SOCKFEED_OK && !any) {
        return option_error_set(error,
                                "option --each: no subscription has {} in it");
    }
    return result;
}
