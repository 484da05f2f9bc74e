/* SPDX-License-Identifier: MIT */
#include "cli/options/each.h"

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

static bool is_template(const struct given_message *message)
{
    return message->profile && has_place(message);
}

bool each_is_asked_for(const struct options *options)
{
    const struct given_messages *given = &options->send.subscriptions;

    for (size_t i = 0; i < given->count; i++) {
        if (is_template(&given->at[i])) {
            return true;
        }
    }
    return false;
}

static bool has_own(const struct given_messages *messages)
{
    for (size_t i = 0; i < messages->count; i++) {
        if (messages->at[i].kind == GIVEN_MESSAGE && !messages->at[i].profile) {
            return true;
        }
    }
    return false;
}

static void drop_templates(struct given_messages *given)
{
    size_t kept = 0;

    for (size_t i = 0; i < given->count; i++) {
        if (is_template(&given->at[i])) {
            given->size -= given->at[i].text.size;
        } else {
            given->at[kept++] = given->at[i];
        }
    }
    given->count = kept;
}

/* What a profile would subscribe to makes way for what the user has to say. */
static enum sockfeed_result settle_templates(struct send_options *send,
                                             struct option_error *error)
{
    bool subscribes = has_own(&send->subscriptions);
    bool says = subscribes || has_own(&send->emits) || has_own(&send->calls) ||
                send->lines;

    if (send->each.count == 0 && !says) {
        return option_error_set(error, "the profile subscribes to symbols: "
                                       "expected some behind it, --each FILE, "
                                       "or -s MESSAGE in their place");
    }
    if (subscribes || send->each.count == 0) {
        drop_templates(&send->subscriptions);
    }
    return SOCKFEED_OK;
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

    if (each_is_asked_for(options)) {
        result = settle_templates(&options->send, error);
    }
    if (result != SOCKFEED_OK || options->send.each.count == 0) {
        return result;
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
