/* SPDX-License-Identifier: MIT */
/*
 * What no client can be faster than: connects, reads 256 KiB at a time, finds
 * the frames, and nothing else. It checks nothing and answers nothing.
 *
 *   limit PORT split     counts the messages
 *   limit PORT write     and writes each, with a newline, to standard output:
 *                        one blocking write for each read
 *   limit PORT first     leaves after the first message
 *   limit PORT latency   prints for each message how old it was when it had
 *                        been read, in ns (see source.c)
 */
#include "tests/bench/dial.h"
#include "tests/bench/frames.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    READ = 262144,
    CAPACITY = 2 * READ + 1048576,
};

static char buffer[CAPACITY];
static char out[CAPACITY];

static void print_age(const char *payload)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    printf("%lld\n", (long long)time.tv_sec * 1000000000 + time.tv_nsec -
                         strtoll(payload + 5, NULL, 10));
}

int main(int argc, char **argv)
{
    const char *mode = argc > 2 ? argv[2] : "split";
    bool writes = strcmp(mode, "write") == 0;
    bool first = strcmp(mode, "first") == 0;
    bool latency = strcmp(mode, "latency") == 0;
    size_t head = 0;
    size_t tail = 0;
    unsigned long count = 0;
    bool closed = false;
    const char *frames = NULL;
    int fd = dial_websocket(argc > 1 ? argv[1] : "0");

    while (frames == NULL) {
        ssize_t got = recv(fd, buffer + tail, READ, 0);

        if (got <= 0) {
            return 1;
        }
        tail += (size_t)got;
        buffer[tail] = '\0';
        frames = strstr(buffer, "\r\n\r\n");
    }
    head = (size_t)(frames - buffer) + 4;
    for (;;) {
        size_t header;
        size_t size;
        size_t used = 0;
        ssize_t got;

        while (split((unsigned char *)buffer + head, tail - head, &header,
                     &size)) {
            closed = (buffer[head] & 0x0f) == 8;
            if (closed) {
                break;
            }
            count++;
            if (writes) {
                memcpy(out + used, buffer + head + header, size);
                used += size;
                out[used++] = '\n';
            }
            if (latency) {
                print_age(buffer + head + header);
            }
            head += header + size;
        }
        if (used > 0 && write(1, out, used) < 0) {
            return 1;
        }
        if (closed || (first && count > 0)) {
            break;
        }
        memmove(buffer, buffer + head, tail - head);
        tail -= head;
        head = 0;
        got = recv(fd, buffer + tail, READ, 0);
        if (got <= 0) {
            break;
        }
        tail += (size_t)got;
    }
    fprintf(stderr, "%lu messages\n", count);
    return 0;
}
