/* SPDX-License-Identifier: MIT */
#include "cli/shape/subject.h"

#include "base/json_bytes.h"
#include "base/json_compact.h"
#include "base/json_quote.h"
#include "base/json_scan.h"

#include <stdint.h>

enum {
    KEEP = 1048576 /* a buffer larger than this was for one large message */
};

void subject_init(struct subject *subject)
{
    *subject = (struct subject){0};
    buf_init(&subject->made[0], SIZE_MAX / 2);
    buf_init(&subject->made[1], SIZE_MAX / 2);
    buf_init(&subject->array, SIZE_MAX / 2);
}

void subject_deinit(struct subject *subject)
{
    buf_deinit(&subject->made[0]);
    buf_deinit(&subject->made[1]);
    buf_deinit(&subject->array);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Without JSON's white space at both ends. */
static struct span trim(struct span text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text = span_skip(text, 1);
    }
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* The buffer that does not hold `json`, empty. */
static struct buf *next_buffer(struct subject *subject)
{
    struct buf *buf = &subject->made[subject->turn];

    subject->turn ^= 1;
    if (buf->capacity > KEEP) {
        buf_deinit(buf);
    }
    buf_clear(buf);
    return buf;
}

/* An event whose array stands on several lines becomes one line, in which the
 * name and the arguments lie elsewhere. */
static enum sockfeed_result join_lines(struct subject *subject)
{
    struct buf *made = next_buffer(subject);
    struct json_scan_result array;
    struct malformed malformed;

    json_compact(made, subject->json);
    if (buf_result(made) != SOCKFEED_OK) {
        return buf_result(made);
    }
    subject->json = buf_span(made);
    if (json_scan(&array, &malformed, subject->json, JSON_SCAN_UTF8) !=
        SOCKFEED_OK) {
        return SOCKFEED_INVALID;
    }
    subject->name = array.first;
    subject->args = array.rest;
    return SOCKFEED_OK;
}

enum sockfeed_result subject_take(struct subject *subject,
                                  struct source *source, unsigned connection,
                                  const struct sockfeed_message *message)
{
    struct span data = span_of(message->data, message->data_size);

    subject->source = source;
    subject->connection = connection;
    subject->rewritten = false;
    subject->inflated = false;
    subject->received = span_of(message->frame, message->frame_size);
    if (message->type == SOCKFEED_MESSAGE_EVENT) {
        subject->kind = SUBJECT_EVENT;
        subject->json = data;
        subject->space = span_of(message->space, message->space_size);
        subject->name = span_of(message->name, message->name_size);
        subject->args = trim(span_of(message->args, message->args_size));
        subject->arg_count = message->arg_count;
        subject->has_id = message->has_id;
        subject->id = message->id;
        return message->multiline ? join_lines(subject) : SOCKFEED_OK;
    }
    subject->kind = message->type == SOCKFEED_MESSAGE_BINARY ? SUBJECT_BINARY
                                                             : SUBJECT_TEXT;
    subject->text = data.data == NULL ? span_text("") : data;
    subject->received =
        subject->kind == SUBJECT_BINARY ? span_of(NULL, 0) : subject->text;
    subject->json = span_of(NULL, 0);
    return SOCKFEED_OK;
}

void subject_become_text(struct subject *subject, struct span text)
{
    subject->kind = SUBJECT_TEXT;
    subject->inflated = true;
    subject->text = text;
    subject->received = text;
    subject->json = span_of(NULL, 0);
}

static void make_json(struct subject *subject)
{
    struct json_scan_result scanned;
    struct malformed malformed;
    struct buf *made;
    unsigned flags = subject->kind == SUBJECT_BINARY ? 0 : JSON_SCAN_UTF8;

    if (subject->kind == SUBJECT_TEXT && !subject->inflated) {
        flags |= JSON_SCAN_PADDED; /* as the library promises */
    }
    subject->is_json =
        json_scan(&scanned, &malformed, subject->text, flags) == SOCKFEED_OK;
    if (subject->is_json && !scanned.multiline) {
        subject->json = subject->text;
        return;
    }
    made = next_buffer(subject);
    if (subject->is_json) {
        json_compact(made, subject->text);
    } else if (subject->kind == SUBJECT_BINARY) {
        json_bytes_append(made, subject->text);
    } else {
        json_quote(made, subject->text);
    }
    subject->json =
        buf_result(made) == SOCKFEED_OK ? buf_span(made) : span_text("");
}

struct span subject_json(struct subject *subject)
{
    if (subject->json.data == NULL) {
        make_json(subject);
    }
    return subject->json;
}

struct span subject_data(struct subject *subject)
{
    if (subject->kind != SUBJECT_EVENT) {
        return subject_json(subject);
    }
    if (subject->arg_count == 1) {
        return subject->args;
    }
    if (subject->arg_count == 0) {
        return span_text("null");
    }
    buf_clear(&subject->array);
    buf_append_byte(&subject->array, '[');
    buf_append_span(&subject->array, subject->args);
    buf_append_byte(&subject->array, ']');
    return buf_result(&subject->array) == SOCKFEED_OK
               ? buf_span(&subject->array)
               : span_text("");
}

enum sockfeed_result subject_replace(struct subject *subject, struct span part,
                                     struct span text)
{
    struct span json = subject_json(subject);
    size_t before = (size_t)(part.data - json.data);
    struct buf *made = next_buffer(subject);

    buf_append(made, json.data, before);
    buf_append_span(made, text);
    buf_append_span(made, span_skip(json, before + part.size));
    if (buf_result(made) != SOCKFEED_OK) {
        return buf_result(made);
    }
    /* What follows the part has moved, what it stands in has grown. */
    if (subject->kind == SUBJECT_EVENT) {
        size_t name_at = (size_t)(subject->name.data - json.data);
        size_t args_at = (size_t)(subject->args.data - json.data);

        subject->name.data = made->data + name_at;
        subject->args = span_of(made->data + args_at,
                                subject->args.size - part.size + text.size);
    }
    subject->json = buf_span(made);
    subject->rewritten = true;
    subject->is_json = true;
    return SOCKFEED_OK;
}
