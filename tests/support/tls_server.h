/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_TLS_SERVER_H
#define TESTS_SUPPORT_TLS_SERVER_H

#include "tests/support/certificate.h"

#include <openssl/ssl.h>

#include <stdint.h>

/* A TLS server on loopback, in a thread of its own, for one connection. */
struct tls_server;

/* What the server does once the handshake is done, in its thread; the
 * connection is closed afterwards, without close_notify. */
typedef void (*tls_server_script)(SSL *ssl, void *user);

struct tls_server *tls_server_start(const struct certificate *certificate,
                                    int max_version, uint16_t *port,
                                    tls_server_script script, void *user);

/* Waits for the thread, then frees. */
void tls_server_finish(struct tls_server *server);

#endif
