/* SPDX-License-Identifier: MIT */
#include "api/event.h"
#include "api/server_inside.h"

#include <stdlib.h>

enum {
    PEER_CONNECT_TIMEOUT = 45000, /* ms, as the common servers have it */
};

static void emit(struct sockfeed_peer *peer,
                 const struct sockfeed_peer_event *event)
{
    struct sockfeed_server *server = peer->server;

    if (!server->freed) {
        server->callback(server, peer, event, server->user);
    }
}

/* ---- Its end and its next moment -------------------------------------------- */

/* Nothing carries it any more, and nobody is owed the news. */
static bool is_gone(const struct sockfeed_peer *peer)
{
    return peer->acceptor != NULL && peer->socket == NULL &&
           eio_acceptor_gone(peer->acceptor);
}

/* What is due at once waits for the timer all the same: the caller may be the
 * peer's owner, in the middle of something. */
void peer_settle(struct sockfeed_peer *peer)
{
    int64_t due;

    if (peer->acceptor == NULL) {
        return;
    }
    if (eio_acceptor_over(peer->acceptor)) {
        peer->closing = true;
        if (peer->socket != NULL) {
            listener_socket_close(peer->socket->wire, peer->close_code,
                                  span_text(peer->close_reason));
        }
    }
    due = is_gone(peer) || peer->drained
              ? loop_now(peer->server->loop)
              : eio_acceptor_deadline(peer->acceptor);
    loop_timer_set(&peer->timer, due);
}

static void end(struct sockfeed_peer *peer)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_CLOSED};

    emit(peer, &event);
    peer_free(peer);
}

static void on_timer(void *user)
{
    struct sockfeed_peer *peer = user;
    struct sockfeed_server *server = peer->server;
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_DRAINED};
    bool drained = peer->drained;

    server_enter(server);
    peer->drained = false;
    /* A failure shows as the acceptor being over. */
    (void)!eio_acceptor_tick(peer->acceptor, loop_now(server->loop));
    if (drained && !peer->closing) {
        emit(peer, &event);
    }
    if (is_gone(peer)) {
        end(peer);
    } else {
        peer_settle(peer);
    }
    server_leave(server);
}

/* ---- What the acceptor tells --------------------------------------------------- */

static enum sockfeed_result on_send(void *user, bool binary,
                                    struct span message)
{
    struct sockfeed_peer *peer = user;

    return peer->socket == NULL
               ? SOCKFEED_STATE
               : listener_socket_send(peer->socket->wire, binary, message);
}

static void on_send_probe(void *user, struct span text)
{
    struct sockfeed_peer *peer = user;

    if (peer->probe != NULL) {
        /* One that takes nothing is found out by the acceptor's clock. */
        (void)!listener_socket_send(peer->probe->wire, false, text);
    }
}

static void on_upgraded(void *user)
{
    struct sockfeed_peer *peer = user;

    peer->socket = peer->probe;
    peer->probe = NULL;
}

static void close_socket(struct peer_socket *socket)
{
    if (socket != NULL) {
        socket->peer = NULL;
        listener_socket_close(socket->wire, 0, span_text(NULL));
    }
}

static void on_end_probe(void *user)
{
    struct sockfeed_peer *peer = user;
    struct peer_socket *probe = peer->probe;

    peer->probe = NULL;
    close_socket(probe);
}

static void on_answer(void *user, const struct eio_answer *from)
{
    struct sockfeed_peer *peer = user;
    struct listener_peer *wire = peer->get.wire;
    const struct listener_answer answer = {from->status, from->content_type,
                                           from->body};

    peer->get.wire = NULL;
    peer->drained = true;
    if (wire != NULL) {
        listener_http_answer(wire, &answer);
    }
}

static struct span on_refuses(void *user, struct span space)
{
    const struct sockfeed_peer *peer = user;

    return server_refusal(peer->server, space);
}

static void on_joined(void *user, const char *space)
{
    struct sockfeed_peer *peer = user;
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_OPEN};

    event.u.open.protocol = SOCKFEED_PROTOCOL_SIO;
    event.u.open.eio = (int)peer->revision;
    event.u.open.space = space;
    emit(peer, &event);
}

static void on_event(void *user, const struct sockfeed_message *message)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_MESSAGE};

    event.u.message = *message;
    emit(user, &event);
}

static void on_answered(void *user, const struct eio_acceptor_answer *from)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_ANSWER};

    event.u.answer = (struct sockfeed_answer){
        .call = from->id + 1,
        .result = from->result,
        .data = from->data.data,
        .data_size = from->data.size,
        .args = from->args.data,
        .args_size = from->args.size,
        .arg_count = from->arg_count,
    };
    emit(user, &event);
}

static void on_left(void *user, const char *space)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_LEFT};

    event.u.left.space = space;
    emit(user, &event);
}

static void tell_message(struct sockfeed_peer *peer, bool binary,
                         struct span data, struct span frame)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_MESSAGE};

    event.u.message = (struct sockfeed_message){
        .type = binary ? SOCKFEED_MESSAGE_BINARY : SOCKFEED_MESSAGE_TEXT,
        .frame = frame.data,
        .frame_size = frame.size,
        .data = data.data,
        .data_size = data.size,
    };
    emit(peer, &event);
}

static void on_message(void *user, bool binary, struct span data,
                       struct span frame)
{
    tell_message(user, binary, data, frame);
}

/* ---- Life ------------------------------------------------------------------------ */

static void make_sid(struct rng *rng, char sid[PEER_SID])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";

    for (size_t i = 0; i < PEER_SID; i++) {
        sid[i] = letters[rng_below(rng, sizeof letters - 1)];
    }
}

static enum sockfeed_result make_acceptor(struct sockfeed_peer *peer,
                                          const struct eio_request *request)
{
    static const struct eio_acceptor_handlers handlers = {
        .carrier = {on_send, on_send_probe, on_upgraded, on_end_probe,
                    on_answer},
        .refuses = on_refuses,
        .joined = on_joined,
        .event = on_event,
        .answered = on_answered,
        .left = on_left,
        .message = on_message,
    };
    struct sockfeed_server *server = peer->server;
    struct eio_acceptor_config config = {
        .revision = request->revision,
        .polling = request->transport == EIO_TRANSPORT_POLLING,
        .base64 = request->base64,
        .bare = server->bare,
        .sid = span_of(peer->sid, sizeof peer->sid),
        .ping_interval = server->ping_interval,
        .ping_timeout = server->ping_timeout,
        .max_payload = SERVER_MAX_PAYLOAD,
        .max_queue = server->max_queue,
        .connect_timeout = PEER_CONNECT_TIMEOUT,
    };

    make_sid(&server->rng, peer->sid);
    peer->revision = config.revision;
    return eio_acceptor_new(&peer->acceptor, &config, &handlers, peer,
                            loop_now(server->loop));
}

enum sockfeed_result peer_new(struct sockfeed_peer **peer,
                              struct sockfeed_server *server,
                              const struct eio_request *request)
{
    struct sockfeed_peer *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->server = server;
    made->get.peer = made;
    made->post.peer = made;
    loop_timer_init(&made->timer, server->loop, on_timer, made);
    list_init(&made->link);
    list_append(&server->peers, &made->link);
    if (request != NULL && make_acceptor(made, request) != SOCKFEED_OK) {
        peer_free(made);
        return SOCKFEED_NOMEM;
    }
    *peer = made;
    return SOCKFEED_OK;
}

static void refuse_pending(struct peer_request *request)
{
    struct listener_peer *wire = request->wire;

    request->wire = NULL;
    if (wire != NULL) {
        server_refuse(wire, EIO_REFUSAL_SESSION);
    }
}

void peer_free(struct sockfeed_peer *peer)
{
    loop_timer_clear(&peer->timer);
    list_remove(&peer->link);
    if (!peer->server->freed) {
        refuse_pending(&peer->get);
        refuse_pending(&peer->post);
        close_socket(peer->socket);
        close_socket(peer->probe);
    }
    eio_acceptor_free(peer->acceptor);
    free(peer);
}

struct sockfeed_peer *peer_find(const struct sockfeed_server *server,
                                struct span sid)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &server->peers) {
        struct sockfeed_peer *peer =
            LIST_ENTRY(link, struct sockfeed_peer, link);

        if (peer->acceptor != NULL && !is_gone(peer) &&
            span_equal(sid, span_of(peer->sid, sizeof peer->sid))) {
            return peer;
        }
    }
    return NULL;
}

void peer_begin(struct sockfeed_peer *peer)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_OPEN};

    event.u.open.protocol = SOCKFEED_PROTOCOL_WS;
    if (peer->acceptor != NULL) {
        event.u.open.protocol = SOCKFEED_PROTOCOL_EIO;
        event.u.open.eio = (int)peer->revision;
        (void)!eio_acceptor_open(peer->acceptor, loop_now(peer->server->loop));
    }
    if (peer->acceptor == NULL || peer->server->bare) {
        emit(peer, &event);
    }
    peer_settle(peer);
}

/* ---- Its WebSockets ----------------------------------------------------------------- */

void peer_probe(struct sockfeed_peer *peer, struct peer_socket *socket)
{
    if (eio_acceptor_probe(peer->acceptor, loop_now(peer->server->loop)) ==
        SOCKFEED_OK) {
        peer->probe = socket;
        peer_settle(peer);
    } else {
        close_socket(socket);
    }
}

void peer_receive(struct peer_socket *socket, bool binary, struct span message)
{
    struct sockfeed_peer *peer = socket->peer;
    int64_t now = loop_now(socket->server->loop);

    if (socket == peer->probe) {
        (void)!eio_acceptor_receive_probe(peer->acceptor, now, binary, message);
    } else if (peer->closing) {
        return;
    } else if (peer->acceptor == NULL) {
        tell_message(peer, binary, message, message);
    } else if (binary) {
        (void)!eio_acceptor_receive_binary(peer->acceptor, now, message);
    } else {
        (void)!eio_acceptor_receive_text(peer->acceptor, now, message);
    }
    peer_settle(peer);
}

void peer_drained(struct sockfeed_peer *peer)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_DRAINED};

    emit(peer, &event);
}

void peer_socket_gone(struct peer_socket *socket)
{
    struct sockfeed_peer *peer = socket->peer;

    socket->peer = NULL;
    if (socket == peer->probe) {
        peer->probe = NULL;
        eio_acceptor_probe_gone(peer->acceptor);
        peer_settle(peer);
    } else {
        peer->socket = NULL;
        end(peer);
    }
}
