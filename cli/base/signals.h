/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_SIGNALS_H
#define CLI_BASE_SIGNALS_H

#include "sockfeed.h"

/*
 * Signals as events of the loop. SIGINT, SIGTERM and SIGHUP ask the program to
 * leave, SIGUSR1 asks for statistics; a second request to leave, before or
 * after the loop saw the first, kills at once. SIGPIPE is ignored: whoever
 * writes sees EPIPE. What was ignored when the program began (nohup, a shell's
 * background) stays ignored.
 */

/* One for the process. */
struct signals {
    struct sockfeed_watch *watch;
    int pipe[2]; /* the handler writes signal numbers, one byte each */
    void (*received)(void *user, int signal);
    void *user;
};

/* First of all in a program: a question that comes before there is anything to
 * tell must not end it. */
void signals_begin(void);

/* SYSTEM, NOMEM; the signals are to be closed in every case. */
enum sockfeed_result signals_open(struct signals *signals,
                                  struct sockfeed_loop *loop,
                                  void (*received)(void *user, int signal),
                                  void *user) SOCKFEED_CHECK;
void signals_close(struct signals *signals);

/* For who has the terminal in hand: receives SIGTSTP, SIGCONT and SIGWINCH too,
 * where they are not ignored. SYSTEM. */
enum sockfeed_result signals_attend(void) SOCKFEED_CHECK;

/* Stops the process, as SIGTSTP does; SIGCONT is received after that. */
void signals_stop(void);

/* Readable when a signal has come. */
int signals_descriptor(const struct signals *signals);

/* A signal that asks to leave and has come outside of the loop, or 0. */
int signals_take(struct signals *signals);

/* Whether the signal asks the program to leave. */
bool signals_is_stop(int signal);

/* From now on a signal that asks to leave kills. */
void signals_release(void);

/* Dies of the signal, so that a shell sees which it was. Returns only if the
 * signal cannot kill. */
void signals_die(int signal);

#endif
