/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_SEQUENCE_H
#define CLI_CHOOSE_SEQUENCE_H

#include "base/span.h"
#include "cli/base/output_callbacks.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * --sequence POINTER[,KEY]: the number at POINTER must be one more than the
 * last, of each source and for each value at KEY. Numbers are whole ones of up
 * to WHOLE_DIGITS digits, also inside strings; messages with anything else
 * there are not looked at.
 *
 * While one connection takes the place of another both deliver the feed, and
 * neither keeps step with the other. What both bring counts as one: a number
 * that the other one has brought before is no repetition, and a hole is one
 * when the other one does not fill it.
 */
struct sequence;

/* Where a message comes from. */
struct sequence_from {
    unsigned source;
    unsigned connection;
    unsigned beside; /* the connection that was open beside it; 0: none */
    bool overlaps;   /* and is still */
    bool again;      /* it came before (--unique): it is no news, but may fill
                      * a hole */
};

/* Gives one that has seen nothing and tells `gap` of holes; the callbacks must
 * live as long. INVALID with `error` set for what is not one or two pointers;
 * NOMEM. */
enum sockfeed_result sequence_new(struct sequence **sequence, const char *text,
                                  const struct output_callbacks *callbacks,
                                  struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void sequence_free(struct sequence *sequence);

/* Looks at the data of a message (checked JSON) that came at `now`, in ns
 * since the epoch, and tells of a hole. The number counts from then on.
 * NOMEM. */
enum sockfeed_result sequence_take(struct sequence *sequence,
                                   const struct sequence_from *from,
                                   struct span data,
                                   int64_t now) SOCKFEED_CHECK;

/* One connection of the source has gone: tells of what it could have filled. */
void sequence_settle(struct sequence *sequence, unsigned source);

/* Whether there were more keys than can be kept apart, for the first time
 * since this was asked: those beyond are not looked at. */
bool sequence_take_limit(struct sequence *sequence);

#endif
