/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_WRITER_H
#define CLI_FILES_FILE_WRITER_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/base/option_error.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The files of --write and --record. Lines are collected for one turn of the
 * loop and written with one call; compressed ones for a while longer, so that
 * there is something to compress. Where the name has fields of the time the
 * file changes when the name does, also while no lines come.
 *
 * What is in a file is whole lines, whatever happens to the program or to the
 * disk: in a compressed one, whole pieces of whole lines.
 */
struct file_writer;

struct file_writer_config {
    const char *path;      /* see cli/base/file_name.h */
    mode_t mode;           /* of new files, before the umask */
    int terminator;        /* the byte that ends lines, or -1 for none */
    const char *signature; /* see cli/files/file_volume.h */
    /* Appends what every new file begins with, whole lines; NULL: nothing. */
    void (*begin)(void *user, struct buf *out);
    /* Found outside of the functions below: a file cannot be written. */
    void (*failed)(void *user);
    void *user;
};

/* Opens the first file. The texts of the config must live as long. INVALID
 * and SYSTEM with the error set, NOMEM. */
enum sockfeed_result file_writer_new(struct file_writer **writer,
                                     struct sockfeed_loop *loop,
                                     const struct file_writer_config *config,
                                     struct option_error *error) SOCKFEED_CHECK;

/* Writes what there is, completes the file and waits until that is done. OK,
 * or what went wrong at any time, told by file_writer_failure. */
enum sockfeed_result file_writer_finish(struct file_writer *writer)
    SOCKFEED_CHECK;

/* What was not finished is left as it is. Fits NULL. */
void file_writer_free(struct file_writer *writer);

/* Gives the buffer to append one line to, which file_writer_end then takes;
 * `time` (ns since the epoch) says into which file. */
struct buf *file_writer_begin(struct file_writer *writer, int64_t time);

/* Of the file at hand, or -1. */
int file_writer_descriptor(const struct file_writer *writer);

/* Answers OK, or with the failure after which nothing is written any more:
 * SYSTEM, INVALID, NOMEM. */
enum sockfeed_result file_writer_end(struct file_writer *writer);

/* The same, asked for again, and the sentence of the failure. */
enum sockfeed_result file_writer_result(const struct file_writer *writer);
const char *file_writer_failure(const struct file_writer *writer);

#endif
