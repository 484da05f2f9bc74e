/* SPDX-License-Identifier: MIT */
#include "base/json_pointer.h"

#include "base/json_escape.h"
#include "base/json_marks.h"
#include "base/utf8.h"

/*
 * The tree of pointers and the text are gone down side by side. Where a value
 * has a node, its members are compared with the nodes below; what has none is
 * stepped over by counting brackets. Each level of recursion is one of the
 * text and one of the tree, so LIMIT_JSON_DEPTH bounds it.
 */
struct finder {
    const struct json_pointer_set *set;
    struct span *values;
    struct json_marks marks;
    size_t mark; /* the next mark that was not used yet, or the text's size */
};

static void advance(struct finder *finder)
{
    finder->mark = json_marks_next(&finder->marks);
}

/* Outside strings nothing else up to the space is let in. */
static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

/* What lies between the offsets, without white space at its ends. */
static inline struct span trim(const struct finder *finder, size_t begin,
                               size_t end)
{
    const char *text = finder->marks.text;

    while (begin < end && is_space(text[begin])) {
        begin++;
    }
    while (end > begin && is_space(text[end - 1])) {
        end--;
    }
    return span_of(text + begin, end - begin);
}

/* The same of a key, around which there seldom is any. */
static inline struct span key_token(const struct finder *finder, size_t begin,
                                    size_t end)
{
    const char *text = finder->marks.text;

    return text[begin] == '"' && text[end - 1] == '"'
               ? span_of(text + begin, end - begin)
               : trim(finder, begin, end);
}

/* Whether a key with escapes, without its quotes, stands for `plain`. */
static bool escaped_key_is(struct span key, struct span plain)
{
    while (key.size > 0) {
        char bytes[4] = {key.data[0]};
        uint32_t point;
        size_t used = json_escape_decode(&point, key);
        size_t size = used == 0 ? 1 : utf8_encode(bytes, point);

        if (plain.size < size || memcmp(plain.data, bytes, size) != 0) {
            return false;
        }
        key = span_skip(key, used == 0 ? 1 : used);
        plain = span_skip(plain, size);
    }
    return plain.size == 0;
}

/* An escape is longer than what it stands for: a key as long as the token has
 * none if it is the same, and one that is shorter cannot be. */
static inline bool key_is(const struct finder *finder, struct span key,
                          const struct json_pointer_node *node)
{
    struct span plain =
        span_of(finder->set->keys.data + node->key_begin, node->key_size);

    if (key.size == plain.size) {
        /* Most keys are short, and differ where they begin or nowhere. */
        return key.size == 0 ||
               (key.data[0] == plain.data[0] && !node->backslash &&
                (key.size == 1 || memcmp(key.data, plain.data, key.size) == 0));
    }
    return finder->marks.escapes && key.size > plain.size &&
           escaped_key_is(key, plain);
}

static inline int32_t find_key(const struct finder *finder, int32_t parent,
                               struct span token)
{
    const struct json_pointer_node *nodes = finder->set->nodes;
    struct span key = span_of(token.data + 1, token.size - 2);
    int32_t node = nodes[parent].child;

    while (node != JSON_POINTER_NONE && !key_is(finder, key, &nodes[node])) {
        node = nodes[node].sibling;
    }
    return node;
}

/* The node of the member whose key stands from `begin` to `end`. Most keys
 * begin otherwise than all that is looked for. */
static inline int32_t find_member(const struct finder *finder, int32_t parent,
                                  size_t begin, size_t end)
{
    const char *text = finder->marks.text;

    if (text[begin] == '"' && (finder->set->nodes[parent].firsts &
                               json_pointer_first(text[begin + 1])) == 0) {
        return JSON_POINTER_NONE;
    }
    return find_key(finder, parent, key_token(finder, begin, end));
}

static int32_t find_index(const struct finder *finder, int32_t parent,
                          int32_t index)
{
    const struct json_pointer_node *nodes = finder->set->nodes;
    int32_t node = nodes[parent].child;

    while (node != JSON_POINTER_NONE && nodes[node].index != index) {
        node = nodes[node].sibling;
    }
    return node;
}

static void set_value(struct finder *finder, int32_t node, struct span value)
{
    int32_t pointer = finder->set->nodes[node].pointer;

    while (pointer != JSON_POINTER_NONE) {
        finder->values[pointer] = value;
        pointer = finder->set->earlier[pointer];
    }
}

/* Forgets what an earlier member with the same key had below it. */
static void forget_below(struct finder *finder, int32_t node)
{
    const struct json_pointer_node *nodes = finder->set->nodes;

    for (int32_t child = nodes[node].child; child != JSON_POINTER_NONE;
         child = nodes[child].sibling) {
        set_value(finder, child, span_of(NULL, 0));
        forget_below(finder, child);
    }
}

static bool opens(char c)
{
    return c == '{' || c == '[';
}

/* From the mark behind an opening bracket to the one behind the bracket that
 * closes it. Answers with the offset behind the closing one. */
static size_t skip_nest(struct finder *finder)
{
    const char *text = finder->marks.text;
    size_t depth = 1;
    size_t end;

    do {
        char c = text[finder->mark];

        depth += (size_t)opens(c);
        depth -= (size_t)(c == '}' || c == ']');
        end = finder->mark + 1;
        advance(finder);
    } while (depth > 0);
    return end;
}

static void find_value(struct finder *finder, int32_t node, size_t begin);

/* From the mark behind an opening brace, which stands before `begin`, to the
 * one behind the closing brace. Answers with the offset behind that brace. */
static size_t find_members(struct finder *finder, int32_t node, size_t begin)
{
    const char *text = finder->marks.text;
    size_t mark = finder->mark; /* at hand while nothing else moves it */

    while (text[mark] == ':') {
        int32_t child = find_member(finder, node, begin, mark);

        begin = mark + 1;
        mark = json_marks_next(&finder->marks);
        if (child != JSON_POINTER_NONE) {
            finder->mark = mark;
            forget_below(finder, child);
            find_value(finder, child, begin);
            mark = finder->mark;
        } else if (opens(text[mark])) {
            advance(finder);
            (void)skip_nest(finder);
            mark = finder->mark;
        }
        begin = mark + 1;
        if (text[mark] == ',') {
            mark = json_marks_next(&finder->marks);
        }
    }
    advance(finder);
    return mark + 1;
}

/* The same for an array whose elements are from `begin` on, and which ends at
 * its bracket or with the text. */
static size_t find_elements(struct finder *finder, int32_t node, size_t begin)
{
    const struct json_marks *marks = &finder->marks;
    int32_t index = 0;
    size_t end;

    find_value(finder, find_index(finder, node, index), begin);
    while (finder->mark < marks->size && marks->text[finder->mark] == ',') {
        begin = finder->mark + 1;
        index++;
        advance(finder);
        find_value(finder, find_index(finder, node, index), begin);
    }
    end = finder->mark + 1;
    advance(finder);
    return end;
}

/* From the mark behind an opening bracket or brace that stands before `begin`,
 * as above. */
static size_t find_in_nest(struct finder *finder, int32_t node, size_t begin)
{
    if (node == JSON_POINTER_NONE ||
        finder->set->nodes[node].child == JSON_POINTER_NONE) {
        return skip_nest(finder);
    }
    if (finder->marks.text[begin - 1] == '[') {
        return find_elements(finder, node, begin);
    }
    return find_members(finder, node, begin);
}

/* The value that `begin` or white space from there on stands before. The next
 * mark is the first in or behind it, afterwards the first behind it. An array
 * or object is what the next mark opens, for a scalar cannot stand before an
 * opening bracket. */
static void find_value(struct finder *finder, int32_t node, size_t begin)
{
    const struct json_marks *marks = &finder->marks;
    size_t mark = finder->mark;
    struct span value;

    if (mark < marks->size && opens(marks->text[mark])) {
        size_t end;

        advance(finder);
        end = find_in_nest(finder, node, mark + 1);
        value = span_of(marks->text + mark, end - mark);
    } else if (node == JSON_POINTER_NONE) {
        return;
    } else {
        value = trim(finder, begin, mark);
    }
    /* In an empty array, or where there are no elements, nothing is found. */
    if (node != JSON_POINTER_NONE && value.size > 0) {
        set_value(finder, node, value);
    }
}

void json_pointer_evaluate(const struct json_pointer_set *set,
                           struct span *values, struct span text,
                           unsigned flags)
{
    struct finder finder = {.set = set, .values = values};

    for (size_t i = 0; i < set->count; i++) {
        values[i] = span_of(NULL, 0);
    }
    if (set->count == 0 || text.size == 0) {
        return;
    }
    json_marks_init(&finder.marks, text);
    advance(&finder);
    if ((flags & JSON_POINTER_ELEMENTS) == 0) {
        find_value(&finder, 0, 0);
        return;
    }
    set_value(&finder, 0, trim(&finder, 0, text.size));
    if (set->nodes[0].child != JSON_POINTER_NONE) {
        (void)find_elements(&finder, 0, 0);
    }
}
