/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_OUTLET_H
#define CLI_BASE_OUTLET_H

#include "base/span.h"
#include "sockfeed.h"

/*
 * A descriptor of somebody else's, written to without ever blocking the loop
 * and without changing its flags, which every process that shares it would
 * see (F_SETFL works on the open file description).
 */

enum outlet_kind {
    /* Pipe or character device: opened anew, without blocking. */
    OUTLET_OWN,
    /* Regular file: as it is; a re-opened one would begin at offset 0 and
     * know nothing of O_APPEND. Files do not block in poll()'s sense. */
    OUTLET_FILE,
    /* Sockets cannot be opened anew (ENXIO): MSG_DONTWAIT. */
    OUTLET_SOCKET,
    /* What could not be opened anew (another user's pipe, no /proc): asked
     * first, then at most PIPE_BUF bytes, which then do not block. */
    OUTLET_SHARED,
};

struct outlet {
    enum outlet_kind kind;
    int descriptor;   /* what is written to, and watched while it is full */
    int own;          /* the descriptor opened anew, to be closed, or -1 */
    int system_error; /* errno of the last failure */
};

/* Prepares for writing to `descriptor`, which must stay open. SYSTEM with
 * system_error set when it is closed or cannot be written to; the outlet can
 * be closed then too. */
enum sockfeed_result outlet_open(struct outlet *outlet,
                                 int descriptor) SOCKFEED_CHECK;

/* The given descriptor stays as it was. */
void outlet_close(struct outlet *outlet);

/* Writes what can be written now with one call: OK with *written above 0,
 * AGAIN when nothing can (not for files), CLOSED when nobody will read it,
 * SYSTEM with system_error set. `data` is not empty. */
enum sockfeed_result outlet_write(struct outlet *outlet, size_t *written,
                                  struct span data) SOCKFEED_CHECK;

/* The same for lines that stand anywhere, each with the terminator, one byte,
 * behind it: at most OUTLET_LINES of them. Only where outlet_takes_lines. */
enum {
    OUTLET_LINES = 64
};
bool outlet_takes_lines(const struct outlet *outlet);
enum sockfeed_result outlet_write_lines(struct outlet *outlet, size_t *written,
                                        const struct sockfeed_text *lines,
                                        size_t count,
                                        char terminator) SOCKFEED_CHECK;

/* Waits until the outlet may take more. False: the descriptor `timer` or
 * `wake` (-1: none) was readable first. */
bool outlet_await(const struct outlet *outlet, int timer, int wake);

/* Takes back the last `size` bytes written to a file, where it still ends
 * with them; nothing elsewhere. */
void outlet_retract(struct outlet *outlet, size_t size);

#endif
