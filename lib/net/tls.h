/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "net/tls_certificate.h"
#include "net/tls_config.h"
#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A client's TLS over a socket of ours, by OpenSSL. The chain, the dates and
 * the host name (or IP address) of the certificate are checked unless the
 * options say otherwise; sessions are resumed; TLS 1.2 is the least accepted.
 */
struct tls_config;
struct tls;

/* A client's session on `socket`, which stays the caller's. `host` is the name
 * or the address (without brackets) that the certificate must be for; a name
 * is also sent to the server; the configuration's name goes before it. NOMEM,
 * TLS. */
enum sockfeed_result tls_new(struct tls **tls, struct tls_config *config,
                             int socket, const char *host,
                             struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* The same inside of another session that is open, for TLS through a proxy
 * that speaks TLS itself. Takes `outer` when the result is OK. */
enum sockfeed_result tls_new_inside(
    struct tls **tls, struct tls_config *config, struct tls *outer,
    const char *host, struct sockfeed_failure *failure) SOCKFEED_CHECK;
void tls_free(struct tls *tls);

/* Goes on with the handshake. OK when done, AGAIN with `wanted` set to what
 * the socket has to be ready for, else a failure: CERTIFICATE, PIN, or
 * TLS, also when the peer ends the connection. */
enum sockfeed_result tls_handshake(struct tls *tls, unsigned *wanted,
                                   struct sockfeed_failure *failure)
    SOCKFEED_CHECK;

/* OK with `done` bytes, AGAIN with `wanted`, CLOSED after the peer's
 * close_notify, LOST for an end without one or an error, which `failure`
 * tells; TLS where the server refuses our certificate, of which it may say
 * nothing before. After any of these nothing more can be read or written. */
enum sockfeed_result tls_read(struct tls *tls, char *data, size_t size,
                              size_t *done, unsigned *wanted,
                              struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* The same for writing. After AGAIN the next call must begin with the same
 * bytes, wherever they are then. */
enum sockfeed_result tls_write(struct tls *tls, const char *data, size_t size,
                               size_t *done, unsigned *wanted,
                               struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Whether bytes already taken from the socket wait to be read, were they no
 * more than a part of a record. */
bool tls_pending(const struct tls *tls);

/* Says close_notify, as far as the socket takes it now. */
void tls_close(struct tls *tls);

/* What a handshake came to, fit for a terminal. */
struct tls_facts {
    const char *version; /* "TLSv1.3"; static */
    const char *cipher;  /* static */
    bool resumed;
    char subject[TLS_CERTIFICATE_NAME];
    char issuer[TLS_CERTIFICATE_NAME];
    char hosts[1024];   /* see tls_certificate_hosts */
    int64_t not_before; /* seconds since the epoch; both 0: no certificate */
    int64_t not_after;
};

enum {
    TLS_FACTS_HOSTS = 20 /* shown of a certificate that may have a hundred */
};

/* After the handshake. */
void tls_inspect(const struct tls *tls, struct tls_facts *facts);

/* "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate of CN=example.com, issued by
 * CN=...", cut to `size`. After the handshake. */
void tls_describe(const struct tls *tls, char *text, size_t size);

/* Of the OpenSSL in use, "3.0.15". Static storage. */
const char *tls_version(void);

#endif
