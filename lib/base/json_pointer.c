/* SPDX-License-Identifier: MIT */
#include "base/json_pointer.h"

#include "base/limits.h"

#include <stdlib.h>

enum {
    INDEX_DIGITS = 9 /* fewer than any array that is let in has elements */
};

void json_pointer_init(struct json_pointer_set *set)
{
    *set = (struct json_pointer_set){0};
    buf_init(&set->keys, (size_t)LIMIT_POINTERS * LIMIT_POINTER);
}

void json_pointer_deinit(struct json_pointer_set *set)
{
    free(set->nodes);
    free(set->earlier);
    buf_deinit(&set->keys);
    json_pointer_init(set);
}

static enum sockfeed_result refuse(struct malformed *malformed, size_t offset,
                                   const char *reason)
{
    *malformed = (struct malformed){offset, reason};
    return SOCKFEED_INVALID;
}

/* RFC 6901, section 3: nothing, or tokens that each begin with a slash, in
 * which ~ stands before 0 or 1 only. */
static enum sockfeed_result check(struct malformed *malformed,
                                  struct span pointer)
{
    if (pointer.size > LIMIT_POINTER) {
        return SOCKFEED_FULL;
    }
    if (pointer.size > 0 && pointer.data[0] != '/') {
        return refuse(malformed, 0, "a JSON Pointer begins with a slash");
    }
    for (size_t i = 0; i < pointer.size; i++) {
        if (pointer.data[i] == '~' &&
            (i + 1 == pointer.size ||
             (pointer.data[i + 1] != '0' && pointer.data[i + 1] != '1'))) {
            return refuse(malformed, i + 1, "~ must be written as ~0");
        }
    }
    return SOCKFEED_OK;
}

/* Appends a reference token with ~1 as a slash and ~0 as a tilde. */
static void append_token(struct buf *buf, struct span token)
{
    for (size_t i = 0; i < token.size; i++) {
        char c = token.data[i];

        if (c == '~') {
            i++;
            c = token.data[i] == '0' ? '~' : '/';
        }
        buf_append_byte(buf, c);
    }
}

/* RFC 6901, section 4: digits without a leading zero. */
static int32_t index_of(struct span key)
{
    int32_t index = 0;

    if (key.size == 0 || key.size > INDEX_DIGITS ||
        (key.size > 1 && key.data[0] == '0')) {
        return JSON_POINTER_NONE;
    }
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] < '0' || key.data[i] > '9') {
            return JSON_POINTER_NONE;
        }
        index = index * 10 + (key.data[i] - '0');
    }
    return index;
}

static struct span key_of(const struct json_pointer_set *set, int32_t node)
{
    return span_of(set->keys.data + set->nodes[node].key_begin,
                   set->nodes[node].key_size);
}

/* A node without kin whose key is what `keys` holds from `begin` on. */
static int32_t append_node(struct json_pointer_set *set, size_t begin)
{
    int32_t node = (int32_t)set->node_count++;
    struct span key = span_of(set->keys.data + begin, set->keys.size - begin);

    set->nodes[node] = (struct json_pointer_node){
        .key_begin = (uint32_t)begin,
        .key_size = (uint32_t)key.size,
        .backslash = span_find(key, '\\') < key.size,
        .index = index_of(key),
        .child = JSON_POINTER_NONE,
        .sibling = JSON_POINTER_NONE,
        .pointer = JSON_POINTER_NONE,
    };
    return node;
}

/* The node for a token below `parent`, new ones behind their siblings. */
static int32_t enter(struct json_pointer_set *set, int32_t parent,
                     struct span token)
{
    size_t begin = set->keys.size;
    int32_t *link = &set->nodes[parent].child;
    struct span key;

    append_token(&set->keys, token);
    key = span_of(set->keys.data + begin, set->keys.size - begin);
    while (*link != JSON_POINTER_NONE) {
        if (span_equal(key_of(set, *link), key)) {
            set->keys.size = begin;
            return *link;
        }
        link = &set->nodes[*link].sibling;
    }
    set->nodes[parent].firsts |=
        json_pointer_first(key.size == 0 ? '"' : key.data[0]) |
        json_pointer_first('\\');
    *link = append_node(set, begin);
    return *link;
}

static size_t count_tokens(struct span pointer)
{
    size_t count = 0;

    for (size_t i = 0; i < pointer.size; i++) {
        count += pointer.data[i] == '/';
    }
    return count;
}

/* Makes room for all that the pointer can need, so that adding cannot fail
 * half-way. */
static enum sockfeed_result make_room(struct json_pointer_set *set,
                                      struct span pointer)
{
    size_t node_count = set->node_count + 1 + count_tokens(pointer);
    struct json_pointer_node *nodes =
        realloc(set->nodes, node_count * sizeof *nodes);
    int32_t *earlier;
    enum sockfeed_result result;

    if (nodes == NULL) {
        return SOCKFEED_NOMEM;
    }
    set->nodes = nodes;
    earlier = realloc(set->earlier, (set->count + 1) * sizeof *earlier);
    if (earlier == NULL) {
        return SOCKFEED_NOMEM;
    }
    set->earlier = earlier;
    (void)buf_reserve(&set->keys, pointer.size);
    result = buf_result(&set->keys);
    set->keys.result = SOCKFEED_OK;
    return result;
}

enum sockfeed_result json_pointer_add(struct json_pointer_set *set,
                                      struct malformed *malformed,
                                      struct span pointer)
{
    enum sockfeed_result result = check(malformed, pointer);
    int32_t node = 0;

    if (result == SOCKFEED_OK && set->count == LIMIT_POINTERS) {
        result = SOCKFEED_FULL;
    }
    if (result == SOCKFEED_OK) {
        result = make_room(set, pointer);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (set->node_count == 0) {
        (void)append_node(set, 0);
    }
    while (pointer.size > 0) {
        size_t size;

        pointer = span_skip(pointer, 1);
        size = span_find(pointer, '/');
        node = enter(set, node, span_of(pointer.data, size));
        pointer = span_skip(pointer, size);
    }
    set->earlier[set->count] = set->nodes[node].pointer;
    set->nodes[node].pointer = (int32_t)set->count;
    set->count++;
    return SOCKFEED_OK;
}

void json_pointer_append_last(struct buf *buf, struct span pointer)
{
    size_t begin = pointer.size;

    if (pointer.size == 0) {
        return;
    }
    while (pointer.data[begin - 1] != '/') {
        begin--;
    }
    append_token(buf, span_skip(pointer, begin));
}
