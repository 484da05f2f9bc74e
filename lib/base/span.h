/* SPDX-License-Identifier: MIT */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * A view of bytes that somebody else owns. A span never frees, never ends in
 * NUL by promise, and lives as long as what it points into. An empty span may
 * have a NULL pointer.
 */
struct span {
    const char *data;
    size_t size; /* bytes */
};

/* The one set of definitions in a header: each is a line, and the data path
 * calls them for every message. */

static inline struct span span_of(const char *data, size_t size)
{
    return (struct span){data, size};
}

/* Views a NUL-terminated text; NULL gives the empty span. */
/* Of a string literal. */
#define SPAN_LITERAL(text) span_of("" text, sizeof(text) - 1)

static inline struct span span_text(const char *text)
{
    return (struct span){text, text == NULL ? 0 : strlen(text)};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool span_is(struct span s, const char *text)
{
    return span_equal(s, span_text(text));
}

static inline bool span_starts(struct span s, const char *prefix)
{
    size_t size = strlen(prefix);

    return s.size >= size && memcmp(s.data, prefix, size) == 0;
}

/* The rest after the first `count` bytes; `count` at most s.size. */
static inline struct span span_skip(struct span s, size_t count)
{
    /* In C11 even NULL + 0 is undefined. */
    return (struct span){count == 0 ? s.data : s.data + count, s.size - count};
}

/* ASCII letters compare without case: header names, URL schemes and hosts. */
bool span_equal_nocase(struct span a, struct span b);

/* The offset of the first `byte`, or s.size. */
size_t span_find(struct span s, char byte);

/* Without the spaces and tabs at both ends (RFC 9110, 5.6.3: OWS). */
struct span span_trim(struct span s);

#endif
