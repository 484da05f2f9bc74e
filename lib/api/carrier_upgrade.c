/* SPDX-License-Identifier: MIT */
#include "api/carrier_upgrade.h"

#include "api/carrier_polling.h"
#include "api/carrier_websocket.h"
#include "api/client_options.h"
#include "api/connection.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/guard.h"
#include "base/limits.h"
#include "base/percent.h"
#include "base/result.h"
#include "net/loop.h"
#include "session/eio_polling.h"
#include "session/eio_upgrade.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    /* Servers give a probe up, and close it, after as long. */
    PROBE_MS = 10000,
    NOTICE_SIZE = 640 /* a failure's text and what stands before it */
};

/*
 * `polling` carries until the upgrade is DONE, then `websocket`. What is of no
 * use any more is freed on a turn of its own: it may be what has called.
 */
struct carrier_upgrade {
    struct carrier base;
    struct carrier_config config;
    struct carrier_handlers handlers;
    void *user;
    unsigned deliver; /* SOCKFEED_DELIVER_ flags */
    bool paused;      /* by the owner */
    bool wanted;      /* an upgrade is to be begun */
    bool begun;
    struct eio_upgrade upgrade; /* once begun */
    struct carrier *polling;
    struct carrier *websocket;
    struct carrier *retired;
    struct buf target; /* of the WebSocket's request */
    struct loop_timer timer;
    struct loop_task work; /* goes on with the upgrade, frees what is retired */
};

static struct carrier_upgrade *from(struct carrier *carrier)
{
    return (struct carrier_upgrade *)carrier;
}

static bool is_done(const struct carrier_upgrade *c)
{
    return c->begun && c->upgrade.state == EIO_UPGRADE_DONE;
}

static bool is_upgrading(const struct carrier_upgrade *c)
{
    return c->begun && c->upgrade.state < EIO_UPGRADE_DONE;
}

static struct carrier *active(const struct carrier_upgrade *c)
{
    return is_done(c) ? c->websocket : c->polling;
}

static struct eio_polling *session(const struct carrier_upgrade *c)
{
    return carrier_polling_session(c->polling);
}

static void notice(struct carrier_upgrade *c, const char *text)
{
    struct sockfeed_event event;

    event_text(&event, SOCKFEED_EVENT_NOTICE, text);
    c->handlers.event(c->user, &event);
}

static void retire(struct carrier_upgrade *c, struct carrier **carrier)
{
    if (*carrier != NULL) {
        carrier_silence(*carrier);
        c->retired = *carrier;
        *carrier = NULL;
        loop_task_post(&c->work);
    }
}

/* ---- The steps of an upgrade ----------------------------------------------- */

/* Polling goes on as if nothing had been; `why` is told. */
static void give_up(struct carrier_upgrade *c, const char *why)
{
    char text[NOTICE_SIZE];

    loop_timer_clear(&c->timer);
    retire(c, &c->websocket);
    eio_polling_resume(session(c));
    carrier_polling_wake(c->polling);
    (void)snprintf(text, sizeof text,
                   "no upgrade to a WebSocket, long-polling goes on: %s", why);
    notice(c, text);
}

static void fail(struct carrier_upgrade *c, const char *reason)
{
    if (is_upgrading(c)) {
        eio_upgrade_fail(&c->upgrade, reason);
        give_up(c, reason);
    }
}

/* Takes the next step, which is a packet of the upgrade itself. */
static void take_step(struct carrier_upgrade *c)
{
    struct span packet = eio_upgrade_packet(&c->upgrade);
    struct sockfeed_event event;

    if (carrier_send(c->websocket, false, packet) != SOCKFEED_OK) {
        fail(c, "it cannot be written to");
        return;
    }
    eio_upgrade_sent(&c->upgrade);
    if ((c->deliver & SOCKFEED_DELIVER_SENT) != 0) {
        event_frame(&event, true, false, packet);
        c->handlers.event(c->user, &event);
    }
}

/* Everything that waited goes over the WebSocket, in its order. */
static enum sockfeed_result move_queue(struct carrier_upgrade *c)
{
    struct eio_queue *queue = eio_polling_queue(session(c));
    enum sockfeed_result result = SOCKFEED_OK;
    struct eio_message message;

    while (result == SOCKFEED_OK && eio_queue_first(queue, &message)) {
        result = carrier_send(c->websocket, message.binary, message.data);
        eio_queue_pop(queue);
    }
    return result;
}

static void finish(struct carrier_upgrade *c)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_UPGRADED};

    take_step(c);
    if (!is_done(c)) {
        return;
    }
    loop_timer_clear(&c->timer);
    if (move_queue(c) != SOCKFEED_OK) {
        carrier_reject(c->websocket, SOCKFEED_NOMEM);
    }
    retire(c, &c->polling);
    carrier_adopt(c->websocket, &c->handlers, c->user);
    if (c->paused) {
        carrier_pause(c->websocket);
    }
    c->handlers.event(c->user, &event);
}

/* ---- What the WebSocket tells, before it carries --------------------------- */

static void on_ws_open(void *user, const struct carrier_opened *opened)
{
    struct carrier_upgrade *c = user;

    (void)opened;
    take_step(c);
}

static void on_ws_message(void *user, enum ws_opcode opcode,
                          struct span payload)
{
    struct carrier_upgrade *c = user;
    bool binary = opcode == WS_OPCODE_BINARY;
    struct sockfeed_event event;

    if ((c->deliver & SOCKFEED_DELIVER_RECEIVED) != 0) {
        event_frame(&event, false, binary, payload);
        c->handlers.event(c->user, &event);
    }
    eio_upgrade_received(&c->upgrade, binary, payload);
    if (c->upgrade.state == EIO_UPGRADE_PAUSING) {
        eio_polling_pause(session(c));
        loop_task_post(&c->work); /* it may be quiet already */
    } else if (c->upgrade.state == EIO_UPGRADE_FAILED) {
        give_up(c, c->upgrade.reason);
    }
}

static void on_control_received(void *user, enum ws_opcode opcode,
                                struct span payload)
{
    struct carrier_upgrade *c = user;

    c->handlers.received(c->user, opcode, payload);
}

static void on_control_sent(void *user, enum ws_opcode opcode,
                            struct span payload)
{
    struct carrier_upgrade *c = user;

    c->handlers.sent(c->user, opcode, payload);
}

static void on_nothing(void *user)
{
    (void)user; /* nothing is to be flushed, or to be settled above */
}

static void on_ws_ended(void *user, const struct sockfeed_failure *failure)
{
    struct carrier_upgrade *c = user;

    if (is_upgrading(c)) {
        eio_upgrade_fail(&c->upgrade, "the WebSocket has ended");
        give_up(c, failure->text);
    }
}

/* Steps of connecting have been told for this connection. */
static void on_ws_event(void *user, struct sockfeed_event *event)
{
    struct carrier_upgrade *c = user;

    if (event->type != SOCKFEED_EVENT_STEP) {
        c->handlers.event(c->user, event);
    }
}

static void write_target(struct carrier_upgrade *c)
{
    struct buf query;

    buf_init(&query, LIMIT_URL);
    buf_append_text(&query, eio_polling_revision(session(c)) == EIO_REVISION_3
                                ? "EIO=3&transport=websocket&sid="
                                : "EIO=4&transport=websocket&sid=");
    percent_encode(&query, span_text(eio_polling_handshake(session(c))->sid));
    endpoint_append_target(&c->target, c->config.connection->endpoint,
                           buf_span(&query));
    if (buf_result(&query) != SOCKFEED_OK) {
        c->target.result = buf_result(&query);
    }
    buf_deinit(&query);
}

static void begin(struct carrier_upgrade *c)
{
    static const struct carrier_handlers handlers = {
        .open = on_ws_open,
        .message = on_ws_message,
        .received = on_control_received,
        .sent = on_control_sent,
        .drained = on_nothing,
        .settle = on_nothing,
        .ended = on_ws_ended,
        .event = on_ws_event,
    };
    struct carrier_config config = c->config;
    int64_t asked = client_options_number(c->config.connection->options,
                                          SOCKFEED_OPTION_CONNECT_TIMEOUT);

    c->wanted = false;
    c->begun = true;
    config.deadline = loop_now(c->config.connection->loop) +
                      (asked < PROBE_MS ? asked : PROBE_MS);
    eio_upgrade_start(&c->upgrade, config.deadline);
    write_target(c);
    config.target = buf_span(&c->target);
    if (buf_result(&c->target) != SOCKFEED_OK ||
        carrier_websocket_new(&c->websocket, &config, &handlers, c) !=
            SOCKFEED_OK) {
        fail(c, sockfeed_result_text(SOCKFEED_NOMEM));
        return;
    }
    loop_timer_set(&c->timer, config.deadline);
}

/* ---- What the polling tells --------------------------------------------------- */

/* In the place of a WebSocket that did not come about another try makes sense
 * only where it was the revision that was refused. */
static bool wants_upgrade(const struct carrier_upgrade *c)
{
    return !c->config.instead ||
           (c->config.connection->endpoint->eio == 3 &&
            eio_polling_revision(session(c)) == EIO_REVISION_4);
}

static void on_open(void *user, const struct carrier_opened *opened)
{
    struct carrier_upgrade *c = user;
    bool offered = eio_polling_handshake(session(c))->upgrades_to_websocket;

    c->wanted = offered && wants_upgrade(c);
    c->handlers.open(c->user, opened);
    if (!offered && !c->config.instead && !c->config.guard->freed) {
        notice(c, "the server offers no upgrade to a WebSocket");
    }
}

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct carrier_upgrade *c = user;

    c->handlers.message(c->user, opcode, payload);
}

static void on_drained(void *user)
{
    struct carrier_upgrade *c = user;

    c->handlers.drained(c->user);
}

static void on_settle(void *user)
{
    struct carrier_upgrade *c = user;

    c->handlers.settle(c->user);
    if (c->wanted || (is_upgrading(c) && eio_polling_is_quiet(session(c)))) {
        loop_task_post(&c->work);
    }
}

static void on_ended(void *user, const struct sockfeed_failure *failure)
{
    struct carrier_upgrade *c = user;

    loop_timer_clear(&c->timer);
    eio_upgrade_fail(&c->upgrade, "the session has ended");
    retire(c, &c->websocket);
    c->handlers.ended(c->user, failure);
}

static void on_event(void *user, struct sockfeed_event *event)
{
    struct carrier_upgrade *c = user;

    c->handlers.event(c->user, event);
}

/* ---- Turns of its own ------------------------------------------------------------ */

static void on_work(void *user)
{
    struct carrier_upgrade *c = user;
    struct guard *guard = c->config.guard;

    carrier_free(c->retired);
    c->retired = NULL;
    if (c->polling == NULL ||
        eio_polling_state(session(c)) != EIO_POLLING_OPEN) {
        return;
    }
    guard_enter(guard);
    if (c->wanted) {
        begin(c);
    } else if (is_upgrading(c) && c->upgrade.state == EIO_UPGRADE_PAUSING &&
               eio_polling_is_quiet(session(c))) {
        finish(c);
    }
    guard_leave(guard);
}

static void on_timer(void *user)
{
    struct carrier_upgrade *c = user;
    struct guard *guard = c->config.guard;

    guard_enter(guard);
    eio_upgrade_tick(&c->upgrade, loop_now(c->config.connection->loop));
    if (c->upgrade.state == EIO_UPGRADE_FAILED) {
        give_up(c, c->upgrade.reason);
    }
    guard_leave(guard);
}

/* ---- As a carrier ------------------------------------------------------------------ */

static void do_free(struct carrier *carrier)
{
    struct carrier_upgrade *c = from(carrier);

    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    carrier_free(c->retired);
    carrier_free(c->websocket);
    carrier_free(c->polling);
    buf_wipe(&c->target);
    free(c);
}

static enum sockfeed_result do_send(struct carrier *carrier, bool binary,
                                    struct span message)
{
    return carrier_send(active(from(carrier)), binary, message);
}

static void do_pause(struct carrier *carrier)
{
    struct carrier_upgrade *c = from(carrier);

    c->paused = true;
    carrier_pause(active(c));
}

static void do_resume(struct carrier *carrier)
{
    struct carrier_upgrade *c = from(carrier);

    c->paused = false;
    carrier_resume(active(c));
}

/* An upgrade that is under way is given up first. */
static void abandon(struct carrier_upgrade *c)
{
    c->wanted = false;
    if (is_upgrading(c)) {
        eio_upgrade_fail(&c->upgrade, "the session ends");
        loop_timer_clear(&c->timer);
        retire(c, &c->websocket);
        eio_polling_resume(session(c));
    }
}

static void do_close(struct carrier *carrier, uint16_t code, int64_t timeout)
{
    struct carrier_upgrade *c = from(carrier);

    abandon(c);
    carrier_close(active(c), code, timeout);
}

static void do_reject(struct carrier *carrier, enum sockfeed_result reason)
{
    struct carrier_upgrade *c = from(carrier);

    abandon(c);
    carrier_reject(active(c), reason);
}

static enum sockfeed_result do_ping(struct carrier *carrier,
                                    struct span payload)
{
    return carrier_ping(active(from(carrier)), payload);
}

static void do_adopt(struct carrier *carrier,
                     const struct carrier_handlers *handlers, void *user)
{
    struct carrier_upgrade *c = from(carrier);

    c->handlers = *handlers;
    c->user = user;
    if (is_done(c)) {
        carrier_adopt(c->websocket, handlers, user);
    }
}

bool carrier_upgrade_is_unknown(struct carrier *carrier)
{
    return eio_polling_is_unknown(session(from(carrier)));
}

enum sockfeed_result carrier_upgrade_new(
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
    static const struct carrier_handlers above = {
        .open = on_open,
        .message = on_message,
        .received = on_control_received,
        .sent = on_control_sent,
        .drained = on_drained,
        .settle = on_settle,
        .ended = on_ended,
        .event = on_event,
    };
    struct carrier_upgrade *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->base.class = &class;
    c->config = *config;
    c->handlers = *handlers;
    c->user = user;
    c->deliver = (unsigned)client_options_number(config->connection->options,
                                                 SOCKFEED_OPTION_DELIVER);
    buf_init(&c->target, (size_t)LIMIT_URL * 5);
    loop_timer_init(&c->timer, config->connection->loop, on_timer, c);
    loop_task_init(&c->work, config->connection->loop, on_work, c);
    if (carrier_polling_new(&c->polling, config, &above, c) != SOCKFEED_OK) {
        do_free(&c->base);
        return SOCKFEED_NOMEM;
    }
    *carrier = &c->base;
    return SOCKFEED_OK;
}
