/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BENCH_DIAL_H
#define TESTS_BENCH_DIAL_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The request for a WebSocket, with other header lines. */
#define DIAL_REQUEST(lines)                      \
 "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"         \
 "Upgrade: websocket\r\nConnection: Upgrade\r\n" \
 "Sec-WebSocket-Version: 13\r\n" lines           \
 "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

/* A connection to a port of loopback, as text. */
static inline int dial(const char *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("no connection");
        exit(1);
    }
    return fd;
}

/* The same, on which a WebSocket is asked for. */
static inline int dial_websocket(const char *port)
{
    static const char request[] = DIAL_REQUEST("");
    int fd = dial(port);

    if (write(fd, request, sizeof request - 1) < 0) {
        perror("no request");
        exit(1);
    }
    return fd;
}

#endif
