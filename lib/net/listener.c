/* SPDX-License-Identifier: MIT */
#include "net/listener.h"

#include "base/result.h"
#include "net/acceptor.h"
#include "net/listener_inside.h"
#include "net/tls_identity.h"

#include <libwebsockets.h>

#include <stdlib.h>
#include <unistd.h>

/* -- Peers --------------------------------------------------------------- */

static struct listener_peer *peer_new(struct listener *listener, int descriptor)
{
    struct listener_peer *peer = calloc(1, sizeof(*peer));

    if (peer != NULL) {
        peer->listener = listener;
        peer->descriptor = descriptor;
        listener_socket_init(peer);
        listener_http_init(peer);
        list_init(&peer->link);
        list_append(&listener->peers, &peer->link);
        listener->peer_count++;
    }
    return peer;
}

static void peer_free(struct listener_peer *peer)
{
    listener_socket_deinit(peer);
    listener_http_deinit(peer);
    list_remove(&peer->link);
    peer->listener->peer_count--;
    free(peer);
}

void listener_want_write(struct listener_peer *peer)
{
    (void)lws_callback_on_writable(peer->wsi);
    loop_mirror(peer->listener->loop, peer->descriptor,
                SOCKFEED_READABLE | SOCKFEED_WRITABLE);
}

static int on_upgrade(struct listener_peer *peer, const char *protocol)
{
    struct listener *listener = peer->listener;
    struct listener_text text;
    struct listener_request request;
    const char *reason = "refused";

    /* HTTP/2 is not for us. */
    if (protocol == NULL || strcmp(protocol, "websocket") != 0) {
        return -1;
    }
    request = listener_request_read(peer->wsi, &text);
    listener_request_subprotocol(peer->wsi, listener->subprotocol,
                                 LISTENER_SUBPROTOCOL);
    if (listener->handlers.accept(listener->user, &request, peer, &peer->user,
                                  &reason) != SOCKFEED_OK) {
        listener_http_refuse(peer->wsi, reason);
        return 1;
    }
    peer->state = PEER_ACCEPTED;
    return 0;
}

/* -- What libwebsockets tells -------------------------------------------- */

static void on_gone(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    enum peer_state state = peer->state;

    peer->state = PEER_GONE;
    if (listener->freed || state == PEER_GONE) {
        return;
    }
    if (state == PEER_HTTP) {
        listener_http_gone(peer);
    } else {
        listener->handlers.closed(listener->user, peer->user);
    }
}

static int dispatch(struct listener_peer *peer,
                    enum lws_callback_reasons reason, void *data, size_t size)
{
    struct listener *listener = peer->listener;

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return on_upgrade(peer, data);
    case LWS_CALLBACK_HTTP:
        return listener_http_head(peer);
    case LWS_CALLBACK_HTTP_BODY:
        return listener_http_body(peer, data, size);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return listener_http_body_end(peer);
    case LWS_CALLBACK_ESTABLISHED:
        peer->state = PEER_OPEN;
        listener->handlers.open(listener->user, peer->user);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        return listener_socket_received(peer, data, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return listener_socket_writable(peer);
    case LWS_CALLBACK_CLOSED:
        on_gone(peer);
        return 0;
    default:
        return 0;
    }
}

/* libwebsockets has made the context for TLS, and asks for what is in it. */
static int on_tls(void *context, struct lws_vhost *vhost)
{
    struct listener *listener = lws_vhost_user(vhost);

    return tls_identity_serve(context, listener->identity, listener->failure) ==
                   SOCKFEED_OK
               ? 0
               : -1;
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *session, void *data, size_t size)
{
    struct listener_peer *peer;
    struct listener *listener;
    int answered = 0;

    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
        return on_tls(session, data);
    }
    peer = wsi == NULL ? NULL : lws_get_opaque_user_data(wsi);
    if (peer == NULL) {
        return 0;
    }
    listener = peer->listener;
    loop_enter(listener->loop);
    listener->depth++;
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        on_gone(peer);
        lws_set_opaque_user_data(wsi, NULL);
        peer_free(peer);
    } else if (!listener->freed) {
        answered = dispatch(peer, reason, data, size);
        /* What is freed is ended by destroy, on a turn of its own: told to
         * end it here as well, libwebsockets 4.3 would look for it for ever
         * when its context goes. */
        answered = listener->freed ? 0 : answered;
    }
    listener->depth--;
    return answered;
}

/* -- New connections ----------------------------------------------------- */

static void on_connection(void *user, int socket)
{
    struct listener *listener = user;
    struct listener_peer *peer = listener->peer_count < listener->max_peers
                                     ? peer_new(listener, socket)
                                     : NULL;
    lws_adopt_desc_t adoption = {
        .vh = listener->vhost,
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP |
                (listener->secure ? LWS_ADOPT_ALLOW_SSL : 0),
        .fd = {.sockfd = socket},
        .opaque = peer,
    };
    size_t count = listener->peer_count;
    struct lws *wsi;

    if (peer == NULL) {
        (void)close(socket);
        return;
    }
    wsi = lws_adopt_descriptor_vhost_via_info(&adoption);
    if (wsi != NULL) {
        peer->wsi = wsi;
        loop_mirror(listener->loop, socket, SOCKFEED_READABLE);
    } else if (listener->peer_count == count) {
        /* The socket was closed and nobody told. */
        peer_free(peer);
    }
}

/* -- Life ---------------------------------------------------------------- */

/* NULL where libwebsockets cannot. */
static struct lws_vhost *make_vhost(struct listener *listener)
{
    struct lws_context *context = loop_context(listener->loop);
    static const char name[] = "sockfeed-listener";
    /* libwebsockets takes a copy of these, but not of the names. */
    const struct lws_protocols protocols[] = {
        {.name = name,          .callback = callback},
        {.name = listener->subprotocol,                     .callback = callback},
        {0},
    };
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .vhost_name = name,
        .server_string = "sockfeed",
        .user = listener,
        .alpn = "http/1.1", /* HTTP/2 is not for us */
    };

    if (listener->secure) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                       LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX;
    }
    return context == NULL ? NULL : lws_create_vhost(context, &info);
}

/* Not from inside a callback of libwebsockets. */
static void destroy(void *user)
{
    struct listener *listener = user;
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &listener->peers) {
        struct listener_peer *peer =
            LIST_ENTRY(link, struct listener_peer, link);
        struct lws *wsi = peer->wsi;

        lws_set_opaque_user_data(wsi, NULL);
        peer_free(peer);
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE,
                        LWS_TO_KILL_SYNC);
    }
    if (listener->vhost != NULL) {
        lws_vhost_destroy(listener->vhost);
    }
    free(listener);
}

enum sockfeed_result listener_new(struct listener **listener, struct loop *loop,
                                  const struct listener_config *config,
                                  const struct listener_handlers *handlers,
                                  void *user, struct sockfeed_failure *failure)
{
    struct listener *created = calloc(1, sizeof(*created));
    const struct acceptor_config acceptor = {config->address, config->port,
                                             on_connection, created};
    enum sockfeed_result result;

    *listener = NULL;
    if (created == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    created->loop = loop;
    created->max_peers = config->max_peers;
    created->max_queue = config->max_queue;
    created->max_message = config->max_message;
    created->handlers = *handlers;
    created->user = user;
    list_init(&created->peers);
    loop_task_init(&created->destruction, loop, destroy, created);
    (void)failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE,
                      "libwebsockets cannot serve");
    created->secure = config->identity != NULL;
    created->identity = config->identity;
    created->failure = failure;
    created->subprotocol = loop_keep(loop, LISTENER_SUBPROTOCOL);
    created->vhost = created->subprotocol == NULL ? NULL : make_vhost(created);
    created->identity = NULL;
    created->failure = NULL;
    result = created->vhost == NULL
                 ? failure->result
                 : acceptor_new(&created->acceptor, loop, &acceptor, failure);
    if (result != SOCKFEED_OK) {
        listener_free(created);
        return result;
    }
    *listener = created;
    return SOCKFEED_OK;
}

void listener_free(struct listener *listener)
{
    if (listener == NULL || listener->freed) {
        return;
    }
    listener->freed = true;
    acceptor_free(listener->acceptor);
    if (listener->depth > 0) {
        loop_task_post(&listener->destruction);
    } else {
        destroy(listener);
    }
}

uint16_t listener_port(const struct listener *listener)
{
    return acceptor_port(listener->acceptor);
}

bool listener_is_answering(const struct listener *listener)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &listener->peers) {
        const struct listener_peer *peer =
            LIST_ENTRY(link, struct listener_peer, link);

        if (peer->state == PEER_HTTP &&
            ((peer->http.answered && peer->http.state == LISTENER_HTTP_BODY) ||
             lws_partial_buffered(peer->wsi) != 0)) {
            return true;
        }
    }
    return false;
}
