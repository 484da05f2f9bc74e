/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_MARKS_H
#define BASE_JSON_MARKS_H

#include "base/span.h"

#include <stdint.h>

/*
 * The marks of JSON text that has been checked, one after the other: brackets,
 * braces, commas and colons outside strings. What lies between two marks is a
 * key, a scalar or white space, so that a reader who knows the grammar finds
 * values without looking at their bytes. Text is looked at 64 bytes at a time,
 * only as far as marks are asked for, and never past its end.
 */
struct json_marks {
    const char *text;
    size_t size;
    size_t seen;      /* bytes of the text that were looked at */
    size_t begin;     /* offset of what bit 0 stands for */
    uint64_t bits;    /* the marks seen and not asked for yet */
    uint64_t inside;  /* all ones: the text seen ends inside a string, or 0 */
    uint64_t escaped; /* 1: its last byte is a backslash that escapes, or 0 */
    bool escapes;     /* a backslash was seen */
};

/* The marks view the text. */
void json_marks_init(struct json_marks *marks, struct span text);

/* Looks for further marks where `bits` has none left; false at the end. */
bool json_marks_more(struct json_marks *marks);

/* The offset of the next mark, or the text's size behind the last. */
static inline size_t json_marks_next(struct json_marks *marks)
{
    size_t at;

    if (marks->bits == 0 && !json_marks_more(marks)) {
        return marks->size;
    }
    at = marks->begin + (size_t)__builtin_ctzll(marks->bits);
    marks->bits &= marks->bits - 1;
    return at;
}

#endif
