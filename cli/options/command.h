/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_COMMAND_H
#define CLI_OPTIONS_COMMAND_H

#include "base/span.h"
#include "sockfeed.h"

#include <stdint.h>

/*
 * A command of the user's, run by `sh -c` beside the loop: without standard
 * input, in a process group of its own, which is killed when its time is up or
 * when nobody wants to know any more.
 */
struct command;

/* How it ended. The texts are views. */
struct command_end {
    enum sockfeed_result result; /* OK: its exit status was 0; SYSTEM: it was
                                    not; TIMEOUT; FULL: too much output */
    const char *reason;          /* unless OK: a few words */
    struct span output;          /* at most LIMIT_COMMAND_OUTPUT bytes */
    struct span errors; /* the beginning of what it wrote to standard error */
};

/* Called once, from the loop. The command may be freed in it. */
typedef void command_callback(void *user, const struct command_end *end);

/* Gives a running command. It has `timeout` ms. SYSTEM: it cannot be run; its
 * reason is in errno. NOMEM. */
enum sockfeed_result command_new(struct command **command,
                                 struct sockfeed_loop *loop, const char *text,
                                 int64_t timeout, command_callback *callback,
                                 void *user) SOCKFEED_CHECK;

/* Kills what still runs. Fits NULL. */
void command_free(struct command *command);

#endif
