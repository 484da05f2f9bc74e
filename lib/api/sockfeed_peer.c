/* SPDX-License-Identifier: MIT */
#include "api/server_inside.h"

/* What the owner of a peer asks for. */

enum {
    CLOSE_NORMAL = 1000 /* RFC 6455, 7.4.1 */
};

static struct span space_of(const struct sockfeed_outgoing *message)
{
    return message->space == NULL ? span_text("/") : span_text(message->space);
}

/* OK, or why a message of this type cannot be sent. */
static enum sockfeed_result carries(const struct sockfeed_peer *peer,
                                    enum sockfeed_outgoing_type type)
{
    bool events = peer->acceptor != NULL && !peer->server->bare;

    if (peer->closing) {
        return SOCKFEED_STATE;
    }
    return events == (type == SOCKFEED_OUTGOING_EVENT) ? SOCKFEED_OK
                                                       : SOCKFEED_INVALID;
}

enum sockfeed_result sockfeed_peer_send(struct sockfeed_peer *peer,
                                        const struct sockfeed_outgoing *message)
{
    struct span data = span_of(message->data, message->size);
    bool binary = message->type == SOCKFEED_OUTGOING_BINARY;
    enum sockfeed_result result = carries(peer, message->type);

    if (result != SOCKFEED_OK) {
        return result;
    }
    if (peer->acceptor == NULL) {
        return listener_socket_send(peer->socket->wire, binary, data);
    }
    result = message->type == SOCKFEED_OUTGOING_EVENT
                 ? eio_acceptor_emit(peer->acceptor, space_of(message), data)
                 : eio_acceptor_send(peer->acceptor, binary, data);
    peer_settle(peer);
    return result;
}

enum sockfeed_result sockfeed_peer_call(struct sockfeed_peer *peer,
                                        uint64_t *call,
                                        const struct sockfeed_outgoing *message,
                                        int64_t timeout)
{
    enum sockfeed_result result = carries(peer, message->type);

    if (result == SOCKFEED_OK &&
        (message->type != SOCKFEED_OUTGOING_EVENT || timeout < 0)) {
        return SOCKFEED_INVALID;
    }
    if (result == SOCKFEED_OK) {
        *call = peer->calls + 1;
        result = eio_acceptor_call(peer->acceptor, space_of(message),
                                   span_of(message->data, message->size),
                                   peer->calls,
                                   loop_now(peer->server->loop) + timeout);
    }
    if (result == SOCKFEED_OK) {
        peer->calls++;
        peer_settle(peer);
    }
    return result;
}

enum sockfeed_result sockfeed_peer_acknowledge(
    struct sockfeed_peer *peer,
    const struct sockfeed_acknowledgement *acknowledgement)
{
    enum sockfeed_result result = carries(peer, SOCKFEED_OUTGOING_EVENT);

    if (result == SOCKFEED_OK) {
        result = eio_acceptor_acknowledge(
            peer->acceptor,
            span_of(acknowledgement->space, acknowledgement->space_size),
            acknowledgement->id,
            span_of(acknowledgement->data, acknowledgement->size));
        peer_settle(peer);
    }
    return result;
}

enum sockfeed_result sockfeed_peer_leave(struct sockfeed_peer *peer,
                                         const char *space)
{
    enum sockfeed_result result = carries(peer, SOCKFEED_OUTGOING_EVENT);

    if (result == SOCKFEED_OK) {
        result = eio_acceptor_disconnect(peer->acceptor, span_text(space));
        peer_settle(peer);
    }
    return result;
}

size_t sockfeed_peer_queued(const struct sockfeed_peer *peer)
{
    size_t queued =
        peer->socket == NULL ? 0 : listener_socket_queued(peer->socket->wire);

    return peer->acceptor == NULL
               ? queued
               : queued + eio_acceptor_waiting(peer->acceptor);
}

void sockfeed_peer_close(struct sockfeed_peer *peer, uint16_t code,
                         const char *reason)
{
    struct span text = span_text(reason);

    if (peer->closing) {
        return;
    }
    peer->closing = true;
    if (peer->acceptor == NULL) {
        listener_socket_close(peer->socket->wire, code, text);
        return;
    }
    peer->close_code = code;
    if (text.size >= sizeof peer->close_reason) {
        text.size = sizeof peer->close_reason - 1;
    }
    memcpy(peer->close_reason, text.data, text.size);
    eio_acceptor_close(peer->acceptor, loop_now(peer->server->loop),
                       code == CLOSE_NORMAL);
    peer_settle(peer);
}

void sockfeed_peer_set_user(struct sockfeed_peer *peer, void *user)
{
    peer->user = user;
}

void *sockfeed_peer_user(const struct sockfeed_peer *peer)
{
    return peer->user;
}
