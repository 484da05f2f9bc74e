/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_STRINGS_H
#define BASE_JSON_STRINGS_H

#include "base/span.h"

#include <stdint.h>

/*
 * The first of json_scan's two steps, where there is SSE2: where the strings
 * of a text end, 64 bytes at a time, and that what is in them is in order
 * (escapes, no control characters, UTF-8). The second step then jumps from a
 * string's begin to its end without looking at what lies between.
 *
 * What is a string is told by counting quotes, and so holds for valid JSON
 * only. In a malformed text the second step meets a byte that cannot be where
 * it stands, at the latest where the two notions of string come apart.
 */

enum {
    /* Ends in the list at most; a block of 64 bytes adds up to 32. */
    JSON_STRINGS_ROOM = 512
};

struct json_strings {
    const char *text;
    size_t size;
    size_t seen;      /* bytes of the text that were looked at */
    uint64_t inside;  /* all ones: the text seen ends inside a string, or 0 */
    uint64_t escaped; /* 1: its last byte is a backslash that escapes, or 0 */
    bool known_utf8;
    bool broken;                      /* a string is malformed */
    bool multiline;                   /* LF or CR outside strings was seen */
    size_t count;                     /* ends in the list */
    uint32_t ends[JSON_STRINGS_ROOM]; /* offsets behind closing quotes */
};

/* Sets up for a text of less than 4 GiB, of which 64 bytes past
 * the end may be read. The strings view the text. */
void json_strings_init(struct json_strings *strings, struct span text,
                       bool known_utf8);

/* Drops the first `used` ends and looks on until the list is full or the text
 * is seen to its end. At the end, two zeros follow the last end in the list,
 * not counted. False when a string is malformed or does not end. */
bool json_strings_more(struct json_strings *strings, size_t used);

#endif
