/* SPDX-License-Identifier: MIT */
#include "cli/shape/color.h"

#include "cli/base/visible.h"

enum {
    INDENT = 2 /* spaces for each level */
};

static const char paint_key[] = "\033[1;34m";
static const char paint_string[] = "\033[32m";
static const char paint_number[] = "\033[36m";
static const char paint_literal[] = "\033[33m";
static const char paint_off[] = "\033[0m";

struct painter {
    struct buf *out;
    unsigned flags;
    size_t depth; /* open arrays and objects */
};

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static struct span skip_space(struct span json)
{
    while (json.size > 0 && is_space(json.data[0])) {
        json = span_skip(json, 1);
    }
    return json;
}

static size_t string_size(struct span json)
{
    size_t at = 1;

    while (at < json.size && json.data[at] != '"') {
        at += json.data[at] == '\\' ? 2 : 1;
    }
    return at < json.size ? at + 1 : json.size;
}

/* Of a number or a literal. */
static size_t word_size(struct span json)
{
    size_t at = 0;

    while (at < json.size && !is_space(json.data[at]) &&
           memchr(",:]}", json.data[at], 4) == NULL) {
        at++;
    }
    return at;
}

static void append_token(struct painter *painter, const char *paint,
                         struct span token)
{
    bool painted = (painter->flags & COLOR_PAINT) != 0;

    if (painted) {
        buf_append_text(painter->out, paint);
    }
    if ((painter->flags & COLOR_VISIBLE) != 0) {
        visible_append(painter->out, token);
    } else {
        buf_append_span(painter->out, token);
    }
    if (painted) {
        buf_append_text(painter->out, paint_off);
    }
}

static void new_line(struct painter *painter)
{
    if ((painter->flags & COLOR_INDENT) == 0) {
        return;
    }
    buf_append_byte(painter->out, '\n');
    for (size_t i = 0; i < INDENT * painter->depth; i++) {
        buf_append_byte(painter->out, ' ');
    }
}

/* One of the six structural characters; answers with what follows. */
static struct span append_structure(struct painter *painter, struct span json)
{
    char byte = json.data[0];
    struct span next = skip_space(span_skip(json, 1));

    if (byte == ']' || byte == '}') {
        painter->depth--;
        new_line(painter);
    }
    buf_append_byte(painter->out, byte);
    switch (byte) {
    case '[':
    case '{':
        painter->depth++;
        /* What is empty stays together. */
        if ((painter->flags & COLOR_INDENT) != 0 && next.size > 0 &&
            (next.data[0] == ']' || next.data[0] == '}')) {
            painter->depth--;
            buf_append_byte(painter->out, next.data[0]);
            return span_skip(next, 1);
        }
        new_line(painter);
        break;
    case ',':
        new_line(painter);
        break;
    case ':':
        if ((painter->flags & COLOR_INDENT) != 0) {
            buf_append_byte(painter->out, ' ');
        }
        break;
    default:
        break;
    }
    return span_skip(json, 1);
}

/* A value or a key, which the colon after it tells. */
static struct span append_scalar(struct painter *painter, struct span json)
{
    bool is_string = json.data[0] == '"';
    size_t size = is_string ? string_size(json) : word_size(json);
    struct span rest = span_skip(json, size);
    struct span next = skip_space(rest);
    const char *paint = paint_number;

    if (is_string) {
        bool is_key = next.size > 0 && next.data[0] == ':';

        paint = is_key ? paint_key : paint_string;
    } else if (json.data[0] >= 'a' && json.data[0] <= 'z') {
        paint = paint_literal;
    }
    append_token(painter, paint, span_of(json.data, size));
    return rest;
}

void color_append_json(struct buf *out, struct span json, unsigned flags)
{
    struct painter painter = {.out = out, .flags = flags};

    while (json.size > 0) {
        char byte = json.data[0];

        if (is_space(byte)) {
            /* A carriage return would write over the line. */
            if ((flags & COLOR_INDENT) == 0) {
                buf_append_byte(out, byte == '\r' ? ' ' : byte);
            }
            json = span_skip(json, 1);
        } else if (memchr("[]{},:", byte, 6) != NULL) {
            json = append_structure(&painter, json);
        } else {
            json = append_scalar(&painter, json);
        }
    }
}

void color_append_text(struct buf *out, struct span text)
{
    while (text.size > 0) {
        size_t size = 0;

        while (size < text.size && text.data[size] != '\n' &&
               text.data[size] != '\t') {
            size++;
        }
        visible_append(out, span_of(text.data, size));
        if (size < text.size) {
            buf_append_byte(out, text.data[size]);
            size++;
        }
        text = span_skip(text, size);
    }
}

void color_append_unpainted(struct buf *out, struct span line)
{
    while (line.size > 0) {
        size_t escape = span_find(line, '\033');

        buf_append_span(out, span_of(line.data, escape));
        line = span_skip(line, escape);
        if (line.size > 0) {
            size_t end = span_find(line, 'm');

            line = span_skip(line, end < line.size ? end + 1 : end);
        }
    }
}
