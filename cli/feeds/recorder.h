/* SPDX-License-Identifier: MIT */
#ifndef CLI_FEEDS_RECORDER_H
#define CLI_FEEDS_RECORDER_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"
#include "sockfeed.h"

/*
 * --record: every frame of every connection, in and out, as a line of a
 * capture. Connections are numbered in the order in which they are first
 * heard of, whichever feed they are of.
 */
struct feed;
struct recorder;

/* Opens the file. `failed` is called when it can no longer be written, but not
 * by recorder_finish. The options must live as long. INVALID, SYSTEM with the error set,
 * NOMEM. */
enum sockfeed_result recorder_new(struct recorder **recorder,
                                  struct sockfeed_loop *loop,
                                  const struct record_options *options,
                                  void (*failed)(void *user), void *user,
                                  struct option_error *error) SOCKFEED_CHECK;

/* Of the file at hand. */
int recorder_descriptor(const struct recorder *recorder);

/* Fits NULL. */
void recorder_free(struct recorder *recorder);

/* Records a FRAME, and with OPEN or its first frame that there is a
 * connection; of other events there is nothing to record. */
void recorder_event(struct recorder *recorder, const struct feed *feed,
                    const struct sockfeed_event *event);

/* Writes all, and waits until the file is complete. OK, or the failure. */
enum sockfeed_result recorder_finish(struct recorder *recorder) SOCKFEED_CHECK;

const char *recorder_failure(const struct recorder *recorder);

#endif
