/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_SOCKET_H
#define NET_TLS_SOCKET_H

#include <stdbool.h>

/*
 * The socket that OpenSSL reads from and writes to. OpenSSL's own would raise
 * SIGPIPE in a program that has not thought of it, where the peer has gone.
 */
struct bio_st;        /* BIO */
struct bio_method_st; /* BIO_METHOD */

struct tls_socket {
    int descriptor;
    bool ended; /* the peer has closed */
    struct bio_method_st *method;
};

/* A BIO for `socket`, which stays the caller's, to be given to a session whose
 * tls_socket_deinit comes after its end. NULL when out of memory. */
struct bio_st *tls_socket_init(struct tls_socket *tls_socket, int socket);

/* Fits all zero bytes. */
void tls_socket_deinit(struct tls_socket *tls_socket);

#endif
