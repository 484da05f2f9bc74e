/* SPDX-License-Identifier: MIT */
#include "tests/support/tls_server.h"

#include "tests/support/loopback.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct tls_server {
    SSL_CTX *context;
    int listener;
    tls_server_script script;
    void *user;
    pthread_t thread;
};

enum {
    PATIENCE_MS = 20000
};

static void *serve(void *user)
{
    struct tls_server *server = user;
    struct pollfd set = {.fd = server->listener, .events = POLLIN};
    SSL *ssl = SSL_new(server->context);
    int connection;

    if (ssl == NULL || poll(&set, 1, PATIENCE_MS) != 1) {
        abort();
    }
    /* Accepted sockets block. */
    connection = accept(server->listener, NULL, NULL);
    if (connection < 0 || SSL_set_fd(ssl, connection) != 1) {
        abort();
    }
    if (SSL_accept(ssl) == 1) {
        server->script(ssl, server->user);
    }
    SSL_free(ssl);
    (void)close(connection);
    return NULL;
}

struct tls_server *tls_server_start(const struct certificate *certificate,
                                    int max_version, uint16_t *port,
                                    tls_server_script script, void *user)
{
    struct tls_server *server = calloc(1, sizeof(*server));

    if (server == NULL) {
        abort();
    }
    server->context = SSL_CTX_new(TLS_server_method());
    server->listener = loopback_listen(port);
    server->script = script;
    server->user = user;
    /* Level 0: old versions are spoken when a test asks for them. */
    SSL_CTX_set_security_level(server->context, 0);
    if (SSL_CTX_use_certificate(server->context, certificate->x509) != 1 ||
        SSL_CTX_use_PrivateKey(server->context, certificate->key) != 1 ||
        SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(server->context, max_version) != 1 ||
        pthread_create(&server->thread, NULL, serve, server) != 0) {
        abort();
    }
    return server;
}

void tls_server_finish(struct tls_server *server)
{
    (void)pthread_join(server->thread, NULL);
    (void)close(server->listener);
    SSL_CTX_free(server->context);
    free(server);
}
