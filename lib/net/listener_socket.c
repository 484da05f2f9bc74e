/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "net/listener_inside.h"

#include <libwebsockets.h>

enum {
    WRITES_PER_TURN = 16
};

void listener_socket_init(struct listener_peer *peer)
{
    message_queue_init(&peer->socket.queue, peer->listener->max_queue, LWS_PRE);
    buf_init(&peer->socket.message, peer->listener->max_message);
}

void listener_socket_deinit(struct listener_peer *peer)
{
    message_queue_deinit(&peer->socket.queue);
    buf_deinit(&peer->socket.message);
}

/* ---- Sending ------------------------------------------------------------- */

enum sockfeed_result listener_socket_send(struct listener_peer *peer,
                                          bool binary, struct span message)
{
    enum sockfeed_result result = SOCKFEED_STATE;

    if (peer->state == PEER_OPEN) {
        result = message_queue_push(&peer->socket.queue, binary, message);
    }
    if (result == SOCKFEED_OK) {
        peer->socket.undrained = true;
        listener_want_write(peer);
    }
    return result;
}

size_t listener_socket_queued(const struct listener_peer *peer)
{
    return peer->socket.queue.bytes;
}

void listener_socket_close(struct listener_peer *peer, uint16_t code,
                           struct span reason)
{
    struct listener_socket *socket = &peer->socket;

    if (peer->state != PEER_OPEN) {
        return;
    }
    peer->state = PEER_CLOSING;
    socket->close_code = code;
    socket->reason_size =
        reason.size < LISTENER_REASON ? reason.size : (size_t)LISTENER_REASON;
    if (socket->reason_size > 0) {
        memcpy(socket->reason, reason.data, socket->reason_size);
    }
    listener_want_write(peer);
}

/* Answers -1, which is how libwebsockets is told to close. */
static int say_goodbye(struct listener_peer *peer)
{
    struct listener_socket *socket = &peer->socket;
    /* FIN and the opcode of a close frame, no payload: libwebsockets has no
     * close without a code. */
    unsigned char bare[LWS_PRE + 2] = {0};

    if (socket->close_code != 0) {
        lws_close_reason(peer->wsi, (enum lws_close_status)socket->close_code,
                         socket->reason, socket->reason_size);
    } else {
        bare[LWS_PRE] = 0x88;
        (void)lws_write(peer->wsi, bare + LWS_PRE, 2, LWS_WRITE_RAW);
    }
    return -1;
}

static bool write_first(struct listener_peer *peer)
{
    const struct queued_message *first = peer->socket.queue.first;
    bool written =
        lws_write(peer->wsi, first->data, first->size,
                  first->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) >= 0;

    message_queue_pop(&peer->socket.queue);
    return written;
}

int listener_socket_writable(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    struct listener_socket *socket = &peer->socket;
    unsigned writes = 0;

    loop_mirror(listener->loop, peer->descriptor, SOCKFEED_READABLE);
    while (socket->queue.first != NULL && writes++ < WRITES_PER_TURN &&
           lws_send_pipe_choked(peer->wsi) == 0) {
        if (!write_first(peer)) {
            return -1;
        }
    }
    if (socket->queue.first != NULL || lws_partial_buffered(peer->wsi) != 0) {
        listener_want_write(peer);
        return 0;
    }
    if (peer->state == PEER_CLOSING) {
        return say_goodbye(peer);
    }
    if (socket->undrained) {
        socket->undrained = false;
        listener->handlers.drained(listener->user, peer->user);
    }
    return 0;
}

/* ---- Receiving ----------------------------------------------------------- */

int listener_socket_received(struct listener_peer *peer, const void *data,
                             size_t size)
{
    struct listener *listener = peer->listener;
    struct buf *message = &peer->socket.message;

    if (peer->state != PEER_OPEN) {
        return 0;
    }
    if (lws_is_first_fragment(peer->wsi) != 0) {
        buf_clear(message);
    }
    buf_append(message, data, size);
    if (buf_result(message) != SOCKFEED_OK) {
        lws_close_reason(peer->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL,
                         0);
        return -1;
    }
    if (lws_is_final_fragment(peer->wsi) != 0) {
        listener->handlers.message(listener->user, peer->user,
                                   lws_frame_is_binary(peer->wsi) != 0,
                                   buf_span(message));
    }
    return 0;
}
