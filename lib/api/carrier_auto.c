/* SPDX-License-Identifier: MIT */
#include "api/carrier_auto.h"

#include "api/carrier_upgrade.h"
#include "api/carrier_websocket.h"
#include "api/connection.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/guard.h"
#include "base/result.h"
#include "codec/http_response.h"
#include "net/loop.h"
#include "session/eio_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The transports, of which the other one is always the alternative. */
enum way {
    WAY_WEBSOCKET,
    WAY_POLLING,
};

struct carrier_auto {
    struct carrier base;
    struct carrier_config config;
    struct carrier_handlers handlers;
    void *user;
    enum way way;   /* that is tried, or has worked */
    bool second;    /* it is the other one: the first has failed */
    bool committed; /* the child has the owner's handlers */
    struct carrier *child;
    struct carrier *retired;      /* the first one; it may be what has called */
    struct carrier_opened opened; /* of a WebSocket without a message yet */
    struct sockfeed_failure first; /* why the first one failed */
    struct loop_timer timer;       /* while a WebSocket is tried */
    struct loop_task work;         /* frees what is retired */
};

static struct carrier_auto *from(struct carrier *carrier)
{
    return (struct carrier_auto *)carrier;
}

static int64_t now(const struct carrier_auto *c)
{
    return loop_now(c->config.connection->loop);
}

static void tell(struct carrier_auto *c, enum sockfeed_event_type type,
                 const char *what)
{
    char text[sizeof c->first.text + 80];
    struct sockfeed_event event;

    (void)snprintf(text, sizeof text, "%s: %s", what, c->first.text);
    event_text(&event, type, text);
    c->handlers.event(c->user, &event);
}

/* ---- The one that works ---------------------------------------------------- */

static void commit(struct carrier_auto *c, const struct carrier_opened *opened)
{
    c->committed = true;
    loop_timer_clear(&c->timer);
    if (c->config.connection->worked != NULL) {
        *c->config.connection->worked = c->way == WAY_POLLING
                                            ? SOCKFEED_TRANSPORT_POLLING
                                            : SOCKFEED_TRANSPORT_WEBSOCKET;
    }
    carrier_adopt(c->child, &c->handlers, c->user);
    if (c->second) {
        tell(c, SOCKFEED_EVENT_NOTICE,
             c->way == WAY_POLLING ? "long-polling in place of a WebSocket"
                                   : "a WebSocket in place of long-polling");
    }
    if (!c->config.guard->freed) {
        c->handlers.open(c->user, opened);
    }
}

static void on_open(void *user, const struct carrier_opened *opened)
{
    struct carrier_auto *c = user;

    /* A 101 is not much: some that stand between cut what follows it, and
     * some servers say no only then. */
    if (c->way == WAY_WEBSOCKET) {
        c->opened = *opened;
    } else {
        commit(c, opened);
    }
}

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct carrier_auto *c = user;

    commit(c, &c->opened);
    if (!c->config.guard->freed) {
        c->handlers.message(c->user, opcode, payload);
    }
}

/* ---- The one that does not --------------------------------------------------- */

static enum sockfeed_result start(struct carrier_auto *c);

/* Half of the time there is for a WebSocket's answer, where another try is
 * left. Without a way to the server it is not that which takes its time. */
static int64_t trial_end(const struct carrier_auto *c)
{
    int64_t left = c->config.deadline - now(c);

    return c->second ? c->config.deadline : now(c) + left / 2;
}

/* Statuses of servers that have too much to do as it is (RFC 6585, 4; RFC
 * 9110, 15.6.4). */
enum {
    STATUS_TOO_MANY_REQUESTS = 429,
    STATUS_UNAVAILABLE = 503,
};

/* Whether the other transport may do better: not where the server cannot be
 * reached at all, sends elsewhere, or wants to be left alone. */
static bool may_help(const struct carrier_auto *c,
                     const struct sockfeed_failure *failure)
{
    if (c->second || failure->stage < SOCKFEED_STAGE_HANDSHAKE ||
        failure->retry_after > 0 ||
        failure->http_status == STATUS_TOO_MANY_REQUESTS ||
        failure->http_status == STATUS_UNAVAILABLE ||
        http_response_is_redirect((unsigned)failure->http_status)) {
        return false;
    }
    if (c->config.connection->endpoint->transport ==
        SOCKFEED_TRANSPORT_UPGRADE) {
        return carrier_upgrade_is_unknown(c->child);
    }
    switch (failure->result) {
    case SOCKFEED_REFUSED:
    case SOCKFEED_PROTOCOL:
    case SOCKFEED_TIMEOUT:
    case SOCKFEED_LOST:
    case SOCKFEED_CLOSED:
        return true;
    default:
        return false;
    }
}

/* The first failure is what is told: the second is mostly the same. */
static void end(struct carrier_auto *c, const struct sockfeed_failure *failure)
{
    struct sockfeed_failure told = c->second ? c->first : *failure;
    size_t length = strlen(told.text);

    loop_timer_clear(&c->timer);
    if (c->second && (failure->result != told.result ||
                      failure->http_status != told.http_status)) {
        (void)snprintf(told.text + length, sizeof told.text - length,
                       "; %s: %s",
                       c->way == WAY_POLLING ? "long-polling" : "WebSocket",
                       failure->text);
    }
    c->handlers.ended(c->user, &told);
}

/* A guess is added where the server has accepted a WebSocket and said nothing
 * of use on it. */
static void explain(const struct carrier_auto *c,
                    struct sockfeed_failure *failure)
{
    size_t length = strlen(failure->text);

    if (c->way == WAY_WEBSOCKET && c->opened.transport != NULL &&
        failure->result != SOCKFEED_TOO_LARGE) {
        failure->stage = SOCKFEED_STAGE_OPEN;
        (void)snprintf(
            failure->text + length, sizeof failure->text - length, "; %s",
            eio_session_hint_for(c->config.connection->endpoint->eio == 3
                                     ? EIO_REVISION_3
                                     : EIO_REVISION_4));
    }
}

static void fail(struct carrier_auto *c, const struct sockfeed_failure *failure)
{
    struct sockfeed_failure told = *failure;
    enum sockfeed_result result;

    explain(c, &told);
    if (!may_help(c, &told)) {
        end(c, &told);
        return;
    }
    c->first = told;
    c->second = true;
    carrier_silence(c->child);
    c->retired = c->child;
    c->child = NULL;
    c->way = c->way == WAY_WEBSOCKET ? WAY_POLLING : WAY_WEBSOCKET;
    loop_task_post(&c->work);
    tell(c, SOCKFEED_EVENT_TRACE,
         c->way == WAY_POLLING ? "trying long-polling" : "trying a WebSocket");
    result = start(c);
    if (result != SOCKFEED_OK) {
        (void)failure_set(&told, result, SOCKFEED_STAGE_OPEN, "%s",
                          sockfeed_result_text(result));
        end(c, &told);
    }
}

static void on_ended(void *user, const struct sockfeed_failure *failure)
{
    fail(user, failure);
}

/* ---- A WebSocket that hangs ------------------------------------------------------ */

static void on_timer(void *user)
{
    struct carrier_auto *c = user;
    struct guard *guard = c->config.guard;
    struct sockfeed_failure failure;

    if (!carrier_websocket_is_answering(c->child)) {
        /* At the deadline it says itself what it was about. */
        if (now(c) < c->config.deadline) {
            loop_timer_set(&c->timer, trial_end(c));
        }
        return;
    }
    guard_enter(guard);
    (void)failure_set(&failure, SOCKFEED_TIMEOUT, SOCKFEED_STAGE_HANDSHAKE,
                      "%s",
                      c->opened.transport == NULL
                          ? "time ran out while waiting for the answer to the "
                            "handshake"
                          : "no open packet came in time");
    fail(c, &failure);
    guard_leave(guard);
}

/* ---- What the child tells before it works ------------------------------------------ */

static void on_received(void *user, enum ws_opcode opcode, struct span payload)
{
    struct carrier_auto *c = user;

    c->handlers.received(c->user, opcode, payload);
}

static void on_sent(void *user, enum ws_opcode opcode, struct span payload)
{
    struct carrier_auto *c = user;

    c->handlers.sent(c->user, opcode, payload);
}

static void on_nothing(void *user)
{
    (void)user; /* there is nothing to flush, nothing above to settle */
}

static void on_event(void *user, struct sockfeed_event *event)
{
    struct carrier_auto *c = user;

    c->handlers.event(c->user, event);
}

static enum sockfeed_result start(struct carrier_auto *c)
{
    static const struct carrier_handlers handlers = {
        .open = on_open,
        .message = on_message,
        .received = on_received,
        .sent = on_sent,
        .drained = on_nothing,
        .settle = on_nothing,
        .ended = on_ended,
        .event = on_event,
    };
    struct carrier_config config = c->config;

    c->opened = (struct carrier_opened){.transport = NULL};
    if (c->way == WAY_WEBSOCKET) {
        loop_timer_set(&c->timer, trial_end(c));
        return carrier_websocket_new(&c->child, &config, &handlers, c);
    }
    loop_timer_clear(&c->timer);
    if (config.connection->endpoint->transport == SOCKFEED_TRANSPORT_AUTO) {
        config.instead = true;
        config.deadline = trial_end(c);
    }
    return carrier_upgrade_new(&c->child, &config, &handlers, c);
}

/* ---- As a carrier --------------------------------------------------------------------- */

static void on_work(void *user)
{
    struct carrier_auto *c = user;

    carrier_free(c->retired);
    c->retired = NULL;
}

static void do_free(struct carrier *carrier)
{
    struct carrier_auto *c = from(carrier);

    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    carrier_free(c->retired);
    carrier_free(c->child);
    free(c);
}

static enum sockfeed_result do_send(struct carrier *carrier, bool binary,
                                    struct span message)
{
    return carrier_send(from(carrier)->child, binary, message);
}

static void do_pause(struct carrier *carrier)
{
    if (from(carrier)->child != NULL) {
        carrier_pause(from(carrier)->child);
    }
}

static void do_resume(struct carrier *carrier)
{
    carrier_resume(from(carrier)->child);
}

static void do_close(struct carrier *carrier, uint16_t code, int64_t timeout)
{
    carrier_close(from(carrier)->child, code, timeout);
}

static void do_reject(struct carrier *carrier, enum sockfeed_result reason)
{
    carrier_reject(from(carrier)->child, reason);
}

static enum sockfeed_result do_ping(struct carrier *carrier,
                                    struct span payload)
{
    return carrier_ping(from(carrier)->child, payload);
}

static void do_adopt(struct carrier *carrier,
                     const struct carrier_handlers *handlers, void *user)
{
    struct carrier_auto *c = from(carrier);

    c->handlers = *handlers;
    c->user = user;
    if (c->committed) {
        carrier_adopt(c->child, handlers, user);
    }
}

static enum way first_way(const struct carrier_config *config)
{
    enum sockfeed_transport asked = config->connection->endpoint->transport;
    const enum sockfeed_transport *worked = config->connection->worked;

    return asked == SOCKFEED_TRANSPORT_UPGRADE ||
                   (worked != NULL && *worked == SOCKFEED_TRANSPORT_POLLING)
               ? WAY_POLLING
               : WAY_WEBSOCKET;
}

enum sockfeed_result carrier_auto_new(struct carrier **carrier,
                                      const struct carrier_config *config,
                                      const struct carrier_handlers *handlers,
                                      void *user)
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
    struct carrier_auto *c = calloc(1, sizeof *c);
    enum sockfeed_result result;

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->base.class = &class;
    c->config = *config;
    c->handlers = *handlers;
    c->user = user;
    c->way = first_way(config);
    loop_timer_init(&c->timer, config->connection->loop, on_timer, c);
    loop_task_init(&c->work, config->connection->loop, on_work, c);
    result = start(c);
    if (result != SOCKFEED_OK) {
        do_free(&c->base);
        return result;
    }
    *carrier = &c->base;
    return SOCKFEED_OK;
}
