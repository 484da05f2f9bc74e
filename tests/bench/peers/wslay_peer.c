/* SPDX-License-Identifier: MIT */
/*
 *   wslay_peer PORT     prints each message with libwslay and stdio's buffer,
 *                       until the server closes
 */
#include "tests/bench/dial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

static ssize_t on_receive(wslay_event_context_ptr context, uint8_t *data,
                          size_t size, int flags, void *user)
{
    ssize_t got = recv(*(int *)user, data, size, 0);

    (void)flags;
    if (got <= 0) {
        wslay_event_set_error(context, WSLAY_ERR_CALLBACK_FAILURE);
        return -1;
    }
    return got;
}

static ssize_t on_send(wslay_event_context_ptr context, const uint8_t *data,
                       size_t size, int flags, void *user)
{
    (void)context;
    (void)flags;
    return send(*(int *)user, data, size, MSG_NOSIGNAL);
}

static int on_mask(wslay_event_context_ptr context, uint8_t *data, size_t size,
                   void *user)
{
    (void)context;
    (void)user;
    return getrandom(data, size, 0) == (ssize_t)size ? 0 : -1;
}

static void on_message(wslay_event_context_ptr context,
                       const struct wslay_event_on_msg_recv_arg *message,
                       void *user)
{
    (void)context;
    (void)user;
    if (!wslay_is_ctrl_frame(message->opcode)) {
        fwrite(message->msg, 1, message->msg_length, stdout);
        putchar('\n');
    }
}

/* A WebSocket: the answer is read byte by byte up to its empty line. */
static int open_socket(const char *port)
{
    int fd = dial_websocket(port);
    char last[4] = "";

    while (memcmp(last, "\r\n\r\n", 4) != 0) {
        memmove(last, last + 1, 3);
        if (recv(fd, last + 3, 1, 0) != 1) {
            exit(1);
        }
    }
    return fd;
}

int main(int argc, char **argv)
{
    struct wslay_event_callbacks callbacks = {
        .recv_callback = on_receive,
        .send_callback = on_send,
        .genmask_callback = on_mask,
        .on_msg_recv_callback = on_message,
    };
    wslay_event_context_ptr context;
    int fd = open_socket(argc > 1 ? argv[1] : "0");

    if (wslay_event_context_client_init(&context, &callbacks, &fd) != 0) {
        return 1;
    }
    while (wslay_event_get_close_received(context) == 0 &&
           wslay_event_recv(context) == 0) {
    }
    (void)wslay_event_send(context);
    wslay_event_context_free(context);
    return 0;
}
