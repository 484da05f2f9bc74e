/* SPDX-License-Identifier: MIT */
#include "base/json_equal.h"

#include "base/json_quote.h"
#include "base/json_walk.h"
#include "base/num.h"

static struct span trim(struct span value)
{
    static const char space[] = " \t\r\n";

    while (value.size > 0 && strchr(space, value.data[0]) != NULL) {
        value = span_skip(value, 1);
    }
    while (value.size > 0 &&
           strchr(space, value.data[value.size - 1]) != NULL) {
        value.size--;
    }
    return value;
}

static bool unquoted_equal(struct span a, struct span b)
{
    struct buf first;
    struct buf second;
    bool equal;

    buf_init(&first, a.size * 3);
    buf_init(&second, b.size * 3);
    equal = json_unquote(&first, a) == SOCKFEED_OK &&
            json_unquote(&second, b) == SOCKFEED_OK &&
            span_equal(buf_span(&first), buf_span(&second));
    buf_deinit(&first);
    buf_deinit(&second);
    return equal;
}

static bool strings_equal(struct span a, struct span b)
{
    if (span_equal(a, b)) {
        return true;
    }
    return (span_find(a, '\\') < a.size || span_find(b, '\\') < b.size) &&
           unquoted_equal(a, b);
}

/* The value of the last member of this key, as it counts for others too. */
static struct span find(struct span object, struct span key)
{
    struct span found = {NULL, 0};
    struct json_walk walk;
    struct span name;
    struct span value;

    json_walk_init(&walk, object);
    while (json_walk_next(&walk, &name, &value)) {
        if (strings_equal(name, key)) {
            found = value;
        }
    }
    return found;
}

/* Whether every member of `a` is in `b` and says the same there. */
static bool members_within(struct span a, struct span b)
{
    struct json_walk ours;
    struct json_walk theirs;
    struct span name;
    struct span value;
    struct span their_name;
    struct span their_value;

    json_walk_init(&ours, a);
    json_walk_init(&theirs, b);
    while (json_walk_next(&ours, &name, &value)) {
        /* Most are in the same order. */
        if (!json_walk_next(&theirs, &their_name, &their_value) ||
            !strings_equal(name, their_name)) {
            their_value = find(b, name);
            value = find(a, name);
        }
        if (their_value.size == 0 || !json_equal(value, their_value)) {
            return false;
        }
    }
    return true;
}

static bool elements_equal(struct span a, struct span b)
{
    struct json_walk ours;
    struct json_walk theirs;
    struct span key;
    struct span value;
    struct span other;

    json_walk_init(&ours, a);
    json_walk_init(&theirs, b);
    while (json_walk_next(&ours, &key, &value)) {
        if (!json_walk_next(&theirs, &key, &other) ||
            !json_equal(value, other)) {
            return false;
        }
    }
    return !json_walk_next(&theirs, &key, &other);
}

bool json_equal(struct span a, struct span b)
{
    int order;

    a = trim(a);
    b = trim(b);
    if (span_equal(a, b)) {
        return true;
    }
    if (a.size == 0 || b.size == 0) {
        return false;
    }
    if (num_compare(&order, a, b) == SOCKFEED_OK) {
        return order == 0;
    }
    if (a.data[0] != b.data[0]) {
        return false;
    }
    switch (a.data[0]) {
    case '"':
        return strings_equal(a, b);
    case '[':
        return elements_equal(a, b);
    case '{':
        return members_within(a, b) && members_within(b, a);
    default:
        return false;
    }
}
