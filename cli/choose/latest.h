/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_LATEST_H
#define CLI_CHOOSE_LATEST_H

#include "base/span.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

/*
 * --latest POINTER --every S: of the messages with the same value at the
 * pointer the newest line is kept, until all that were kept are taken out, in
 * the order in which their values first came since the last time.
 */
struct latest;

/* Gives an empty one. At most `keys` values are kept apart (not 0), in about
 * `limit` bytes. INVALID with `error` set for what is no pointer; NOMEM,
 * SYSTEM. */
enum sockfeed_result latest_new(struct latest **latest, const char *pointer,
                                size_t keys, size_t limit,
                                struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void latest_free(struct latest *latest);

/* The value that decides, a view of `data` (checked JSON); data NULL where
 * there is none: such messages are not kept. */
struct span latest_key(struct latest *latest, struct span data);

/* Keeps a copy of the line in place of the one for the same key. FULL when
 * there is no room: everything must be taken out first, and then it fits.
 * NOMEM. */
enum sockfeed_result latest_put(struct latest *latest, struct span key,
                                struct span line) SOCKFEED_CHECK;

/* Takes out the next line, a view until the next latest_put; false when there
 * is none. */
bool latest_take(struct latest *latest, struct span *line);

#endif
