/* SPDX-License-Identifier: MIT */
#include "api/carrier_polling.h"

#include "api/client_options.h"
#include "api/connection.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/guard.h"
#include "api/layers.h"
#include "api/polling_head.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/http_client.h"
#include "net/loop.h"
#include "session/eio_polling.h"

#include <stdlib.h>

enum {
    LINGER_MS = 2000 /* for our goodbye after a failure */
};

struct carrier_polling;

/* The connection of all GETs, or of all POSTs. */
struct channel {
    struct carrier_polling *carrier;
    enum eio_polling_method method;
    struct http_client *http;
};

struct carrier_polling {
    struct carrier base;
    struct carrier_config config;
    struct carrier_handlers handlers;
    void *user;
    unsigned deliver; /* SOCKFEED_DELIVER_ flags */
    bool over;        /* `ended` was called */
    int64_t close_due;
    struct eio_polling *polling;
    struct channel channels[2]; /* by method */
    struct buf head;            /* of the request that is written */
    struct loop_timer timer;
    struct loop_task work; /* makes requests, looks for the end */
};

static struct carrier_polling *from(struct carrier *carrier)
{
    return (struct carrier_polling *)carrier;
}

static int64_t now(const struct carrier_polling *c)
{
    return loop_now(c->config.connection->loop);
}

/* ---- What is seen of it ------------------------------------------------- */

static void tell_request(struct carrier_polling *c,
                         enum eio_polling_method method)
{
    const struct endpoint *endpoint = c->config.connection->endpoint;
    struct sockfeed_event event;
    struct buf text;

    if ((c->deliver & SOCKFEED_DELIVER_SENT) == 0) {
        return;
    }
    /* Not the query, which may hold secrets. */
    buf_init(&text, (size_t)LIMIT_URL * 4);
    buf_append_text(&text, method == EIO_POLLING_POST ? "POST " : "GET ");
    buf_append(&text, endpoint->target.data, endpoint->path_size);
    event_http(&event, true, buf_span(&text));
    c->handlers.event(c->user, &event);
    buf_deinit(&text);
}

static void tell_answer(struct carrier_polling *c,
                        const struct http_response *head)
{
    struct sockfeed_event event;

    if ((c->deliver & SOCKFEED_DELIVER_RECEIVED) != 0) {
        event_http(&event, false, span_skip(head->line, sizeof "HTTP/1.1"));
        c->handlers.event(c->user, &event);
    }
}

/* ---- Requests ----------------------------------------------------------- */

static enum sockfeed_result make_request(
    struct carrier_polling *c, const struct eio_polling_request *request)
{
    struct http_client_request http = {
        .body = request->body,
        /* A POST may have been read. A GET that waited may have been answered
         * into a connection that was gone already: what stood in it is lost,
         * so that the session must not go on as if nothing had been. */
        .repeatable = request->first,
        .brief = !request->first,
    };

    polling_head_write(&c->head, &c->config, request);
    if (buf_result(&c->head) != SOCKFEED_OK) {
        return buf_result(&c->head);
    }
    http.head = buf_span(&c->head);
    tell_request(c, request->method);
    return http_client_send(c->channels[request->method].http, &http);
}

static void fail(struct carrier_polling *c, enum sockfeed_result result,
                 const char *text)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, SOCKFEED_STAGE_HANDSHAKE, "%s", text);
    eio_polling_fail(c->polling, &failure);
}

static void make_requests(struct carrier_polling *c)
{
    struct eio_polling_request request;

    while (eio_polling_next(c->polling, now(c), &request)) {
        enum sockfeed_result result = make_request(c, &request);

        if (result != SOCKFEED_OK) {
            fail(c, result, sockfeed_result_text(result));
        }
    }
}

/* ---- The end, and waiting ------------------------------------------------ */

static void end(struct carrier_polling *c)
{
    struct sockfeed_failure failure = *eio_polling_failure(c->polling);

    if (c->over) {
        return;
    }
    c->over = true;
    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    for (size_t i = 0; i < 2; i++) {
        http_client_free(c->channels[i].http);
        c->channels[i].http = NULL;
    }
    if (!c->config.guard->freed) {
        c->handlers.ended(c->user, &failure);
    }
}

/* INT64_MAX: not by itself. */
static int64_t deadline(const struct carrier_polling *c)
{
    int64_t due = eio_polling_deadline(c->polling);

    if (eio_polling_state(c->polling) == EIO_POLLING_OPENING &&
        c->config.deadline < due) {
        due = c->config.deadline;
    }
    return c->close_due < due ? c->close_due : due;
}

/* At the end of every call from the loop that may have changed something. */
static void settle(struct carrier_polling *c)
{
    if (c->over || c->config.guard->freed) {
        return;
    }
    c->handlers.settle(c->user);
    make_requests(c);
    if (eio_polling_state(c->polling) == EIO_POLLING_OVER) {
        end(c);
        return;
    }
    loop_timer_set(&c->timer, deadline(c));
}

static void on_work(void *user)
{
    struct carrier_polling *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    if (eio_polling_deliver(c->polling, now(c)) && !guard->freed) {
        c->handlers.drained(c->user);
    }
    settle(c);
    guard_leave(guard);
}

static void fail_opening(struct carrier_polling *c)
{
    const struct http_client *http = c->channels[EIO_POLLING_GET].http;
    struct sockfeed_failure failure;
    char what[256];

    http_client_describe(http, what, sizeof what);
    (void)failure_set(&failure, SOCKFEED_TIMEOUT, http_client_stage(http),
                      "time ran out while %s", what);
    eio_polling_fail(c->polling, &failure);
}

static void on_timer(void *user)
{
    struct carrier_polling *c = user;

    eio_polling_tick(c->polling, now(c));
    if (eio_polling_state(c->polling) == EIO_POLLING_OPENING &&
        now(c) >= c->config.deadline) {
        fail_opening(c);
    }
    if (now(c) >= c->close_due) {
        fail(c, SOCKFEED_TIMEOUT, "the server did not answer our goodbye");
    }
    on_work(c);
}

/* ---- What the HTTP clients tell ------------------------------------------- */

static void on_head(void *user, const struct http_response *head)
{
    struct channel *channel = user;
    struct carrier_polling *c = channel->carrier;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    tell_answer(c, head);
    polling_head_receive(&c->config, head,
                         eio_polling_state(c->polling) == EIO_POLLING_OPENING);
    eio_polling_head(c->polling, channel->method, head);
    guard_leave(guard);
}

static void on_answered(void *user, struct buf *body)
{
    struct channel *channel = user;
    struct carrier_polling *c = channel->carrier;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    eio_polling_answered(c->polling, now(c), channel->method, body);
    if (channel->method == EIO_POLLING_GET && !guard->freed) {
        c->handlers.drained(c->user);
    }
    settle(c);
    guard_leave(guard);
}

/* Once there was a session it is lost, whatever kept the next request from
 * being made. */
static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct channel *channel = user;
    struct carrier_polling *c = channel->carrier;
    struct sockfeed_failure told = *failure;

    if (eio_polling_state(c->polling) != EIO_POLLING_OPENING &&
        (told.result == SOCKFEED_CONNECT || told.result == SOCKFEED_RESOLVE)) {
        told.result = SOCKFEED_LOST;
    }
    eio_polling_fail(c->polling, &told);
    on_work(c);
}

static void on_trace(void *user, const char *line)
{
    struct channel *channel = user;
    struct carrier_polling *c = channel->carrier;
    struct sockfeed_event event;

    event_text(&event, SOCKFEED_EVENT_TRACE, line);
    c->handlers.event(c->user, &event);
}

static void on_step(void *user, const struct sockfeed_step *step)
{
    struct channel *channel = user;
    struct carrier_polling *c = channel->carrier;
    struct sockfeed_event event;

    event_step(&event, step);
    c->handlers.event(c->user, &event);
}

/* ---- What the session tells ------------------------------------------------ */

static void on_open(void *user, enum eio_revision revision)
{
    struct carrier_polling *c = user;
    struct carrier_opened opened = {.transport = "polling",
                                    .eio = (int)revision};

    c->handlers.open(c->user, &opened);
}

static void on_message(void *user, bool binary, struct span data)
{
    struct carrier_polling *c = user;

    if (!c->config.guard->freed) {
        c->handlers.message(c->user, binary ? WS_OPCODE_BINARY : WS_OPCODE_TEXT,
                            data);
    }
}

/* ---- As a carrier ---------------------------------------------------------- */

static void do_free(struct carrier *carrier)
{
    struct carrier_polling *c = from(carrier);

    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    for (size_t i = 0; i < 2; i++) {
        http_client_free(c->channels[i].http);
    }
    eio_polling_free(c->polling);
    buf_wipe(&c->head);
    free(c);
}

static enum sockfeed_result do_send(struct carrier *carrier, bool binary,
                                    struct span message)
{
    struct carrier_polling *c = from(carrier);
    enum sockfeed_result result = eio_polling_send(c->polling, binary, message);

    if (result == SOCKFEED_OK) {
        loop_task_post(&c->work);
    }
    return result;
}

static void do_pause(struct carrier *carrier)
{
    eio_polling_hold(from(carrier)->polling);
}

static void do_resume(struct carrier *carrier)
{
    struct carrier_polling *c = from(carrier);

    eio_polling_release(c->polling);
    if (!c->over) {
        loop_task_post(&c->work);
    }
}

static void close_within(struct carrier_polling *c, int64_t timeout)
{
    if (!c->over) {
        eio_polling_close(c->polling);
        c->close_due = now(c) + timeout;
        loop_task_post(&c->work);
    }
}

static void do_close(struct carrier *carrier, uint16_t code, int64_t timeout)
{
    (void)code; /* long-polling has no word for it */
    close_within(from(carrier), timeout);
}

static void do_reject(struct carrier *carrier, enum sockfeed_result reason)
{
    (void)reason; /* long-polling has no word for it */
    close_within(from(carrier), LINGER_MS);
}

static void do_adopt(struct carrier *carrier,
                     const struct carrier_handlers *handlers, void *user)
{
    struct carrier_polling *c = from(carrier);

    c->handlers = *handlers;
    c->user = user;
}

struct eio_polling *carrier_polling_session(struct carrier *carrier)
{
    return from(carrier)->polling;
}

void carrier_polling_wake(struct carrier *carrier)
{
    struct carrier_polling *c = from(carrier);

    if (!c->over) {
        loop_task_post(&c->work);
    }
}

static bool open_channels(struct carrier_polling *c)
{
    static const struct http_client_handlers handlers = {
        .head = on_head,
        .answered = on_answered,
        .failed = on_failed,
        .trace = on_trace,
        .step = on_step,
    };
    struct http_client_config config = layers_http_client(c->config.connection);
    bool made = true;

    for (unsigned i = 0; i < 2; i++) {
        struct channel *channel = &c->channels[i];

        channel->carrier = c;
        channel->method = (enum eio_polling_method)i;
        channel->http = http_client_new(&config, &handlers, channel);
        made = made && channel->http != NULL;
    }
    return made;
}

enum sockfeed_result carrier_polling_new(
    struct carrier **carrier, const struct carrier_config *config,
    const struct carrier_handlers *handlers, void *user)
{
    static const struct carrier_class class = {
        .free = do_free,
        .send = do_send,
        .pause = do_pause,
        .resume = do_resume,
        .close = do_close,
        .reject = do_reject,
        .adopt = do_adopt,
    };
    static const struct eio_polling_handlers above = {
        .open = on_open,
        .message = on_message,
    };
    struct eio_polling_config polling = layers_polling(config->connection);
    struct carrier_polling *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->base.class = &class;
    c->config = *config;
    c->handlers = *handlers;
    c->user = user;
    c->close_due = INT64_MAX;
    c->deliver = (unsigned)client_options_number(config->connection->options,
                                                 SOCKFEED_OPTION_DELIVER);
    /* The target, and headers as long again. */
    buf_init(&c->head, (size_t)LIMIT_URL * 5);
    loop_timer_init(&c->timer, config->connection->loop, on_timer, c);
    loop_task_init(&c->work, config->connection->loop, on_work, c);
    c->polling = eio_polling_new(&polling, &above, c);
    if (c->polling == NULL || !open_channels(c)) {
        do_free(&c->base);
        return SOCKFEED_NOMEM;
    }
    loop_task_post(&c->work); /* the first request */
    *carrier = &c->base;
    return SOCKFEED_OK;
}
