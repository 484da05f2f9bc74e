/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PACE_H
#define SESSION_PACE_H

#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * At most so many messages in any window of one second. The window rolls: it
 * is not enough that each second of the clock holds no more.
 *
 * A message is written some time after it was handed over, at the latest
 * before the next turn of the loop. So that no window that the peer may
 * measure holds one too many, a message counts for the turn after its own.
 */
struct pace {
    int64_t *times; /* ms, of the last messages; owned; NULL: no limit */
    size_t limit;   /* messages in a window; entries of `times` */
    size_t count;   /* entries in use */
    size_t next;    /* entry to be written, the oldest once all are in use */
    size_t fresh;   /* the last ones, whose turn is not over */
    int64_t taken;  /* when the last was sent */
};

/* `limit` 0: there is no limit. NOMEM; to be deinitialised in every case. */
enum sockfeed_result pace_init(struct pace *pace, size_t limit) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void pace_deinit(struct pace *pace);

/* Whether a message may be sent. */
bool pace_allows(const struct pace *pace, int64_t now);

/* One is sent. To be called only while that is allowed. */
void pace_take(struct pace *pace, int64_t now);

/* Reads the time of a later turn; in the same one this does nothing. */
void pace_turn(struct pace *pace, int64_t now);

/* Whether there are messages that wait for pace_turn. */
bool pace_is_fresh(const struct pace *pace);

/* When the next message is allowed, for one that waits. Meaningful while none
 * is and pace_is_fresh does not hold. */
int64_t pace_due(const struct pace *pace);

#endif
