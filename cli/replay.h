/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "cli/options.h"
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

struct replay_callbacks {
    /* --once is fulfilled. */
    void (*done)(void *user);
    /* The file went bad while it was read: one line for a person, a view. */
    void (*failed)(void *user, const char *text);
    void *user;
};

/* Reads the capture through once, to find what is wrong with it before any
 * client does, and listens. The texts of the options must outlive it. INVALID, SYSTEM, NOMEM with `failure` set. */
enum sockfeed_result replay_new(
    struct replay **replay, struct sockfeed_loop *loop,
    const struct serve_options *options,
    const struct replay_callbacks *callbacks,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends all clients without a word. Fits NULL. */
void replay_free(struct replay *replay);

uint16_t replay_port(const struct replay *replay);

#endif
