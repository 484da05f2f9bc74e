/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_OUTPUT_CALLBACKS_H
#define CLI_BASE_OUTPUT_CALLBACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the output tells its owner. */

/* What the caller of output_event has to do next. */
enum output_verdict {
    OUTPUT_GO_ON,
    OUTPUT_FULL,      /* pause all clients until `room` is called */
    OUTPUT_TOO_LARGE, /* it inflates to more than max_message and was not
                       * printed: the connection's fault */
    OUTPUT_DONE,      /* -n or --until is satisfied; nothing more is printed */
    OUTPUT_GONE,      /* the reader went away (EPIPE) */
    OUTPUT_FAILED,    /* cannot be written: output_failure says why */
};

/* A hole in a sequence (--sequence). The views are valid during the call. */
struct output_gap {
    unsigned source;
    const char *key; /* JSON; NULL: there is none */
    size_t key_size;
    const char *expected; /* digits, with a NUL */
    const char *got;
    int64_t from; /* when the last number came, ns since the epoch */
    int64_t to;   /* when this one did */
};

/* The callbacks are made from inside output_event, output_drained and the
 * loop; freeing the output inside one is not allowed. */
struct output_callbacks {
    /* There is room again after OUTPUT_FULL. */
    void (*room)(void *user);
    /* GONE or FAILED, found while waiting for standard output; DONE when
     * --every printed the last message of -n. */
    void (*ended)(void *user, enum output_verdict verdict);
    /* One line for a person, a view, without "sockfeed: ". */
    void (*warning)(void *user, const char *text);
    /* A run of dropped messages is over; `count` are gone (--on-full drop). */
    void (*dropped)(void *user, uint64_t count);
    /* A number is not one more than the last. */
    void (*gap)(void *user, const struct output_gap *gap);
    /* Before standard output is written, where it is a terminal. */
    void (*writing)(void *user);
    /* After output_listen: a message's text as it was received, or inflated,
     * before anything else is done about it. True: that is all. */
    bool (*heard)(void *user, unsigned source, unsigned connection,
                  const char *text, size_t size);
    void *user;
};

#endif
