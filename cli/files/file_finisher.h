/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_FINISHER_H
#define CLI_FILES_FILE_FINISHER_H

#include "sockfeed.h"

/*
 * Gives complete files their names: what was written goes to the disk
 * (fsync), then the file is called what it is, then its folder goes to the
 * disk. A disk may take seconds for that, which the loop does not have: a
 * thread of its own waits for it.
 */
struct file_finisher;

/* A file could not be finished: its sentence, a view. It is left as it was.
 * Called from the loop, or from inside file_finisher_free. */
typedef void (*file_finisher_failed)(void *user, const char *text);

/* NOMEM, SYSTEM. */
enum sockfeed_result file_finisher_new(struct file_finisher **finisher,
                                       struct sockfeed_loop *loop,
                                       file_finisher_failed failed,
                                       void *user) SOCKFEED_CHECK;

/* Waits until all files are finished. Fits NULL. */
void file_finisher_free(struct file_finisher *finisher);

/* Takes the descriptor, in every case, of the file at `part`, which is to be
 * called `path`. Copies both. NOMEM: the file is left as it was. */
enum sockfeed_result file_finisher_add(struct file_finisher *finisher,
                                       int descriptor, const char *part,
                                       const char *path) SOCKFEED_CHECK;

#endif
