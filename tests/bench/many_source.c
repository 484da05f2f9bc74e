/* SPDX-License-Identifier: MIT */
/*
 * The load of many connections: waits for all of them, then sends messages of
 * 200 bytes to one after the other, so many a second over all.
 *
 *   many_source CONNECTIONS COUNT RATE
 *
 * Its first line on standard output is the port. COUNT is over all
 * connections; after the last message each is closed with 1000.
 */
#include "tests/bench/many.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int peers[MANY_MAX];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, MANY_MAX) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        die("listen");
    }
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void put(int peer, const void *data, size_t size)
{
    (void)!send(peer, data, size, MSG_NOSIGNAL);
}

/* Reads the request, which comes in one piece here, and answers 101. */
static void accept_websocket(int peer)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char request[4096];
    char joined[128];
    unsigned char digest[20];
    char accept[32];
    char answer[256];
    ssize_t got = recv(peer, request, sizeof request - 1, 0);
    const char *key;
    int size;

    request[got > 0 ? got : 0] = '\0';
    key = strstr(request, "Key: ");
    if (key == NULL) {
        die("handshake");
    }
    (void)snprintf(joined, sizeof joined, "%.24s%s", key + 5, guid);
    EVP_Digest(joined, strlen(joined), digest, NULL, EVP_sha1(), NULL);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
    size = snprintf(answer, sizeof answer,
                    "HTTP/1.1 101 Switching Protocols\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: %s\r\n\r\n",
                    accept);
    put(peer, answer, (size_t)size);
}

static void accept_all(int listener, size_t connections)
{
    for (size_t i = 0; i < connections; i++) {
        int one = 1;

        peers[i] = accept(listener, NULL, NULL);
        if (peers[i] < 0) {
            die("accept");
        }
        setsockopt(peers[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        accept_websocket(peers[i]);
    }
}

static void send_all(size_t connections, uint64_t count, uint64_t rate)
{
    char frame[MANY_FRAME];
    struct timespec start;

    memset(frame, 'x', sizeof frame);
    memcpy(frame, "\x81\x7e\x00\xc8{\"x\":\"", 10);
    memcpy(frame + MANY_FRAME - 2, "\"}", 2);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t due = (uint64_t)start.tv_nsec + i * 1000000000 / rate;
        struct timespec pause = {.tv_sec =
                                     start.tv_sec + (time_t)(due / 1000000000),
                                 .tv_nsec = (long)(due % 1000000000)};

        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pause, NULL);
        put(peers[i % connections], frame, sizeof frame);
    }
}

int main(int argc, char **argv)
{
    size_t connections = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t rate = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;

    if (connections == 0 || connections > MANY_MAX || rate == 0) {
        fprintf(stderr, "usage: many_source CONNECTIONS COUNT RATE\n");
        return 2;
    }
    accept_all(listen_anywhere(), connections);
    send_all(connections, count, rate);
    for (size_t i = 0; i < connections; i++) {
        char ignored[64];

        put(peers[i], "\x88\x02\x03\xe8", 4);
        (void)!recv(peers[i], ignored, sizeof ignored, 0);
        (void)close(peers[i]);
    }
    return 0;
}
