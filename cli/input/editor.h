/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_EDITOR_H
#define CLI_INPUT_EDITOR_H

#include "base/span.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * Lines that a person types: edited, with history and completion, by libedit,
 * which is loaded when it is needed. Prompt and line stand on the terminal
 * itself, never on standard output, and make way for what others write to it.
 */
struct editor;

struct editor_callbacks {
    /* A line without its end; a view. */
    void (*line)(void *user, struct span line);
    /* The end: nothing more can be typed. The last callback. */
    void (*end)(void *user);
    /* The words that may complete what a line begins with, one for each index
     * from 0, then NULL. Views until the next call. */
    const char *(*word)(void *user, size_t index);
    /* Whether others have all been written that was to be. */
    bool (*quiet)(void *user);
    void *user;
};

/* Gives an editor on the terminal, which reads `descriptor`. SYSTEM when there
 * is no libedit or no terminal: then nothing was touched. NOMEM. Callbacks are
 * made from the loop; freeing inside them is not allowed. */
enum sockfeed_result editor_new(
    struct editor **editor, struct sockfeed_loop *loop, int descriptor,
    const struct editor_callbacks *callbacks) SOCKFEED_CHECK;

/* Leaves the terminal as it was, keeps the history. Fits NULL. */
void editor_free(struct editor *editor);

/* To be called before somebody writes to the terminal: takes prompt and line
 * away; they come back when it is quiet, or for a moment after a while. */
void editor_make_way(struct editor *editor);

/* Gives the terminal back, before the program is stopped. */
void editor_suspend(struct editor *editor);

/* Takes it again where the program is in its foreground, and shows the line as
 * large as the terminal is now. */
void editor_resume(struct editor *editor);

#endif
