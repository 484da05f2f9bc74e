/* SPDX-License-Identifier: MIT */
#include "cli/shape/select.h"

#include "base/json_pointer.h"
#include "base/json_quote.h"
#include "base/limits.h"
#include "cli/base/value.h"

#include <stdio.h>
#include <stdlib.h>

struct select {
    struct json_pointer_set pointers;
    struct span *values; /* of the message at hand */
    struct buf *names;   /* of the columns */
    struct buf *keys;    /* the names as `"name":` */
    struct buf scratch;
    size_t count;
};

static enum sockfeed_result add(struct select *select, struct span pointer,
                                size_t at, struct output_error *error)
{
    struct malformed malformed = {0, "too many pointers"};
    enum sockfeed_result result =
        json_pointer_add(&select->pointers, &malformed, pointer);
    struct buf *name = &select->names[select->count];

    if (result == SOCKFEED_INVALID || result == SOCKFEED_FULL) {
        (void)snprintf(error->text, sizeof error->text, "%s (column %zu)",
                       malformed.reason, at + malformed.offset + 1);
        return SOCKFEED_INVALID;
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    buf_init(name, LIMIT_POINTER);
    buf_init(&select->keys[select->count], SIZE_MAX / 2);
    select->count++;
    json_pointer_append_last(name, pointer);
    return buf_result(name);
}

static bool is_twice(const struct select *select, size_t column)
{
    for (size_t i = 0; i < select->count; i++) {
        if (i != column && span_equal(buf_span(&select->names[i]),
                                      buf_span(&select->names[column]))) {
            return true;
        }
    }
    return false;
}

/* The pointer of a column, from the text of them all. */
static struct span nth(struct span pointers, size_t column)
{
    for (; column > 0; column--) {
        pointers = span_skip(pointers, span_find(pointers, ',') + 1);
    }
    return span_of(pointers.data, span_find(pointers, ','));
}

/* Names that two columns share become their pointers. The names are compared
 * as they were, so the pointers are put in afterwards. */
static enum sockfeed_result settle_names(struct select *select,
                                         struct span pointers)
{
    bool whole[LIMIT_POINTERS] = {false};

    for (size_t i = 0; i < select->count; i++) {
        whole[i] = is_twice(select, i);
    }
    for (size_t i = 0; i < select->count; i++) {
        struct buf *name = &select->names[i];
        struct buf *key = &select->keys[i];

        if (whole[i]) {
            buf_clear(name);
            buf_append_span(name, nth(pointers, i));
        }
        json_quote(key, buf_span(name));
        buf_append_byte(key, ':');
        if (buf_result(name) != SOCKFEED_OK || buf_result(key) != SOCKFEED_OK) {
            return SOCKFEED_NOMEM;
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result select_new(struct select **select, const char *pointers,
                                struct output_error *error)
{
    struct select *created = calloc(1, sizeof *created);
    struct span text = span_text(pointers);
    enum sockfeed_result result = SOCKFEED_OK;
    size_t at = 0;

    *select = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    json_pointer_init(&created->pointers);
    buf_init(&created->scratch, SIZE_MAX / 2);
    /* One more than there can be: the last add then fails in its own words. */
    created->values = calloc(LIMIT_POINTERS + 1, sizeof(struct span));
    created->names = calloc(LIMIT_POINTERS + 1, sizeof(struct buf));
    created->keys = calloc(LIMIT_POINTERS + 1, sizeof(struct buf));
    if (created->values == NULL || created->names == NULL ||
        created->keys == NULL) {
        result = SOCKFEED_NOMEM;
    }
    if (result == SOCKFEED_OK && text.size == 0) {
        (void)snprintf(error->text, sizeof error->text,
                       "a pointer must stand here");
        result = SOCKFEED_INVALID;
    }
    while (result == SOCKFEED_OK && at <= text.size) {
        struct span rest = span_skip(text, at);
        struct span pointer = span_of(rest.data, span_find(rest, ','));

        result = add(created, pointer, at, error);
        at += pointer.size + 1;
    }
    if (result == SOCKFEED_OK) {
        result = settle_names(created, text);
    }
    if (result != SOCKFEED_OK) {
        select_free(created);
        return result;
    }
    *select = created;
    return SOCKFEED_OK;
}

void select_free(struct select *select)
{
    if (select == NULL) {
        return;
    }
    for (size_t i = 0; i < select->count; i++) {
        buf_deinit(&select->names[i]);
        buf_deinit(&select->keys[i]);
    }
    json_pointer_deinit(&select->pointers);
    buf_deinit(&select->scratch);
    free(select->values);
    free(select->names);
    free(select->keys);
    free(select);
}

/* ---- Columns ------------------------------------------------------------ */

static const char *tab_escape(char byte)
{
    switch (byte) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

static void append_escaped(struct buf *out, struct span text)
{
    size_t plain = 0;

    for (size_t i = 0; i < text.size; i++) {
        const char *escape = tab_escape(text.data[i]);

        if (escape != NULL) {
            buf_append(out, text.data + plain, i - plain);
            buf_append_text(out, escape);
            plain = i + 1;
        }
    }
    buf_append_span(out, span_skip(text, plain));
}

/* A tab of a JSON text stands between tokens, where a space says the same and
 * makes no column. */
static void append_without_tabs(struct buf *out, struct span json)
{
    size_t from = out->size;

    buf_append_span(out, json);
    if (buf_result(out) != SOCKFEED_OK) {
        return;
    }
    for (size_t i = from; i < out->size; i++) {
        if (out->data[i] == '\t') {
            out->data[i] = ' ';
        }
    }
}

static bool needs_quotes(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == ',' ||
            text.data[i] == '\n' || text.data[i] == '\r') {
            return true;
        }
    }
    return false;
}

static void append_csv(struct buf *out, struct span text)
{
    if (!needs_quotes(text)) {
        buf_append_span(out, text);
        return;
    }
    buf_append_byte(out, '"');
    while (text.size > 0) {
        size_t quote = span_find(text, '"');

        buf_append(out, text.data, quote);
        if (quote == text.size) {
            break;
        }
        buf_append_text(out, "\"\"");
        text = span_skip(text, quote + 1);
    }
    buf_append_byte(out, '"');
}

static void append_column(struct select *select, struct buf *out,
                          enum select_form form, struct span value)
{
    if (value.data == NULL || span_is(value, "null")) {
        return;
    }
    if (form == SELECT_CSV) {
        append_csv(out, value_text(&select->scratch, value));
    } else if (value.data[0] == '"') {
        append_escaped(out, value_text(&select->scratch, value));
    } else {
        append_without_tabs(out, value);
    }
}

static void append_object(const struct select *select, struct buf *out)
{
    bool first = true;

    buf_append_byte(out, '{');
    for (size_t i = 0; i < select->count; i++) {
        if (select->values[i].data == NULL) {
            continue;
        }
        if (!first) {
            buf_append_byte(out, ',');
        }
        first = false;
        buf_append_span(out, buf_span(&select->keys[i]));
        buf_append_span(out, select->values[i]);
    }
    buf_append_byte(out, '}');
}

void select_append(struct select *select, struct buf *out,
                   enum select_form form, struct span data)
{
    json_pointer_evaluate(&select->pointers, select->values, data, 0);
    if (form == SELECT_JSON) {
        append_object(select, out);
        return;
    }
    for (size_t i = 0; i < select->count; i++) {
        if (i > 0) {
            buf_append_byte(out, form == SELECT_CSV ? ',' : '\t');
        }
        append_column(select, out, form, select->values[i]);
    }
}

void select_append_header(const struct select *select, struct buf *out)
{
    for (size_t i = 0; i < select->count; i++) {
        if (i > 0) {
            buf_append_byte(out, ',');
        }
        append_csv(out, buf_span(&select->names[i]));
    }
}
