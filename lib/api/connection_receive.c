/* SPDX-License-Identifier: MIT */
#include "api/connection_inside.h"
#include "api/conversation.h"
#include "api/endpoint.h"
#include "api/event.h"

/* Where there is nothing but WebSocket, and frames are not wanted. */
static void on_plain_message(void *user, enum ws_opcode opcode,
                             struct span payload)
{
    struct connection *c = user;

    if (c->failure.result != SOCKFEED_OK || c->guard.freed) {
        return;
    }
    event_message(&c->message,
                  opcode == WS_OPCODE_BINARY ? SOCKFEED_MESSAGE_BINARY
                                             : SOCKFEED_MESSAGE_TEXT,
                  payload, payload);
    c->handlers.event(c->user, &c->message);
}

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct connection *c = user;
    bool binary = opcode == WS_OPCODE_BINARY;

    /* After a failure nothing counts; the sessions above are over at their
     * own goodbye, only plain WebSocket has a meaning until the peer's. */
    if (c->failure.result != SOCKFEED_OK ||
        (c->state == CONNECTION_CLOSING && c->above != NULL)) {
        return;
    }
    if (connection_wants(c, SOCKFEED_DELIVER_RECEIVED)) {
        event_frame(&c->message, false, binary, payload);
        connection_emit(c, &c->message);
    }
    if (c->above != NULL) {
        if (conversation_receive(c->above, connection_now(c), binary,
                                 payload) != SOCKFEED_OK) {
            connection_give_up(c, conversation_failure(c->above));
        }
    } else {
        on_plain_message(user, opcode, payload);
    }
}

static void emit_texts(struct connection *c, enum sockfeed_event_type type,
                       const struct sockfeed_text *texts, size_t count)
{
    c->message.type = type;
    c->message.u.texts.at = texts;
    c->message.u.texts.count = count;
    c->handlers.event(c->user, &c->message);
}

static size_t on_plain_texts(void *user, const struct sockfeed_text *texts,
                             size_t count)
{
    struct connection *c = user;

    if (c->failure.result == SOCKFEED_OK && !c->guard.freed) {
        emit_texts(c, SOCKFEED_EVENT_TEXTS, texts, count);
    }
    return count;
}

/* Whether messages mean anything to the conversation. */
static bool converses(const struct connection *c)
{
    return c->failure.result == SOCKFEED_OK && c->state < CONNECTION_CLOSING &&
           !c->guard.freed;
}

/* Where frames are not wanted. */
static size_t on_texts(void *user, const struct sockfeed_text *texts,
                       size_t count)
{
    struct connection *c = user;

    return converses(c) ? conversation_receive_texts(
                              c->above, connection_now(c), texts, count)
                        : 0;
}

/* Where nothing but the frames that came is. */
static size_t on_frames(void *user, const struct sockfeed_text *frames,
                        size_t count)
{
    struct connection *c = user;
    size_t passed = converses(c)
                        ? conversation_pass_texts(c->above, connection_now(c),
                                                  frames, count)
                        : 0;

    if (passed > 0) {
        emit_texts(c, SOCKFEED_EVENT_FRAMES, frames, passed);
    }
    return passed;
}

static void on_control_received(void *user, enum ws_opcode opcode,
                                struct span payload)
{
    struct sockfeed_event pong = {.type = SOCKFEED_EVENT_PONG};

    connection_tell_control(user, false, opcode, payload);
    if (opcode == WS_OPCODE_PONG && span_is(payload, CONNECTION_USERS_PING)) {
        connection_emit(user, &pong);
    }
}

static void on_control_sent(void *user, enum ws_opcode opcode,
                            struct span payload)
{
    connection_tell_control(user, true, opcode, payload);
}

/* How several texts at once are taken; NULL: only one at a time. */
static size_t (*batches(const struct connection *c))(
    void *user, const struct sockfeed_text *texts, size_t count)
{
    unsigned wanted =
        c->deliver & (SOCKFEED_DELIVER_MESSAGES | SOCKFEED_DELIVER_RECEIVED |
                      SOCKFEED_DELIVER_SENT);

    switch (c->config.endpoint->protocol) {
    case SOCKFEED_PROTOCOL_WS:
        return wanted == SOCKFEED_DELIVER_MESSAGES ? on_plain_texts : NULL;
    case SOCKFEED_PROTOCOL_SIO:
        return wanted == SOCKFEED_DELIVER_MESSAGES   ? on_texts
               : wanted == SOCKFEED_DELIVER_RECEIVED ? on_frames
                                                     : NULL;
    default:
        return NULL;
    }
}

void connection_receive(const struct connection *c,
                        struct carrier_handlers *handlers)
{
    bool plain = c->config.endpoint->protocol == SOCKFEED_PROTOCOL_WS &&
                 !connection_wants(c, SOCKFEED_DELIVER_RECEIVED);

    handlers->message = plain ? on_plain_message : on_message;
    handlers->texts =
        connection_wants(c, SOCKFEED_DELIVER_BATCHES) ? batches(c) : NULL;
    handlers->received = on_control_received;
    handlers->sent = on_control_sent;
}
