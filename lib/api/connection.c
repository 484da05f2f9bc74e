/* SPDX-License-Identifier: MIT */
#include "api/connection.h"

#include "api/client_options.h"
#include "api/conversation.h"
#include "api/endpoint.h"
#include "api/event.h"
#include "api/layers.h"
#include "api/request.h"
#include "base/result.h"
#include "codec/ws_close.h"
#include "net/loop.h"
#include "net/ws_transport.h"
#include "session/ws_session.h"

#include <stdlib.h>

/*
 *   OPENING --- 101 ---> JOINING --- ready ---> OPEN
 *      |                    |                    |
 *      |                    +--- our goodbye ----+---> CLOSING
 *      |                    |                    |        |
 *      +--------------------+--------------------+--------+---> OVER
 *
 * On plain WebSocket JOINING is passed through at once.
 */
enum connection_state {
    CONNECTION_OPENING,
    CONNECTION_JOINING,
    CONNECTION_OPEN,
    CONNECTION_CLOSING,
    CONNECTION_OVER,
};

struct connection {
    struct connection_config config;
    struct connection_handlers handlers;
    void *user;
    enum connection_state state;
    unsigned depth;   /* callbacks of ours on the stack: no free before 0 */
    bool freed;       /* by a handler; nothing is reported any more */
    unsigned deliver; /* SOCKFEED_DELIVER_ flags */
    int64_t deadline; /* loop_now by which the open packet must be there */
    struct request request;
    struct ws_transport *transport;
    struct ws_session *ws;      /* from the 101 on */
    struct conversation *above; /* NULL on plain WebSocket */
    struct loop_timer timer;
    struct loop_task work; /* writes what was queued, looks for the end */
    struct sockfeed_failure failure; /* the first that was found here */
};

static int64_t now(const struct connection *c)
{
    return loop_now(c->config.loop);
}

static enum sockfeed_stage stage(const struct connection *c)
{
    return c->state == CONNECTION_OPEN ? SOCKFEED_STAGE_STREAM
                                       : SOCKFEED_STAGE_OPEN;
}

/* ---- One guard around everything the loop calls ------------------------- */

static void destroy(struct connection *c)
{
    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    ws_transport_free(c->transport);
    conversation_free(c->above);
    ws_session_free(c->ws);
    request_deinit(&c->request);
    free(c);
}

static void enter(struct connection *c)
{
    c->depth++;
}

static void leave(struct connection *c)
{
    c->depth--;
    if (c->depth == 0 && c->freed) {
        destroy(c);
    }
}

static void on_event(void *user, struct sockfeed_event *event)
{
    struct connection *c = user;

    if (!c->freed) {
        c->handlers.event(c->user, event);
    }
}

static bool wants(const struct connection *c, unsigned flag)
{
    return (c->deliver & flag) != 0;
}

/* ---- The end -------------------------------------------------------------- */

static void finish(struct connection *c, const struct sockfeed_failure *failure)
{
    struct sockfeed_failure copy = *failure;
    struct connection_end end = {
        .failure = &copy,
        .disconnected =
            c->above != NULL &&
            conversation_failure(c->above)->result == SOCKFEED_CLOSED,
    };

    if (c->state == CONNECTION_OVER) {
        return;
    }
    c->state = CONNECTION_OVER;
    loop_timer_clear(&c->timer);
    loop_task_cancel(&c->work);
    ws_transport_free(c->transport);
    c->transport = NULL;
    if (!c->freed) {
        c->handlers.ended(c->user, &end);
    }
}

/* The WebSocket is over: tells the first failure that was found, whoever
 * found it. */
static void finish_session(struct connection *c)
{
    struct sockfeed_failure failure = c->failure;

    if (c->state == CONNECTION_CLOSING) {
        failure = (struct sockfeed_failure){.result = SOCKFEED_OK};
    } else if (failure.result == SOCKFEED_OK) {
        failure = *ws_session_failure(c->ws);
        failure.stage = stage(c);
        conversation_explain(c->above, &failure);
    }
    finish(c, &failure);
}

/* Gives up for a reason of our own: tells the peer, then ends. */
static void give_up(struct connection *c,
                    const struct sockfeed_failure *failure)
{
    if (c->failure.result != SOCKFEED_OK || c->state >= CONNECTION_CLOSING) {
        return;
    }
    c->failure = *failure;
    c->failure.stage = stage(c);
    ws_session_close(c->ws, now(c), ws_close_code_for(failure->result),
                     span_text(NULL), WS_SESSION_LINGER_MS);
}

/* ---- Writing and waiting ----------------------------------------------------- */

static void set_timer(struct connection *c)
{
    int64_t due = ws_session_deadline(c->ws);

    if (c->above != NULL && conversation_deadline(c->above) < due) {
        due = conversation_deadline(c->above);
    }
    if (due == INT64_MAX) {
        loop_timer_clear(&c->timer);
    } else {
        loop_timer_set(&c->timer, due);
    }
}

/* At the end of every call from the loop that may have changed something. */
static void settle(struct connection *c)
{
    if (c->freed || c->state == CONNECTION_OVER || c->ws == NULL) {
        return;
    }
    if (c->above != NULL &&
        conversation_failure(c->above)->result != SOCKFEED_OK) {
        give_up(c, conversation_failure(c->above));
    }
    layers_write(c->ws, c->transport);
    if (ws_session_state(c->ws) == WS_SESSION_OVER) {
        finish_session(c);
    } else {
        set_timer(c);
    }
}

static void on_work(void *user)
{
    struct connection *c = user;

    enter(c);
    settle(c);
    leave(c);
}

static void on_timer(void *user)
{
    struct connection *c = user;

    enter(c);
    ws_session_tick(c->ws, now(c));
    if (c->above != NULL &&
        conversation_tick(c->above, now(c)) != SOCKFEED_OK) {
        give_up(c, conversation_failure(c->above));
    }
    settle(c);
    leave(c);
}

/* ---- What the WebSocket session tells ------------------------------------- */

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct connection *c = user;
    bool binary = opcode == WS_OPCODE_BINARY;
    struct sockfeed_event event;

    /* After a failure nothing counts; the sessions above are over at their
     * own goodbye, only plain WebSocket has a meaning until the peer's. */
    if (c->failure.result != SOCKFEED_OK ||
        (c->state == CONNECTION_CLOSING && c->above != NULL)) {
        return;
    }
    if (wants(c, SOCKFEED_DELIVER_RECEIVED)) {
        event_frame(&event, false, binary, payload);
        on_event(c, &event);
    }
    if (c->above != NULL) {
        if (conversation_receive(c->above, now(c), binary, payload) !=
            SOCKFEED_OK) {
            give_up(c, conversation_failure(c->above));
        }
    } else {
        event_message(&event,
                      binary ? SOCKFEED_MESSAGE_BINARY : SOCKFEED_MESSAGE_TEXT,
                      payload, payload);
        on_event(c, &event);
    }
}

static void tell_control(struct connection *c, bool sent, enum ws_opcode opcode,
                         struct span payload)
{
    struct sockfeed_event event;

    if (wants(c, sent ? SOCKFEED_DELIVER_SENT : SOCKFEED_DELIVER_RECEIVED) &&
        event_control(&event, sent, opcode, payload)) {
        on_event(c, &event);
    }
}

static void on_control_received(void *user, enum ws_opcode opcode,
                                struct span payload)
{
    tell_control(user, false, opcode, payload);
}

static void on_control_sent(void *user, enum ws_opcode opcode,
                            struct span payload)
{
    tell_control(user, true, opcode, payload);
}

/* ---- What the conversation tells ------------------------------------------ */

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct connection *c = user;
    enum sockfeed_result result = ws_session_send(
        c->ws, binary ? WS_OPCODE_BINARY : WS_OPCODE_TEXT, packet);
    struct sockfeed_event event;

    if (result == SOCKFEED_OK) {
        loop_task_post(&c->work);
    }
    if (result == SOCKFEED_OK && wants(c, SOCKFEED_DELIVER_SENT)) {
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
    };

    if (opened.protocol == SOCKFEED_PROTOCOL_SIO) {
        opened.sio = opened.eio == 3 ? 2 : 4;
    }
    c->state = CONNECTION_OPEN;
    if (!c->freed) {
        c->handlers.opened(c->user, &opened);
    }
}

/* ---- What the transport tells ---------------------------------------------- */

static enum sockfeed_result start_conversation(struct connection *c)
{
    static const struct conversation_handlers handlers = {
        .send = on_send,
        .event = on_event,
        .ready = on_ready,
    };
    struct conversation_config config =
        layers_conversation(&c->config, &c->request, c->deadline);

    return conversation_new(&c->above, &config, &handlers, c, now(c));
}

static enum sockfeed_result start_session(struct connection *c)
{
    static const struct ws_session_handlers handlers = {
        .message = on_message,
        .received = on_control_received,
        .sent = on_control_sent,
    };
    struct ws_session_config config = layers_session(&c->config);

    c->ws = ws_session_new(&config, &handlers, c, now(c));
    if (c->ws == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->state = CONNECTION_JOINING;
    return c->config.endpoint->protocol == SOCKFEED_PROTOCOL_WS
               ? SOCKFEED_OK
               : start_conversation(c);
}

static void on_open(void *user, struct span subprotocol)
{
    struct connection *c = user;
    struct sockfeed_failure failure;
    enum sockfeed_result result;

    (void)subprotocol; /* the trace has shown it */
    enter(c);
    result = start_session(c);
    if (result != SOCKFEED_OK) {
        failure_set(&failure, result, SOCKFEED_STAGE_OPEN, "%s",
                    sockfeed_result_text(result));
        finish(c, &failure);
    } else if (c->above == NULL) {
        on_ready(c);
    }
    settle(c);
    leave(c);
}

static size_t on_receive(void *user, char *data, size_t size, size_t *need)
{
    struct connection *c = user;
    size_t used = 0;
    enum sockfeed_result result;

    enter(c);
    result = ws_session_receive(c->ws, now(c), data, size, &used);
    *need = ws_session_needed(c->ws);
    leave(c);
    /* After a failure nothing of the stream can be made sense of. */
    return result == SOCKFEED_OK ? used : size;
}

static void on_arriving(void *user)
{
    struct connection *c = user;

    ws_session_alive(c->ws);
}

static void on_drained(void *user)
{
    struct connection *c = user;
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_DRAINED};

    enter(c);
    on_event(c, &event);
    settle(c);
    leave(c);
}

static void on_transport_ended(void *user,
                               const struct sockfeed_failure *failure)
{
    struct connection *c = user;

    enter(c);
    if (c->ws == NULL) {
        finish(c, failure);
    } else {
        bool open = ws_session_state(c->ws) == WS_SESSION_OPEN;

        ws_session_end(c->ws);
        /* The stream knows more about a loss; the session may know better
         * than that it was one. */
        if (open && c->failure.result == SOCKFEED_OK &&
            ws_session_failure(c->ws)->result == SOCKFEED_LOST) {
            c->failure = *failure;
            c->failure.stage = stage(c);
            conversation_explain(c->above, &c->failure);
        }
        finish_session(c);
    }
    leave(c);
}

static void on_trace(void *user, const char *line)
{
    struct sockfeed_event event;

    event_text(&event, SOCKFEED_EVENT_TRACE, line);
    on_event(user, &event);
}

/* ---- Life ------------------------------------------------------------------- */

static enum sockfeed_result open_transport(struct connection *c)
{
    static const struct ws_transport_handlers handlers = {
        .open = on_open,
        .receive = on_receive,
        .arriving = on_arriving,
        .drained = on_drained,
        .writable = on_work,
        .ended = on_transport_ended,
        .trace = on_trace,
    };
    struct ws_transport_config config =
        layers_transport(&c->config, &c->request, c->deadline);

    return ws_transport_new(&c->transport, &config, &handlers, c);
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
    c->deliver = (unsigned)client_options_number(config->options,
                                                 SOCKFEED_OPTION_DELIVER);
    c->deadline =
        now(c) +
        client_options_number(config->options, SOCKFEED_OPTION_CONNECT_TIMEOUT);
    loop_timer_init(&c->timer, config->loop, on_timer, c);
    loop_task_init(&c->work, config->loop, on_work, c);
    result = request_init(&c->request, config->endpoint, config->options,
                          config->subscriptions, config->unsent);
    if (result == SOCKFEED_OK) {
        result = open_transport(c);
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
    if (connection == NULL) {
        return;
    }
    connection->freed = true;
    if (connection->ws != NULL) {
        ws_session_pause(connection->ws); /* no message more from this read */
    }
    if (connection->depth == 0) {
        destroy(connection);
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

void connection_pause(struct connection *connection)
{
    struct connection *c = connection;

    if (c->ws == NULL || c->state >= CONNECTION_CLOSING) {
        return;
    }
    ws_session_pause(c->ws);
    ws_transport_pause(c->transport);
    if (c->above != NULL) {
        conversation_pause(c->above, now(c));
    }
    loop_task_post(&c->work);
}

void connection_resume(struct connection *connection)
{
    struct connection *c = connection;

    if (c->ws == NULL || c->state == CONNECTION_OVER) {
        return;
    }
    ws_session_resume(c->ws, now(c));
    if (c->above != NULL) {
        conversation_resume(c->above, now(c));
    }
    ws_transport_resume(c->transport);
    loop_task_post(&c->work);
}

void connection_reject(struct connection *c, enum sockfeed_result reason,
                       const char *text)
{
    struct sockfeed_failure failure;

    if (c->ws != NULL) {
        failure_set(&failure, reason, SOCKFEED_STAGE_STREAM, "%s", text);
        give_up(c, &failure);
        loop_task_post(&c->work);
    }
}

void connection_close(struct connection *connection, int64_t timeout)
{
    struct connection *c = connection;

    if (c->state >= CONNECTION_CLOSING) {
        return;
    }
    connection_resume(c); /* the peer's answer has to be read */
    if (c->above != NULL) {
        conversation_close(c->above);
    }
    c->state = CONNECTION_CLOSING;
    if (c->ws != NULL) {
        ws_session_close(c->ws, now(c), WS_CLOSE_NORMAL, span_text(NULL),
                         timeout);
    }
    loop_task_post(&c->work);
}
