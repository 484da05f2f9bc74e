/* SPDX-License-Identifier: MIT */
#ifndef CLI_SEQUENCE_H
#define CLI_SEQUENCE_H

#include "base/span.h"
#include "cli/output.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * --sequence POINTER[,KEY]: the number at POINTER must be one more than the
 * last, of each source and for each value at KEY. Numbers are whole ones of up
 * to SEQUENCE_DIGITS digits, also inside strings; messages with anything else
 * there are not looked at.
 */
enum {
    SEQUENCE_DIGITS = 38
};

struct sequence;

/* Gives one that has seen nothing. INVALID with `error` set for what is not
 * one or two pointers; NOMEM. */
enum sockfeed_result sequence_new(struct sequence **sequence, const char *text,
                                  struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void sequence_free(struct sequence *sequence);

/* Looks at the data of a message (checked JSON) of a source that came at
 * `now`, in ns since the epoch. *gap: the number is not the one expected, of
 * which `hole` tells all but the connection, in views that live until the next
 * call. The number counts from then on. NOMEM. */
enum sockfeed_result sequence_take(struct sequence *sequence, unsigned source,
                                   struct span data, int64_t now,
                                   struct output_gap *hole,
                                   bool *gap) SOCKFEED_CHECK;

/* Whether there were more keys than can be kept apart, for the first time
 * since this was asked: those beyond are not looked at. */
bool sequence_take_limit(struct sequence *sequence);

#endif
