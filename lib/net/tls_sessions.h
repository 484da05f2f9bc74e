/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_SESSIONS_H
#define NET_TLS_SESSIONS_H

#include "base/limits.h"

#include <stddef.h>

/*
 * Sessions to be resumed when a host is connected to again, so that no
 * certificate has to be sent and verified once more. A client meets few hosts
 * (its own, a proxy's, a redirect's), whose newest tickets are kept.
 */
struct ssl_st;
struct ssl_session_st;

struct tls_kept_session {
    char *host;                     /* owned */
    struct ssl_session_st *session; /* owned */
};

/* All zero bytes hold none. */
struct tls_sessions {
    struct tls_kept_session at[LIMIT_TLS_SESSIONS]; /* the oldest first */
    size_t count;
};

void tls_sessions_deinit(struct tls_sessions *sessions);

/* Keeps a copy, in place of the oldest where there are many. Out of memory
 * none is kept. */
void tls_sessions_keep(struct tls_sessions *sessions, const char *host,
                       struct ssl_session_st *session);

/* Has a handshake that is to come offer the newest that is kept for the host.
 * A ticket of TLS 1.3 is offered only once (RFC 8446, C.4). */
void tls_sessions_offer(struct tls_sessions *sessions, const char *host,
                        struct ssl_st *ssl);

#endif
