/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_VOLUME_H
#define CLI_FILES_FILE_VOLUME_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/base/file_name.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * One file on the disk, of the one or many that a name stands for. What is
 * there already is never written over: a file that grows under its own name
 * is gone on with, any other takes the first free number.
 *
 *   closed --file_volume_open--> open --file_volume_close--> closed
 *
 * A partial one (file_name_is_partial) is "NAME.part" until somebody gives it
 * its name.
 */

enum {
    FILE_FAILURE_SIZE = 512
};

struct file_volume {
    int descriptor;                  /* -1: closed */
    bool partial;                    /* it has no name of its own yet */
    off_t size;                      /* bytes in it */
    struct buf path;                 /* with a NUL */
    struct buf part;                 /* where it is; with a NUL */
    char failure[FILE_FAILURE_SIZE]; /* one sentence: which file, and why */
};

struct file_volume_config {
    mode_t mode;    /* of a file that is new, before the umask; where it gives
                     * others nothing, one that is there must not either */
    int terminator; /* the byte that ends lines, or -1 where none does */
    /* A file that is gone on with must begin with this, or be empty; what
     * follows its last terminator is cut off. NULL: any will do, and a line
     * that has no end gets one. */
    const char *signature;
};

void file_volume_init(struct file_volume *volume);

/* Closes it as it is. Fits a zeroed one that was initialised. */
void file_volume_deinit(struct file_volume *volume);

/* Opens the file for a time (ns since the epoch). SYSTEM or INVALID with
 * `failure` set, NOMEM. */
enum sockfeed_result file_volume_open(struct file_volume *volume,
                                      const struct file_name *name,
                                      const struct file_volume_config *config,
                                      int64_t time) SOCKFEED_CHECK;

/* Writes all of the data. SYSTEM with `failure` set: then the file ends with
 * the last byte of the data that is `keep` and was written, or, where there
 * is none or `keep` is -1, as it was before. */
enum sockfeed_result file_volume_write(struct file_volume *volume,
                                       struct span data,
                                       int keep) SOCKFEED_CHECK;

/* Closes it; a partial one that has nothing in it is removed. */
void file_volume_close(struct file_volume *volume);

/* Gives the open descriptor to the caller; the volume is closed. */
int file_volume_release(struct file_volume *volume);

#endif
