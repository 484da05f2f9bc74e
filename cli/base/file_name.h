/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_FILE_NAME_H
#define CLI_BASE_FILE_NAME_H

#include "base/buf.h"
#include "cli/base/option_error.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The FILE of --write and --record: a path, in which strftime's fields stand
 * for the time in UTC and so say when another file begins, and whose ending
 * says how it is compressed.
 */

enum file_coding {
    FILE_CODING_NONE,
    FILE_CODING_GZIP, /* .gz */
    FILE_CODING_ZSTD, /* .zst */
};

struct file_name {
    const char *pattern; /* borrowed */
    enum file_coding coding;
    bool rotates;   /* there are fields of the time */
    int64_t period; /* ns; the name changes at multiples of this alone */
};

enum {
    /* Files of one name, by number, before the name is given up. */
    FILE_NAME_NUMBERS = 10000
};

/* Reads a pattern, which must outlive the name. INVALID with the error set
 * where it can be no file's, or has a field that is none of strftime's in
 * UTC. */
enum sockfeed_result file_name_init(struct file_name *name, const char *pattern,
                                    struct option_error *error) SOCKFEED_CHECK;

/* Whether the file is called something else until it is complete: nobody who
 * sees a rotated or compressed file by its name finds half of it. */
bool file_name_is_partial(const struct file_name *name);

/* The path at a time (ns since the epoch), with its NUL. `number` tells
 * files of one name apart: 0 is the name itself, 1 is "ticks.1.ndjson.gz" of
 * "ticks.ndjson.gz". NULL when out of memory, or where the fields make it
 * longer than paths are. Views `path`, which is overwritten. */
const char *file_name_path(const struct file_name *name, struct buf *path,
                           int64_t time, unsigned number);

/* The first time after `time` at which the name may be another one;
 * INT64_MAX: it never is. */
int64_t file_name_until(const struct file_name *name, int64_t time);

#endif
