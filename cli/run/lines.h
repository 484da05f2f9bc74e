/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_LINES_H
#define CLI_RUN_LINES_H

#include "cli/feeds/feeds.h"
#include "cli/input/input.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * What -i does: each line of standard input is a MESSAGE for every URL, sent
 * when that is connected. Lines that cannot be are reported and skipped. While
 * a feed has no room for more, standard input is not read. Lines are taken as
 * they are: an `@` does not read a file, since whoever writes the lines need
 * not be the user.
 */
struct lines {
    struct input *input;          /* owned; NULL: not asked for */
    struct sockfeed_timer *again; /* owned: a line waits for room */
    struct feeds *feeds;          /* not owned */
    bool drop;                    /* lines that come while not connected */
    bool bad;                     /* a line was skipped */
    bool ended;                   /* all lines were given to the feeds */
    void (*end)(void *user);
    void *user;
};

/* Lines that somebody else gives; `end` is called after the last one. NOMEM;
 * the lines are to be closed in every case. */
enum sockfeed_result lines_open(struct lines *lines, struct sockfeed_loop *loop,
                                struct feeds *feeds, void (*end)(void *user),
                                void *user) SOCKFEED_CHECK;

/* Begins to read standard input. SYSTEM, NOMEM. */
enum sockfeed_result lines_read(struct lines *lines,
                                struct sockfeed_loop *loop) SOCKFEED_CHECK;

/* Takes a line, the `number`th; false: not now, and it is forgotten. */
bool lines_give(struct lines *lines, struct span line, size_t number);

/* Whether a person types them: standard input is a terminal. */
bool lines_are_typed(void);

/* There are no more lines. */
void lines_end(struct lines *lines);

/* Fits zeroed lines. */
void lines_close(struct lines *lines);

#endif
