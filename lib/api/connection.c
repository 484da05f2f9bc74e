/* SPDX-License-Identifier: MIT */
#include "api/connection.h"

#include "api/carrier.h"
#include "api/carrier_auto.h"
#include "api/carrier_polling.h"
#include "api/carrier_websocket.h"
#include "api/client_options.h"
#include "api/connection_inside.h"
#include "api/conversation.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/guard.h"
#include "api/layers.h"
#include "api/request.h"
#include "base/result.h"
#include "net/loop.h"

#include <stdlib.h>

int64_t connection_now(const struct connection *c)
{
    return loop_now(c->config.loop);
}

static enum sockfeed_stage stage(const struct connection *c)
{
    return c->state == CONNECTION_OPEN ? SOCKFEED_STAGE_STREAM
                                       : SOCKFEED_STAGE_OPEN;
}

static void destroy(void *user)
{
    struct connection *c = user;

    loop_timer_clear(&c->timer);
    carrier_free(c->carrier);
    conversation_free(c->above);
    request_deinit(&c->request);
    free(c);
}

void connection_emit(struct connection *c, struct sockfeed_event *event)
{
    if (!c->guard.freed) {
        c->handlers.event(c->user, event);
    }
}

static void on_event(void *user, struct sockfeed_event *event)
{
    connection_emit(user, event);
}

bool connection_wants(const struct connection *c, unsigned flag)
{
    return (c->deliver & flag) != 0;
}

void connection_tell_control(struct connection *c, bool sent,
                             enum ws_opcode opcode, struct span payload)
{
    struct sockfeed_event event;

    if (connection_wants(c, sent ? SOCKFEED_DELIVER_SENT
                                 : SOCKFEED_DELIVER_RECEIVED) &&
        event_control(&event, sent, opcode, payload)) {
        connection_emit(c, &event);
    }
}

/* ---- The end -------------------------------------------------------------- */

static void finish(struct connection *c, const struct sockfeed_failure *failure)
{
    struct connection_end end = {
        .failure = failure,
        .disconnected =
            c->above != NULL &&
            conversation_failure(c->above)->result == SOCKFEED_CLOSED,
        .late = c->above != NULL && conversation_is_late(c->above),
    };

    c->state = CONNECTION_OVER;
    loop_timer_clear(&c->timer);
    if (!c->guard.freed) {
        c->handlers.ended(c->user, &end);
    }
}

/* Tells the first failure that was found, whoever found it. */
static void on_ended(void *user, const struct sockfeed_failure *failure)
{
    struct connection *c = user;
    struct sockfeed_failure told = *failure;

    if (c->state == CONNECTION_CLOSING) {
        told = (struct sockfeed_failure){.result = SOCKFEED_OK};
    } else if (c->failure.result != SOCKFEED_OK) {
        told = c->failure;
    } else if (c->state != CONNECTION_OPENING) {
        told.stage = stage(c);
        conversation_explain(c->above, &told);
    }
    finish(c, &told);
}

void connection_give_up(struct connection *c,
                        const struct sockfeed_failure *failure)
{
    if (c->failure.result != SOCKFEED_OK || c->state >= CONNECTION_CLOSING) {
        return;
    }
    c->failure = *failure;
    c->failure.stage = stage(c);
    carrier_reject(c->carrier, failure->result);
}

/* ---- Waiting ---------------------------------------------------------------- */

static void set_timer(struct connection *c)
{
    loop_timer_set(&c->timer, c->above == NULL
                                  ? INT64_MAX
                                  : conversation_deadline(c->above));
}

/* At the end of every turn that may have changed something. */
static void on_settle(void *user)
{
    struct connection *c = user;

    if (c->guard.freed || c->state == CONNECTION_OVER || c->above == NULL) {
        return;
    }
    if (conversation_failure(c->above)->result != SOCKFEED_OK) {
        connection_give_up(c, conversation_failure(c->above));
    }
    set_timer(c);
}

static void on_timer(void *user)
{
    struct connection *c = user;

    guard_enter(&c->guard);
    if (conversation_tick(c->above, connection_now(c)) != SOCKFEED_OK) {
        connection_give_up(c, conversation_failure(c->above));
    }
    on_settle(c);
    guard_leave(&c->guard);
}

static void on_drained(void *user)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_DRAINED};

    on_event(user, &event);
}

/* ---- What the conversation tells ------------------------------------------ */

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct connection *c = user;
    enum sockfeed_result result = carrier_send(c->carrier, binary, packet);
    struct sockfeed_event event;

    if (result == SOCKFEED_OK && connection_wants(c, SOCKFEED_DELIVER_SENT)) {
        event_frame(&event, true, binary, packet);
        on_event(c, &event);
    }
    return result;
}

static void on_ready(void *user)
{
    struct connection *c = user;
    struct connection_opened opened = {
        .protocol = c->config.endpoint->protocol,
        .eio = c->above == NULL ? 0 : conversation_revision(c->above),
        .transport = c->transport,
        .recovered = c->above != NULL && conversation_all_recovered(c->above),
    };

    if (opened.protocol == SOCKFEED_PROTOCOL_SIO) {
        opened.sio = opened.eio == 3 ? 2 : 4;
    }
    c->state = CONNECTION_OPEN;
    if (!c->guard.freed) {
        c->handlers.opened(c->user, &opened);
    }
}

/* ---- Life ------------------------------------------------------------------- */

static enum sockfeed_result start_conversation(struct connection *c, int spoken)
{
    static const struct conversation_handlers handlers = {
        .send = on_send,
        .event = on_event,
        .ready = on_ready,
    };
    struct conversation_config config =
        layers_conversation(&c->config, &c->request, c->deadline, spoken);

    return conversation_new(&c->above, &config, &handlers, c,
                            connection_now(c));
}

static void on_open(void *user, const struct carrier_opened *opened)
{
    struct connection *c = user;
    struct sockfeed_failure failure;
    enum sockfeed_result result;

    c->transport = opened->transport;
    c->state = CONNECTION_JOINING;
    if (c->config.endpoint->protocol == SOCKFEED_PROTOCOL_WS) {
        on_ready(c);
        return;
    }
    result = start_conversation(c, opened->eio);
    if (result != SOCKFEED_OK) {
        failure_set(&failure, result, SOCKFEED_STAGE_OPEN, "%s",
                    sockfeed_result_text(result));
        connection_give_up(c, &failure);
    }
}

static enum sockfeed_result open_carrier(struct connection *c)
{
    struct carrier_handlers handlers = {
        .open = on_open,
        .drained = on_drained,
        .settle = on_settle,
        .ended = on_ended,
        .event = on_event,
    };
    struct carrier_config config = {
        .connection = &c->config,
        .request = &c->request,
        .guard = &c->guard,
        .deadline = c->deadline,
    };

    connection_receive(c, &handlers);
    switch (c->config.endpoint->transport) {
    case SOCKFEED_TRANSPORT_POLLING:
        return carrier_polling_new(&c->carrier, &config, &handlers, c);
    case SOCKFEED_TRANSPORT_UPGRADE:
    case SOCKFEED_TRANSPORT_AUTO:
        return carrier_auto_new(&c->carrier, &config, &handlers, c);
    case SOCKFEED_TRANSPORT_WEBSOCKET:
        break;
    }
    return carrier_websocket_new(&c->carrier, &config, &handlers, c);
}

enum sockfeed_result connection_new(struct connection **connection,
                                    const struct connection_config *config,
                                    const struct connection_handlers *handlers,
                                    void *user)
{
    struct connection *c = calloc(1, sizeof *c);
    enum sockfeed_result result;

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->config = *config;
    c->handlers = *handlers;
    c->user = user;
    guard_init(&c->guard, destroy, c);
    c->deliver = (unsigned)client_options_number(config->options,
                                                 SOCKFEED_OPTION_DELIVER);
    c->deadline =
        connection_now(c) +
        client_options_number(config->options, SOCKFEED_OPTION_CONNECT_TIMEOUT);
    loop_timer_init(&c->timer, config->loop, on_timer, c);
    result = request_init(&c->request, config->endpoint, config->options,
                          config->subscriptions, config->unsent, config->calls);
    if (result == SOCKFEED_OK) {
        result = open_carrier(c);
    }
    if (result != SOCKFEED_OK) {
        destroy(c);
        return result;
    }
    *connection = c;
    return SOCKFEED_OK;
}

void connection_free(struct connection *connection)
{
    if (connection != NULL) {
        /* No message more from what is being read. */
        carrier_pause(connection->carrier);
        guard_free(&connection->guard);
    }
}

enum sockfeed_result connection_send(struct connection *connection,
                                     const struct sockfeed_outgoing *message)
{
    struct connection *c = connection;

    if (c->state != CONNECTION_OPEN) {
        return SOCKFEED_STATE;
    }
    if (c->above != NULL) {
        return conversation_send(c->above, message);
    }
    if (message->type == SOCKFEED_OUTGOING_EVENT) {
        return SOCKFEED_INVALID;
    }
    return on_send(c, message->type == SOCKFEED_OUTGOING_BINARY,
                   span_of(message->data, message->size));
}

enum sockfeed_result connection_ping(struct connection *connection)
{
    struct connection *c = connection;
    struct span payload = span_text(CONNECTION_USERS_PING);
    enum sockfeed_result result = c->state == CONNECTION_OPEN
                                      ? carrier_ping(c->carrier, payload)
                                      : SOCKFEED_STATE;

    if (result == SOCKFEED_OK) {
        guard_enter(&c->guard);
        connection_tell_control(c, true, WS_OPCODE_PING, payload);
        guard_leave(&c->guard);
    }
    return result;
}

enum sockfeed_result connection_call(struct connection *connection,
                                     const struct sockfeed_outgoing *message,
                                     uint64_t id, int64_t timeout)
{
    struct connection *c = connection;
    enum sockfeed_result result;

    if (c->state != CONNECTION_OPEN) {
        return SOCKFEED_STATE;
    }
    if (c->above == NULL) {
        return SOCKFEED_INVALID;
    }
    guard_enter(&c->guard);
    result =
        conversation_call(c->above, message, id, connection_now(c) + timeout);
    guard_leave(&c->guard);
    return result;
}

enum sockfeed_result connection_acknowledge(
    struct connection *connection,
    const struct sockfeed_acknowledgement *answer)
{
    struct connection *c = connection;
    enum sockfeed_result result;

    if (c->above == NULL || c->state >= CONNECTION_CLOSING) {
        return SOCKFEED_STATE;
    }
    guard_enter(&c->guard);
    result = conversation_acknowledge(
        c->above, span_of(answer->space, answer->space_size), answer->id,
        span_of(answer->data, answer->size));
    guard_leave(&c->guard);
    return result;
}

bool connection_has_joined(const struct connection *connection,
                           const struct sockfeed_outgoing *message)
{
    return message->type != SOCKFEED_OUTGOING_EVENT ||
           connection->above == NULL ||
           conversation_has_joined(connection->above,
                                   span_text(message->space));
}

bool connection_recovered(const struct connection *connection,
                          struct span space)
{
    return connection->above != NULL &&
           conversation_recovered(connection->above, space);
}

/* What is opening, or closing, is not held back. */
static bool is_streaming(const struct connection *c)
{
    return c->state == CONNECTION_JOINING || c->state == CONNECTION_OPEN;
}

void connection_pause(struct connection *connection)
{
    struct connection *c = connection;

    if (is_streaming(c)) {
        carrier_pause(c->carrier);
        if (c->above != NULL) {
            conversation_pause(c->above, connection_now(c));
        }
        set_timer(c);
    }
}

void connection_resume(struct connection *connection)
{
    struct connection *c = connection;

    if (is_streaming(c)) {
        carrier_resume(c->carrier);
        if (c->above != NULL) {
            conversation_resume(c->above, connection_now(c));
        }
        set_timer(c);
    }
}

void connection_reject(struct connection *c, enum sockfeed_result reason,
                       const char *text)
{
    struct sockfeed_failure failure;

    if (is_streaming(c)) {
        failure_set(&failure, reason, SOCKFEED_STAGE_STREAM, "%s", text);
        connection_give_up(c, &failure);
    }
}

void connection_close(struct connection *connection, uint16_t code,
                      int64_t timeout)
{
    struct connection *c = connection;

    if (is_streaming(c)) {
        if (c->above != NULL) {
            conversation_close(c->above);
        }
        c->state = CONNECTION_CLOSING;
        loop_timer_clear(&c->timer);
        carrier_close(c->carrier, code, timeout);
    }
}
