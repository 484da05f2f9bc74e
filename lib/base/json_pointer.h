/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_POINTER_H
#define BASE_JSON_POINTER_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"

#include <stdint.h>

/*
 * JSON Pointers (RFC 6901), several of them looked up in one pass over a text.
 *
 * They are kept as a tree of reference tokens: "/a/b" and "/a/c" share a node
 * for "a". Keys compare unescaped. Of duplicate keys the last counts and
 * replaces all of the earlier one's value, as in JSON.parse, so objects on the
 * way are seen to their end. A token that cannot be an array index ("-", "01")
 * finds nothing in an array.
 */

enum {
    /* In place of a node or pointer that is not there. */
    JSON_POINTER_NONE = -1
};

struct json_pointer_node {
    uint32_t key_begin; /* its token, unescaped, in `keys` of the set */
    uint32_t key_size;
    bool backslash;  /* the token holds one */
    int32_t index;   /* the token as an array index, or NONE */
    int32_t child;   /* the first node below it, or NONE */
    int32_t sibling; /* the next node below the same one, or NONE */
    int32_t pointer; /* the last pointer added that ends here, or NONE */
    uint64_t firsts; /* see json_pointer_first: of what is below it */
};

/* A bit for the byte that a key begins with, or with which it ends when it is
 * empty; some bytes share one. Keys with an escape may begin with a backslash
 * whatever they stand for. */
static inline uint64_t json_pointer_first(char byte)
{
    return (uint64_t)1 << ((unsigned char)byte & 63);
}

struct json_pointer_set {
    struct json_pointer_node *nodes; /* owned; [0] is the root */
    size_t node_count;
    int32_t *earlier; /* owned; of each pointer, one that equals it, or NONE */
    size_t count;     /* pointers added */
    struct buf keys;
};

void json_pointer_init(struct json_pointer_set *set);

/* Fits a zeroed set and one half-built after a failure. */
void json_pointer_deinit(struct json_pointer_set *set);

/* Adds a pointer, whose index is set->count before the call. Copies. INVALID
 * with *malformed set where the text is no JSON Pointer, FULL when there are
 * LIMIT_POINTERS already or it is longer than LIMIT_POINTER, NOMEM. After a
 * failure the set is as it was. */
enum sockfeed_result json_pointer_add(struct json_pointer_set *set,
                                      struct malformed *malformed,
                                      struct span pointer) SOCKFEED_CHECK;

enum {
    /* The text is the elements of an array without its brackets, as `rest` of
     * struct json_scan_result: "/0" is the first of them, "" is all. */
    JSON_POINTER_ELEMENTS = 1
};

/* Looks all pointers up in text that has been checked. values[i], of
 * set->count, views the value of the i-th pointer, without white space at its
 * ends, or has data NULL where there is none. Reads nothing past the end. */
void json_pointer_evaluate(const struct json_pointer_set *set,
                           struct span *values, struct span text,
                           unsigned flags);

/* Appends the last reference token of a valid pointer, unescaped: a name for
 * a column. Nothing for the pointer "". */
void json_pointer_append_last(struct buf *buf, struct span pointer);

#endif
