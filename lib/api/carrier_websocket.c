/* SPDX-License-Identifier: MIT */
#include "api/carrier_websocket.h"

#include "api/connection.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/guard.h"
#include "api/layers.h"
#include "base/result.h"
#include "codec/ws_close.h"
#include "net/loop.h"
#include "net/ws_transport.h"
#include "session/eio_handshake.h"
#include "session/ws_session.h"

#include <stdlib.h>

/* Together stands what each message needs: the guard in `config` to `timer`. */
struct carrier_websocket {
    struct carrier base;
    struct carrier_config config;
    bool over;  /* `ended` was called */
    bool fresh; /* plain WebSocket, of which nothing has come yet */
    struct ws_transport *transport; /* NULL when over */
    struct ws_session *session;     /* from the 101 on */
    struct carrier_handlers handlers;
    void *user;
    struct loop_timer timer;
    struct loop_task work; /* writes what was queued, looks for the end */
};

static struct carrier_websocket *from(struct carrier *carrier)
{
    return (struct carrier_websocket *)carrier;
}

static int64_t now(const struct carrier_websocket *c)
{
    return loop_now(c->timer.loop);
}

/* ---- The end ------------------------------------------------------------ */

static void end(struct carrier_websocket *c,
                const struct sockfeed_failure *failure)
{
    struct sockfeed_failure copy = *failure; /* of what is freed here */

    if (c->over) {
        return;
    }
    c->over = true;
    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    ws_transport_free(c->transport);
    c->transport = NULL;
    if (!c->config.guard->freed) {
        c->handlers.ended(c->user, &copy);
    }
}

/* ---- Writing and waiting ------------------------------------------------ */

/* At the end of every call from the loop that may have changed something. */
static void settle(struct carrier_websocket *c)
{
    if (c->over || c->config.guard->freed || c->session == NULL) {
        return;
    }
    c->handlers.settle(c->user);
    if (ws_session_is_settled(c->session)) {
        return;
    }
    layers_write(c->session, c->transport);
    if (ws_session_state(c->session) == WS_SESSION_OVER) {
        end(c, ws_session_failure(c->session));
        return;
    }
    loop_timer_set(&c->timer, ws_session_deadline(c->session));
}

static void on_work(void *user)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    settle(c);
    guard_leave(guard);
}

static void on_timer(void *user)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    ws_session_tick(c->session, now(c));
    settle(c);
    guard_leave(guard);
}

/* ---- What the transport tells ------------------------------------------- */

/* Its owner's own: nothing stands between them for each message. */
static struct ws_session_handlers session_handlers(
    const struct carrier_websocket *c)
{
    return (struct ws_session_handlers){
        .message = c->handlers.message,
        .received = c->handlers.received,
        .sent = c->handlers.sent,
        .texts = c->handlers.texts,
    };
}

static enum sockfeed_result start_session(
    struct carrier_websocket *c, const struct ws_handshake_agreed *agreed)
{
    const struct ws_session_handlers handlers = session_handlers(c);
    struct ws_session_config config =
        layers_session(c->config.connection, agreed);

    c->session = ws_session_new(&config, &handlers, c->user, now(c));
    c->fresh = c->config.connection->endpoint->protocol == SOCKFEED_PROTOCOL_WS;
    return c->session == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

static void on_open(void *user, const struct ws_handshake_agreed *agreed)
{
    static const struct carrier_opened opened = {.transport = "websocket"};
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;
    struct sockfeed_failure failure;

    guard_enter(guard);
    if (start_session(c, agreed) == SOCKFEED_OK) {
        c->handlers.open(c->user, &opened);
        settle(c);
    } else {
        failure_set_nomem(&failure, SOCKFEED_STAGE_OPEN);
        end(c, &failure);
    }
    guard_leave(guard);
}

/* Whoever asks a Socket.IO server for a plain WebSocket sees packets. */
static void look_at_first(struct carrier_websocket *c, struct span frame)
{
    struct sockfeed_event event;

    c->fresh = false;
    if (eio_handshake_begins(frame)) {
        event_text(&event, SOCKFEED_EVENT_NOTICE,
                   "the server speaks Engine.IO: with http:// or https:// in "
                   "place of ws:// or wss:// its events are understood");
        c->handlers.event(c->user, &event);
    }
}

static size_t on_receive(void *user, char *data, size_t size, size_t *need)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;
    size_t used = 0;
    enum sockfeed_result result;

    guard_enter(guard);
    if (c->fresh) {
        look_at_first(c, span_of(data, size));
    }
    result = ws_session_receive(c->session, now(c), data, size, &used);
    *need = ws_session_needed(c->session);
    guard_leave(guard);
    /* After a failure nothing of the stream can be made sense of. */
    return result == SOCKFEED_OK ? used : size;
}

static void on_arriving(void *user, const char *data, size_t size)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    if (ws_session_arriving(c->session, now(c), data, size) != SOCKFEED_OK) {
        settle(c);
    }
    guard_leave(guard);
}

static void on_drained(void *user)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    c->handlers.drained(c->user);
    settle(c);
    guard_leave(guard);
}

static void on_ended(void *user, const struct sockfeed_failure *failure)
{
    struct carrier_websocket *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    if (c->session != NULL) {
        bool open = ws_session_state(c->session) == WS_SESSION_OPEN;

        ws_session_end(c->session);
        /* The stream knows more about a loss; the session may know better
         * than that it was one. */
        if (!open || ws_session_failure(c->session)->result != SOCKFEED_LOST) {
            failure = ws_session_failure(c->session);
        }
    }
    end(c, failure);
    guard_leave(guard);
}

static void on_trace(void *user, const char *line)
{
    struct carrier_websocket *c = user;
    struct sockfeed_event event;

    event_text(&event, SOCKFEED_EVENT_TRACE, line);
    c->handlers.event(c->user, &event);
}

static void on_step(void *user, const struct sockfeed_step *step)
{
    struct carrier_websocket *c = user;
    struct sockfeed_event event;

    event_step(&event, step);
    c->handlers.event(c->user, &event);
}

/* ---- As a carrier ------------------------------------------------------- */

static void do_free(struct carrier *carrier)
{
    struct carrier_websocket *c = from(carrier);

    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    ws_transport_free(c->transport);
    ws_session_free(c->session);
    free(c);
}

static enum sockfeed_result queue(struct carrier_websocket *c,
                                  enum ws_opcode opcode, struct span payload)
{
    enum sockfeed_result result =
        c->session == NULL ? SOCKFEED_STATE
                           : ws_session_send(c->session, opcode, payload);

    if (result == SOCKFEED_OK) {
        loop_task_post(&c->work);
    }
    return result;
}

static enum sockfeed_result do_send(struct carrier *carrier, bool binary,
                                    struct span message)
{
    return queue(from(carrier), binary ? WS_OPCODE_BINARY : WS_OPCODE_TEXT,
                 message);
}

static enum sockfeed_result do_ping(struct carrier *carrier,
                                    struct span payload)
{
    return queue(from(carrier), WS_OPCODE_PING, payload);
}

static void do_pause(struct carrier *carrier)
{
    struct carrier_websocket *c = from(carrier);

    if (c->session != NULL && !c->over) {
        ws_session_pause(c->session);
        ws_transport_pause(c->transport);
        loop_task_post(&c->work);
    }
}

static void do_resume(struct carrier *carrier)
{
    struct carrier_websocket *c = from(carrier);

    if (c->session != NULL && !c->over) {
        ws_session_resume(c->session, now(c));
        ws_transport_resume(c->transport);
        loop_task_post(&c->work);
    }
}

static void close_with(struct carrier_websocket *c, uint16_t code,
                       int64_t timeout)
{
    if (c->session != NULL && !c->over) {
        ws_session_close(c->session, now(c), code, span_text(NULL), timeout);
        loop_task_post(&c->work);
    }
}

static void do_close(struct carrier *carrier, uint16_t code, int64_t timeout)
{
    do_resume(carrier); /* the peer's answer has to be read */
    close_with(from(carrier), code, timeout);
}

static void do_reject(struct carrier *carrier, enum sockfeed_result reason)
{
    /* A peer that has fallen silent will not answer a close frame either. */
    int64_t linger = reason == SOCKFEED_LOST ? 0 : WS_SESSION_LINGER_MS;

    close_with(from(carrier), ws_close_code_for(reason), linger);
}

static void do_adopt(struct carrier *carrier,
                     const struct carrier_handlers *handlers, void *user)
{
    struct carrier_websocket *c = from(carrier);

    c->handlers = *handlers;
    c->user = user;
    if (c->session != NULL) {
        const struct ws_session_handlers above = session_handlers(c);

        ws_session_set_handlers(c->session, &above, user);
    }
}

bool carrier_websocket_is_answering(const struct carrier *carrier)
{
    const struct carrier_websocket *c =
        (const struct carrier_websocket *)carrier;

    return c->transport != NULL &&
           ws_transport_stage(c->transport) >= SOCKFEED_STAGE_HANDSHAKE;
}

enum sockfeed_result carrier_websocket_new(
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
        .ping = do_ping,
    };
    static const struct ws_transport_handlers below = {
        .open = on_open,
        .receive = on_receive,
        .arriving = on_arriving,
        .drained = on_drained,
        .writable = on_work,
        .ended = on_ended,
        .trace = on_trace,
        .step = on_step,
    };
    struct ws_transport_config transport =
        layers_transport(config->connection, config->request, config->deadline);
    struct carrier_websocket *c = calloc(1, sizeof *c);
    enum sockfeed_result result;

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->base.class = &class;
    c->config = *config;
    c->handlers = *handlers;
    c->user = user;
    if (config->target.size > 0) {
        transport.opening.request.target = config->target;
        transport.opening.location = NULL;
    }
    loop_timer_init(&c->timer, config->connection->loop, on_timer, c);
    loop_task_init(&c->work, config->connection->loop, on_work, c);
    result = ws_transport_new(&c->transport, &transport, &below, c);
    if (result != SOCKFEED_OK) {
        do_free(&c->base);
        return result;
    }
    *carrier = &c->base;
    return SOCKFEED_OK;
}
