/* SPDX-License-Identifier: MIT */
#include "net/tunnel.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/proxy.h"
#include "net/stream.h"
#include "net/ws_trace.h"
#include "session/proxy_handshake.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    READ_SIZE = 4096,
    LINE_SIZE = 512
};

struct tunnel {
    struct stream *stream; /* the owner's */
    struct proxy_handshake *handshake;
    bool traced; /* the answer's head was */
    struct buf out;
    struct buf in;
    struct tunnel_handlers handlers;
    void *user;
};

static void trace(void *user, const char *line)
{
    const struct tunnel *tunnel = user;

    tunnel->handlers.trace(tunnel->user, line);
}

static void fail(struct tunnel *tunnel, const struct sockfeed_failure *failure)
{
    stream_want(tunnel->stream, 0);
    tunnel->handlers.failed(tunnel->user, failure);
}

static void fail_with(struct tunnel *tunnel, enum sockfeed_result result,
                      const char *text)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, SOCKFEED_STAGE_PROXY, "%s", text);
    fail(tunnel, &failure);
}

/* ---- Writing ------------------------------------------------------------ */

/* False when that has failed. */
static bool write_out(struct tunnel *tunnel)
{
    struct sockfeed_failure failure;
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && tunnel->out.size > 0) {
        size_t done = 0;

        result = stream_write(tunnel->stream, tunnel->out.data,
                              tunnel->out.size, &done, &failure);
        buf_consume(&tunnel->out, done);
    }
    if (result < SOCKFEED_OK) {
        failure.stage = SOCKFEED_STAGE_PROXY;
        fail(tunnel, &failure);
        return false;
    }
    stream_want(tunnel->stream, tunnel->out.size > 0
                                    ? SOCKFEED_READABLE | SOCKFEED_WRITABLE
                                    : SOCKFEED_READABLE);
    return true;
}

/* ---- Reading ------------------------------------------------------------ */

static void trace_answer(struct tunnel *tunnel)
{
    const struct http_response *head =
        proxy_handshake_response(tunnel->handshake);

    if (head != NULL && !tunnel->traced) {
        tunnel->traced = true;
        ws_trace_response(head, trace, tunnel);
    }
}

static void finish(struct tunnel *tunnel)
{
    stream_want(tunnel->stream, 0);
    /* The client speaks first, in HTTP and in TLS. */
    if (tunnel->in.size > 0) {
        fail_with(tunnel, SOCKFEED_PROXY,
                  "the proxy has sent more than its answer");
    } else {
        tunnel->handlers.opened(tunnel->user);
    }
}

/* Deals with what was received; false when the tunnel may be gone. */
static bool parse(struct tunnel *tunnel)
{
    size_t used = 0;
    enum sockfeed_result result = proxy_handshake_receive(
        tunnel->handshake, &tunnel->out, &used, buf_span(&tunnel->in));

    trace_answer(tunnel);
    buf_consume(&tunnel->in, used);
    if (buf_result(&tunnel->out) != SOCKFEED_OK) {
        result = buf_result(&tunnel->out);
        fail_with(tunnel, result, sockfeed_result_text(result));
        return false;
    }
    if (result == SOCKFEED_OK) {
        finish(tunnel);
        return false;
    }
    if (result < SOCKFEED_OK) {
        fail(tunnel, proxy_handshake_failure(tunnel->handshake));
        return false;
    }
    return write_out(tunnel);
}

/* The stream has ended before the answer was complete. */
static void end_of_stream(struct tunnel *tunnel,
                          struct sockfeed_failure *failure)
{
    (void)proxy_handshake_end(tunnel->handshake);
    /* An errno says more than that the stream has ended. */
    if (failure->system_error == 0) {
        *failure = *proxy_handshake_failure(tunnel->handshake);
    }
    failure->result = SOCKFEED_PROXY;
    failure->stage = SOCKFEED_STAGE_PROXY;
    fail(tunnel, failure);
}

static void read_in(struct tunnel *tunnel)
{
    struct sockfeed_failure failure = {0};
    enum sockfeed_result result;

    do {
        char *room = buf_reserve(&tunnel->in, READ_SIZE);
        size_t done = 0;

        if (room == NULL) {
            fail_with(tunnel, SOCKFEED_PROXY, "the proxy's answer is too long");
            return;
        }
        result = stream_read(tunnel->stream, room, READ_SIZE, &done, &failure);
        tunnel->in.size += done;
        if (done > 0 && !parse(tunnel)) {
            return;
        }
    } while (result == SOCKFEED_OK && stream_has_more(tunnel->stream));
    if (result < SOCKFEED_OK) {
        end_of_stream(tunnel, &failure);
    }
}

static void on_ready(void *user, unsigned ready)
{
    struct tunnel *tunnel = user;

    if ((ready & SOCKFEED_WRITABLE) != 0 && !write_out(tunnel)) {
        return;
    }
    if ((ready & SOCKFEED_READABLE) != 0) {
        read_in(tunnel);
    }
}

/* ---- Life --------------------------------------------------------------- */

static struct proxy_handshake_request request_of(
    const struct tunnel_config *config)
{
    const struct proxy *proxy = config->proxy;
    bool http = proxy->kind == PROXY_HTTP || proxy->kind == PROXY_HTTPS;

    return (struct proxy_handshake_request){
        .kind = http ? PROXY_HANDSHAKE_HTTP : PROXY_HANDSHAKE_SOCKS5,
        .host = span_text(config->host),
        .port = config->port,
        .login = proxy->login,
        .user = buf_span(&proxy->user),
        .password = buf_span(&proxy->password),
    };
}

static void trace_request(struct tunnel *tunnel,
                          const struct proxy_handshake_request *request)
{
    char line[LINE_SIZE];

    if (request->kind == PROXY_HANDSHAKE_HTTP) {
        ws_trace_request(buf_span(&tunnel->out), trace, tunnel);
        return;
    }
    (void)snprintf(
        line, sizeof(line), "asking the SOCKS 5 proxy for %.*s port %u",
        (int)request->host.size, request->host.data, (unsigned)request->port);
    trace(tunnel, line);
}

enum sockfeed_result tunnel_new(struct tunnel **tunnel,
                                const struct tunnel_config *config,
                                const struct tunnel_handlers *handlers,
                                void *user, struct sockfeed_failure *failure)
{
    const struct proxy_handshake_request request = request_of(config);
    struct tunnel *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *tunnel = NULL;
    if (created == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_PROXY);
    }
    created->stream = config->stream;
    created->handlers = *handlers;
    created->user = user;
    buf_init(&created->out, LIMIT_HTTP_REQUEST);
    /* A head, and a read that goes past it. */
    buf_init(&created->in, LIMIT_HTTP_HEAD + READ_SIZE);
    result = proxy_handshake_new(&created->handshake, &created->out, &request,
                                 failure);
    if (result != SOCKFEED_OK) {
        tunnel_free(created);
        return result;
    }
    trace_request(created, &request);
    stream_set_callback(config->stream, on_ready, created);
    /* Written when the stream says so: nothing is told from in here. */
    stream_want(config->stream, SOCKFEED_READABLE | SOCKFEED_WRITABLE);
    *tunnel = created;
    return SOCKFEED_OK;
}

void tunnel_free(struct tunnel *tunnel)
{
    if (tunnel != NULL) {
        proxy_handshake_free(tunnel->handshake);
        /* The request may hold credentials. */
        buf_wipe(&tunnel->out);
        buf_deinit(&tunnel->in);
        free(tunnel);
    }
}
