/* SPDX-License-Identifier: MIT */
#include "cli/options/option_find.h"

#include <string.h>

enum {
    NAME_SIZE_MAX = 32 /* a longer name is nobody's slip */
};

const struct option *option_find_letter(enum options_command command,
                                        char letter)
{
    for (size_t i = 0; i < option_table_count; i++) {
        if (option_table[i].letter == letter &&
            option_table_belongs(&option_table[i], command)) {
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
static const struct option *guess(enum options_command command,
                                  struct span name)
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

        if (wrong < best && option_table_belongs(&option_table[i], command)) {
            nearest = &option_table[i];
            best = wrong;
        }
    }
    return nearest;
}

/* Whether the name, perhaps shortened, means the option. */
static bool matches(const struct option *option, enum options_command command,
                    struct span name)
{
    return name.size > 0 && option_table_belongs(option, command) &&
           strncmp(option->name, name.data, name.size) == 0;
}

static enum sockfeed_result refuse_unknown(enum options_command command,
                                           struct span name,
                                           struct option_error *error)
{
    const struct option *nearest = guess(command, name);

    (void)option_error_set(error, "unknown option --%.*s",
                           option_error_shown(name), name.data);
    return nearest == NULL
               ? SOCKFEED_INVALID
               : option_error_add(error, "; did you mean --%s?", nearest->name);
}

static enum sockfeed_result refuse_ambiguous(enum options_command command,
                                             struct span name,
                                             struct option_error *error)
{
    const char *before = "";

    (void)option_error_set(error, "ambiguous option --%.*s, which may be",
                           option_error_shown(name), name.data);
    for (size_t i = 0; i < option_table_count; i++) {
        if (matches(&option_table[i], command, name)) {
            (void)option_error_add(error, "%s --%s", before,
                                   option_table[i].name);
            before = ",";
        }
    }
    return SOCKFEED_INVALID;
}

enum sockfeed_result option_find(const struct option **option,
                                 enum options_command command, struct span name,
                                 struct option_error *error)
{
    size_t count = 0;

    for (size_t i = 0; i < option_table_count; i++) {
        if (!matches(&option_table[i], command, name)) {
            continue;
        }
        /* In the sorted table the whole name comes before longer ones. */
        if (count == 0) {
            *option = &option_table[i];
        }
        count++;
    }
    if (count == 0) {
        return refuse_unknown(command, name, error);
    }
    return count == 1 || span_is(name, (*option)->name)
               ? SOCKFEED_OK
               : refuse_ambiguous(command, name, error);
}
