/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/result.h"
#include "base/span.h"

/*
 * Checks that a text is one JSON value as RFC 8259 has it, UTF-8 included, and
 * says where its parts are. Nothing is copied or converted, so that whoever
 * prints the spans prints numbers, strings and key order byte for byte.
 *
 * Two things are decided here: nesting deeper than LIMIT_JSON_DEPTH arrays and
 * objects is refused, and an escape that is an unpaired surrogate ("\ud800")
 * is accepted, as JSON.parse does. Duplicate keys are no error.
 */

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* All spans view the text and have no white space at their ends. */
struct json_scan_result {
    struct span value; /* the one value */
    enum json_kind kind;
    bool multiline; /* LF or CR stand between tokens, or around the value */

    /* Of an array, else zero: */
    enum json_kind first_kind; /* meaningful when count > 0 */
    size_t count;              /* elements */
    struct span first;         /* the first element; empty in an empty array */
    struct span rest;          /* from the second element to the last's end */
};

enum {
    /* The caller knows the text to be valid UTF-8; it is not checked. */
    JSON_SCAN_UTF8 = 1,
    /* LIMIT_RECEIVE_PAD bytes past the end may be read, whatever they hold.
     * Without it texts of more than a few KiB take about twice as long. */
    JSON_SCAN_PADDED = 2
};

/* Checks the text; `flags` is a set of the above. OK, or PROTOCOL with
 * *malformed set and *result undefined. The text is not changed. */
enum sockfeed_result json_scan(struct json_scan_result *result,
                               struct malformed *malformed, struct span text,
                               unsigned flags) SOCKFEED_CHECK;

/* The kind of a value in checked JSON, from its first byte. */
static inline enum json_kind json_scan_kind(char first)
{
    switch (first) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

#endif
