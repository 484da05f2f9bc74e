/* SPDX-License-Identifier: MIT */
#include "net/http_client.h"

#include "base/limits.h"
#include "base/result.h"
#include "codec/http_answer.h"
#include "net/loop.h"
#include "net/receive_buffer.h"
#include "net/stream.h"
#include "net/ws_trace.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    /* How long a connection may lie idle to be used again where the server
     * does not say: nothing on the way drops it sooner. */
    KEPT_MS = 4000,
    /* The server counts from when it wrote, we from when we read. */
    KEPT_MARGIN_MS = 1000,
};

struct http_client {
    struct http_client_config config;
    struct http_client_handlers handlers;
    void *user;
    unsigned depth; /* calls from below that are under way */
    bool freed;
    struct dialer *dialer;
    struct stream *stream;
    int64_t usable_until; /* idle: loop_now until which it may be used again */
    bool busy;
    bool kept;       /* the connection has carried a request before */
    bool answering;  /* bytes of the answer have come */
    bool repeatable; /* of the request under way */
    bool brief;
    struct buf request;
    size_t head_size; /* of the request, without its body */
    size_t written;   /* bytes of the request */
    bool broken;      /* writing has failed: the connection is not kept */
    struct http_answer answer;
    struct receive_buffer received;
    struct loop_task later; /* sends over the connection that was kept, tells
                               of a failure, frees */
    struct sockfeed_failure failure;
};

/* ---- Life ----------------------------------------------------------------- */

static void hang_up(struct http_client *client)
{
    dialer_free(client->dialer);
    client->dialer = NULL;
    stream_free(client->stream);
    client->stream = NULL;
    receive_buffer_deinit(&client->received);
}

static void destroy(void *user)
{
    struct http_client *client = user;

    loop_task_cancel(&client->later);
    hang_up(client);
    buf_wipe(&client->request);
    http_answer_deinit(&client->answer);
    free(client);
}

static void enter(struct http_client *client)
{
    client->depth++;
}

static void leave(struct http_client *client)
{
    if (--client->depth == 0 && client->freed) {
        /* Whoever is below us may still need what is to be destroyed. */
        loop_task_cancel(&client->later);
        loop_task_init(&client->later, client->config.dialer.loop, destroy,
                       client);
        loop_task_post(&client->later);
    }
}

void http_client_free(struct http_client *client)
{
    if (client != NULL) {
        client->freed = true;
        if (client->depth == 0) {
            destroy(client);
        }
    }
}

/* ---- The end of a request --------------------------------------------------- */

static void forget_request(struct http_client *client)
{
    client->busy = false;
    buf_wipe(&client->request); /* it may hold credentials */
}

static void fail(struct http_client *client,
                 const struct sockfeed_failure *failure)
{
    hang_up(client);
    loop_task_cancel(&client->later);
    forget_request(client);
    http_answer_deinit(&client->answer);
    if (!client->freed) {
        client->handlers.failed(client->user, failure);
    }
}

static void fail_with(struct http_client *client, enum sockfeed_result result,
                      const char *text)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, SOCKFEED_STAGE_HANDSHAKE, "%s", text);
    fail(client, &failure);
}

/* Wants to read also while idle: that is how a hang-up is seen. */
static void keep_connection(struct http_client *client)
{
    const struct http_answer *answer = &client->answer;
    int64_t time = answer->keeps_for == 0
                       ? KEPT_MS
                       : (int64_t)answer->keeps_for * 1000 - KEPT_MARGIN_MS;

    /* Bytes that nobody has asked for are no beginning of an answer. */
    if (!answer->keeps || client->broken || client->received.size > 0) {
        hang_up(client);
        return;
    }
    client->usable_until = loop_now(client->config.dialer.loop) + time;
    stream_want(client->stream, SOCKFEED_READABLE);
}

static void complete(struct http_client *client)
{
    struct buf content = client->answer.content;

    client->answer.content = (struct buf){0};
    keep_connection(client);
    forget_request(client);
    content.limit += LIMIT_RECEIVE_PAD;
    if (buf_reserve(&content, LIMIT_RECEIVE_PAD) == NULL) {
        buf_deinit(&content);
        fail_with(client, SOCKFEED_NOMEM, sockfeed_result_text(SOCKFEED_NOMEM));
        return;
    }
    if (!client->freed) {
        client->handlers.answered(client->user, &content);
    }
    buf_deinit(&content);
}

/* ---- The answer --------------------------------------------------------------- */

static void fail_answer(struct http_client *client, enum sockfeed_result result,
                        const struct malformed *malformed)
{
    struct sockfeed_failure failure;

    if (result == SOCKFEED_FULL) {
        (void)failure_set(&failure, SOCKFEED_TOO_LARGE,
                          SOCKFEED_STAGE_HANDSHAKE,
                          "an answer of the server has more than %zu bytes",
                          client->config.max_body);
        fail(client, &failure);
    } else if (result == SOCKFEED_PROTOCOL) {
        (void)failure_set(&failure, result, SOCKFEED_STAGE_HANDSHAKE,
                          "malformed answer of the server: %s",
                          malformed->reason);
        fail(client, &failure);
    } else {
        fail_with(client, result, sockfeed_result_text(result));
    }
}

static void tell_head(struct http_client *client)
{
    struct http_response *head = &client->answer.head;
    size_t count = head->header_count;

    if (client->brief) {
        head->header_count = 0;
    } else {
        step_answered(client->handlers.step, client->user, head);
    }
    ws_trace_response(head, client->handlers.trace, client->user);
    head->header_count = count;
    client->handlers.head(client->user, head);
}

/* Deals with what is in the area; AGAIN when there has to be more. Otherwise
 * the request is over. */
static enum sockfeed_result parse(struct http_client *client,
                                  const struct receive_area *area)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result = SOCKFEED_AGAIN;
    enum sockfeed_result kept;
    size_t used = 0;

    while (result == SOCKFEED_AGAIN && !client->freed) {
        size_t taken;

        result =
            http_answer_receive(&client->answer, &taken, &malformed,
                                span_of(area->data + used, area->size - used));
        used += taken;
        if (result == SOCKFEED_AGAIN) {
            tell_head(client);
        }
    }
    if (client->freed) {
        return SOCKFEED_STATE;
    }
    kept = receive_buffer_close(&client->received, area, used, 0);
    if (result == SOCKFEED_MORE && kept == SOCKFEED_OK) {
        return SOCKFEED_AGAIN;
    }
    if (kept != SOCKFEED_OK) {
        result = kept;
    }
    if (result == SOCKFEED_OK) {
        complete(client);
    } else {
        fail_answer(client, result, &malformed);
    }
    return result;
}

static enum sockfeed_result dial(struct http_client *client);

/* The connection has ended before the answer was complete. */
static void end_of_stream(struct http_client *client,
                          struct sockfeed_failure *failure)
{
    enum sockfeed_result result;
    bool unsent = client->written < client->request.size;

    if (client->answering && http_answer_end(&client->answer) == SOCKFEED_OK) {
        complete(client);
        return;
    }
    if (client->kept && !client->answering && (unsent || client->repeatable)) {
        hang_up(client);
        result = dial(client);
        if (result != SOCKFEED_OK) {
            fail_with(client, result, sockfeed_result_text(result));
        }
        return;
    }
    /* TLS says more, even now (see tls_read). */
    if (failure->result == SOCKFEED_TLS) {
        fail(client, failure);
        return;
    }
    if (failure->system_error == 0) {
        (void)failure_set(failure, SOCKFEED_LOST, SOCKFEED_STAGE_HANDSHAKE,
                          client->answering
                              ? "the server closed the connection inside its "
                                "answer"
                              : "the server closed the connection before it "
                                "answered");
    }
    failure->result = SOCKFEED_LOST;
    failure->stage = SOCKFEED_STAGE_HANDSHAKE;
    fail(client, failure);
}

static void read_answer(struct http_client *client)
{
    struct sockfeed_failure failure = {0};
    enum sockfeed_result result = SOCKFEED_AGAIN;
    enum sockfeed_result read;
    unsigned reads = 0;

    do {
        struct receive_area area;
        size_t done = 0;

        if (receive_buffer_open(&client->received, &area) != SOCKFEED_OK) {
            fail_with(client, SOCKFEED_NOMEM,
                      sockfeed_result_text(SOCKFEED_NOMEM));
            return;
        }
        read = stream_read(client->stream, area.data + area.size,
                           area.capacity - area.size, &done, &failure);
        if (done > 0) {
            client->answering = true;
            area.size += done;
            result = parse(client, &area);
        }
    } while (result == SOCKFEED_AGAIN && read == SOCKFEED_OK &&
             ++reads < LIMIT_READS_PER_TURN && stream_has_more(client->stream));
    if (result == SOCKFEED_AGAIN && read < SOCKFEED_OK) {
        end_of_stream(client, &failure);
    }
}

/* ---- The request ---------------------------------------------------------------- */

/* A server may answer before it has read all, and hang up: what it said is
 * worth more than that the rest could not be written. */
static void fail_writing(struct http_client *client,
                         struct sockfeed_failure *failure)
{
    client->broken = true;
    read_answer(client);
    if (client->busy && client->stream != NULL && !client->freed) {
        end_of_stream(client, failure);
    }
}

static void write_request(struct http_client *client)
{
    struct sockfeed_failure failure = {0};
    enum sockfeed_result result = SOCKFEED_OK;
    unsigned wanted = SOCKFEED_READABLE;

    while (result == SOCKFEED_OK && client->written < client->request.size) {
        size_t done = 0;

        result = stream_write(
            client->stream, client->request.data + client->written,
            client->request.size - client->written, &done, &failure);
        client->written += done;
    }
    if (result < SOCKFEED_OK) {
        fail_writing(client, &failure);
        return;
    }
    if (client->written < client->request.size) {
        wanted |= SOCKFEED_WRITABLE;
    }
    stream_want(client->stream, wanted);
}

static void begin_request(struct http_client *client)
{
    struct span head = span_of(client->request.data, client->head_size);

    if (client->brief) {
        head.size = span_find(head, '\n') + 1;
    }
    ws_trace_request(head, client->handlers.trace, client->user);
    write_request(client);
}

/* The end, or an answer that nobody waits for; but TLS has messages of its
 * own, of which nothing is seen here. */
static void read_idle(struct http_client *client)
{
    struct sockfeed_failure ignored;
    size_t done;
    char byte;

    if (stream_read(client->stream, &byte, 1, &done, &ignored) !=
        SOCKFEED_AGAIN) {
        hang_up(client);
    }
}

static void on_ready(void *user, unsigned ready)
{
    struct http_client *client = user;

    enter(client);
    if (!client->busy) {
        read_idle(client);
    } else {
        if ((ready & SOCKFEED_WRITABLE) != 0) {
            write_request(client);
        }
        if ((ready & SOCKFEED_READABLE) != 0 && client->stream != NULL &&
            client->busy && !client->freed) {
            read_answer(client);
        }
    }
    leave(client);
}

/* ---- The connection --------------------------------------------------------------- */

static void on_dialed(void *user, struct stream *stream)
{
    struct http_client *client = user;

    enter(client);
    dialer_free(client->dialer);
    client->dialer = NULL;
    client->stream = stream;
    stream_set_callback(stream, on_ready, client);
    begin_request(client);
    leave(client);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct http_client *client = user;
    struct sockfeed_failure copy = *failure;

    enter(client);
    dialer_free(client->dialer);
    client->dialer = NULL;
    fail(client, &copy);
    leave(client);
}

static void on_trace(void *user, const char *line)
{
    struct http_client *client = user;

    enter(client);
    client->handlers.trace(client->user, line);
    leave(client);
}

static void on_step(void *user, const struct sockfeed_step *step)
{
    struct http_client *client = user;

    enter(client);
    if (!client->brief && client->handlers.step != NULL) {
        client->handlers.step(client->user, step);
    }
    leave(client);
}

static enum sockfeed_result dial(struct http_client *client)
{
    static const struct dialer_handlers handlers = {on_dialed, on_failed,
                                                    on_trace, on_step};

    client->kept = false;
    client->written = 0;
    loop_task_cancel(&client->later); /* it was for the connection before */
    return dialer_new(&client->dialer, &client->config.dialer, &handlers,
                      client);
}

/* No handler is called from inside of http_client_send. */
static void on_later(void *user)
{
    struct http_client *client = user;

    enter(client);
    begin_request(client);
    leave(client);
}

/* ---- The interface ---------------------------------------------------------------- */

struct http_client *http_client_new(const struct http_client_config *config,
                                    const struct http_client_handlers *handlers,
                                    void *user)
{
    struct http_client *client = calloc(1, sizeof *client);

    if (client != NULL) {
        client->config = *config;
        client->handlers = *handlers;
        client->user = user;
        client->received.pool = config->pool;
        client->received.limit = (size_t)2 * LIMIT_RECEIVE_READ;
        /* All that may wait to be sent, in base64, and a head. */
        buf_init(&client->request,
                 (size_t)2 * LIMIT_SEND_QUEUE + (size_t)5 * LIMIT_URL);
        loop_task_init(&client->later, config->dialer.loop, on_later, client);
    }
    return client;
}

static bool can_use_again(const struct http_client *client)
{
    return client->stream != NULL &&
           loop_now(client->config.dialer.loop) < client->usable_until;
}

enum sockfeed_result http_client_send(struct http_client *client,
                                      const struct http_client_request *request)
{
    struct buf *bytes = &client->request;

    buf_clear(bytes);
    buf_append_span(bytes, request->head);
    buf_append_span(bytes, request->body);
    if (buf_result(bytes) != SOCKFEED_OK) {
        return buf_result(bytes);
    }
    http_answer_deinit(&client->answer);
    http_answer_init(&client->answer, client->config.max_body);
    client->busy = true;
    client->broken = false;
    client->answering = false;
    client->head_size = request->head.size;
    client->repeatable = request->repeatable;
    client->brief = request->brief;
    client->written = 0;
    if (can_use_again(client)) {
        client->kept = true;
        loop_task_post(&client->later);
        return SOCKFEED_OK;
    }
    hang_up(client);
    return dial(client);
}

bool http_client_is_busy(const struct http_client *client)
{
    return client->busy;
}

enum sockfeed_stage http_client_stage(const struct http_client *client)
{
    return client->dialer == NULL ? SOCKFEED_STAGE_HANDSHAKE
                                  : dialer_stage(client->dialer);
}

void http_client_describe(const struct http_client *client, char *text,
                          size_t size)
{
    if (client->dialer != NULL) {
        dialer_describe(client->dialer, text, size);
    } else {
        (void)snprintf(text, size, "waiting for the answer to a request");
    }
}
