/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "cli/base/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    PATH_SIZE = 32, /* "/proc/self/fd/2147483647" */
    PIPE_USUAL = 65536,
    PIPE_SIZE = 262144 /* a block: fewer turns between two processes. Not all
                        * that Linux allows, since what it allows a user's
                        * pipes together is no more than 16 MiB */
};

/* Whoever has set another size meant it; where ours is not allowed the pipe
 * stays as it is. */
static void enlarge(int descriptor)
{
    if (fcntl(descriptor, F_GETPIPE_SZ) == PIPE_USUAL) {
        (void)!fcntl(descriptor, F_SETPIPE_SZ, PIPE_SIZE);
    }
}

/* A second description of the same pipe or device, or -1. */
static int reopen(int descriptor)
{
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

enum sockfeed_result outlet_open(struct outlet *outlet, int descriptor)
{
    struct stat status;
    int mode;

    *outlet = (struct outlet){
        .kind = OUTLET_FILE, .descriptor = descriptor, .own = -1};
    mode = fcntl(descriptor, F_GETFL);
    if (mode < 0 || fstat(descriptor, &status) != 0) {
        outlet->system_error = errno;
        return SOCKFEED_SYSTEM;
    }
    if ((mode & O_ACCMODE) == O_RDONLY) {
        outlet->system_error = EBADF;
        return SOCKFEED_SYSTEM;
    }
    if (S_ISSOCK(status.st_mode)) {
        outlet->kind = OUTLET_SOCKET;
    } else if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
        outlet->own = reopen(descriptor);
        outlet->kind = outlet->own < 0 ? OUTLET_SHARED : OUTLET_OWN;
        outlet->descriptor = outlet->own < 0 ? descriptor : outlet->own;
        if (S_ISFIFO(status.st_mode)) {
            enlarge(outlet->descriptor);
        }
    }
    return SOCKFEED_OK;
}

void outlet_close(struct outlet *outlet)
{
    if (outlet->own >= 0) {
        (void)close(outlet->own);
    }
    outlet->own = -1;
}

/* Whether a shared description takes PIPE_BUF bytes without blocking. A hung
 * up one does: the write then fails at once and says so. */
static bool is_ready(int descriptor)
{
    struct pollfd one = {.fd = descriptor, .events = POLLOUT};

    return poll(&one, 1, 0) > 0;
}

static ssize_t write_once(const struct outlet *outlet, struct span data)
{
    switch (outlet->kind) {
    case OUTLET_OWN:
    case OUTLET_FILE:
        return write(outlet->descriptor, data.data, data.size);
    case OUTLET_SOCKET:
        return send(outlet->descriptor, data.data, data.size,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    case OUTLET_SHARED:
        if (!is_ready(outlet->descriptor)) {
            errno = EAGAIN;
            return -1;
        }
        return write(outlet->descriptor, data.data,
                     data.size < PIPE_BUF ? data.size : PIPE_BUF);
    }
    return -1;
}

/* What a call that wrote `count` bytes, or failed, comes to. */
static enum sockfeed_result outcome(struct outlet *outlet, size_t *written,
                                    ssize_t count)
{
    if (count > 0) {
        *written = (size_t)count;
        return SOCKFEED_OK;
    }
    /* A file that takes nothing and has no reason is a full one. */
    outlet->system_error = count == 0 ? ENOSPC : errno;
    switch (outlet->system_error) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
    /* A datagram or seqpacket socket whose peer's queue is full. */
    case ENOBUFS:
        return SOCKFEED_AGAIN;
    case EPIPE:
    case ECONNRESET:
        return SOCKFEED_CLOSED;
    default:
        return SOCKFEED_SYSTEM;
    }
}

enum sockfeed_result outlet_write(struct outlet *outlet, size_t *written,
                                  struct span data)
{
    ssize_t count;

    do {
        count = write_once(outlet, data);
    } while (count < 0 && errno == EINTR);
    return outcome(outlet, written, count);
}

bool outlet_takes_lines(const struct outlet *outlet)
{
    return outlet->kind == OUTLET_OWN || outlet->kind == OUTLET_FILE;
}

/* writev only reads. */
static struct iovec part_of(const char *data, size_t size)
{
    return (struct iovec){.iov_base = (void *)(uintptr_t)data, .iov_len = size};
}

enum sockfeed_result outlet_write_lines(struct outlet *outlet, size_t *written,
                                        const struct sockfeed_text *lines,
                                        size_t count, char terminator)
{
    struct iovec parts[2 * OUTLET_LINES];
    ssize_t done;

    for (size_t i = 0; i < count; i++) {
        parts[2 * i] = part_of(lines[i].data, lines[i].size);
        parts[2 * i + 1] = part_of(&terminator, 1);
    }
    do {
        done = writev(outlet->descriptor, parts, (int)(2 * count));
    } while (done < 0 && errno == EINTR);
    return outcome(outlet, written, done);
}

bool outlet_await(const struct outlet *outlet, int timer, int wake)
{
    struct pollfd all[] = {
        {.fd = outlet->descriptor, .events = POLLOUT},
        {.fd = wake,               .events = POLLIN },
        {.fd = timer,              .events = POLLIN },
    };
    int ready;

    do {
        ready = poll(all, sizeof all / sizeof all[0], -1);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && all[1].revents == 0 && all[2].revents == 0;
}

void outlet_retract(struct outlet *outlet, size_t size)
{
    struct stat status;
    off_t at;

    if (outlet->kind != OUTLET_FILE || size == 0) {
        return;
    }
    at = lseek(outlet->descriptor, 0, SEEK_CUR);
    if (at < (off_t)size || fstat(outlet->descriptor, &status) != 0 ||
        status.st_size != at) {
        return;
    }
    at -= (off_t)size;
    if (ftruncate(outlet->descriptor, at) == 0) {
        (void)lseek(outlet->descriptor, at, SEEK_SET);
    }
}
