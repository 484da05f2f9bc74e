/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_REWRITE_H
#define CLI_SHAPE_REWRITE_H

#include "base/buf.h"
#include "base/json_pointer.h"
#include "cli/base/output_callbacks.h"
#include "cli/base/output_options.h"
#include "cli/shape/decode_inflate.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/*
 * What makes another message of the message before anything looks at it:
 * --inflate, then --unwrap, then --decode. What cannot be rewritten stays as
 * it came.
 */
struct rewrite {
    const struct output_options *options;
    const struct output_callbacks *callbacks;
    bool wanted; /* there is something to do at all */
    struct decode_inflate *inflater;
    struct json_pointer_set unwrap;
    struct buf text; /* of a string */
    struct buf json; /* made of it */
};

/* `options` and `callbacks` must live as long. INVALID with `error` set,
 * NOMEM; rewrite_deinit fits both. */
enum sockfeed_result rewrite_init(struct rewrite *rewrite,
                                  const struct output_options *options,
                                  const struct output_callbacks *callbacks,
                                  struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void rewrite_deinit(struct rewrite *rewrite);

/* The first step of it alone: --inflate. TOO_LARGE, NOMEM. */
enum sockfeed_result rewrite_inflate(struct rewrite *rewrite,
                                     struct subject *subject) SOCKFEED_CHECK;

/* Rewrites the message, whose texts may then be views of `rewrite` until the
 * next call. TOO_LARGE above --max-message, NOMEM. */
enum sockfeed_result rewrite_apply(struct rewrite *rewrite,
                                   struct subject *subject) SOCKFEED_CHECK;

#endif
