/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_CAPTURE_FILE_H
#define CLI_FILES_CAPTURE_FILE_H

#include "base/span.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    CAPTURE_FILE_BLOCK = 65536
};

/* Makes a compressed file's text again. `inflate` takes from the front of
 * `in` and writes up to `room` bytes: OK; INVALID, the file is damaged. It
 * says whether what it took ends a piece, so that the file may end there. */
struct capture_inflater {
    void *state; /* owned */
    enum sockfeed_result (*inflate)(void *state, struct span *in, char *to,
                                    size_t room, size_t *made, bool *whole);
    void (*restart)(void *state);
    void (*free)(void *state);
};

/* The text of a file as it is, or out of gzip or Zstandard, which it is seen
 * to be by its first bytes. */
struct capture_file {
    FILE *file;
    struct capture_inflater inflater; /* .state NULL: none is needed */
    char *block;                      /* owned; read last */
    struct span left;                 /* of it */
    bool whole;                       /* nothing is missing where it ends now */
};

/* INVALID with `*reason` set, NOMEM; capture_file_close fits both. */
enum sockfeed_result capture_file_open(struct capture_file *file,
                                       const char *path,
                                       const char **reason) SOCKFEED_CHECK;
void capture_file_close(struct capture_file *file);

/* Reads on: OK with at least one byte; MORE at the end, whole or not; INVALID
 * with `*reason` set. */
enum sockfeed_result capture_file_read(struct capture_file *file, char *to,
                                       size_t room, size_t *count,
                                       const char **reason) SOCKFEED_CHECK;

void capture_file_rewind(struct capture_file *file);

#endif
