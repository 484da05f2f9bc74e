/* SPDX-License-Identifier: MIT */
#include "base/json_pointer.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/limits.h"

#include <stdlib.h>

/*
 * The input is pointers divided by spaces, a line feed, and a text. All are
 * looked up at once and compared with an evaluator that takes one pointer and
 * one token at a time and has only one idea: step over a value.
 */
enum {
    POINTERS_MAX = 8
};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static size_t skip_space(struct span text, size_t at)
{
    while (at < text.size && strchr(" \t\r\n", text.data[at]) != NULL &&
           text.data[at] != '\0') {
        at++;
    }
    return at;
}

/* The end of the value or key at `at`, in checked text. */
static size_t value_end(struct span text, size_t at)
{
    size_t depth = 0;

    do {
        char c = text.data[at];

        if (c == '"') {
            for (at++; text.data[at] != '"'; at++) {
                at += text.data[at] == '\\';
            }
            at++;
        } else if (strchr("{}[],: \t\r\n", c) != NULL) {
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
            at++;
        } else {
            while (at < text.size &&
                   strchr("{}[],: \t\r\n", text.data[at]) == NULL) {
                at++;
            }
        }
    } while (depth > 0);
    return at;
}

static struct span value_at(struct span text, size_t at)
{
    return span_of(text.data + at, value_end(text, at) - at);
}

static bool same_key(struct span token, struct span wanted)
{
    struct buf key;
    bool same;

    buf_init(&key, token.size);
    require(json_unquote(&key, token) == SOCKFEED_OK);
    same = span_equal(buf_span(&key), wanted);
    buf_deinit(&key);
    return same;
}

static bool is_number(struct span token, size_t number)
{
    struct buf digits;
    bool same;

    buf_init(&digits, 32);
    buf_append_uint(&digits, number);
    same = span_equal(buf_span(&digits), token);
    buf_deinit(&digits);
    return same;
}

/* The member or element of a value that an unescaped token names. */
static struct span step(struct span value, struct span token)
{
    struct span found = {NULL, 0};
    size_t at = skip_space(value, 1);
    size_t index = 0;

    if (value.data[0] != '{' && value.data[0] != '[') {
        return found;
    }
    while (value.data[at] != '}' && value.data[at] != ']') {
        bool named = value.data[0] == '[' && is_number(token, index);

        if (value.data[0] == '{') {
            struct span key = value_at(value, at);

            named = same_key(key, token);
            at = skip_space(value, at + key.size);
            at = skip_space(value, at + 1);
        }
        if (named) {
            found = value_at(value, at);
        }
        index++;
        at = skip_space(value, value_end(value, at));
        if (value.data[at] == ',') {
            at = skip_space(value, at + 1);
        }
    }
    return found;
}

static struct span evaluate(struct span value, struct span pointer)
{
    while (pointer.size > 0 && value.data != NULL) {
        size_t size = span_find(span_skip(pointer, 1), '/');
        struct buf token;

        buf_init(&token, LIMIT_POINTER);
        json_pointer_append_last(&token, span_of(pointer.data, 1 + size));
        value = step(value, buf_span(&token));
        buf_deinit(&token);
        pointer = span_skip(pointer, 1 + size);
    }
    return value;
}

static void check_values(const struct json_pointer_set *set,
                         const struct span *pointers,
                         const struct json_scan_result *result)
{
    struct span values[POINTERS_MAX];
    struct span elements[POINTERS_MAX];

    json_pointer_evaluate(set, values, result->value, 0);
    for (size_t i = 0; i < set->count; i++) {
        struct span wanted = evaluate(result->value, pointers[i]);

        require(values[i].data == wanted.data);
        require(values[i].size == wanted.size);
    }
    if (result->kind != JSON_ARRAY || result->count == 0) {
        return;
    }
    /* Without its brackets an array holds the same, at the same places. */
    json_pointer_evaluate(
        set, elements, span_of(result->value.data + 1, result->value.size - 2),
        JSON_POINTER_ELEMENTS);
    for (size_t i = 0; i < set->count; i++) {
        if (pointers[i].size > 0) {
            require(values[i].data == elements[i].data);
            require(values[i].size == elements[i].size);
        }
    }
}

static void add_pointers(struct json_pointer_set *set, struct span *pointers,
                         struct span line)
{
    while (set->count < POINTERS_MAX) {
        struct span pointer = span_of(line.data, span_find(line, ' '));
        struct malformed malformed;

        pointers[set->count] = pointer;
        if (json_pointer_add(set, &malformed, pointer) == SOCKFEED_INVALID) {
            require(malformed.offset <= pointer.size);
        }
        if (pointer.size == line.size) {
            return;
        }
        line = span_skip(line, pointer.size + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of((const char *)data, size);
    size_t line = span_find(input, '\n');
    struct span pointers[POINTERS_MAX];
    struct json_pointer_set set;
    struct json_scan_result result;
    struct malformed malformed;

    if (line == size) {
        return 0;
    }
    json_pointer_init(&set);
    add_pointers(&set, pointers, span_of(input.data, line));
    if (json_scan(&result, &malformed, span_skip(input, line + 1), 0) ==
        SOCKFEED_OK) {
        check_values(&set, pointers, &result);
    }
    json_pointer_deinit(&set);
    return 0;
}
