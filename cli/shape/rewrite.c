/* SPDX-License-Identifier: MIT */
#include "cli/shape/rewrite.h"

#include "base/json_compact.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "cli/base/pointer_value.h"
#include "cli/base/value.h"
#include "cli/shape/decode_cryptocompare.h"

#include <stdio.h>

enum sockfeed_result rewrite_init(struct rewrite *rewrite,
                                  const struct output_options *options,
                                  const struct output_callbacks *callbacks,
                                  struct output_error *error)
{
    struct output_error reason = {""};
    enum sockfeed_result result = SOCKFEED_OK;

    *rewrite = (struct rewrite){.options = options, .callbacks = callbacks};
    buf_init(&rewrite->text, SIZE_MAX / 2);
    buf_init(&rewrite->json, SIZE_MAX / 2);
    json_pointer_init(&rewrite->unwrap);
    rewrite->wanted = options->inflate || options->unwrap != NULL ||
                      options->decode != OUTPUT_DECODE_NONE;
    if (options->unwrap != NULL) {
        result = pointer_value_add(&rewrite->unwrap, options->unwrap, &reason);
    }
    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "--unwrap: %.200s",
                       reason.text);
    }
    return result;
}

void rewrite_deinit(struct rewrite *rewrite)
{
    decode_inflate_free(rewrite->inflater);
    rewrite->inflater = NULL;
    json_pointer_deinit(&rewrite->unwrap);
    buf_deinit(&rewrite->text);
    buf_deinit(&rewrite->json);
}

/* Once for each connection; `told` is the one that was told last. */
static void warn(const struct rewrite *rewrite, const struct subject *subject,
                 unsigned *told, const char *text)
{
    char line[160];

    if (*told == subject->connection || rewrite->callbacks->warning == NULL) {
        return;
    }
    *told = subject->connection;
    (void)snprintf(line, sizeof line, "%s; further ones are not reported",
                   text);
    rewrite->callbacks->warning(rewrite->callbacks->user, line);
}

enum sockfeed_result rewrite_inflate(struct rewrite *rewrite,
                                     struct subject *subject)
{
    size_t limit = rewrite->options->max_message;
    enum sockfeed_result result = SOCKFEED_OK;
    struct span text;

    if (!rewrite->options->inflate || subject->kind != SUBJECT_BINARY) {
        return SOCKFEED_OK;
    }
    /* zlib's tables are made for those who get such messages. */
    if (rewrite->inflater == NULL) {
        result = decode_inflate_new(&rewrite->inflater);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    result = decode_inflate_run(rewrite->inflater, &text, subject->text,
                                limit == 0 ? LIMIT_MESSAGE : limit);
    if (result == SOCKFEED_OK) {
        subject_become_text(subject, text);
    } else if (result == SOCKFEED_INVALID) {
        warn(rewrite, subject, &subject->source->inflate_connection,
             "a binary message does not inflate to text and is printed as it "
             "came");
        return SOCKFEED_OK;
    }
    return result;
}

/* A string whose text is JSON gives way to that JSON, on one line. */
static enum sockfeed_result unwrap_string(struct rewrite *rewrite,
                                          struct subject *subject)
{
    struct json_scan_result scanned;
    struct malformed malformed;
    struct span value;
    struct span text;

    /* Pointers begin in the array of several arguments, which is none of the
     * message's own bytes: in it the value is found, from its offset there
     * the place in the message. */
    struct span data = subject_data(subject);
    size_t shift = subject->kind == SUBJECT_EVENT && subject->arg_count > 1;

    json_pointer_evaluate(&rewrite->unwrap, &value, data, 0);
    if (value.data == NULL || value.data[0] != '"') {
        return SOCKFEED_OK;
    }
    text = value_text(&rewrite->text, value);
    if (json_scan(&scanned, &malformed, text, JSON_SCAN_UTF8) != SOCKFEED_OK) {
        return buf_result(&rewrite->text);
    }
    /* A copy also where nothing is to be joined: the text may be a view of
     * the message that is about to be rewritten. */
    buf_clear(&rewrite->json);
    json_compact(&rewrite->json, scanned.value);
    if (buf_result(&rewrite->json) != SOCKFEED_OK) {
        return buf_result(&rewrite->json);
    }
    if (shift > 0) {
        size_t at = (size_t)(value.data - data.data) - shift;

        value.data = subject->args.data + at;
    }
    return subject_replace(subject, value, buf_span(&rewrite->json));
}

/* The text that may be a packed message: a plain text, or the one argument of
 * an event where that is a string. */
static struct span packed_text(struct rewrite *rewrite,
                               const struct subject *subject)
{
    if (subject->kind == SUBJECT_TEXT && !subject->rewritten) {
        return subject->text;
    }
    if (subject->kind == SUBJECT_EVENT && subject->arg_count == 1 &&
        subject->args.data[0] == '"') {
        return value_text(&rewrite->text, subject->args);
    }
    return span_text("");
}

static enum sockfeed_result decode_packed(struct rewrite *rewrite,
                                          struct subject *subject)
{
    struct span text = packed_text(rewrite, subject);

    buf_clear(&rewrite->json);
    switch (decode_cryptocompare(&rewrite->json, text)) {
    case DECODE_OTHER:
        return SOCKFEED_OK;
    case DECODE_DAMAGED:
        warn(rewrite, subject, &subject->source->damaged_connection,
             "a packed message is damaged and printed as it came");
        return SOCKFEED_OK;
    case DECODE_DONE:
        break;
    }
    if (buf_result(&rewrite->json) != SOCKFEED_OK) {
        return buf_result(&rewrite->json);
    }
    return subject_replace(
        subject,
        subject->kind == SUBJECT_EVENT ? subject->args : subject_json(subject),
        buf_span(&rewrite->json));
}

enum sockfeed_result rewrite_apply(struct rewrite *rewrite,
                                   struct subject *subject)
{
    enum sockfeed_result result = rewrite_inflate(rewrite, subject);

    if (result == SOCKFEED_OK && rewrite->options->unwrap != NULL) {
        result = unwrap_string(rewrite, subject);
    }
    if (result == SOCKFEED_OK &&
        rewrite->options->decode == OUTPUT_DECODE_CRYPTOCOMPARE) {
        result = decode_packed(rewrite, subject);
    }
    return result;
}
