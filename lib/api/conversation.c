/* SPDX-License-Identifier: MIT */
#include "api/conversation.h"

#include "api/event.h"
#include "base/json_scan.h"
#include "base/printable.h"
#include "session/eio_session.h"
#include "session/sio_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SID_SHOWN = 128 /* of a sid; more is cut */
};

/* Exactly one of the two sessions is there; `sio` has an `eio` of its own. */
struct conversation {
    struct conversation_handlers handlers;
    void *user;
    struct eio_session *eio;
    struct sio_session *sio;
};

/* ---- From the sessions to the connection -------------------------------- */

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct conversation *c = user;

    return c->handlers.send(c->user, binary, packet);
}

static void on_notice(void *user, const char *text)
{
    struct conversation *c = user;
    struct sockfeed_event event;

    event_text(&event, SOCKFEED_EVENT_NOTICE, text);
    c->handlers.event(c->user, &event);
}

static void emit_engine(struct conversation *c, enum sockfeed_message_type type,
                        struct span data, struct span frame)
{
    struct sockfeed_event event;

    event_message(&event, type, data, frame);
    c->handlers.event(c->user, &event);
}

static void emit_step(struct conversation *c, const struct sockfeed_step *step)
{
    struct sockfeed_event event;

    event_step(&event, step);
    c->handlers.event(c->user, &event);
}

static void emit_handshake(struct conversation *c,
                           const struct eio_handshake *handshake)
{
    struct sockfeed_step step = {.type = SOCKFEED_STEP_ENGINE};
    char sid[SID_SHOWN];

    (void)printable_copy(sid, sizeof sid, span_text(handshake->sid));
    step.u.engine.sid = sid;
    step.u.engine.ping_interval = handshake->ping_interval;
    step.u.engine.ping_timeout = handshake->ping_timeout;
    step.u.engine.max_payload = handshake->max_payload;
    step.u.engine.upgrades = handshake->upgrades_to_websocket;
    emit_step(c, &step);
}

static void on_engine_open(void *user, const struct eio_handshake *handshake)
{
    struct conversation *c = user;

    emit_handshake(c, handshake);
    c->handlers.ready(c->user);
}

static void on_engine_text(void *user, struct span data, struct span frame)
{
    emit_engine(user, SOCKFEED_MESSAGE_TEXT, data, frame);
}

static void on_engine_binary(void *user, struct span data, struct span frame)
{
    emit_engine(user, SOCKFEED_MESSAGE_BINARY, data, frame);
}

static void on_events(void *user, const struct sockfeed_message *events,
                      size_t count)
{
    struct conversation *c = user;
    struct sockfeed_event event;

    if (count == 1) {
        event.type = SOCKFEED_EVENT_MESSAGE;
        event.u.message = *events;
    } else {
        event.type = SOCKFEED_EVENT_MESSAGES;
        event.u.messages.at = events;
        event.u.messages.count = count;
    }
    c->handlers.event(c->user, &event);
}

/* Namespaces become of use together, at `ready`. */
static void on_joined(void *user, const char *space)
{
    struct sockfeed_step step = {.type = SOCKFEED_STEP_JOINED};

    step.u.joined.space = space;
    emit_step(user, &step);
}

static void on_opened(void *user, const struct eio_handshake *handshake)
{
    emit_handshake(user, handshake);
}

static void emit_space(struct conversation *c, enum sockfeed_event_type type,
                       const char *space, const char *reason)
{
    struct sockfeed_event event;

    event_space(&event, type, space, reason);
    c->handlers.event(c->user, &event);
}

static void on_refused(void *user, const char *space, const char *reason)
{
    struct conversation *c = user;

    if (sio_session_lives_on(c->sio)) {
        emit_space(c, SOCKFEED_EVENT_REFUSED, space, reason);
    }
}

static void on_left(void *user, const char *space)
{
    struct conversation *c = user;

    if (sio_session_lives_on(c->sio)) {
        emit_space(c, SOCKFEED_EVENT_LEFT, space,
                   "the server ended the namespace");
    }
}

static void on_answered(void *user, const struct sio_answer *answer)
{
    struct conversation *c = user;
    struct sockfeed_event event;

    event_answer(&event, answer);
    c->handlers.event(c->user, &event);
}

static void on_ready(void *user)
{
    struct conversation *c = user;

    c->handlers.ready(c->user);
}

/* ---- Life ------------------------------------------------------------------ */

static enum eio_revision revision(int eio)
{
    return eio == 3 ? EIO_REVISION_3 : EIO_REVISION_4;
}

static enum sockfeed_result start_engine(
    struct conversation *c, const struct conversation_config *config,
    int64_t now)
{
    static const struct eio_session_handlers handlers = {
        .send = on_send,
        .open = on_engine_open,
        .message = on_engine_text,
        .binary = on_engine_binary,
        .notice = on_notice,
    };
    struct eio_session_config engine = {
        .asked = revision(config->eio),
        .spoken = config->eio_spoken,
        .pinned = config->eio_pinned,
        .alone = true,
        .open_timeout = config->open_timeout,
        .max_message = config->max_message,
    };

    c->eio = eio_session_new(&engine, &handlers, c, now);
    return c->eio == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

static enum sockfeed_result start_socket(
    struct conversation *c, const struct conversation_config *config,
    int64_t now)
{
    static const struct sio_session_handlers handlers = {
        .send = on_send,
        .events = on_events,
        .opened = on_opened,
        .joined = on_joined,
        .refused = on_refused,
        .left = on_left,
        .ready = on_ready,
        .notice = on_notice,
        .answered = on_answered,
    };
    struct sio_session_config socket = {
        .asked = revision(config->eio),
        .spoken = config->eio_spoken,
        .pinned = config->eio_pinned,
        .namespaces = config->namespaces,
        .namespace_count = config->namespace_count,
        .auth = config->auth,
        .query = config->query,
        .open_timeout = config->open_timeout,
        .connect_timeout = config->connect_timeout,
        .max_message = config->max_message,
        .max_attachments = config->max_attachments,
        .recovery = config->recovery,
        .strip_offset = config->strip_offset,
        /* The WebSocket session has checked the UTF-8, and what it hands
         * on lies in buffers that are padded. */
        .scan = JSON_SCAN_UTF8 | JSON_SCAN_PADDED,
        .unchecked = config->unchecked,
        .msgpack = config->msgpack,
    };

    return sio_session_new(&c->sio, &socket, &handlers, c, now);
}

enum sockfeed_result conversation_new(
    struct conversation **conversation,
    const struct conversation_config *config,
    const struct conversation_handlers *handlers, void *user, int64_t now)
{
    struct conversation *c = calloc(1, sizeof *c);
    enum sockfeed_result result;

    if (c == NULL) {
        return SOCKFEED_NOMEM;
    }
    c->handlers = *handlers;
    c->user = user;
    result = config->protocol == SOCKFEED_PROTOCOL_EIO
                 ? start_engine(c, config, now)
                 : start_socket(c, config, now);
    if (result != SOCKFEED_OK) {
        conversation_free(c);
        return result;
    }
    *conversation = c;
    return SOCKFEED_OK;
}

void conversation_free(struct conversation *conversation)
{
    if (conversation == NULL) {
        return;
    }
    eio_session_free(conversation->eio);
    sio_session_free(conversation->sio);
    free(conversation);
}

enum sockfeed_result conversation_receive(struct conversation *conversation,
                                          int64_t now, bool binary,
                                          struct span frame)
{
    struct conversation *c = conversation;

    if (c->sio != NULL) {
        return binary ? sio_session_receive_binary(c->sio, now, frame)
                      : sio_session_receive_text(c->sio, now, frame);
    }
    return binary ? eio_session_receive_binary(c->eio, now, frame)
                  : eio_session_receive_text(c->eio, now, frame);
}

size_t conversation_receive_texts(struct conversation *conversation,
                                  int64_t now,
                                  const struct sockfeed_text *frames,
                                  size_t count)
{
    return sio_session_receive_texts(conversation->sio, now, frames, count);
}

size_t conversation_pass_texts(struct conversation *conversation, int64_t now,
                               const struct sockfeed_text *frames, size_t count)
{
    return sio_session_pass_texts(conversation->sio, now, frames, count);
}

enum sockfeed_result conversation_send(struct conversation *conversation,
                                       const struct sockfeed_outgoing *message)
{
    struct span data = span_of(message->data, message->size);

    if (conversation->sio != NULL) {
        return message->type == SOCKFEED_OUTGOING_EVENT
                   ? sio_session_emit(conversation->sio,
                                      span_text(message->space), data)
                   : SOCKFEED_INVALID;
    }
    switch (message->type) {
    case SOCKFEED_OUTGOING_TEXT:
        return eio_session_send_text(conversation->eio, data);
    case SOCKFEED_OUTGOING_BINARY:
        return eio_session_send_binary(conversation->eio, data);
    case SOCKFEED_OUTGOING_EVENT:
        break;
    }
    return SOCKFEED_INVALID;
}

enum sockfeed_result conversation_call(struct conversation *conversation,
                                       const struct sockfeed_outgoing *message,
                                       uint64_t id, int64_t deadline)
{
    if (conversation->sio == NULL) {
        return SOCKFEED_INVALID;
    }
    return sio_session_call(conversation->sio, span_text(message->space),
                            span_of(message->data, message->size), id,
                            deadline);
}

enum sockfeed_result conversation_acknowledge(struct conversation *conversation,
                                              struct span space, uint64_t id,
                                              struct span array)
{
    if (conversation->sio == NULL) {
        return SOCKFEED_INVALID;
    }
    return sio_session_acknowledge(conversation->sio, space, id, array);
}

bool conversation_has_joined(const struct conversation *conversation,
                             struct span space)
{
    return conversation->sio == NULL ||
           sio_session_joined(conversation->sio, space);
}

bool conversation_is_late(const struct conversation *conversation)
{
    return conversation->sio != NULL && sio_session_is_late(conversation->sio);
}

bool conversation_recovered(const struct conversation *conversation,
                            struct span space)
{
    return conversation->sio != NULL &&
           sio_session_recovered(conversation->sio, space);
}

bool conversation_all_recovered(const struct conversation *conversation)
{
    return conversation->sio != NULL &&
           sio_session_all_recovered(conversation->sio);
}

void conversation_pause(struct conversation *conversation, int64_t now)
{
    if (conversation->sio != NULL) {
        sio_session_pause(conversation->sio, now);
    } else {
        eio_session_pause(conversation->eio, now);
    }
}

void conversation_resume(struct conversation *conversation, int64_t now)
{
    if (conversation->sio != NULL) {
        sio_session_resume(conversation->sio, now);
    } else {
        eio_session_resume(conversation->eio, now);
    }
}

void conversation_close(struct conversation *conversation)
{
    if (conversation->sio != NULL) {
        sio_session_close(conversation->sio);
    } else {
        eio_session_close(conversation->eio);
    }
}

int64_t conversation_deadline(const struct conversation *conversation)
{
    return conversation->sio != NULL ? sio_session_deadline(conversation->sio)
                                     : eio_session_deadline(conversation->eio);
}

enum sockfeed_result conversation_tick(struct conversation *conversation,
                                       int64_t now)
{
    return conversation->sio != NULL ? sio_session_tick(conversation->sio, now)
                                     : eio_session_tick(conversation->eio, now);
}

static const struct eio_session *engine(const struct conversation *c)
{
    return c->sio != NULL ? sio_session_engine(c->sio) : c->eio;
}

int conversation_revision(const struct conversation *conversation)
{
    return eio_session_revision(engine(conversation)) == EIO_REVISION_3 ? 3 : 4;
}

const struct sockfeed_failure *conversation_failure(
    const struct conversation *conversation)
{
    return conversation->sio != NULL ? sio_session_failure(conversation->sio)
                                     : eio_session_failure(conversation->eio);
}

void conversation_explain(const struct conversation *conversation,
                          struct sockfeed_failure *failure)
{
    bool early = conversation != NULL && failure->result != SOCKFEED_TOO_LARGE;
    const char *hint = early ? eio_session_hint(engine(conversation)) : NULL;
    size_t length = strlen(failure->text);

    if (hint != NULL) {
        (void)snprintf(failure->text + length, sizeof failure->text - length,
                       "; %s", hint);
    }
}
