/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_REWRITE_H
#define BASE_JSON_REWRITE_H

#include "base/buf.h"
#include "base/span.h"

/*
 * Copies checked JSON byte for byte and puts other text in place of some of
 * its objects, at any depth, in one pass.
 */

enum {
    JSON_REWRITE_KEYS = 2
};

/* An object that has been copied whole. */
struct json_rewrite_object {
    size_t start; /* where its copy begins in the output */
    size_t members;
    /* The last value at each of the keys asked for, as a view of the input:
     * a string, number or literal token; empty when there is none, or it is
     * an array or object. */
    struct span values[JSON_REWRITE_KEYS];
};

/* Called at the end of each object, inner ones first. To replace the object it
 * cuts the output at object->start and appends. OK goes on, anything else ends
 * the rewriting. */
typedef enum sockfeed_result (*json_rewrite_callback)(
    void *user, struct buf *out, const struct json_rewrite_object *object);

/* Appends the rewritten text. `keys` are JSON_REWRITE_KEYS names, NULL where
 * one is not needed. NOMEM, the buffer's FULL, or the callback's. */
enum sockfeed_result json_rewrite(struct buf *out, struct span text,
                                  const char *const *keys,
                                  json_rewrite_callback callback,
                                  void *user) SOCKFEED_CHECK;

#endif
