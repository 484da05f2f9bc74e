/* SPDX-License-Identifier: MIT */
#include "tests/support/peer.h"

#include "net/loop.h"
#include "net/sha1.h"
#include "session/ws_handshake.h"
#include "tests/support/loopback.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATIENCE = 20000 /* rounds of a millisecond or less */
};

void peer_init(struct peer *peer, struct loop *loop)
{
    peer->loop = loop;
    peer->listener = loopback_listen(&peer->port);
    peer->socket = -1;
}

void peer_deinit(struct peer *peer)
{
    peer_hang_up(peer);
    (void)close(peer->listener);
}

void peer_hang_up(struct peer *peer)
{
    if (peer->socket >= 0) {
        (void)close(peer->socket);
        peer->socket = -1;
    }
}

/* Lets the loop go on until the descriptor is ready for what is wanted. */
static void wait_for(const struct peer *peer, int descriptor, short wanted)
{
    for (int i = 0; i < PATIENCE; i++) {
        struct pollfd set = {.fd = descriptor, .events = wanted};

        loop_step(peer->loop);
        if (poll(&set, 1, 1) == 1) {
            return;
        }
    }
    abort();
}

void peer_accept(struct peer *peer)
{
    wait_for(peer, peer->listener, POLLIN);
    peer->socket = accept(peer->listener, NULL, NULL);
    if (peer->socket < 0) {
        abort();
    }
}

static void read_more(struct peer *peer, char request[PEER_REQUEST])
{
    size_t size = strlen(request);
    ssize_t count;

    wait_for(peer, peer->socket, POLLIN);
    count = recv(peer->socket, request + size, PEER_REQUEST - 1 - size, 0);
    if (count <= 0) {
        abort();
    }
    request[size + (size_t)count] = '\0';
}

const char *peer_read(struct peer *peer, char request[PEER_REQUEST],
                      size_t body_size)
{
    const char *end = NULL;

    request[0] = '\0';
    while (end == NULL || strlen(end + 4) < body_size) {
        read_more(peer, request);
        end = strstr(request, "\r\n\r\n");
    }
    return end + 4;
}

void peer_read_request(struct peer *peer, char request[PEER_REQUEST],
                       char answer[PEER_ANSWER])
{
    (void)peer_read(peer, request, 0);
    peer_answer(answer, request);
}

void peer_answer(char answer[PEER_ANSWER], const char *request)
{
    static const char name[] = "Sec-WebSocket-Key: ";
    const char *key = strstr(request, name);
    char value[WS_HANDSHAKE_ACCEPT_SIZE + 1];

    if (key == NULL) {
        abort();
    }
    ws_handshake_accept(
        value, span_of(key + sizeof(name) - 1, WS_HANDSHAKE_KEY_SIZE), sha1);
    (void)snprintf(answer, PEER_ANSWER,
                   "HTTP/1.1 101 Switching Protocols\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n"
                   "Sec-WebSocket-Protocol: b\r\n"
                   "Set-Cookie: sid=top-secret\r\n\r\n",
                   value);
}

void peer_send(struct peer *peer, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        ssize_t count =
            send(peer->socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (count >= 0) {
            bytes += count;
            size -= (size_t)count;
        } else if (errno == EAGAIN) {
            wait_for(peer, peer->socket, POLLOUT);
        } else {
            abort();
        }
    }
}
