/* SPDX-License-Identifier: MIT */
#include "cli/options/option_message.h"

#include "base/json_scan.h"
#include "base/limits.h"
#include "base/num.h"
#include "cli/base/file.h"
#include "cli/input/message.h"
#include "cli/input/reply.h"
#include "cli/options/option_file.h"
#include "cli/options/option_set.h"

#include <string.h>

static enum sockfeed_result add_message(struct given_messages *messages,
                                        const struct given_message *message,
                                        struct option_error *error)
{
    enum sockfeed_result result = options_add_message(messages, message);

    return result == SOCKFEED_FULL
               ? option_error_set(error, "expected at most %d bytes in all",
                                  LIMIT_SUBSCRIPTIONS)
               : result;
}

enum sockfeed_result option_message(struct options *options,
                                    const struct option *option,
                                    struct span value,
                                    struct option_error *error)
{
    struct given_message message = {.text = value,
                                    .origin = option->name,
                                    .file = options->from_file,
                                    .profile = options->nesting > 0};

    return add_message(option_field(options, option), &message, error);
}

enum sockfeed_result option_message_await(struct options *options,
                                          const struct option *option,
                                          struct span value,
                                          struct option_error *error)
{
    struct given_message message = {
        .kind = GIVEN_AWAIT, .text = value, .origin = option->name};
    struct output_error reason = {""};
    enum sockfeed_result result =
        output_check(OUTPUT_VALUE_REGEX, value.data, &reason);

    if (result == SOCKFEED_INVALID) {
        return option_error_set(error, "%s", reason.text);
    }
    return result == SOCKFEED_OK
               ? add_message(option_field(options, option), &message, error)
               : result;
}

enum sockfeed_result option_message_beat(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    struct given_messages *messages = option_field(options, option);
    size_t equals = span_find(value, '=');
    struct given_message message = {
        .kind = strcmp(option->name, "heartbeat") == 0 ? GIVEN_HEARTBEAT
                                                       : GIVEN_HEARTBEAT_IDLE,
        .text = span_skip(value, equals < value.size ? equals + 1 : equals),
        .origin = option->name,
    };
    enum sockfeed_result result;

    if (equals == value.size ||
        num_parse_seconds(&message.interval, span_of(value.data, equals)) !=
            SOCKFEED_OK ||
        message.interval == 0) {
        return option_error_set(error, "expected seconds, above 0, then = and "
                                       "a MESSAGE");
    }
    if (messages->count == LIMIT_HEARTBEATS) {
        return option_error_set(error, "expected at most %d heartbeats",
                                LIMIT_HEARTBEATS);
    }
    message.file = option_file_of(message.text);
    result = option_file_value(options, &message.text, error);
    return result == SOCKFEED_OK ? add_message(messages, &message, error)
                                 : result;
}

enum sockfeed_result option_message_reply(struct options *options,
                                          const struct option *option,
                                          struct span value,
                                          struct option_error *error)
{
    struct output_error reason = {""};
    struct reply *reply = NULL;
    enum sockfeed_result result = reply_new(&reply, value, &reason);

    reply_free(reply);
    if (result == SOCKFEED_INVALID) {
        return option_error_set(error, "%s", reason.text);
    }
    return result == SOCKFEED_OK
               ? options_add_text(option_field(options, option), value.data)
               : result;
}

static enum sockfeed_result add_values(struct options *options,
                                       struct output_texts *values,
                                       struct span text)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct span line;

    while (result == SOCKFEED_OK && file_line(&text, &line)) {
        const char *kept;

        line = span_trim(line);
        if (line.size == 0 || span_starts(line, "#")) {
            continue;
        }
        kept = options_keep(options, line);
        result = kept == NULL ? SOCKFEED_NOMEM : options_add_text(values, kept);
    }
    return result;
}

enum sockfeed_result option_message_each(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    struct output_texts *values = option_field(options, option);
    size_t before = values->count;
    enum sockfeed_result result;
    struct buf content;

    buf_init(&content, LIMIT_SUBSCRIPTIONS);
    result = file_read(&content, value.data, false, error);
    if (result == SOCKFEED_OK) {
        result =
            add_values(options, values, file_without_mark(buf_span(&content)));
    }
    buf_deinit(&content);
    return result == SOCKFEED_OK && values->count == before
               ? option_error_set(error, "the file has no lines")
               : result;
}

/* A line of -S: `#` begins a comment, `\#` a message with a `#`. */
static enum sockfeed_result add_line(struct options *options,
                                     struct given_messages *messages,
                                     struct given_message *message,
                                     struct option_error *error)
{
    struct span *text = &message->text;
    enum sockfeed_result result;

    if (span_trim(*text).size == 0 || span_starts(*text, "#")) {
        return SOCKFEED_OK;
    }
    if (span_starts(*text, "\\#")) {
        *text = span_skip(*text, 1);
    }
    text->data = options_keep(options, *text);
    if (text->data == NULL) {
        return SOCKFEED_NOMEM;
    }
    message->file = option_file_of(*text);
    result = option_file_value(options, text, error);
    return result == SOCKFEED_OK ? add_message(messages, message, error)
                                 : result;
}

static enum sockfeed_result add_lines(struct options *options,
                                      struct given_messages *messages,
                                      const char *path, struct span text,
                                      struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct given_message message = {.origin = path, .line = 1};

    while (result == SOCKFEED_OK && file_line(&text, &message.text)) {
        result = add_line(options, messages, &message, error);
        if (result == SOCKFEED_INVALID) {
            (void)option_error_prefix(error, "line %u: ", message.line);
        }
        message.line++;
    }
    return result;
}

enum sockfeed_result option_message_file(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    const struct given_messages *messages = option_field(options, option);
    size_t before = messages->count;
    struct buf content;
    enum sockfeed_result result;

    if (span_is(value, "-") && options_take_stdin(options) != SOCKFEED_OK) {
        return option_error_set(error, "standard input was read already");
    }
    buf_init(&content, LIMIT_SUBSCRIPTIONS);
    result = file_read(&content, value.data, true, error);
    if (result == SOCKFEED_OK) {
        result = add_lines(options, option_field(options, option), value.data,
                           file_without_mark(buf_span(&content)), error);
    }
    buf_wipe(&content);
    return result == SOCKFEED_OK && messages->count == before
               ? option_error_set(error, "there is no message in it")
               : result;
}

enum sockfeed_result option_message_ack(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    struct json_scan_result scanned;
    struct malformed malformed;

    if (json_scan(&scanned, &malformed, value, 0) != SOCKFEED_OK) {
        return option_error_set(error, "column %zu: %s",
                                message_column(value, malformed.offset),
                                malformed.reason);
    }
    if (scanned.kind != JSON_ARRAY) {
        return option_error_set(error, "expected a JSON array of arguments");
    }
    *(struct span *)option_field(options, option) = scanned.value;
    return SOCKFEED_OK;
}

enum sockfeed_result option_message_retries(struct options *options,
                                            const struct option *option,
                                            struct span value,
                                            struct option_error *error)
{
    uint64_t count;
    enum sockfeed_result result =
        option_set_parse_count(&count, value, UINT32_MAX, error);

    if (result == SOCKFEED_OK) {
        *(uint64_t *)option_field(options, option) = count;
    }
    return result;
}
