/* SPDX-License-Identifier: MIT */
/*
 * What no client of many connections can be faster than: reads what is ready
 * and writes each message, with a newline, to standard output. It knows that
 * every frame is of one size and comes whole.
 *
 *   many_limit PORT CONNECTIONS epoll|poll
 */
#include "tests/bench/dial.h"
#include "tests/bench/many.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pollfd polled[MANY_MAX];
static struct epoll_event ready[MANY_MAX];
static size_t live;

/* A WebSocket whose answer has come. */
static int open_socket(const char *port)
{
    char answer[1024];
    int fd = dial_websocket(port);

    if (recv(fd, answer, sizeof answer, 0) <= 0) {
        perror("many_limit");
        exit(1);
    }
    return fd;
}

/* False when the server has closed. */
static bool serve(int fd)
{
    static char in[262144];
    static char out[262144 + 4096];
    ssize_t got = recv(fd, in, sizeof in, 0);
    size_t used = 0;

    for (ssize_t at = 0; at + MANY_FRAME <= got; at += MANY_FRAME) {
        memcpy(out + used, in + at + MANY_HEADER, MANY_PAYLOAD);
        used += MANY_PAYLOAD;
        out[used++] = '\n';
    }
    if (used > 0 && write(1, out, used) < 0) {
        exit(1);
    }
    if (got > 0 && got % MANY_FRAME == 0) {
        return true;
    }
    (void)close(fd);
    live--;
    return false;
}

static void run_poll(size_t connections)
{
    while (live > 0 && poll(polled, connections, -1) > 0) {
        for (size_t i = 0; i < connections; i++) {
            if (polled[i].revents != 0 && !serve(polled[i].fd)) {
                polled[i].fd = -1;
            }
        }
    }
}

static void run_epoll(size_t connections)
{
    int set = epoll_create1(0);

    for (size_t i = 0; i < connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = polled[i].fd};

        (void)epoll_ctl(set, EPOLL_CTL_ADD, polled[i].fd, &event);
    }
    while (live > 0) {
        int count = epoll_wait(set, ready, MANY_MAX, -1);

        for (int i = 0; i < count; i++) {
            (void)serve(ready[i].data.fd);
        }
    }
}

int main(int argc, char **argv)
{
    size_t connections = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;

    if (connections == 0 || connections > MANY_MAX) {
        fprintf(stderr, "usage: many_limit PORT CONNECTIONS epoll|poll\n");
        return 2;
    }
    live = connections;
    for (size_t i = 0; i < connections; i++) {
        polled[i].fd = open_socket(argv[1]);
        polled[i].events = POLLIN;
    }
    if (strcmp(argv[3], "poll") == 0) {
        run_poll(connections);
    } else {
        run_epoll(connections);
    }
    return 0;
}
