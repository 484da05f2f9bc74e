/* SPDX-License-Identifier: MIT */
#include "base/json_scan_fast.h"

#ifdef __SSE2__

# include "base/json_strings.h"

# include <emmintrin.h>

/*
 * json_strings finds the ends of all strings, then one walk with a label for
 * each state of the grammar goes over the bytes between them.
 *
 * The walk tests for the end only after each value. Until the next test it
 * can stray past the end of a malformed text by a comma, WALK_DEPTH brackets
 * and a number (1 + 32 + 17 bytes), which LIMIT_RECEIVE_PAD covers. It cannot
 * stray through strings: the zeros behind the list of ends lead back to the
 * first byte of the text, white space or a bracket, where nothing follows that
 * may stand behind a string.
 */
enum {
    WALK_DEPTH = 32,              /* nested deeper is for the plain scanner */
    WALK_STRINGS = WALK_DEPTH + 2 /* at most between two tests for the end */
};

struct walk {
    const char *begin;
    const char *end;
    const char *safe;     /* up to here the list has enough ends */
    const uint32_t *next; /* the end of the next string, in strings.ends */
    struct json_strings strings;
};

/* Looks for further strings where a value ended at or after walk->safe. False
 * when that is the end of the text, and when a string is malformed. */
static __attribute__((noinline)) bool walk_more(struct walk *walk,
                                                const char *at)
{
    struct json_strings *strings = &walk->strings;

    if (strings->seen >= strings->size) {
        walk->safe = walk->end;
        return at < walk->end;
    }
    if (!json_strings_more(strings, (size_t)(walk->next - strings->ends))) {
        return false;
    }
    walk->next = strings->ends;
    walk->safe =
        strings->seen >= strings->size
            ? walk->end
            : walk->begin + strings->ends[strings->count - WALK_STRINGS];
    return at < walk->end;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static __attribute__((noinline)) const char *skip_spaces(const char *at,
                                                         const char *end)
{
    while (at < end && is_space(*at)) {
        at++;
    }
    return at;
}

/* The next byte that is no white space. Never leads past the end, but may
 * begin there. */
static inline const char *skip_space(const char *at, const char *end)
{
    return (unsigned char)*at > ' ' ? at : skip_spaces(at, end);
}

/* Bits for the first 16 bytes of a number; bit 16 stands for the rest. */
struct digits {
    unsigned others; /* neither a digit nor a point; bit 16 is set */
    unsigned points;
};

static inline struct digits find_digits(const char *at)
{
    __m128i text = _mm_loadu_si128((const void *)at);
    __m128i value = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    __m128i digits =
        _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
    __m128i points = _mm_cmpeq_epi8(text, _mm_set1_epi8('.'));

    return (struct digits){
        .others = (unsigned)_mm_movemask_epi8(_mm_or_si128(digits, points)) ^
                  0x1FFFFU,
        .points = (unsigned)_mm_movemask_epi8(points)};
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at;
}

/* A number with an exponent or of 16 bytes and more, behind its sign. NULL
 * where it is none. */
static __attribute__((noinline)) const char *skip_long_number(const char *at,
                                                              const char *end)
{
    const char *digits = at;

    at = skip_digits(at, end);
    if (at == digits || (at > digits + 1 && *digits == '0')) {
        return NULL;
    }
    if (at < end && *at == '.') {
        digits = at + 1;
        at = skip_digits(digits, end);
        if (at == digits) {
            return NULL;
        }
    }
    if (at < end && (*at | 0x20) == 'e') {
        digits = at + 1;
        digits += digits < end && (*digits == '+' || *digits == '-');
        at = skip_digits(digits, end);
        if (at == digits) {
            return NULL;
        }
    }
    return at;
}

/*
 * A number behind its sign. Where it ends comes out of one chain of a few
 * instructions, on which all that follows waits; that it is well formed is
 * computed beside that chain and without branches on its form.
 */
static inline const char *skip_number(const char *at, const char *end)
{
    struct digits digits = find_digits(at);
    unsigned size = (unsigned)__builtin_ctz(digits.others);
    unsigned points = digits.points & ((1U << size) - 1);
    unsigned wrong;

    if (size >= 16 || (at[size] | 0x20) == 'e') {
        return skip_long_number(at, end);
    }
    wrong = points & (points - 1);            /* a second point */
    wrong |= points & (1U | 1U << size >> 1); /* at its begin or end */
    wrong |= (unsigned)(size == 0);
    wrong |= (unsigned)(*at == '0') & (unsigned)(size > 1) &
             ~(points >> 1); /* a leading zero */
    return wrong == 0 ? at + size : NULL;
}

static inline bool has_four(const char *at, const char *four)
{
    return memcmp(at, four, 4) == 0;
}

static inline const char *skip_literal(const char *at)
{
    if (*at == 't') {
        return has_four(at, "true") ? at + 4 : NULL;
    }
    if (*at == 'f') {
        return has_four(at + 1, "alse") ? at + 5 : NULL;
    }
    return has_four(at, "null") ? at + 4 : NULL;
}

/* A number or literal; NULL where there is none. */
static inline const char *skip_scalar(const char *at, const char *end)
{
    if (is_digit(*at)) {
        return skip_number(at, end);
    }
    if (*at == '-') {
        return skip_number(at + 1, end);
    }
    return skip_literal(at);
}

/* Must be asked after each value, see above. The walk keeps two members of
 * struct walk in registers; they go back and forth only for walk_more. */
static inline bool walk_goes_on(struct walk *walk, const char *at,
                                const uint32_t **next, const char **safe)
{
    if (at < *safe) {
        return true;
    }
    walk->next = *next;
    if (!walk_more(walk, at)) {
        return false;
    }
    *next = walk->next;
    *safe = walk->safe;
    return true;
}

/* From before a key to its member's value. NULL where there is no key. */
static inline const char *walk_key(const struct walk *walk, const char *at,
                                   const uint32_t **next)
{
    at = skip_space(at, walk->end);
    if (*at != '"') {
        return NULL;
    }
    at = skip_space(walk->begin + *(*next)++, walk->end);
    return *at == ':' ? skip_space(at + 1, walk->end) : NULL;
}

/*
 * Goes over one array or object whose bracket is at `at` and answers with what
 * follows it, or NULL. `stack` has a bit for each level around the current
 * one, 1 for an array, below a leading 1. Longer than a function should be:
 * as functions of their own the states would cost a call and a branch each.
 */
/* NOLINTNEXTLINE(readability-function-size) */
static const char *walk_nest(struct walk *walk, const char *at)
{
    const char *const end = walk->end;
    const char *safe = walk->safe;
    const uint32_t *next = walk->next;
    uint64_t stack = 1;
    bool in_array;

open:
    if (stack >> WALK_DEPTH != 0) {
        return NULL;
    }
    in_array = *at == '[';
    at = skip_space(at + 1, end);
    if (*at == (in_array ? ']' : '}')) {
        goto close;
    }
    if (in_array) {
        goto element;
    }

key:
    at = walk_key(walk, at, &next);
    if (at == NULL) {
        return NULL;
    }
    if (*at == '"') {
        at = walk->begin + *next++;
    } else if (is_digit(*at)) {
        at = skip_number(at, end);
    } else if (*at == '{' || *at == '[') {
        stack <<= 1;
        goto open;
    } else {
        at = skip_scalar(at, end);
    }
after_member:
    if (at == NULL || !walk_goes_on(walk, at, &next, &safe)) {
        return NULL;
    }
    at = skip_space(at, end);
    if (*at == ',') {
        at++;
        goto key;
    }
    if (*at == '}') {
        goto close;
    }
    return NULL;

element:
    if (*at == '"') {
        at = walk->begin + *next++;
    } else if (is_digit(*at)) {
        at = skip_number(at, end);
    } else if (*at == '{' || *at == '[') {
        stack = stack << 1 | 1;
        goto open;
    } else {
        at = skip_scalar(at, end);
    }
after_element:
    if (at == NULL || !walk_goes_on(walk, at, &next, &safe)) {
        return NULL;
    }
    at = skip_space(at, end);
    if (*at == ',') {
        at = skip_space(at + 1, end);
        goto element;
    }
    if (*at != ']') {
        return NULL;
    }

close:
    at++;
    if (stack == 1) {
        walk->next = next;
        walk->safe = safe;
        return at;
    }
    in_array = (stack & 1) != 0;
    stack >>= 1;
    if (in_array) {
        goto after_element;
    }
    goto after_member;
}

static const char *walk_value(struct walk *walk, const char *at)
{
    if (*at == '"') {
        return walk->begin + *walk->next++;
    }
    if (*at == '{' || *at == '[') {
        return walk_nest(walk, at);
    }
    return skip_scalar(at, walk->end);
}

/* The outermost array, whose elements are told apart. */
static const char *walk_array(struct walk *walk,
                              struct json_scan_result *result, const char *at)
{
    const char *element;

    at = skip_space(at + 1, walk->end);
    if (*at == ']') {
        return at + 1;
    }
    for (;;) {
        element = at;
        at = walk_value(walk, at);
        if (at == NULL || !walk_goes_on(walk, at, &walk->next, &walk->safe)) {
            return NULL;
        }
        result->count++;
        if (result->count == 1) {
            result->first_kind = json_scan_kind(*element);
            result->first = span_of(element, (size_t)(at - element));
        } else if (result->count == 2) {
            result->rest.data = element;
        }
        element = at;
        at = skip_space(at, walk->end);
        if (*at != ',') {
            break;
        }
        at = skip_space(at + 1, walk->end);
    }
    if (result->count > 1) {
        result->rest.size = (size_t)(element - result->rest.data);
    }
    return *at == ']' ? at + 1 : NULL;
}

/* Whether only white space is left. */
static bool walk_end(struct walk *walk, struct json_scan_result *result,
                     const char *at)
{
    result->multiline = walk->strings.multiline;
    for (; at < walk->end; at++) {
        if (!is_space(*at)) {
            return false;
        }
        result->multiline |= *at == '\n' || *at == '\r';
    }
    return at == walk->end;
}

bool json_scan_fast(struct json_scan_result *result, struct span text,
                    bool known_utf8)
{
    struct walk walk;
    const char *at;

    *result = (struct json_scan_result){0};
    walk.begin = text.data;
    walk.end = text.data + text.size;
    walk.safe = text.data;
    walk.next = walk.strings.ends;
    at = skip_space(walk.begin, walk.end);
    if (at == walk.end || (*at != '[' && *at != '{')) {
        return false;
    }
    json_strings_init(&walk.strings, text, known_utf8);
    if (!walk_more(&walk, at)) {
        return false;
    }
    result->value.data = at;
    result->kind = json_scan_kind(*at);
    at = *at == '[' ? walk_array(&walk, result, at) : walk_nest(&walk, at);
    if (at == NULL) {
        return false;
    }
    result->value.size = (size_t)(at - result->value.data);
    return walk_end(&walk, result, at);
}

#else

bool json_scan_fast(struct json_scan_result *result, struct span text,
                    bool known_utf8)
{
    (void)result;
    (void)text;
    (void)known_utf8;
    return false;
}

#endif
