/* SPDX-License-Identifier: MIT */
#include "cli/option_find.h"

#include <string.h>

enum {
    NAME_SIZE_MAX = 32 /* a longer name is nobody's slip */
};

const struct option *option_find_letter(char letter)
{
    for (size_t i = 0; i < option_table_count; i++) {
        if (option_table[i].letter == letter) {
            return &option_table[i];
        }
    }
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be added, left out or replaced to make one name of
 * the other. Row by row: cost[j] is the distance between what was seen of `a`
 * and the first j letters of `b`. */
static size_t distance(struct span a, struct span b)
{
    size_t cost[NAME_SIZE_MAX + 1];

    for (size_t j = 0; j <= b.size; j++) {
        cost[j] = j;
    }
    for (size_t i = 0; i < a.size; i++) {
        size_t diagonal = cost[0];

        cost[0] = i + 1;
        for (size_t j = 0; j < b.size; j++) {
            size_t replaced = diagonal + (a.data[i] != b.data[j] ? 1 : 0);

            diagonal = cost[j + 1];
            cost[j + 1] = least(replaced, least(cost[j], diagonal) + 1);
        }
    }
    return cost[b.size];
}

/* The option nearest to a name that does not exist, or NULL where none is so
 * near that it may have been meant: a third of the letters may be wrong, two
 * of a short name. */
static const struct option *guess(struct span name)
{
    const struct option *nearest = NULL;
    size_t best = name.size < 9 ? 3 : name.size / 3 + 1;

    if (name.size < 3 || name.size > NAME_SIZE_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < option_table_count; i++) {
        struct span other = span_text(option_table[i].name);
        size_t wrong =
            other.size > NAME_SIZE_MAX ? best : distance(name, other);

        if (wrong < best) {
            nearest = &option_table[i];
            best = wrong;
        }
    }
    return nearest;
}

/* How many names begin so. In the sorted table they are neighbours, and the
 * one that is the whole name, if there is one, comes first. */
static size_t count_matches(struct span name, size_t *first)
{
    size_t count = 0;

    for (size_t i = 0; name.size > 0 && i < option_table_count; i++) {
        if (strncmp(option_table[i].name, name.data, name.size) == 0) {
            *first = count == 0 ? i : *first;
            count++;
        }
    }
    return count;
}

static enum sockfeed_result refuse_unknown(struct span name,
                                           struct option_error *error)
{
    const struct option *nearest = guess(name);

    (void)option_error_set(error, "unknown option --%.*s",
                           option_error_shown(name), name.data);
    return nearest == NULL
               ? SOCKFEED_INVALID
               : option_error_add(error, "; did you mean --%s?", nearest->name);
}

enum sockfeed_result option_find(const struct option **option, struct span name,
                                 struct option_error *error)
{
    size_t first = 0;
    size_t count = count_matches(name, &first);

    if (count == 0) {
        return refuse_unknown(name, error);
    }
    if (count == 1 || span_is(name, option_table[first].name)) {
        *option = &option_table[first];
        return SOCKFEED_OK;
    }
    (void)option_error_set(error, "ambiguous option --%.*s, which may be",
                           option_error_shown(name), name.data);
    for (size_t i = 0; i < count; i++) {
        (void)option_error_add(error, "%s --%s", i == 0 ? "" : ",",
                               option_table[first + i].name);
    }
    return SOCKFEED_INVALID;
}
