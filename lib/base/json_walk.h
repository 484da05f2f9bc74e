/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_WALK_H
#define BASE_JSON_WALK_H

#include "base/span.h"

/*
 * Steps through the members of one JSON object or the elements of one array,
 * in text that json_scan has checked. Nothing is copied: keys and values are
 * views of the text, so numbers and strings keep their bytes.
 */
struct json_walk {
    struct span rest; /* what has not been stepped over */
    bool object;      /* members with keys, else elements */
};

/* `value` is one checked JSON value; one that is neither object nor array has
 * nothing to step through. */
void json_walk_init(struct json_walk *walk, struct span value);

/* Steps to the next member or element; false at the end. `key` is the JSON
 * string token with its quotes, empty in an array. */
bool json_walk_next(struct json_walk *walk, struct span *key,
                    struct span *value);

/* Whether the checked token is a string of exactly this text, however it is
 * escaped; false for other tokens, and when memory runs out. */
bool json_walk_string_is(struct span token, const char *text);

/* The value at a key of the object, the last one where the key is repeated;
 * empty where there is none or `object` is no object. `key` is the plain text;
 * keys written with escapes are found too, unless memory runs out. */
struct span json_walk_find(struct span object, const char *key);

#endif
