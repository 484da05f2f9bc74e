/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_CONSOLE_H
#define CLI_RUN_CONSOLE_H

#include "cli/feeds/feeds.h"
#include "cli/run/lines.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * -i on a terminal: lines that are typed are MESSAGEs, and those that begin
 * with one of the words of /help are commands to the program.
 */
struct console;

struct console_callbacks {
    void (*stats)(void *user);
    /* Leave; the close code is 0 where it does not matter. */
    void (*quit)(void *user, uint16_t code);
    /* A line for standard output, which is no message. */
    void (*print)(void *user, struct span line);
    /* Whether all output has been written. */
    bool (*quiet)(void *user);
    void *user;
};

/* Gives a console on standard input. The feeds and the lines must live as
 * long; messages go through the latter, and so does the end. SYSTEM when there
 * can be none, NOMEM. */
enum sockfeed_result console_new(
    struct console **console, struct sockfeed_loop *loop, struct feeds *feeds,
    struct lines *lines,
    const struct console_callbacks *callbacks) SOCKFEED_CHECK;

/* Fits NULL. */
void console_free(struct console *console);

/* Takes notice of a message, whose name can then be completed. */
void console_note(struct console *console, const struct sockfeed_event *event);

/* Prints the answer to a /call; false: it is none. */
bool console_answer(struct console *console, const struct feed *feed,
                    const struct sockfeed_event *event);

/* To be called before standard output or standard error is written. */
void console_make_way(struct console *console);

/* The program is about to be stopped; it goes on, or the terminal has another
 * size. */
void console_suspend(struct console *console);
void console_resume(struct console *console);

#endif
