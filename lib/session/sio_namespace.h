/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_NAMESPACE_H
#define SESSION_SIO_NAMESPACE_H

#include "base/buf.h"
#include "base/span.h"
#include "session/sio_event.h"
#include "session/sio_recovery.h"
#include "sockfeed/result.h"

/*
 * The namespaces of a connection and how far each has come.
 *
 *   WANTED --> ASKED --> JOINED --> LEFT       the server's DISCONNECT
 *      |         |          |
 *      +---------+----------+-----> REFUSED    CONNECT_ERROR, or no answer
 *
 * From WANTED a server of revision 4 makes the root JOINED by itself.
 */
enum sio_namespace_state {
    SIO_NAMESPACE_WANTED, /* nothing has been sent */
    SIO_NAMESPACE_ASKED,  /* CONNECT was sent */
    SIO_NAMESPACE_JOINED,
    SIO_NAMESPACE_REFUSED,
    SIO_NAMESPACE_LEFT,
};

struct sio_namespace {
    char *name; /* owned, NUL-terminated, "/" for the root */
    size_t size;
    enum sio_namespace_state state;
    struct sio_event_queue early;      /* events that came before the CONNECT */
    struct sio_recovery_space *memory; /* NULL: no recovery */
    bool offsets;                      /* its events end in an offset */
    bool resuming;                     /* CONNECT asked for what was missed */
    bool recovered;                    /* and the server went on */
};

/* All zero bytes are a valid empty set. */
struct sio_namespace_set {
    struct sio_namespace *items; /* owned */
    size_t count;
};

void sio_namespace_set_deinit(struct sio_namespace_set *set);

/* Adds a namespace as WANTED, unless it is there already. Copies. INVALID: it
 * does not begin with a slash, has a comma or a NUL, or is longer than
 * LIMIT_NAMESPACE; FULL: there are LIMIT_NAMESPACES; NOMEM. */
enum sockfeed_result sio_namespace_set_add(struct sio_namespace_set *set,
                                           struct span name) SOCKFEED_CHECK;

/* The namespace of exactly this name, or NULL. */
struct sio_namespace *sio_namespace_set_find(
    const struct sio_namespace_set *set, struct span name);

/* How many are in the state. */
size_t sio_namespace_set_count(const struct sio_namespace_set *set,
                               enum sio_namespace_state state);

struct span sio_namespace_name(const struct sio_namespace *space);

#endif
