/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_REPLAY_H
#define CLI_SERVE_REPLAY_H

#include "cli/options/options.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A capture served as it was recorded: each client gets it from the start, or
 * with --live all get what is due now, with the pauses that were between its
 * messages. Socket.IO clients get the events of the namespaces that they join,
 * in the Engine.IO revision and by the transport that they ask for; plain
 * WebSocket clients get the messages, and of a Socket.IO capture the events as
 * JSON arrays. The connections of a capture are served as one.
 */
struct replay;

struct replay_callbacks {
    /* --once is fulfilled; `differed`: the client was not as recorded, with
     * --strict. */
    void (*done)(void *user, bool differed);
    /* One line for a person, a view. */
    void (*told)(void *user, const char *text);
    /* The same, and it cannot go on: the file went bad while it was read. */
    void (*failed)(void *user, const char *text);
    void *user;
};

/* Reads the capture through once, to find what is wrong with it before any
 * client does, and listens. The texts of the options must outlive it. INVALID,
 * SYSTEM, NOMEM, or of its certificate, with `failure` set. */
enum sockfeed_result replay_new(
    struct replay **replay, struct sockfeed_loop *loop,
    const struct serve_options *options,
    const struct replay_callbacks *callbacks,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends all clients without a word. Fits NULL. */
void replay_free(struct replay *replay);

uint16_t replay_port(const struct replay *replay);

/* Whether the end has to wait until a client was written what was said last. */
bool replay_is_answering(const struct replay *replay);

#endif
