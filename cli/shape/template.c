/* SPDX-License-Identifier: MIT */
#include "cli/shape/template.h"

#include "base/json_pointer.h"
#include "base/limits.h"
#include "cli/base/value.h"
#include "cli/shape/form.h"

#include <stdio.h>
#include <stdlib.h>

enum field {
    FIELD_LITERAL,
    FIELD_EVENT,
    FIELD_DATA,
    FIELD_TEXT,
    FIELD_ARGUMENTS,
    FIELD_NAMESPACE,
    FIELD_URL,
    FIELD_TIME,
    FIELD_EPOCH,
    FIELD_SIZE,
    FIELD_COUNT,
    FIELD_VALUE,
};

struct piece {
    enum field field;
    size_t at;   /* LITERAL: in template.literals */
    size_t size; /* LITERAL */
    size_t pointer;
};

struct template
{
    struct buf pieces; /* of struct piece */
    struct buf literals;
    struct json_pointer_set pointers;
    struct span *values; /* found in the message at hand */
};

static const struct {
    char letter;
    enum field field;
} fields[] = {
    {'e', FIELD_EVENT    },
    {'d', FIELD_DATA     },
    {'t', FIELD_TEXT     },
    {'a', FIELD_ARGUMENTS},
    {'n', FIELD_NAMESPACE},
    {'u', FIELD_URL      },
    {'T', FIELD_TIME     },
    {'s', FIELD_EPOCH    },
    {'b', FIELD_SIZE     },
    {'c', FIELD_COUNT    },
};

/* ---- Compiling ---------------------------------------------------------- */

struct reader {
    struct template *template;
    struct span whole;
    size_t at;
    size_t literal_from; /* in literals: not yet a piece */
    struct output_error *error;
};

static enum sockfeed_result refuse(const struct reader *reader, size_t at,
                                   const char *reason)
{
    (void)snprintf(reader->error->text, sizeof reader->error->text,
                   "%s (column %zu)", reason, at + 1);
    return SOCKFEED_INVALID;
}

static void add_piece(struct template *template, struct piece piece)
{
    buf_append(&template->pieces, &piece, sizeof piece);
}

/* What literal text came together becomes a piece. */
static void end_literal(struct reader *reader)
{
    struct buf *literals = &reader->template->literals;

    if (literals->size > reader->literal_from) {
        add_piece(reader->template,
                  (struct piece){FIELD_LITERAL, reader->literal_from,
                                 literals->size - reader->literal_from, 0});
    }
    reader->literal_from = literals->size;
}

/* After `%{`. */
static enum sockfeed_result read_pointer(struct reader *reader)
{
    struct json_pointer_set *pointers = &reader->template->pointers;
    struct span rest = span_skip(reader->whole, reader->at);
    struct span pointer = span_of(rest.data, span_find(rest, '}'));
    struct malformed malformed = {0, "too many pointers"};
    enum sockfeed_result result;

    if (pointer.size == rest.size) {
        return refuse(reader, reader->at - 2, "no } for this %{");
    }
    result = json_pointer_add(pointers, &malformed, pointer);
    if (result == SOCKFEED_INVALID || result == SOCKFEED_FULL) {
        return refuse(reader, reader->at + malformed.offset, malformed.reason);
    }
    if (result == SOCKFEED_OK) {
        add_piece(reader->template,
                  (struct piece){FIELD_VALUE, 0, 0, pointers->count - 1});
        reader->at += pointer.size + 1;
    }
    return result;
}

/* After `%`. */
static enum sockfeed_result read_field(struct reader *reader)
{
    char letter =
        reader->at < reader->whole.size ? reader->whole.data[reader->at] : '\0';

    reader->at++;
    if (letter == '%') {
        buf_append_byte(&reader->template->literals, '%');
        return SOCKFEED_OK;
    }
    end_literal(reader);
    if (letter == '{') {
        return read_pointer(reader);
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].letter == letter) {
            add_piece(reader->template,
                      (struct piece){fields[i].field, 0, 0, 0});
            return SOCKFEED_OK;
        }
    }
    return refuse(reader, reader->at - 2,
                  "% is followed by one of e d t a n u T s b c { %");
}

/* After a backslash. */
static enum sockfeed_result read_escape(struct reader *reader)
{
    char letter =
        reader->at < reader->whole.size ? reader->whole.data[reader->at] : '\0';
    char byte = letter;

    reader->at++;
    switch (letter) {
    case 'n':
        byte = '\n';
        break;
    case 't':
        byte = '\t';
        break;
    case '0':
        byte = '\0';
        break;
    case '\\':
        break;
    default:
        return refuse(reader, reader->at - 2,
                      "a backslash is followed by one of n t 0 \\");
    }
    buf_append_byte(&reader->template->literals, byte);
    return SOCKFEED_OK;
}

static enum sockfeed_result read_all(struct reader *reader)
{
    struct template *template = reader->template;
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && reader->at < reader->whole.size) {
        char byte = reader->whole.data[reader->at++];

        if (byte == '%') {
            result = read_field(reader);
        } else if (byte == '\\') {
            result = read_escape(reader);
        } else {
            buf_append_byte(&template->literals, byte);
        }
    }
    end_literal(reader);
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (buf_result(&template->literals) == SOCKFEED_FULL ||
        buf_result(&template->pieces) == SOCKFEED_FULL) {
        return refuse(reader, LIMIT_TEMPLATE, "too long");
    }
    template->values =
        calloc(template->pointers.count + 1, sizeof *template->values);
    if (template->values == NULL ||
        buf_result(&template->literals) != SOCKFEED_OK ||
        buf_result(&template->pieces) != SOCKFEED_OK) {
        return SOCKFEED_NOMEM;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result template_new(struct template **made, const char *text,
                                  struct output_error *error)
{
    struct template *template = calloc(1, sizeof *template);
    struct reader reader = {
        .template = template, .whole = span_text(text), .error = error};
    enum sockfeed_result result;

    *made = NULL;
    if (template == NULL) {
        return SOCKFEED_NOMEM;
    }
    buf_init(&template->pieces, LIMIT_TEMPLATE * sizeof(struct piece));
    buf_init(&template->literals, LIMIT_TEMPLATE);
    json_pointer_init(&template->pointers);
    result = read_all(&reader);
    if (result != SOCKFEED_OK) {
        template_free(template);
        return result;
    }
    *made = template;
    return SOCKFEED_OK;
}

void template_free(struct template *template)
{
    if (template == NULL) {
        return;
    }
    buf_deinit(&template->pieces);
    buf_deinit(&template->literals);
    json_pointer_deinit(&template->pointers);
    free(template->values);
    free(template);
}

/* ---- Filling in --------------------------------------------------------- */

static void append_epoch(struct buf *out, int64_t time)
{
    const int64_t second = 1000000000;
    char fraction[10] = ".";

    buf_append_uint(out, (uint64_t)(time / second));
    for (int64_t i = 9, rest = time % second; i > 0; i--, rest /= 10) {
        fraction[i] = (char)('0' + rest % 10);
    }
    buf_append(out, fraction, sizeof fraction);
}

static void append_value(struct buf *out, struct span value)
{
    if (value.data != NULL && !span_is(value, "null")) {
        value_append_text(out, value);
    }
}

/* What only events have. */
static void append_of_event(struct buf *out, const struct subject *subject,
                            enum field field)
{
    if (subject->kind != SUBJECT_EVENT) {
        return;
    }
    if (field == FIELD_EVENT) {
        value_append_text(out, subject->name);
    } else if (field == FIELD_NAMESPACE) {
        buf_append_span(out, subject->space);
    } else {
        buf_append_byte(out, '[');
        buf_append_span(out, subject->args);
        buf_append_byte(out, ']');
    }
}

struct filling {
    struct template *template;
    struct subject *subject;
    enum output_binary binary;
    struct clock_stamp *stamp;
    uint64_t count;
};

static void append_piece(const struct filling *filling, struct buf *out,
                         const struct piece *piece)
{
    switch (piece->field) {
    case FIELD_LITERAL:
        buf_append(out, filling->template->literals.data + piece->at,
                   piece->size);
        break;
    case FIELD_EVENT:
    case FIELD_NAMESPACE:
    case FIELD_ARGUMENTS:
        append_of_event(out, filling->subject, piece->field);
        break;
    case FIELD_DATA:
        form_append_data(out, filling->subject);
        break;
    case FIELD_TEXT:
        (void)form_append_text(out, filling->subject, filling->binary);
        break;
    case FIELD_URL:
        buf_append_span(out, buf_span(&filling->subject->source->url));
        break;
    case FIELD_TIME:
        buf_append(out, clock_stamp_text(filling->stamp), CLOCK_TEXT_SIZE - 1);
        break;
    case FIELD_EPOCH:
        append_epoch(out, filling->stamp->time);
        break;
    case FIELD_SIZE:
        buf_append_uint(out, subject_json(filling->subject).size);
        break;
    case FIELD_COUNT:
        buf_append_uint(out, filling->count);
        break;
    case FIELD_VALUE:
        append_value(out, filling->template->values[piece->pointer]);
        break;
    }
}

void template_append(struct template *template, struct buf *out,
                     struct subject *subject, enum output_binary binary,
                     struct clock_stamp *stamp, uint64_t count)
{
    struct filling filling = {template, subject, binary, stamp, count};

    if (template->pointers.count > 0) {
        json_pointer_evaluate(&template->pointers, template->values,
                              subject_data(subject), 0);
    }
    for (size_t at = 0; at < template->pieces.size;
         at += sizeof(struct piece)) {
        struct piece piece;

        memcpy(&piece, template->pieces.data + at, sizeof piece);
        append_piece(&filling, out, &piece);
    }
}
