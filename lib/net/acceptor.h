/* SPDX-License-Identifier: MIT */
#ifndef NET_ACCEPTOR_H
#define NET_ACCEPTOR_H

#include "sockfeed.h"

#include <stdint.h>

/* A listening socket. When descriptors run out it leaves new connections
 * waiting for a moment. */
struct acceptor;
struct loop;

/* `socket` is given: non-blocking, close-on-exec, without Nagle's delay. Must
 * not free the acceptor. */
typedef void (*acceptor_callback)(void *user, int socket);

/* Listens on a numeric address, NULL for 127.0.0.1, and a port, 0 for any free
 * one. INVALID (the address), SYSTEM (port in use), NOMEM, with `failure`. */
enum sockfeed_result acceptor_new(
    struct acceptor **acceptor, struct loop *loop, const char *address,
    uint16_t port, acceptor_callback callback, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Fits NULL. */
void acceptor_free(struct acceptor *acceptor);

uint16_t acceptor_port(const struct acceptor *acceptor);

#endif
