/* SPDX-License-Identifier: MIT */
#include "base/json_walk.h"

#include "base/buf.h"
#include "base/json_quote.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span skip_space(struct span text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text = span_skip(text, 1);
    }
    return text;
}

/* The size of the string token that the text begins with, quotes included. */
static size_t string_size(struct span text)
{
    size_t at = 1;

    while (at < text.size && text.data[at] != '"') {
        at += text.data[at] == '\\' ? 2 : 1;
    }
    return at < text.size ? at + 1 : text.size;
}

/* The size of the array or object that the text begins with. */
static size_t container_size(struct span text)
{
    size_t depth = 0;
    size_t at = 0;

    while (at < text.size) {
        char c = text.data[at];

        if (c == '"') {
            at += string_size(span_skip(text, at));
            continue;
        }
        at++;
        if (c == '[' || c == '{') {
            depth++;
        } else if (c == ']' || c == '}') {
            depth--;
            if (depth == 0) {
                break;
            }
        }
    }
    return at;
}

static size_t scalar_size(struct span text)
{
    size_t at = 0;

    while (at < text.size && !is_space(text.data[at]) && text.data[at] != ',' &&
           text.data[at] != ']' && text.data[at] != '}') {
        at++;
    }
    return at;
}

/* Takes the value at the front of the text off it. */
static struct span take_value(struct span *text)
{
    struct span rest = skip_space(*text);
    struct span value;
    size_t size;

    if (rest.size == 0) {
        size = 0;
    } else if (rest.data[0] == '"') {
        size = string_size(rest);
    } else if (rest.data[0] == '[' || rest.data[0] == '{') {
        size = container_size(rest);
    } else {
        size = scalar_size(rest);
    }
    value = span_of(rest.data, size);
    *text = span_skip(rest, size);
    return value;
}

/* Takes a comma or colon, and the space before it, off the text. */
static void take_separator(struct span *text)
{
    struct span rest = skip_space(*text);

    *text = rest.size == 0 ? rest : span_skip(rest, 1);
}

void json_walk_init(struct json_walk *walk, struct span value)
{
    value = skip_space(value);
    *walk = (struct json_walk){
        {NULL, 0},
        false
    };
    if (value.size > 1 && (value.data[0] == '{' || value.data[0] == '[')) {
        /* Stepping stops by itself at the bracket that closes it. */
        walk->object = value.data[0] == '{';
        walk->rest = span_skip(value, 1);
    }
}

bool json_walk_next(struct json_walk *walk, struct span *key,
                    struct span *value)
{
    *key = span_of(NULL, 0);
    walk->rest = skip_space(walk->rest);
    if (walk->rest.size == 0 || walk->rest.data[0] == ']' ||
        walk->rest.data[0] == '}') {
        return false;
    }
    if (walk->object) {
        *key = take_value(&walk->rest);
        take_separator(&walk->rest);
    }
    *value = take_value(&walk->rest);
    walk->rest = skip_space(walk->rest);
    if (walk->rest.size > 0 && walk->rest.data[0] == ',') {
        walk->rest = span_skip(walk->rest, 1);
    }
    return true;
}

bool json_walk_string_is(struct span token, const char *text)
{
    struct span inside;
    struct buf plain;
    bool equal;

    if (token.size < 2 || token.data[0] != '"') {
        return false;
    }
    inside = span_of(token.data + 1, token.size - 2);
    if (span_find(inside, '\\') == inside.size) {
        return span_is(inside, text);
    }
    /* A longer text overflows the buffer and is then not equal. */
    buf_init(&plain, strlen(text));
    equal = json_unquote(&plain, token) == SOCKFEED_OK &&
            span_is(buf_span(&plain), text);
    buf_deinit(&plain);
    return equal;
}

struct span json_walk_find(struct span object, const char *key)
{
    struct json_walk walk;
    struct span found = span_of(NULL, 0);
    struct span name;
    struct span value;

    json_walk_init(&walk, object);
    if (!walk.object) {
        return found;
    }
    while (json_walk_next(&walk, &name, &value)) {
        if (json_walk_string_is(name, key)) {
            found = value;
        }
    }
    return found;
}
