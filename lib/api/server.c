/* SPDX-License-Identifier: MIT */
#include "api/server_inside.h"
#include "api/sockfeed_loop.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/url.h"
#include "net/tls_identity.h"

#include <stdlib.h>

/* ---- One guard around everything that is called from below ------------------ */

static void destroy(struct sockfeed_server *server)
{
    struct list *link;
    struct list *after;

    server->freed = true;
    listener_free(server->listener);
    LIST_EACH (link, after, &server->peers) {
        peer_free(LIST_ENTRY(link, struct sockfeed_peer, link));
    }
    LIST_EACH (link, after, &server->sockets) {
        free(LIST_ENTRY(link, struct peer_socket, link));
    }
    LIST_EACH (link, after, &server->refusals) {
        free(LIST_ENTRY(link, struct server_refusal, link));
    }
    rng_deinit(&server->rng);
    free(server->path);
    free(server);
}

void server_enter(struct sockfeed_server *server)
{
    server->depth++;
}

void server_leave(struct sockfeed_server *server)
{
    server->depth--;
    if (server->depth == 0 && server->freed) {
        destroy(server);
    }
}

/* ---- What is asked for ---------------------------------------------------------- */

void server_refuse(struct listener_peer *wire, enum eio_refusal refusal)
{
    const struct listener_answer answer = {
        refusal == EIO_REFUSAL_FORBIDDEN ? 403 : 400, "application/json",
        span_text(eio_request_refusal_json(refusal))};

    listener_http_answer(wire, &answer);
}

void server_reject(struct listener_peer *wire, int status)
{
    const struct listener_answer answer = {.status = status};

    listener_http_answer(wire, &answer);
}

static bool is_engine_io(const struct sockfeed_server *server,
                         const struct listener_request *request)
{
    struct span value;

    if (server->path != NULL) {
        return span_starts(request->path, server->path);
    }
    return span_starts(request->path, "/socket.io/") ||
           url_query_find(&value, request->query, "EIO");
}

/* Whether the request is one of a live session, and in its words. */
static bool refuses(const struct sockfeed_server *server,
                    const struct eio_request *request, bool upgrade,
                    struct sockfeed_peer **peer, enum eio_refusal *refusal)
{
    bool polling = request->transport == EIO_TRANSPORT_POLLING;

    *peer = NULL;
    if (request->transport == EIO_TRANSPORT_UNKNOWN) {
        *refusal = EIO_REFUSAL_TRANSPORT;
        return true;
    }
    if (!request->has_sid) {
        *refusal = EIO_REFUSAL_BAD_REQUEST;
        return !polling && !upgrade;
    }
    *peer = peer_find(server, request->sid);
    if (*peer == NULL) {
        *refusal = EIO_REFUSAL_SESSION;
        return true;
    }
    *refusal = EIO_REFUSAL_BAD_REQUEST;
    return request->revision != (*peer)->revision ||
           (!upgrade && (!polling || !eio_acceptor_polling((*peer)->acceptor)));
}

/* ---- WebSockets ------------------------------------------------------------------- */

static struct peer_socket *socket_new(struct sockfeed_server *server,
                                      struct listener_peer *wire)
{
    struct peer_socket *socket = calloc(1, sizeof *socket);

    if (socket != NULL) {
        socket->server = server;
        socket->wire = wire;
        list_init(&socket->link);
        list_append(&server->sockets, &socket->link);
    }
    return socket;
}

static void socket_free(struct peer_socket *socket)
{
    list_remove(&socket->link);
    free(socket);
}

/* One that is to be a peer's from its beginning. */
static enum sockfeed_result seat(struct peer_socket *socket,
                                 const struct eio_request *request)
{
    enum sockfeed_result result =
        peer_new(&socket->peer, socket->server, request);

    if (result == SOCKFEED_OK) {
        socket->peer->socket = socket;
    }
    return result;
}

static enum sockfeed_result on_accept(void *user,
                                      const struct listener_request *request,
                                      struct listener_peer *wire,
                                      void **peer_user, const char **text)
{
    struct sockfeed_server *server = user;
    bool engine_io = is_engine_io(server, request);
    enum sockfeed_result result = SOCKFEED_OK;
    struct sockfeed_peer *peer = NULL;
    struct eio_request asked;
    enum eio_refusal refusal;
    struct peer_socket *socket;

    eio_request_parse(&asked, request->query);
    if (engine_io && refuses(server, &asked, true, &peer, &refusal)) {
        *text = eio_request_refusal_text(refusal);
        return SOCKFEED_REFUSED;
    }
    *text = "out of memory";
    socket = socket_new(server, wire);
    if (socket == NULL) {
        return SOCKFEED_REFUSED;
    }
    if (peer != NULL) {
        socket->peer = peer;
    } else if (!engine_io || asked.transport == EIO_TRANSPORT_WEBSOCKET) {
        result = seat(socket, engine_io ? &asked : NULL);
    } /* else a WebSocket for polling, which the common servers open and close */
    if (result != SOCKFEED_OK) {
        socket_free(socket);
        return SOCKFEED_REFUSED;
    }
    *peer_user = socket;
    return SOCKFEED_OK;
}

static void on_open(void *user, void *peer_user)
{
    struct peer_socket *socket = peer_user;

    server_enter(user);
    socket->open = true;
    if (socket->peer == NULL) {
        listener_socket_close(socket->wire, 0, span_text(NULL));
    } else if (socket->peer->socket == socket) {
        peer_begin(socket->peer);
    } else {
        peer_probe(socket->peer, socket);
    }
    server_leave(user);
}

static void on_message(void *user, void *peer_user, bool binary,
                       struct span message)
{
    struct peer_socket *socket = peer_user;

    if (socket->peer != NULL) {
        server_enter(user);
        peer_receive(socket, binary, message);
        server_leave(user);
    }
}

static void on_drained(void *user, void *peer_user)
{
    struct peer_socket *socket = peer_user;

    if (socket->peer != NULL && socket->peer->socket == socket) {
        server_enter(user);
        peer_drained(socket->peer);
        server_leave(user);
    }
}

static void on_closed(void *user, void *peer_user)
{
    struct peer_socket *socket = peer_user;

    server_enter(user);
    if (socket->peer != NULL) {
        peer_socket_gone(socket);
    }
    socket_free(socket);
    server_leave(user);
}

/* ---- Requests ----------------------------------------------------------------------- */

static struct peer_request *start_session(struct sockfeed_server *server,
                                          const struct eio_request *asked,
                                          struct listener_peer *wire)
{
    struct sockfeed_peer *peer;

    if (peer_new(&peer, server, asked) != SOCKFEED_OK) {
        server_reject(wire, 500);
        return NULL;
    }
    peer_begin(peer);
    return peer_request_get(peer, wire);
}

static struct peer_request *ask_session(struct sockfeed_peer *peer,
                                        const struct listener_request *request,
                                        struct listener_peer *wire)
{
    switch (request->method) {
    case LISTENER_GET:
        return peer_request_get(peer, wire);
    case LISTENER_POST:
        return peer_request_post(
            peer, wire,
            span_is(request->content_type, "application/octet-stream"));
    case LISTENER_HEAD:
    case LISTENER_OTHER:
        break;
    }
    server_reject(wire, 500);
    return NULL;
}

static void *on_request(void *user, const struct listener_request *request,
                        struct listener_peer *wire)
{
    static const char text[] = "not found; Socket.IO and WebSocket are served "
                               "here\n";
    const struct listener_answer nothing = {404, "text/plain; charset=utf-8",
                                            span_of(text, sizeof text - 1)};
    struct sockfeed_server *server = user;
    struct peer_request *pending = NULL;
    struct sockfeed_peer *peer;
    struct eio_request asked;
    enum eio_refusal refusal;

    server_enter(server);
    eio_request_parse(&asked, request->query);
    if (!is_engine_io(server, request)) {
        listener_http_answer(wire, &nothing);
    } else if (refuses(server, &asked, false, &peer, &refusal)) {
        server_refuse(wire, refusal);
    } else if (peer != NULL) {
        pending = ask_session(peer, request, wire);
    } else if (request->method == LISTENER_GET) {
        pending = start_session(server, &asked, wire);
    } else {
        server_refuse(wire, EIO_REFUSAL_METHOD);
    }
    server_leave(server);
    return pending;
}

static void on_body(void *user, void *request_user, bool whole,
                    struct span body)
{
    struct peer_request *request = request_user;

    server_enter(user);
    /* A GET may have one too, which means nothing. */
    if (request == &request->peer->post) {
        peer_request_body(request->peer, whole, body);
    }
    server_leave(user);
}

static void on_abandoned(void *user, void *request_user)
{
    server_enter(user);
    peer_request_abandoned(request_user);
    server_leave(user);
}

/* ---- Life ------------------------------------------------------------------------- */

static int64_t or_default(int64_t value, int64_t standard)
{
    return value == 0 ? standard : value;
}

static bool keep_path(struct sockfeed_server *server, const char *path)
{
    size_t size = path == NULL ? 0 : strlen(path) + 1;

    if (path == NULL) {
        return true;
    }
    server->path = malloc(size);
    if (server->path != NULL) {
        memcpy(server->path, path, size);
    }
    return server->path != NULL;
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
        .request = on_request,
        .body = on_body,
        .abandoned = on_abandoned,
    };
    const struct tls_identity identity = {config->certificate, config->key,
                                          config->key_password};
    struct listener_config listener = {
        .address = config->address,
        .port = config->port,
        .max_peers =
            (size_t)or_default((int64_t)config->max_peers, LIMIT_PEERS),
        .max_queue =
            (size_t)or_default((int64_t)config->max_queue, LIMIT_PEER_QUEUE),
        .max_message = SERVER_MAX_PAYLOAD,
        .identity = config->certificate == NULL ? NULL : &identity,
    };

    if (rng_init_system(&server->rng) != SOCKFEED_OK) {
        return failure_set(failure, SOCKFEED_SYSTEM, SOCKFEED_STAGE_NONE,
                           "the kernel gives no random bytes");
    }
    if (!keep_path(server, config->path)) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    server->bare = config->engine_io;
    server->max_queue = listener.max_queue;
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

    *server = NULL;
    failure = failure == NULL ? &unwanted : failure;
    if (made == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    made->loop = loop->loop;
    made->callback = callback;
    made->user = user;
    list_init(&made->peers);
    list_init(&made->sockets);
    list_init(&made->refusals);
    result = init(made, config, failure);
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

bool sockfeed_server_is_answering(const struct sockfeed_server *server)
{
    return listener_is_answering(server->listener);
}

enum sockfeed_result sockfeed_server_refuse(struct sockfeed_server *server,
                                            const char *space, const char *why)
{
    size_t space_size = strlen(space);
    size_t why_size = strlen(why);
    struct server_refusal *refusal =
        malloc(sizeof *refusal + space_size + why_size);
    char *texts;

    if (refusal == NULL) {
        return SOCKFEED_NOMEM;
    }
    texts = (char *)(refusal + 1);
    memcpy(texts, space, space_size);
    memcpy(texts + space_size, why, why_size);
    refusal->space = span_of(texts, space_size);
    refusal->why = span_of(texts + space_size, why_size);
    list_init(&refusal->link);
    list_append(&server->refusals, &refusal->link);
    return SOCKFEED_OK;
}

struct span server_refusal(const struct sockfeed_server *server,
                           struct span space)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &server->refusals) {
        const struct server_refusal *refusal =
            LIST_ENTRY(link, struct server_refusal, link);

        if (span_equal(refusal->space, space)) {
            return refusal->why;
        }
    }
    return span_text(NULL);
}
