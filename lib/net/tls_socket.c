/* SPDX-License-Identifier: MIT */
#include "net/tls_socket.h"

#include <openssl/bio.h>

#include <errno.h>
#include <sys/socket.h>

static bool is_passing(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static int read_some(BIO *bio, char *data, int size)
{
    struct tls_socket *socket = BIO_get_data(bio);
    ssize_t count = recv(socket->descriptor, data, (size_t)size, 0);

    BIO_clear_retry_flags(bio);
    if (count < 0 && is_passing()) {
        BIO_set_retry_read(bio);
    }
    socket->ended = count == 0;
    return (int)count;
}

static int write_some(BIO *bio, const char *data, int size)
{
    const struct tls_socket *socket = BIO_get_data(bio);
    ssize_t count = send(socket->descriptor, data, (size_t)size, MSG_NOSIGNAL);

    BIO_clear_retry_flags(bio);
    if (count < 0 && is_passing()) {
        BIO_set_retry_write(bio);
    }
    return (int)count;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    const struct tls_socket *socket = BIO_get_data(bio);

    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1; /* nothing is kept here */
    case BIO_CTRL_EOF:
        return socket->ended;
    default:
        return 0;
    }
}

struct bio_st *tls_socket_init(struct tls_socket *tls_socket, int socket)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket");
    BIO *bio = NULL;

    *tls_socket = (struct tls_socket){.descriptor = socket, .method = method};
    if (method != NULL && BIO_meth_set_read(method, read_some) == 1 &&
        BIO_meth_set_write(method, write_some) == 1 &&
        BIO_meth_set_ctrl(method, control) == 1) {
        bio = BIO_new(method);
    }
    if (bio != NULL) {
        BIO_set_data(bio, tls_socket);
        BIO_set_init(bio, 1);
    }
    return bio;
}

void tls_socket_deinit(struct tls_socket *tls_socket)
{
    BIO_meth_free(tls_socket->method);
}
