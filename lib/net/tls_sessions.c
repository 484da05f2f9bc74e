/* SPDX-License-Identifier: MIT */
#include "net/tls_sessions.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <stdlib.h>
#include <string.h>

static void drop(struct tls_sessions *sessions, size_t i)
{
    free(sessions->at[i].host);
    SSL_SESSION_free(sessions->at[i].session);
    sessions->count--;
    memmove(&sessions->at[i], &sessions->at[i + 1],
            (sessions->count - i) * sizeof sessions->at[0]);
}

void tls_sessions_deinit(struct tls_sessions *sessions)
{
    while (sessions->count > 0) {
        drop(sessions, sessions->count - 1);
    }
}

void tls_sessions_keep(struct tls_sessions *sessions, const char *host,
                       struct ssl_session_st *session)
{
    size_t size = strlen(host) + 1;
    /* A copy: OpenSSL spoils the one in use when the connection is cut, which
     * is just when it is wanted. */
    struct tls_kept_session kept = {malloc(size), SSL_SESSION_dup(session)};

    if (kept.host == NULL || kept.session == NULL) {
        free(kept.host);
        SSL_SESSION_free(kept.session);
        ERR_clear_error();
        return;
    }
    memcpy(kept.host, host, size);
    if (sessions->count == LIMIT_TLS_SESSIONS) {
        drop(sessions, 0);
    }
    sessions->at[sessions->count++] = kept;
}

void tls_sessions_offer(struct tls_sessions *sessions, const char *host,
                        struct ssl_st *ssl)
{
    size_t i = sessions->count;
    SSL_SESSION *session;

    while (i > 0 && strcmp(sessions->at[i - 1].host, host) != 0) {
        i--;
    }
    if (i == 0) {
        return;
    }
    i--;
    session = SSL_SESSION_dup(sessions->at[i].session);
    if (session != NULL) {
        (void)SSL_set_session(ssl, session);
        SSL_SESSION_free(session);
    }
    if (SSL_SESSION_get_protocol_version(sessions->at[i].session) >=
        TLS1_3_VERSION) {
        drop(sessions, i);
    }
    ERR_clear_error();
}
