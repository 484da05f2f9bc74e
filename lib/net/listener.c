/* SPDX-License-Identifier: MIT */
#include "net/listener.h"

#include "base/buf.h"
#include "base/list.h"
#include "base/result.h"
#include "net/acceptor.h"
#include "net/listener_http.h"
#include "net/loop.h"
#include "net/message_queue.h"

#include <libwebsockets.h>

#include <stdlib.h>
#include <unistd.h>

enum {
    WRITES_PER_TURN = 16,
    REASON_SIZE = 123 /* RFC 6455, 5.5: 125 bytes less the code */
};

/*
 *   REQUEST --(accept)--> ACCEPTED --(handshake)--> OPEN --> CLOSING
 *      |                     |                       |          |
 *      +---------------------+-----------------------+----------+--> GONE
 */
enum peer_state {
    PEER_REQUEST,
    PEER_ACCEPTED,
    PEER_OPEN,
    PEER_CLOSING, /* what is queued is written, then a close frame */
    PEER_GONE,
};

struct listener_peer {
    struct listener *listener;
    struct list link;
    struct lws *wsi;
    int descriptor;
    enum peer_state state;
    void *user;
    struct buf message; /* fragments received so far */
    struct message_queue queue;
    bool undrained; /* the queue's end is not yet told */
    uint16_t close_code;
    unsigned char reason[REASON_SIZE];
    size_t reason_size;
};

struct listener {
    struct loop *loop;
    size_t max_peers;
    size_t max_queue;
    size_t max_message;
    struct listener_handlers handlers;
    void *user;
    struct lws_vhost *vhost;
    struct acceptor *acceptor;
    struct loop_task destruction;
    struct list peers;
    size_t peer_count;
    unsigned depth; /* of callbacks */
    bool freed;
};

/* -- Peers --------------------------------------------------------------- */

static struct listener_peer *peer_new(struct listener *listener, int descriptor)
{
    struct listener_peer *peer = calloc(1, sizeof(*peer));

    if (peer != NULL) {
        peer->listener = listener;
        peer->descriptor = descriptor;
        message_queue_init(&peer->queue, listener->max_queue, LWS_PRE);
        buf_init(&peer->message, listener->max_message);
        list_init(&peer->link);
        list_append(&listener->peers, &peer->link);
        listener->peer_count++;
    }
    return peer;
}

static void peer_free(struct listener_peer *peer)
{
    message_queue_deinit(&peer->queue);
    buf_deinit(&peer->message);
    list_remove(&peer->link);
    peer->listener->peer_count--;
    free(peer);
}

static void want_write(struct listener_peer *peer)
{
    (void)lws_callback_on_writable(peer->wsi);
    loop_mirror(peer->listener->loop, peer->descriptor,
                SOCKFEED_READABLE | SOCKFEED_WRITABLE);
}

enum sockfeed_result listener_send(struct listener_peer *peer, bool binary,
                                   struct span message)
{
    enum sockfeed_result result = SOCKFEED_STATE;

    if (peer->state == PEER_OPEN) {
        result = message_queue_push(&peer->queue, binary, message);
    }
    if (result == SOCKFEED_OK) {
        peer->undrained = true;
        want_write(peer);
    }
    return result;
}

size_t listener_queued(const struct listener_peer *peer)
{
    return peer->queue.bytes;
}

void listener_close(struct listener_peer *peer, uint16_t code,
                    struct span reason)
{
    if (peer->state != PEER_OPEN) {
        return;
    }
    peer->state = PEER_CLOSING;
    peer->close_code = code;
    peer->reason_size =
        reason.size < REASON_SIZE ? reason.size : (size_t)REASON_SIZE;
    if (peer->reason_size > 0) {
        memcpy(peer->reason, reason.data, peer->reason_size);
    }
    want_write(peer);
}

/* Answers -1, which is how libwebsockets is told to close. */
static int say_goodbye(struct listener_peer *peer)
{
    /* FIN and the opcode of a close frame, no payload: libwebsockets has no
     * close without a code. */
    unsigned char bare[LWS_PRE + 2] = {0};

    if (peer->close_code != 0) {
        lws_close_reason(peer->wsi, (enum lws_close_status)peer->close_code,
                         peer->reason, peer->reason_size);
    } else {
        bare[LWS_PRE] = 0x88;
        (void)lws_write(peer->wsi, bare + LWS_PRE, 2, LWS_WRITE_RAW);
    }
    return -1;
}

static bool write_first(struct listener_peer *peer)
{
    const struct queued_message *first = peer->queue.first;
    bool written =
        lws_write(peer->wsi, first->data, first->size,
                  first->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) >= 0;

    message_queue_pop(&peer->queue);
    return written;
}

static int on_writable(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    unsigned writes = 0;

    loop_mirror(listener->loop, peer->descriptor, SOCKFEED_READABLE);
    while (peer->queue.first != NULL && writes++ < WRITES_PER_TURN &&
           lws_send_pipe_choked(peer->wsi) == 0) {
        if (!write_first(peer)) {
            return -1;
        }
    }
    if (peer->queue.first != NULL || lws_partial_buffered(peer->wsi) != 0) {
        want_write(peer);
        return 0;
    }
    if (peer->state == PEER_CLOSING) {
        return say_goodbye(peer);
    }
    if (peer->undrained) {
        peer->undrained = false;
        listener->handlers.drained(listener->user, peer->user);
    }
    return 0;
}

static int on_receive(struct listener_peer *peer, const void *data, size_t size)
{
    struct listener *listener = peer->listener;

    if (peer->state != PEER_OPEN) {
        return 0;
    }
    if (lws_is_first_fragment(peer->wsi) != 0) {
        buf_clear(&peer->message);
    }
    buf_append(&peer->message, data, size);
    if (buf_result(&peer->message) != SOCKFEED_OK) {
        lws_close_reason(peer->wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL,
                         0);
        return -1;
    }
    if (lws_is_final_fragment(peer->wsi) != 0) {
        listener->handlers.message(listener->user, peer->user,
                                   lws_frame_is_binary(peer->wsi) != 0,
                                   buf_span(&peer->message));
    }
    return 0;
}

/* -- HTTP ---------------------------------------------------------------- */

static struct listener_request request_of(struct lws *wsi,
                                          struct listener_text *text)
{
    return (struct listener_request){listener_http_path(wsi, text),
                                     listener_http_query(wsi, text)};
}

static int on_plain(struct listener *listener, struct lws *wsi)
{
    struct listener_text text;
    struct listener_request request = request_of(wsi, &text);
    const char *body = "not found\n";
    int status = 404;

    if (listener->handlers.plain != NULL) {
        body = listener->handlers.plain(listener->user, &request, &status);
    }
    listener_http_answer(wsi, status, body);
    return -1;
}

static int on_upgrade(struct listener_peer *peer, const char *protocol)
{
    struct listener *listener = peer->listener;
    struct listener_text text;
    struct listener_request request = request_of(peer->wsi, &text);
    const char *reason = "refused";

    /* HTTP/2 is not for us. */
    if (protocol == NULL || strcmp(protocol, "websocket") != 0) {
        return -1;
    }
    if (listener->handlers.accept(listener->user, &request, peer, &peer->user,
                                  &reason) != SOCKFEED_OK) {
        listener_http_answer(peer->wsi, 400, reason);
        return 1;
    }
    peer->state = PEER_ACCEPTED;
    return 0;
}

/* -- What libwebsockets tells -------------------------------------------- */

static void on_gone(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    bool told = peer->state != PEER_REQUEST && peer->state != PEER_GONE;

    peer->state = PEER_GONE;
    if (told && !listener->freed) {
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
        return on_plain(listener, peer->wsi);
    case LWS_CALLBACK_ESTABLISHED:
        peer->state = PEER_OPEN;
        listener->handlers.open(listener->user, peer->user);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        return on_receive(peer, data, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_writable(peer);
    case LWS_CALLBACK_CLOSED:
        on_gone(peer);
        return 0;
    default:
        return 0;
    }
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *session, void *data, size_t size)
{
    struct listener_peer *peer =
        wsi == NULL ? NULL : lws_get_opaque_user_data(wsi);
    struct listener *listener;
    int answered = 0;

    (void)session;
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
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP,
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

/* libwebsockets may keep a connection, and with it these, longer than the
 * listener: while the last bytes of an answer are on their way. */
static const struct lws_protocols protocols[] = {
    {.name = "sockfeed-listener", .callback = callback},
    {0                          },
};

static struct lws_vhost *make_vhost(struct loop *loop)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .vhost_name = protocols[0].name,
        .server_string = "sockfeed",
    };

    return lws_create_vhost(loop_context(loop), &info);
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
        return failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE, "%s",
                           sockfeed_result_text(SOCKFEED_NOMEM));
    }
    created->loop = loop;
    created->max_peers = config->max_peers;
    created->max_queue = config->max_queue;
    created->max_message = config->max_message;
    created->handlers = *handlers;
    created->user = user;
    list_init(&created->peers);
    loop_task_init(&created->destruction, loop, destroy, created);
    created->vhost = make_vhost(loop);
    if (created->vhost != NULL) {
        result = acceptor_new(&created->acceptor, loop, &acceptor, failure);
    } else {
        result = failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE,
                             "libwebsockets cannot serve");
    }
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
