/* SPDX-License-Identifier: MIT */
#include "tests/support/loopback.h"

#include "net/loop.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static int bind_any(uint16_t *port)
{
    struct address address = loopback_address(0);
    int descriptor =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (descriptor < 0 || bind(descriptor, &address.u.any, address.size) != 0 ||
        getsockname(descriptor, &address.u.any, &address.size) != 0) {
        abort();
    }
    *port = ntohs(address.u.v4.sin_port);
    return descriptor;
}

int loopback_listen(uint16_t *port)
{
    int descriptor = bind_any(port);

    if (listen(descriptor, 64) != 0) {
        abort();
    }
    return descriptor;
}

int loopback_dead_port(uint16_t *port)
{
    return bind_any(port);
}

struct address loopback_address(uint16_t port)
{
    return (struct address){
        .u.v4 = {.sin_family = AF_INET,
                 .sin_port = htons(port),
                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
        .size = sizeof(struct sockaddr_in),
    };
}

static void expire(void *user)
{
    bool *expired = user;

    *expired = true;
}

bool loopback_run(struct loop *loop, const bool *condition,
                  int64_t milliseconds)
{
    struct pollfd set = {.fd = loop_descriptor(loop), .events = POLLIN};
    struct loop_timer timer;
    bool expired = false;

    loop_timer_init(&timer, loop, expire, &expired);
    loop_timer_set(&timer, loop_now(loop) + milliseconds);
    while (!*condition && !expired) {
        (void)poll(&set, 1, (int)loop_deadline(loop));
        loop_step(loop);
    }
    loop_timer_clear(&timer);
    return *condition;
}
