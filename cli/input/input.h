/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_INPUT_H
#define CLI_INPUT_INPUT_H

#include "base/span.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * Lines of standard input, as they come. A line ends with LF or CR LF, the
 * last one perhaps with the end of the input. The descriptor is never made
 * non-blocking, since others share it: it is read once when it is readable.
 */
struct input;

struct input_callbacks {
    /* A line without its end; a view. False: not now. Nothing more is read,
     * and the same line comes again after input_resume. */
    bool (*line)(void *user, struct span line, size_t number);
    /* A line longer than LIMIT_OUTGOING, which is skipped. */
    void (*too_long)(void *user, size_t number);
    /* The end, after the last line; `error` is an errno where reading failed,
     * else 0. The last callback. */
    void (*end)(void *user, int error);
    void *user;
};

/* Gives an input that reads the descriptor, which must outlive it. Callbacks
 * are made from the loop and from input_resume; freeing inside them is not
 * allowed. SYSTEM, NOMEM. */
enum sockfeed_result input_new(
    struct input **input, struct sockfeed_loop *loop, int descriptor,
    const struct input_callbacks *callbacks) SOCKFEED_CHECK;

/* Fits NULL. */
void input_free(struct input *input);

/* After a line was refused. */
void input_resume(struct input *input);

#endif
