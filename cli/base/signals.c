/* SPDX-License-Identifier: MIT */
#include "cli/base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

static const int terminals[] = {SIGTSTP, SIGCONT, SIGWINCH};

enum {
    STOP_COUNT = sizeof stops / sizeof stops[0],
    TERMINAL_COUNT = sizeof terminals / sizeof terminals[0]
};

/* The handler has no other way to find it; -1 while there is none. */
static volatile sig_atomic_t handler_pipe = -1;

static void handle(int signal)
{
    int before = errno;
    char byte = (char)signal;

    /* A full pipe has signals enough waiting in it. */
    if (write((int)handler_pipe, &byte, 1) < 0) {
        errno = before;
    }
}

static bool is_ignored(int signal)
{
    struct sigaction action;

    return sigaction(signal, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

static bool set_handler(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    return sigemptyset(&action.sa_mask) == 0 &&
           sigaction(signal, &action, NULL) == 0;
}

static bool set_handlers(void)
{
    for (int i = 0; i < STOP_COUNT; i++) {
        /* Reset by the kernel: a second one kills even a stuck loop. */
        if (!is_ignored(stops[i]) &&
            !set_handler(stops[i], handle, (int)SA_RESETHAND | SA_RESTART)) {
            return false;
        }
    }
    return set_handler(SIGUSR1, handle, SA_RESTART) &&
           set_handler(SIGPIPE, SIG_IGN, 0) &&
           /* A write above RLIMIT_FSIZE is to fail like any other. */
           set_handler(SIGXFSZ, SIG_IGN, 0);
}

void signals_begin(void)
{
    (void)set_handler(SIGUSR1, SIG_IGN, 0);
}

static void on_readable(void *user, unsigned ready)
{
    struct signals *signals = user;
    char bytes[16];
    ssize_t count = read(signals->pipe[0], bytes, sizeof bytes);

    (void)ready;
    for (ssize_t i = 0; i < count; i++) {
        signals->received(signals->user, bytes[i]);
    }
}

static bool prepare(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);

    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

enum sockfeed_result signals_open(struct signals *signals,
                                  struct sockfeed_loop *loop,
                                  void (*received)(void *user, int signal),
                                  void *user)
{
    enum sockfeed_result result;

    *signals = (struct signals){
        .pipe = {-1, -1},
          .received = received, .user = user
    };
    if (pipe(signals->pipe) != 0) {
        signals->pipe[0] = -1;
        signals->pipe[1] = -1;
        return SOCKFEED_SYSTEM;
    }
    if (!prepare(signals->pipe[0]) || !prepare(signals->pipe[1])) {
        return SOCKFEED_SYSTEM;
    }
    result = sockfeed_watch_new(&signals->watch, loop, signals->pipe[0],
                                SOCKFEED_READABLE, on_readable, signals);
    if (result != SOCKFEED_OK) {
        return result;
    }
    handler_pipe = signals->pipe[1];
    return set_handlers() ? SOCKFEED_OK : SOCKFEED_SYSTEM;
}

void signals_close(struct signals *signals)
{
    signals_release();
    (void)set_handler(SIGUSR1, SIG_IGN, 0);
    for (int i = 0; i < TERMINAL_COUNT; i++) {
        if (!is_ignored(terminals[i])) {
            (void)set_handler(terminals[i], SIG_DFL, 0);
        }
    }
    handler_pipe = -1;
    sockfeed_watch_free(signals->watch);
    for (int i = 0; i < 2; i++) {
        if (signals->pipe[i] >= 0) {
            (void)close(signals->pipe[i]);
        }
    }
    *signals = (struct signals){
        .pipe = {-1, -1}
    };
}

enum sockfeed_result signals_attend(void)
{
    for (int i = 0; i < TERMINAL_COUNT; i++) {
        if (!is_ignored(terminals[i]) &&
            !set_handler(terminals[i], handle, SA_RESTART)) {
            return SOCKFEED_SYSTEM;
        }
    }
    return SOCKFEED_OK;
}

void signals_stop(void)
{
    (void)raise(SIGSTOP);
}

int signals_descriptor(const struct signals *signals)
{
    return signals->pipe[0];
}

int signals_take(struct signals *signals)
{
    char byte;

    while (read(signals->pipe[0], &byte, 1) == 1) {
        if (signals_is_stop(byte)) {
            return byte;
        }
    }
    return 0;
}

bool signals_is_stop(int signal)
{
    for (int i = 0; i < STOP_COUNT; i++) {
        if (stops[i] == signal) {
            return true;
        }
    }
    return false;
}

void signals_release(void)
{
    for (int i = 0; i < STOP_COUNT; i++) {
        if (!is_ignored(stops[i])) {
            (void)set_handler(stops[i], SIG_DFL, 0);
        }
    }
}

void signals_die(int signal)
{
    sigset_t mask;

    if (set_handler(signal, SIG_DFL, 0) && sigemptyset(&mask) == 0 &&
        sigaddset(&mask, signal) == 0) {
        (void)sigprocmask(SIG_UNBLOCK, &mask, NULL);
        (void)raise(signal);
    }
}
