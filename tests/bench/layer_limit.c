/* SPDX-License-Identifier: MIT */
/*
 * What no client can be faster than where a library stands between the socket
 * and the frames: as `limit split`, but
 *
 *   layer_limit PORT tls       over TLS by OpenSSL; nothing is verified
 *   layer_limit PORT inflate   zlib inflates each message (permessage-deflate
 *                              with context takeover)
 */
#include "tests/bench/dial.h"
#include "tests/bench/frames.h"

#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum {
    READ = 262144,
    CAPACITY = 2 * READ + 1048576,
};

static const char request[] =
    DIAL_REQUEST("Sec-WebSocket-Extensions: permessage-deflate\r\n");

static char buffer[CAPACITY];
static char out[CAPACITY];
static z_stream inflater;
static SSL *tls; /* NULL: without */

static void die(const char *what)
{
    fprintf(stderr, "layer_limit: %s\n", what);
    exit(1);
}

static void start_tls(int fd)
{
    tls = SSL_new(SSL_CTX_new(TLS_client_method()));
    if (tls == NULL || SSL_set_fd(tls, fd) != 1 || SSL_connect(tls) != 1) {
        die("no TLS");
    }
}

/* With TLS a record at a time, until none is there any more. */
static ssize_t get(int fd, char *data, size_t size)
{
    size_t done = 0;

    if (tls == NULL) {
        return recv(fd, data, size, 0);
    }
    do {
        int got = SSL_read(tls, data + done, (int)(size - done));

        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    } while (done < size && SSL_has_pending(tls) == 1);
    return (ssize_t)done;
}

static void ask(int fd)
{
    int size = (int)sizeof request - 1;

    if (tls != NULL ? SSL_write(tls, request, size) != size
                    : write(fd, request, (size_t)size) != size) {
        die("no request");
    }
}

/* Into `out`, which is used again for each. */
static void inflate_message(const char *payload, size_t size)
{
    static const unsigned char tail[4] = {0x00, 0x00, 0xff, 0xff};
    const void *parts[] = {payload, tail};
    const size_t sizes[] = {size, sizeof tail};

    inflater.next_out = (unsigned char *)out;
    inflater.avail_out = sizeof out;
    for (int i = 0; i < 2; i++) {
        inflater.next_in = (unsigned char *)(uintptr_t)parts[i];
        inflater.avail_in = (unsigned)sizes[i];
        if (inflate(&inflater, Z_SYNC_FLUSH) < Z_OK) {
            die("not deflate");
        }
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 2 ? argv[2] : "tls";
    bool inflates = strcmp(mode, "inflate") == 0;
    int fd = dial(argc > 1 ? argv[1] : "0");
    const char *frames = NULL;
    unsigned long count = 0;
    size_t tail = 0;
    size_t head;

    if (inflateInit2(&inflater, -15) != Z_OK) {
        die("no zlib");
    }
    if (!inflates) {
        start_tls(fd);
    }
    ask(fd);
    while (frames == NULL) {
        ssize_t got = get(fd, buffer + tail, READ);

        if (got <= 0) {
            die("no answer");
        }
        tail += (size_t)got;
        buffer[tail] = '\0';
        frames = strstr(buffer, "\r\n\r\n");
    }
    head = (size_t)(frames - buffer) + 4;
    for (;;) {
        size_t header;
        size_t size;
        ssize_t got;

        while (split((unsigned char *)buffer + head, tail - head, &header,
                     &size)) {
            if ((buffer[head] & 0x0f) == 8) {
                fprintf(stderr, "%lu messages\n", count);
                return 0;
            }
            count++;
            if (inflates) {
                inflate_message(buffer + head + header, size);
            }
            head += header + size;
        }
        memmove(buffer, buffer + head, tail - head);
        tail -= head;
        head = 0;
        got = get(fd, buffer + tail, READ);
        if (got <= 0) {
            die("the stream has ended");
        }
        tail += (size_t)got;
    }
}
