/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_COPY_H
#define CLI_OUTPUT_COPY_H

#include "base/span.h"
#include "cli/files/file_writer.h"
#include "cli/output/output.h"
#include "cli/output/printer.h"
#include "sockfeed.h"

/*
 * The copy of --write: the lines of standard output once more in a file, as
 * they are printed but for the colours.
 */
struct copy {
    struct printer *printer;
    struct file_writer *files; /* owned */
    bool in_header; /* the line at hand is --csv's, which files begin with */
    void (*failed)(void *user);
    void *user;
};

/* Opens the file of --write. `printer` must live as long, the copy stays at its
 * address; `failed` is
 * called from the loop when the file can no longer be written. INVALID,
 * SYSTEM with `error` set, NOMEM; copy_deinit fits all. */
enum sockfeed_result copy_init(struct copy *copy, struct sockfeed_loop *loop,
                               struct printer *printer,
                               void (*failed)(void *user), void *user,
                               struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void copy_deinit(struct copy *copy);

/* Takes a line with its end. What went wrong shows in copy_result. */
void copy_line(struct copy *copy, struct span line);

/* Writes all, and waits until the file is complete. */
void copy_finish(struct copy *copy);

/* OK, also where there is no copy; else as file_writer_result. */
enum sockfeed_result copy_result(const struct copy *copy);

#endif
