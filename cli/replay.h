/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "cli/capture.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A capture served as it was recorded: each client gets it from the start,
 * with the pauses that were between its frames. Socket.IO clients get the
 * events, in the Engine.IO revision that they ask for; plain WebSocket clients
 * get the messages, and of a Socket.IO capture the events as JSON arrays.
 */
struct replay;

struct replay_options {
    const char *path;    /* of the capture; stays the caller's */
    const char *address; /* numeric, NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    double speed;        /* 1: as it was; 0: without pauses */
    bool loop;           /* from the start again at the end */
    bool once;           /* over when the first client has had everything */
};

struct replay_callbacks {
    /* --once is fulfilled. */
    void (*done)(void *user);
    /* The file went bad while it was read: one line for a person, a view. */
    void (*failed)(void *user, const char *text);
    void *user;
};

/* Reads the capture through once, to find what is wrong with it before any
 * client does, and listens. INVALID, SYSTEM, NOMEM with `failure` set. */
enum sockfeed_result replay_new(
    struct replay **replay, struct sockfeed_loop *loop,
    const struct replay_options *options,
    const struct replay_callbacks *callbacks,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends all clients without a word. Fits NULL. */
void replay_free(struct replay *replay);

uint16_t replay_port(const struct replay *replay);

#endif
