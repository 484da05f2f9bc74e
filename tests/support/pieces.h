/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_PIECES_H
#define TESTS_SUPPORT_PIECES_H

#include "base/buf.h"

/* Messages as the bytes of a WebSocket, which come in pieces: whatever they
 * are, what is made of the messages must be the same. */

/* Appends a message from a server: in one frame; or `fragmented`, in one for
 * each byte with pings between them. */
void pieces_append(struct buf *stream, bool fragmented, bool binary,
                   struct span payload);

/* What is above the WebSocket, made anew for each way to cut the stream. */
struct pieces_user {
    void *(*start)(void);
    void (*message)(void *user, bool binary, struct span payload);
    /* Appends all that has happened, and frees the user. */
    void (*finish)(void *user, struct buf *text);
};

/* Lets the stream come whole, in two pieces cut at each place, and byte by
 * byte, and aborts where what has happened is not the same. Appends that to
 * `text`. */
void pieces_check(const struct pieces_user *user, struct span stream,
                  struct buf *text);

#endif
