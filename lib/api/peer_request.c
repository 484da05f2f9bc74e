/* SPDX-License-Identifier: MIT */
#include "api/server_inside.h"

/* Long-polling: a session's requests and what they are answered. */

/* What the common servers answer one that breaks the rules. */
static int overlap_status(const struct sockfeed_peer *peer)
{
    return peer->revision == EIO_REVISION_4 ? 400 : 500;
}

struct peer_request *peer_request_get(struct sockfeed_peer *peer,
                                      struct listener_peer *wire)
{
    bool second = peer->get.wire != NULL;

    if (!second) {
        peer->get.wire = wire;
    }
    /* The handler answers, now or later, and takes the wire out. */
    if (eio_acceptor_receive_get(peer->acceptor) != SOCKFEED_OK) {
        if (!second) {
            peer->get.wire = NULL;
        }
        server_reject(wire, overlap_status(peer));
    }
    peer_settle(peer);
    return &peer->get;
}

struct peer_request *peer_request_post(struct sockfeed_peer *peer,
                                       struct listener_peer *wire, bool bytes)
{
    if (peer->post.wire == NULL) {
        peer->post.wire = wire;
        peer->post.bytes = bytes;
    } else {
        eio_acceptor_drop(peer->acceptor, "a second POST while one is sent");
        server_reject(wire, overlap_status(peer));
        peer_settle(peer);
    }
    return &peer->post;
}

void peer_request_body(struct sockfeed_peer *peer, bool whole, struct span body)
{
    const struct listener_answer taken = {200, "text/html", span_text("ok")};
    struct listener_peer *wire = peer->post.wire;

    peer->post.wire = NULL;
    if (!whole) {
        server_reject(wire, 413);
        return;
    }
    if (eio_acceptor_receive_post(peer->acceptor, loop_now(peer->server->loop),
                                  peer->post.bytes, body) == SOCKFEED_INVALID) {
        server_reject(wire, 400);
    } else {
        listener_http_answer(wire, &taken);
    }
    peer_settle(peer);
}

void peer_request_abandoned(struct peer_request *request)
{
    struct sockfeed_peer *peer = request->peer;

    request->wire = NULL;
    eio_acceptor_drop(peer->acceptor, "a request was dropped");
    peer_settle(peer);
}
