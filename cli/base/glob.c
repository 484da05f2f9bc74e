/* SPDX-License-Identifier: MIT */
#include "cli/base/glob.h"

#include "base/utf8.h"

/* One character of the text, which is not empty: a code point, or a byte that
 * begins none, told apart from all of them. */
static uint32_t take(struct span *text)
{
    uint32_t point = 0;
    size_t size = utf8_decode(&point, *text);

    if (size == 0) {
        point = 0x80000000U | (unsigned char)text->data[0];
        size = 1;
    }
    *text = span_skip(*text, size);
    return point;
}

/* One character of a pattern, a backslash taken off. */
static uint32_t take_escaped(struct span *pattern)
{
    uint32_t point = take(pattern);

    return point == '\\' && pattern->size > 0 ? take(pattern) : point;
}

/* After `[`: goes behind the `]`, false where there is none. */
static bool match_set(bool *matches, struct span *pattern, uint32_t point)
{
    bool negated = pattern->size > 0 &&
                   (pattern->data[0] == '!' || pattern->data[0] == '^');
    bool found = false;
    bool first = true; /* a `]` that comes first is meant */

    if (negated) {
        *pattern = span_skip(*pattern, 1);
    }
    while (pattern->size > 0 && (first || pattern->data[0] != ']')) {
        uint32_t low = take_escaped(pattern);
        uint32_t high = low;

        first = false;
        if (pattern->size > 1 && pattern->data[0] == '-' &&
            pattern->data[1] != ']') {
            *pattern = span_skip(*pattern, 1);
            high = take_escaped(pattern);
        }
        found = found || (point >= low && point <= high);
    }
    *matches = found != negated;
    if (pattern->size == 0) {
        return false;
    }
    *pattern = span_skip(*pattern, 1);
    return true;
}

enum sockfeed_result glob_check(struct malformed *malformed,
                                struct span pattern)
{
    struct span rest = pattern;
    bool ignored;

    while (rest.size > 0) {
        size_t offset = pattern.size - rest.size;
        uint32_t point = take(&rest);

        if (point == '\\' && rest.size == 0) {
            *malformed = (struct malformed){offset, "nothing after backslash"};
            return SOCKFEED_INVALID;
        }
        if (point == '\\') {
            (void)take(&rest);
        } else if (point == '[' && !match_set(&ignored, &rest, 0)) {
            *malformed = (struct malformed){offset, "no ] for this ["};
            return SOCKFEED_INVALID;
        }
    }
    return SOCKFEED_OK;
}

/* One character of the name against one place of the pattern, which is no
 * star. Both move on. */
static bool match_one(struct span *pattern, struct span *name)
{
    uint32_t point = take(name);
    bool matches;

    switch (pattern->data[0]) {
    case '?':
        *pattern = span_skip(*pattern, 1);
        return true;
    case '[':
        *pattern = span_skip(*pattern, 1);
        return match_set(&matches, pattern, point) && matches;
    default:
        return take_escaped(pattern) == point;
    }
}

bool glob_match(struct span pattern, struct span name)
{
    /* Where to go on after a mismatch: behind the last star, with one more
     * character given to it. Earlier stars need no second try. */
    struct span retry_pattern = {NULL, 0};
    struct span retry_name = {NULL, 0};

    for (;;) {
        if (pattern.size > 0 && pattern.data[0] == '*') {
            pattern = span_skip(pattern, 1);
            retry_pattern = pattern;
            retry_name = name;
        } else if (pattern.size == 0 && name.size == 0) {
            return true;
        } else if (pattern.size == 0 || name.size == 0 ||
                   !match_one(&pattern, &name)) {
            if (retry_pattern.data == NULL || retry_name.size == 0) {
                return false;
            }
            (void)take(&retry_name);
            pattern = retry_pattern;
            name = retry_name;
        }
    }
}
