/* SPDX-License-Identifier: MIT */
#ifndef NET_ACCEPTOR_H
#define NET_ACCEPTOR_H

#include "sockfeed/result.h"

#include <stdint.h>

/* A listening socket. When descriptors run out it leaves new connections
 * waiting for a moment. */
struct acceptor;
struct loop;

/* `socket` is given: non-blocking, close-on-exec, without Nagle's delay. Must
 * not free the acceptor. */
typedef void (*acceptor_callback)(void *user, int socket);

struct acceptor_config {
    const char *address; /* numeric; NULL is 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    acceptor_callback callback;
    void *user;
};

/* Listens. INVALID (the address), SYSTEM (port in use), NOMEM, with `failure`
 * set. */
enum sockfeed_result acceptor_new(struct acceptor **acceptor, struct loop *loop,
                                  const struct acceptor_config *config,
                                  struct sockfeed_failure *failure)
    SOCKFEED_CHECK;

/* Fits NULL. */
void acceptor_free(struct acceptor *acceptor);

uint16_t acceptor_port(const struct acceptor *acceptor);

#endif
