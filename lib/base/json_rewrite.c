/* SPDX-License-Identifier: MIT */
#include "base/json_rewrite.h"

#include "base/json_walk.h"
#include "base/limits.h"

#include <stdlib.h>

enum {
    NO_KEY = -1
};

/* An array or object that has begun. */
struct level {
    struct json_rewrite_object object;
    bool is_object;
    bool wants_key; /* the next string is one */
    int key;        /* index of the key whose value is next, or NO_KEY */
};

struct rewrite {
    struct buf *out;
    const char *const *keys;
    json_rewrite_callback callback;
    void *user;
    struct level *levels; /* owned, LIMIT_JSON_DEPTH of them */
    size_t depth;
};

static struct level *innermost(struct rewrite *rewrite)
{
    return rewrite->depth == 0 ? NULL : &rewrite->levels[rewrite->depth - 1];
}

static int find_key(const struct rewrite *rewrite, struct span token)
{
    for (int i = 0; i < JSON_REWRITE_KEYS; i++) {
        if (rewrite->keys[i] != NULL &&
            json_walk_string_is(token, rewrite->keys[i])) {
            return i;
        }
    }
    return NO_KEY;
}

/* A value has been read; `token` is empty for an array or object. */
static void set_value(struct rewrite *rewrite, struct span token)
{
    struct level *level = innermost(rewrite);

    if (level != NULL && level->is_object && level->key != NO_KEY) {
        level->object.values[level->key] = token;
    }
}

static void take_scalar(struct rewrite *rewrite, struct span token)
{
    struct level *level = innermost(rewrite);

    buf_append_span(rewrite->out, token);
    if (level != NULL && level->wants_key) {
        level->wants_key = false;
        level->object.members++;
        level->key = find_key(rewrite, token);
    } else {
        set_value(rewrite, token);
    }
}

static void begin(struct rewrite *rewrite, char bracket)
{
    struct level *level;

    set_value(rewrite, span_of(NULL, 0));
    level = &rewrite->levels[rewrite->depth++];
    *level = (struct level){.is_object = bracket == '{',
                            .wants_key = bracket == '{',
                            .key = NO_KEY};
    level->object.start = rewrite->out->size;
    buf_append_byte(rewrite->out, bracket);
}

static enum sockfeed_result end(struct rewrite *rewrite, char bracket)
{
    const struct level *level = &rewrite->levels[--rewrite->depth];

    buf_append_byte(rewrite->out, bracket);
    if (!level->is_object || buf_result(rewrite->out) != SOCKFEED_OK) {
        return buf_result(rewrite->out);
    }
    return rewrite->callback(rewrite->user, rewrite->out, &level->object);
}

static void pass(struct rewrite *rewrite, char c)
{
    struct level *level = innermost(rewrite);

    buf_append_byte(rewrite->out, c);
    if (c == ',' && level != NULL && level->is_object) {
        level->wants_key = true;
    }
}

/* The size of the string, number or literal at the front of the text. */
static size_t scalar_size(struct span text)
{
    static const char ends[] = ",:]} \t\r\n";
    size_t at = 1;

    if (text.data[0] != '"') {
        while (at < text.size &&
               memchr(ends, text.data[at], sizeof ends - 1) == NULL) {
            at++;
        }
        return at;
    }
    while (at < text.size && text.data[at] != '"') {
        at += text.data[at] == '\\' ? 2 : 1;
    }
    return at < text.size ? at + 1 : text.size;
}

static enum sockfeed_result run(struct rewrite *rewrite, struct span text)
{
    enum sockfeed_result result = SOCKFEED_OK;
    size_t at = 0;

    while (at < text.size && result == SOCKFEED_OK) {
        size_t size = 1;

        switch (text.data[at]) {
        case '{':
        case '[':
            begin(rewrite, text.data[at]);
            break;
        case '}':
        case ']':
            result = end(rewrite, text.data[at]);
            break;
        case ',':
        case ':':
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            pass(rewrite, text.data[at]);
            break;
        default:
            size = scalar_size(span_skip(text, at));
            take_scalar(rewrite, span_of(text.data + at, size));
            break;
        }
        at += size;
    }
    return result == SOCKFEED_OK ? buf_result(rewrite->out) : result;
}

enum sockfeed_result json_rewrite(struct buf *out, struct span text,
                                  const char *const *keys,
                                  json_rewrite_callback callback, void *user)
{
    struct rewrite rewrite = {
        .out = out, .keys = keys, .callback = callback, .user = user};
    enum sockfeed_result result;

    /* Checked JSON is no deeper. */
    rewrite.levels = calloc(LIMIT_JSON_DEPTH, sizeof *rewrite.levels);
    if (rewrite.levels == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = run(&rewrite, text);
    free(rewrite.levels);
    return result;
}
