/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC */
#include "net/listener_http.h"

#include "net/listener_inside.h"
#include "net/loop_watch.h"

#include <libwebsockets.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ANSWER_HEAD = 2048, /* of ours, with the longest origin */
    LAST_ANSWER = 512   /* a few words of ours, with their head */
};

/* ---- Answers ------------------------------------------------------------- */

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 411:
        return "Length Required";
    case 413:
        return "Payload Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Unknown";
    }
}

/* A refusal that needs no connection any more. By hand: what libwebsockets
 * writes before an upgrade calls itself HTTP/1.0. */
static void write_last(struct lws *wsi, int status, const char *text)
{
    unsigned char bytes[LWS_PRE + LAST_ANSWER];
    int size = snprintf(
        (char *)bytes + LWS_PRE, LAST_ANSWER,
        "HTTP/1.1 %d %s\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n"
        "Connection: close\r\n\r\n%s",
        status, reason_of(status), strlen(text), text);

    if (size > 0 && size < LAST_ANSWER) {
        (void)lws_write(wsi, bytes + LWS_PRE, (size_t)size, LWS_WRITE_RAW);
    }
}

void listener_http_refuse(struct lws *wsi, const char *text)
{
    write_last(wsi, 400, text);
}

static void append_head(struct buf *to, const struct listener_http *http,
                        const struct listener_answer *answer)
{
    buf_append_format(to, "HTTP/1.1 %d %s\r\n", answer->status,
                      reason_of(answer->status));
    if (answer->content_type != NULL) {
        buf_append_format(to, "Content-Type: %s\r\n", answer->content_type);
    }
    if (answer->status == 405) { /* RFC 9110, 15.5.6 */
        buf_append_text(to, "Allow: GET, HEAD\r\n");
    }
    if (answer->status != 204) { /* RFC 9110, 8.6 */
        buf_append_format(to, "Content-Length: %zu\r\n", answer->body.size);
    }
    buf_append_text(to, "Cache-Control: no-store\r\n");
    if (http->origin[0] != '\0') {
        buf_append_format(to,
                          "Access-Control-Allow-Origin: %s\r\n"
                          "Access-Control-Allow-Credentials: true\r\n"
                          "Vary: Origin\r\n",
                          http->origin);
    }
    if (http->closing) {
        buf_append_text(to, "Connection: close\r\n");
    }
}

/* The rest of a head that may have been added to, and the body. */
static void append_body(struct buf *to, const struct listener_http *http,
                        struct span body)
{
    buf_append_text(to, "\r\n");
    if (!http->bodyless) {
        buf_append_span(to, body);
    }
}

static struct buf *begin_answer(struct listener_http *http)
{
    static const char headroom[LWS_PRE];

    buf_clear(&http->answer);
    buf_append(&http->answer, headroom, sizeof headroom);
    return &http->answer;
}

static void end_later(struct listener_peer *peer)
{
    lws_set_timeout(peer->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
                    LWS_TO_KILL_ASYNC);
}

/* ---- Writing and waiting -------------------------------------------------- */

/* libwebsockets may read again. */
static void let_go(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;

    if (http->watch != NULL) {
        loop_watch_free(http->watch);
        http->watch = NULL;
        (void)lws_rx_flow_control(peer->wsi, 1);
        loop_mirror(peer->listener->loop, peer->descriptor, SOCKFEED_READABLE);
    }
}

static void on_ready(void *user, unsigned ready);

/* While an answer is owed libwebsockets reads nothing, but would turn without
 * end over a client that has gone. So it is told not to look, and we do. */
static void hold(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;
    int copy = fcntl(peer->descriptor, F_DUPFD_CLOEXEC, 0);

    if (copy < 0) {
        return;
    }
    if (loop_watch_new(&http->watch, peer->listener->loop, copy,
                       SOCKFEED_READABLE, on_ready, peer) != SOCKFEED_OK) {
        (void)close(copy);
        return;
    }
    (void)lws_rx_flow_control(peer->wsi, 0);
    loop_mirror(peer->listener->loop, peer->descriptor, 0);
}

/* libwebsockets keeps what the system does not take. Before all of that is
 * written it is not told that the request is over, nor sees the next one, which
 * since 4.3 it takes for an error. -1 to close. */
static int go_on_writing(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;

    if (lws_partial_buffered(peer->wsi) != 0) {
        http->state = LISTENER_HTTP_WRITING;
        if (http->watch == NULL) {
            hold(peer);
        }
        if (http->watch != NULL) {
            loop_watch_want(http->watch, SOCKFEED_READABLE | SOCKFEED_WRITABLE);
            return 0;
        }
    }
    http->state = LISTENER_HTTP_IDLE;
    return lws_http_transaction_completed(peer->wsi) == 0 ? 0 : -1;
}

/* Writes the answer, not waiting until that is possible. -1 to close. */
static int complete(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;
    int written = -1;

    if (buf_result(&http->answer) == SOCKFEED_OK) {
        written =
            lws_write(peer->wsi, (unsigned char *)http->answer.data + LWS_PRE,
                      http->answer.size - LWS_PRE, LWS_WRITE_RAW);
    }
    buf_deinit(&http->answer);
    buf_deinit(&http->body);
    if (written < 0) {
        http->state = LISTENER_HTTP_IDLE;
        return -1;
    }
    return go_on_writing(peer);
}

static void write_more(struct listener_peer *peer)
{
    /* Nothing new: what it has kept. */
    int written = lws_write(peer->wsi, NULL, 0, LWS_WRITE_RAW);

    if (written < 0 || go_on_writing(peer) != 0) {
        end_later(peer);
    }
    if (peer->http.state == LISTENER_HTTP_IDLE) {
        let_go(peer);
    }
}

/* Whether what has come is the goodbye of TLS, which nobody can read now: an
 * alert, which TLS 1.3 hides in a record that is too small for a request
 * (RFC 8446, 5.2: two bytes, their type, a tag). */
static bool is_goodbye(const unsigned char *record, size_t size)
{
    enum {
        ALERT = 21,
        HIDDEN_ALERT = 2 + 1 + 16
    };

    return size >= 5 && (record[0] == ALERT ||
                         (record[3] == 0 && record[4] <= HIDDEN_ALERT));
}

static void on_ready(void *user, unsigned ready)
{
    struct listener_peer *peer = user;
    struct listener *listener = peer->listener;
    struct listener_http *http = &peer->http;
    bool writing = http->state == LISTENER_HTTP_WRITING;
    unsigned char bytes[5];
    ssize_t count;

    if ((ready & SOCKFEED_READABLE) == 0) {
        write_more(peer);
        return;
    }
    count =
        recv(peer->descriptor, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    loop_watch_want(http->watch, writing ? SOCKFEED_WRITABLE : 0);
    if (count > 0 && !(listener->secure && is_goodbye(bytes, (size_t)count))) {
        return; /* the next request, which is early */
    }
    peer->state = PEER_GONE;
    listener->depth++;
    listener_http_gone(peer);
    listener->depth--;
    if (!listener->freed) {
        end_later(peer);
    }
}

/* The answer stands: it goes out when the request is complete. */
static void release(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;

    http->answered = true;
    http->user = NULL;
    if (http->state != LISTENER_HTTP_WAITING) {
        return;
    }
    if (complete(peer) != 0) {
        end_later(peer);
    }
    if (http->state == LISTENER_HTTP_IDLE) {
        let_go(peer);
    }
}

void listener_http_answer(struct listener_peer *peer,
                          const struct listener_answer *answer)
{
    struct listener_http *http = &peer->http;
    struct buf *to = begin_answer(http);

    if (http->answered || peer->state != PEER_HTTP ||
        http->state == LISTENER_HTTP_IDLE) {
        return;
    }
    append_head(to, http, answer);
    append_body(to, http, answer->body);
    release(peer);
}

/* A script of another origin asks what it may ask for (CORS). */
static void answer_preflight(struct listener_peer *peer)
{
    const struct listener_answer answer = {.status = 204};
    struct listener_http *http = &peer->http;
    struct buf *to = begin_answer(http);
    char wanted[LISTENER_FIELD];

    append_head(to, http, &answer);
    buf_append_text(to, "Access-Control-Allow-Methods: GET,POST\r\n");
    if (listener_request_field(peer->wsi, WSI_TOKEN_HTTP_AC_REQUEST_HEADERS,
                               wanted, sizeof wanted)
            .size > 0) {
        buf_append_format(to, "Access-Control-Allow-Headers: %s\r\n", wanted);
    }
    append_body(to, http, answer.body);
    release(peer);
}

static int wait_for_answer(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;

    lws_set_timeout(peer->wsi, NO_PENDING_TIMEOUT, 0);
    if (http->answered) {
        return complete(peer);
    }
    http->state = LISTENER_HTTP_WAITING;
    hold(peer);
    return 0;
}

/* ---- What libwebsockets tells -------------------------------------------- */

static void start_request(struct listener_peer *peer)
{
    struct listener_http *http = &peer->http;

    http->answered = false;
    http->closing = listener_request_last(peer->wsi);
    http->bodyless = false;
    http->too_large = false;
    http->user = NULL;
    buf_clear(&http->body);
    (void)listener_request_field(peer->wsi, WSI_TOKEN_ORIGIN, http->origin,
                                 sizeof http->origin);
}

int listener_http_head(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    struct listener_http *http = &peer->http;
    struct listener_text text;
    struct listener_request request = listener_request_read(peer->wsi, &text);
    bool body = listener_request_body(peer->wsi, &request);
    char *path;
    int size;
    int method = lws_http_get_uri_and_method(peer->wsi, &path, &size);

    if (request.method == LISTENER_POST && !body) {
        write_last(peer->wsi, 411, "a body needs a length");
        return -1;
    }
    start_request(peer);
    http->state = LISTENER_HTTP_BODY;
    http->bodyless = request.method == LISTENER_HEAD;
    if (method == LWSHUMETH_OPTIONS) {
        answer_preflight(peer);
    } else {
        void *given =
            listener->handlers.request(listener->user, &request, peer);

        /* Where it was answered at once nothing more is told. */
        http->user = http->answered ? NULL : given;
    }
    return body ? 0 : wait_for_answer(peer);
}

int listener_http_body(struct listener_peer *peer, const void *data,
                       size_t size)
{
    struct listener_http *http = &peer->http;

    if (http->state != LISTENER_HTTP_BODY || http->too_large) {
        return 0;
    }
    buf_append(&http->body, data, size);
    if (buf_result(&http->body) != SOCKFEED_OK) {
        http->too_large = true;
        buf_deinit(&http->body);
    }
    return 0;
}

int listener_http_body_end(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    struct listener_http *http = &peer->http;

    if (http->state != LISTENER_HTTP_BODY) {
        return 0;
    }
    if (!http->answered) {
        listener->handlers.body(listener->user, http->user, !http->too_large,
                                buf_span(&http->body));
    }
    return wait_for_answer(peer);
}

void listener_http_gone(struct listener_peer *peer)
{
    struct listener *listener = peer->listener;
    void *user = peer->http.user;

    peer->http.user = NULL;
    if (user != NULL) {
        listener->handlers.abandoned(listener->user, user);
    }
}

void listener_http_init(struct listener_peer *peer)
{
    buf_init(&peer->http.body, peer->listener->max_message);
    buf_init(&peer->http.answer,
             LWS_PRE + ANSWER_HEAD + peer->listener->max_queue);
}

void listener_http_deinit(struct listener_peer *peer)
{
    loop_watch_free(peer->http.watch);
    buf_deinit(&peer->http.body);
    buf_deinit(&peer->http.answer);
}
