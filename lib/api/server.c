/* SPDX-License-Identifier: MIT */
#include "api/event.h"
#include "api/sockfeed_loop.h"
#include "base/limits.h"
#include "base/list.h"
#include "base/result.h"
#include "base/rng.h"
#include "base/url.h"
#include "net/listener.h"
#include "net/loop.h"
#include "session/eio_acceptor.h"

#include <stdlib.h>

enum {
    SERVER_SID_SIZE = 20,
    SERVER_MAX_PAYLOAD = 1000000, /* as announced by the common servers */
    SERVER_CONNECT_TIMEOUT = 45000,
};

struct sockfeed_peer {
    struct sockfeed_server *server;
    struct list link; /* in server->peers */
    struct listener_peer *socket;
    struct eio_acceptor *acceptor; /* NULL on plain WebSocket */
    enum eio_revision revision;
    struct loop_timer timer;
    void *user;
    bool closing; /* nothing more is sent */
};

struct sockfeed_server {
    struct loop *loop;
    struct listener *listener;
    sockfeed_server_callback callback;
    void *user;
    unsigned depth; /* callbacks on the stack: no free before 0 */
    bool freed;     /* by the callback; nothing is reported any more */
    struct list peers;
    struct rng rng; /* of session ids */
    char *path;
    int64_t ping_interval; /* ms */
    int64_t ping_timeout;  /* ms */
};

/* ---- One guard around everything that is called from below ------------------ */

static void peer_free(struct sockfeed_peer *peer)
{
    loop_timer_clear(&peer->timer);
    list_remove(&peer->link);
    eio_acceptor_free(peer->acceptor);
    free(peer);
}

static void destroy(struct sockfeed_server *server)
{
    struct list *link;
    struct list *after;

    listener_free(server->listener);
    LIST_EACH (link, after, &server->peers) {
        peer_free(LIST_ENTRY(link, struct sockfeed_peer, link));
    }
    rng_deinit(&server->rng);
    free(server->path);
    free(server);
}

static void enter(struct sockfeed_server *server)
{
    server->depth++;
}

static void leave(struct sockfeed_server *server)
{
    server->depth--;
    if (server->depth == 0 && server->freed) {
        destroy(server);
    }
}

static void emit(struct sockfeed_peer *peer,
                 const struct sockfeed_peer_event *event)
{
    struct sockfeed_server *server = peer->server;

    if (!server->freed) {
        server->callback(server, peer, event, server->user);
    }
}

/* ---- What the acceptor of a peer tells ---------------------------------------- */

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct sockfeed_peer *peer = user;

    return listener_send(peer->socket, binary, packet);
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

static void on_event(void *user, const struct sio_event *from)
{
    struct sockfeed_peer *peer = user;
    struct sockfeed_event message;
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_MESSAGE};

    event_from_sio(&message, from);
    event.u.message = message.u.message;
    emit(peer, &event);
}

static void on_left(void *user, const char *space)
{
    (void)user; /* a peer that has left all of them is closed by its client */
    (void)space;
}

/* After everything that the acceptor was told. */
static void settle(struct sockfeed_peer *peer)
{
    int64_t due;

    if (peer->acceptor == NULL || peer->closing) {
        return;
    }
    if (eio_acceptor_over(peer->acceptor)) {
        peer->closing = true;
        loop_timer_clear(&peer->timer);
        listener_close(peer->socket, 0, span_text(NULL));
        return;
    }
    due = eio_acceptor_deadline(peer->acceptor);
    if (due == INT64_MAX) {
        loop_timer_clear(&peer->timer);
    } else {
        loop_timer_set(&peer->timer, due);
    }
}

static void on_timer(void *user)
{
    struct sockfeed_peer *peer = user;
    struct sockfeed_server *server = peer->server;

    enter(server);
    /* A failure shows as the acceptor being over. */
    (void)!eio_acceptor_tick(peer->acceptor, loop_now(server->loop));
    settle(peer);
    leave(server);
}

/* ---- What the listener tells ---------------------------------------------------- */

static void make_sid(struct rng *rng, char sid[SERVER_SID_SIZE])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789-_";

    for (size_t i = 0; i < SERVER_SID_SIZE; i++) {
        sid[i] = letters[rng_below(rng, sizeof letters - 1)];
    }
}

static enum sockfeed_result make_acceptor(struct sockfeed_peer *peer,
                                          struct span query)
{
    static const struct eio_acceptor_handlers handlers = {
        .send = on_send,
        .joined = on_joined,
        .event = on_event,
        .left = on_left,
    };
    struct sockfeed_server *server = peer->server;
    char sid[SERVER_SID_SIZE];
    struct span asked;
    struct eio_acceptor_config config = {
        /* Anything but exactly 4 counts as 3, as real servers have it. */
        .revision = url_query_find(&asked, query, "EIO") && span_is(asked, "4")
                        ? EIO_REVISION_4
                        : EIO_REVISION_3,
        .sid = span_of(sid, sizeof sid),
        .ping_interval = server->ping_interval,
        .ping_timeout = server->ping_timeout,
        .max_payload = SERVER_MAX_PAYLOAD,
        .connect_timeout = SERVER_CONNECT_TIMEOUT,
    };

    make_sid(&server->rng, sid);
    peer->revision = config.revision;
    return eio_acceptor_new(&peer->acceptor, &config, &handlers, peer,
                            loop_now(server->loop));
}

/* What a server that speaks only WebSocket says to the rest. */
static const char *refusal(const struct listener_request *request)
{
    struct span value;

    if (!url_query_find(&value, request->query, "transport") ||
        !span_is(value, "websocket")) {
        return "Transport unknown";
    }
    if (url_query_find(&value, request->query, "sid")) {
        return "Session ID unknown";
    }
    return NULL;
}

static enum sockfeed_result on_accept(void *user,
                                      const struct listener_request *request,
                                      struct listener_peer *socket,
                                      void **peer_user, const char **text)
{
    struct sockfeed_server *server = user;
    bool socket_io = span_is(request->path, server->path);
    struct sockfeed_peer *peer;

    *text = socket_io ? refusal(request) : NULL;
    if (*text != NULL) {
        return SOCKFEED_REFUSED;
    }
    *text = "out of memory";
    peer = calloc(1, sizeof *peer);
    if (peer == NULL) {
        return SOCKFEED_REFUSED;
    }
    peer->server = server;
    peer->socket = socket;
    loop_timer_init(&peer->timer, server->loop, on_timer, peer);
    list_init(&peer->link);
    if (socket_io && make_acceptor(peer, request->query) != SOCKFEED_OK) {
        peer_free(peer);
        return SOCKFEED_REFUSED;
    }
    list_append(&server->peers, &peer->link);
    *peer_user = peer;
    return SOCKFEED_OK;
}

static void on_open(void *user, void *peer_user)
{
    struct sockfeed_server *server = user;
    struct sockfeed_peer *peer = peer_user;
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_OPEN};

    enter(server);
    if (peer->acceptor != NULL) {
        (void)!eio_acceptor_open(peer->acceptor, loop_now(server->loop));
        settle(peer);
    } else {
        event.u.open.protocol = SOCKFEED_PROTOCOL_WS;
        emit(peer, &event);
    }
    leave(server);
}

static void receive(struct sockfeed_peer *peer, bool binary,
                    struct span message)
{
    int64_t now = loop_now(peer->server->loop);

    if (binary) {
        (void)!eio_acceptor_receive_binary(peer->acceptor, now, message);
    } else {
        (void)!eio_acceptor_receive_text(peer->acceptor, now, message);
    }
    settle(peer);
}

static void on_message(void *user, void *peer_user, bool binary,
                       struct span message)
{
    struct sockfeed_server *server = user;
    struct sockfeed_peer *peer = peer_user;
    struct sockfeed_event plain;
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_MESSAGE};

    if (peer->closing) {
        return;
    }
    enter(server);
    if (peer->acceptor != NULL) {
        receive(peer, binary, message);
    } else {
        event_message(&plain,
                      binary ? SOCKFEED_MESSAGE_BINARY : SOCKFEED_MESSAGE_TEXT,
                      message, message);
        event.u.message = plain.u.message;
        emit(peer, &event);
    }
    leave(server);
}

static void on_drained(void *user, void *peer_user)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_DRAINED};

    enter(user);
    emit(peer_user, &event);
    leave(user);
}

static void on_closed(void *user, void *peer_user)
{
    struct sockfeed_peer_event event = {.type = SOCKFEED_PEER_CLOSED};

    enter(user);
    emit(peer_user, &event);
    peer_free(peer_user);
    leave(user);
}

/* A plain request on Socket.IO's path wants long-polling, and hears in the
 * words of Engine.IO that it is not to be had. */
static const char *on_plain(void *user, const struct listener_request *request,
                            int *status)
{
    struct sockfeed_server *server = user;

    if (!span_is(request->path, server->path)) {
        *status = 404;
        return "not found; a WebSocket is served here\n";
    }
    *status = 400;
    return "{\"code\":0,\"message\":\"Transport unknown\"}";
}

/* ---- Life ------------------------------------------------------------------------- */

static int64_t or_default(int64_t value, int64_t standard)
{
    return value == 0 ? standard : value;
}

static enum sockfeed_result init(struct sockfeed_server *server,
                                 const struct sockfeed_server_config *config,
                                 struct sockfeed_failure *failure)
{
    static const struct listener_handlers handlers = {
        .accept = on_accept,
        .open = on_open,
        .message = on_message,
        .drained = on_drained,
        .closed = on_closed,
        .plain = on_plain,
    };
    const char *path = config->path == NULL ? "/socket.io/" : config->path;
    size_t size = strlen(path) + 1;
    struct listener_config listener = {
        .address = config->address,
        .port = config->port,
        .max_peers =
            (size_t)or_default((int64_t)config->max_peers, LIMIT_PEERS),
        .max_queue =
            (size_t)or_default((int64_t)config->max_queue, LIMIT_PEER_QUEUE),
        .max_message = SERVER_MAX_PAYLOAD,
    };

    if (rng_init_system(&server->rng) != SOCKFEED_OK) {
        return failure_set(failure, SOCKFEED_SYSTEM, SOCKFEED_STAGE_NONE,
                           "the kernel gives no random bytes");
    }
    server->path = malloc(size);
    if (server->path == NULL) {
        return failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE, "%s",
                           sockfeed_result_text(SOCKFEED_NOMEM));
    }
    memcpy(server->path, path, size);
    server->ping_interval = or_default(config->ping_interval, 25000);
    server->ping_timeout = or_default(config->ping_timeout, 20000);
    return listener_new(&server->listener, server->loop, &listener, &handlers,
                        server, failure);
}

enum sockfeed_result sockfeed_server_new(
    struct sockfeed_server **server, struct sockfeed_loop *loop,
    const struct sockfeed_server_config *config,
    sockfeed_server_callback callback, void *user,
    struct sockfeed_failure *failure)
{
    struct sockfeed_failure unwanted;
    struct sockfeed_server *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop->loop;
    made->callback = callback;
    made->user = user;
    list_init(&made->peers);
    result = init(made, config, failure == NULL ? &unwanted : failure);
    if (result != SOCKFEED_OK) {
        destroy(made);
        return result;
    }
    *server = made;
    return SOCKFEED_OK;
}

void sockfeed_server_free(struct sockfeed_server *server)
{
    if (server == NULL) {
        return;
    }
    server->freed = true;
    if (server->depth == 0) {
        destroy(server);
    }
}

uint16_t sockfeed_server_port(const struct sockfeed_server *server)
{
    return listener_port(server->listener);
}

/* ---- Peers ------------------------------------------------------------------------- */

enum sockfeed_result sockfeed_peer_send(struct sockfeed_peer *peer,
                                        const struct sockfeed_outgoing *message)
{
    struct span data = span_of(message->data, message->size);
    bool event = message->type == SOCKFEED_OUTGOING_EVENT;

    if (peer->closing) {
        return SOCKFEED_STATE;
    }
    if (event != (peer->acceptor != NULL)) {
        return SOCKFEED_INVALID;
    }
    if (!event) {
        return listener_send(peer->socket,
                             message->type == SOCKFEED_OUTGOING_BINARY, data);
    }
    return eio_acceptor_emit(peer->acceptor,
                             message->space == NULL ? span_text("/")
                                                    : span_text(message->space),
                             data);
}

size_t sockfeed_peer_queued(const struct sockfeed_peer *peer)
{
    return listener_queued(peer->socket);
}

void sockfeed_peer_close(struct sockfeed_peer *peer, uint16_t code,
                         const char *reason)
{
    if (peer->closing) {
        return;
    }
    if (peer->acceptor != NULL) {
        eio_acceptor_close(peer->acceptor);
    }
    peer->closing = true;
    loop_timer_clear(&peer->timer);
    listener_close(peer->socket, code, span_text(reason));
}

void sockfeed_peer_set_user(struct sockfeed_peer *peer, void *user)
{
    peer->user = user;
}

void *sockfeed_peer_user(const struct sockfeed_peer *peer)
{
    return peer->user;
}
