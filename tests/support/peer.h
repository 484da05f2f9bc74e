/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include <stddef.h>
#include <stdint.h>

struct loop;

/* The server's end of a connection, stepped by hand on the loop of the client
 * that is tested. What goes wrong ends the program. */
struct peer {
    struct loop *loop;
    int listener;
    uint16_t port;
    int socket; /* -1: none */
};

enum {
    PEER_REQUEST = 2048,
    PEER_ANSWER = 256
};

void peer_init(struct peer *peer, struct loop *loop);
void peer_deinit(struct peer *peer);

/* Steps the loop until a connection has come. */
void peer_accept(struct peer *peer);

/* Reads a whole head of a request and at least so many bytes behind it, to
 * where it points. */
const char *peer_read(struct peer *peer, char request[PEER_REQUEST],
                      size_t body_size);

/* The same without a body, and writes the answer that is right. */
void peer_read_request(struct peer *peer, char request[PEER_REQUEST],
                       char answer[PEER_ANSWER]);

/* The right answer to a request for a WebSocket. */
void peer_answer(char answer[PEER_ANSWER], const char *request);

/* Sends it all, while the loop goes on. */
void peer_send(struct peer *peer, const void *data, size_t size);

/* Closes the connection, if there is one. */
void peer_hang_up(struct peer *peer);

#endif
