/* SPDX-License-Identifier: MIT */
#include "session/sio_session.h"

#include "base/limits.h"
#include "session/sio_joining.h"
#include "session/sio_session_inside.h"

#include <stdlib.h>

/* ---- Failing ----------------------------------------------------------- */

bool sio_session_is_live(const struct sio_session *session)
{
    return session->state != SIO_SESSION_OVER;
}

void sio_session_fail(struct sio_session *session, enum sockfeed_result result,
                      const char *text, const char *detail)
{
    if (!sio_session_is_live(session)) {
        return;
    }
    (void)failure_set(&session->failure, result,
                      session->state == SIO_SESSION_OPENING
                          ? SOCKFEED_STAGE_OPEN
                          : SOCKFEED_STAGE_STREAM,
                      "%s%s", text, detail);
    session->state = SIO_SESSION_OVER;
    eio_session_close(session->engine);
}

static void fail_received(struct sio_session *session,
                          enum sockfeed_result result,
                          const struct malformed *malformed)
{
    if (result == SOCKFEED_PROTOCOL) {
        sio_session_fail(session, result,
                         "malformed Socket.IO packet: ", malformed->reason);
    } else if (result == SOCKFEED_TOO_LARGE) {
        sio_session_fail(session, result,
                         "an event with its attachments is too large", "");
    } else {
        sio_session_fail(session, result,
                         "a Socket.IO packet cannot be decoded", "");
    }
}

/* ---- Sending ----------------------------------------------------------- */

enum sockfeed_result sio_session_send_packet(struct sio_session *session,
                                             const struct sio_packet *packet)
{
    size_t size = sio_packet_encoded_size(packet);
    char *to;

    if (eio_session_state(session->engine) != EIO_SESSION_OPEN) {
        return SOCKFEED_STATE;
    }
    to = eio_session_compose_text(session->engine, size);
    if (to == NULL) {
        return SOCKFEED_NOMEM;
    }
    sio_packet_encode(to, packet);
    return eio_session_send_composed(session->engine);
}

/* ---- Receiving --------------------------------------------------------- */

static void deliver(struct sio_session *session,
                    const struct sio_packet *packet, struct span frame)
{
    struct sio_event event;

    sio_event_from_packet(&event, packet, frame);
    session->handlers.event(session->user, &event);
}

void sio_session_deliver_early(struct sio_session *session,
                               struct sio_namespace *space)
{
    struct sio_packet_rules early = session->reader.rules;
    struct malformed malformed;
    struct sio_packet packet;
    struct span frame;
    struct span text;
    size_t at = 0;

    while (sio_session_is_live(session) &&
           space->state == SIO_NAMESPACE_JOINED &&
           sio_event_queue_next(&space->early, &at, &frame, &text)) {
        /* It was read before, so only memory can be lacking. */
        if (sio_packet_decode(&packet, &malformed, text, &early) !=
            SOCKFEED_OK) {
            sio_session_fail(session, SOCKFEED_NOMEM, "an event cannot be kept",
                             "");
            break;
        }
        deliver(session, &packet, frame);
    }
    sio_event_queue_deinit(&space->early);
}

static void keep_early(struct sio_session *session, struct sio_namespace *space,
                       struct span frame, struct span packet)
{
    enum sockfeed_result result;
    size_t kept = frame.size;

    for (size_t i = 0; i < session->spaces.count; i++) {
        kept += session->spaces.items[i].early.kept.size;
    }
    result = kept > LIMIT_EARLY_EVENTS
                 ? SOCKFEED_FULL
                 : sio_event_queue_add(&space->early, frame, packet);
    if (result == SOCKFEED_FULL) {
        sio_session_fail(session, SOCKFEED_PROTOCOL,
                         "too many events before the CONNECT of ", space->name);
    } else if (result != SOCKFEED_OK) {
        sio_session_fail(session, result, "an event cannot be kept", "");
    }
}

static void receive_event(struct sio_session *session,
                          const struct sio_received *received)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, received->packet.space);

    if (space == NULL) {
        return;
    }
    if (space->state == SIO_NAMESPACE_JOINED) {
        deliver(session, &received->packet, received->frame);
    } else if (sio_joining_is_pending(space)) {
        keep_early(session, space, received->frame, received->text);
    }
}

static void on_open(void *user, const struct eio_handshake *handshake)
{
    (void)handshake;
    sio_joining_begin(user);
}

static void dispatch(struct sio_session *session,
                     const struct sio_received *received)
{
    switch (received->packet.type) {
    case SIO_PACKET_EVENT:
        receive_event(session, received);
        break;
    case SIO_PACKET_CONNECT:
        sio_joining_receive_connect(session, &received->packet);
        break;
    case SIO_PACKET_DISCONNECT:
        sio_joining_receive_disconnect(session, &received->packet);
        break;
    case SIO_PACKET_CONNECT_ERROR:
        sio_joining_receive_refusal(session, &received->packet);
        break;
    case SIO_PACKET_ACK: /* nothing waits for one */
    case SIO_PACKET_BINARY_EVENT:
    case SIO_PACKET_BINARY_ACK: /* the reader has made others of them */
        break;
    }
}

static void on_message(void *user, struct span data, struct span frame)
{
    struct sio_session *session = user;
    struct sio_received received;
    struct malformed malformed;
    enum sockfeed_result result =
        sio_reader_text(&session->reader, &received, &malformed, data, frame);

    if (result == SOCKFEED_OK) {
        dispatch(session, &received);
    } else if (result != SOCKFEED_MORE) {
        fail_received(session, result, &malformed);
    }
}

static void on_binary(void *user, struct span data, struct span frame)
{
    struct sio_session *session = user;
    struct sio_received received;
    struct malformed malformed;
    enum sockfeed_result result =
        sio_reader_binary(&session->reader, &received, &malformed, data);

    (void)frame;
    if (result == SOCKFEED_OK) {
        dispatch(session, &received);
    } else if (result != SOCKFEED_MORE) {
        fail_received(session, result, &malformed);
    }
}

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct sio_session *session = user;

    return session->handlers.send(session->user, binary, packet);
}

static void on_notice(void *user, const char *text)
{
    struct sio_session *session = user;

    session->handlers.notice(session->user, text);
}

/* ---- Life -------------------------------------------------------------- */

static void destroy(struct sio_session *session)
{
    eio_session_free(session->engine);
    sio_namespace_set_deinit(&session->spaces);
    sio_reader_deinit(&session->reader);
    buf_wipe(&session->auth);
    buf_wipe(&session->query);
    buf_wipe(&session->space);
    free(session);
}

static enum sockfeed_result copy_config(struct sio_session *session,
                                        const struct sio_session_config *config)
{
    enum sockfeed_result result = SOCKFEED_OK;

    buf_append_span(&session->auth, config->auth);
    buf_append_span(&session->query, config->query);
    if (buf_result(&session->auth) != SOCKFEED_OK) {
        return buf_result(&session->auth);
    }
    if (buf_result(&session->query) != SOCKFEED_OK) {
        return buf_result(&session->query);
    }
    for (size_t i = 0; i < config->namespace_count && result == SOCKFEED_OK;
         i++) {
        result = sio_namespace_set_add(&session->spaces, config->namespaces[i]);
    }
    return result == SOCKFEED_OK && session->spaces.count == 0
               ? SOCKFEED_INVALID
               : result;
}

static void init_reader(struct sio_session *session)
{
    const struct sio_session_config *config = &session->config;
    struct sio_packet_rules rules = {
        .max_attachments = config->max_attachments == 0
                               ? LIMIT_ATTACHMENTS
                               : config->max_attachments,
        .scan = config->scan,
        .unchecked = config->unchecked,
    };

    sio_reader_init(&session->reader, &rules, config->max_message);
}

static struct eio_session *new_engine(struct sio_session *session, int64_t now)
{
    static const struct eio_session_handlers handlers = {
        .send = on_send,
        .open = on_open,
        .message = on_message,
        .binary = on_binary,
        .notice = on_notice,
    };
    struct eio_session_config config = {
        .asked = session->config.asked,
        .pinned = session->config.pinned,
        .open_timeout = session->config.open_timeout,
        .max_message = session->config.max_message,
    };

    return eio_session_new(&config, &handlers, session, now);
}

enum sockfeed_result sio_session_new(
    struct sio_session **session, const struct sio_session_config *config,
    const struct sio_session_handlers *handlers, void *user, int64_t now)
{
    struct sio_session *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->config = *config;
    made->handlers = *handlers;
    made->user = user;
    made->ask_at = INT64_MAX;
    made->connect_deadline = INT64_MAX;
    made->paused_at = INT64_MAX;
    init_reader(made);
    buf_init(&made->auth, LIMIT_OUTGOING);
    buf_init(&made->query, LIMIT_URL);
    buf_init(&made->space, LIMIT_OUTGOING);
    result = copy_config(made, config);
    if (result == SOCKFEED_OK) {
        made->engine = new_engine(made, now);
        result = made->engine == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
    }
    if (result != SOCKFEED_OK) {
        destroy(made);
        return result;
    }
    *session = made;
    return SOCKFEED_OK;
}

void sio_session_free(struct sio_session *session)
{
    if (session == NULL) {
        return;
    }
    session->state = SIO_SESSION_OVER;
    session->freed = true;
    if (session->depth == 0) {
        destroy(session);
    } else {
        eio_session_close(session->engine);
    }
}

/* The end of a call that may have called a handler. */
static enum sockfeed_result leave(struct sio_session *session,
                                  enum sockfeed_result result)
{
    session->depth--;
    if (session->freed) {
        if (session->depth == 0) {
            destroy(session);
        }
        return SOCKFEED_CLOSED;
    }
    return result;
}

/* What a receiving call or a tick of the engine has come to. */
static enum sockfeed_result conclude(struct sio_session *session)
{
    const struct sockfeed_failure *below = eio_session_failure(session->engine);

    if (sio_session_is_live(session) && below->result != SOCKFEED_OK) {
        session->failure = *below;
        if (session->state == SIO_SESSION_OPENING) {
            session->failure.stage = SOCKFEED_STAGE_OPEN;
        }
        session->state = SIO_SESSION_OVER;
    }
    return leave(session, session->failure.result);
}

static enum sockfeed_result over(const struct sio_session *session)
{
    return session->failure.result == SOCKFEED_OK ? SOCKFEED_STATE
                                                  : session->failure.result;
}

static enum sockfeed_result receive(struct sio_session *session, int64_t now,
                                    bool binary, struct span frame)
{
    if (!sio_session_is_live(session)) {
        return over(session);
    }
    session->depth++;
    session->now = now;
    /* What it answers is seen in its state and ours. */
    if (binary) {
        (void)!eio_session_receive_binary(session->engine, now, frame);
    } else {
        (void)!eio_session_receive_text(session->engine, now, frame);
    }
    return conclude(session);
}

enum sockfeed_result sio_session_receive_text(struct sio_session *session,
                                              int64_t now, struct span frame)
{
    return receive(session, now, false, frame);
}

enum sockfeed_result sio_session_receive_binary(struct sio_session *session,
                                                int64_t now, struct span frame)
{
    return receive(session, now, true, frame);
}

bool sio_session_joined(const struct sio_session *session, struct span space)
{
    const struct sio_namespace *found =
        sio_namespace_set_find(&session->spaces, space);

    return sio_session_is_live(session) && found != NULL &&
           found->state == SIO_NAMESPACE_JOINED;
}

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    return sio_session_send_packet(user, packet);
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct sio_session *session = user;

    return eio_session_send_binary(session->engine, data);
}

enum sockfeed_result sio_session_emit(struct sio_session *session,
                                      struct span space, struct span array)
{
    struct sio_attachment_sender send = {send_text, send_binary, session};
    struct sio_packet packet = {
        .type = SIO_PACKET_EVENT, .space = space, .payload = array};
    enum sockfeed_result result;
    bool torn;

    if (!sio_session_joined(session, space)) {
        return SOCKFEED_STATE;
    }
    session->depth++;
    result = sio_attachment_send(&send, &packet, &torn);
    if (torn) {
        sio_session_fail(session, result,
                         "an attachment of an event cannot be sent", "");
    }
    return leave(session, result);
}

bool sio_session_lives_on(const struct sio_session *session)
{
    return sio_joining_lives_on(session);
}

void sio_session_close(struct sio_session *session)
{
    struct sio_packet packet = {.type = SIO_PACKET_DISCONNECT};

    if (!sio_session_is_live(session)) {
        return;
    }
    session->depth++;
    for (size_t i = 0;
         i < session->spaces.count && sio_session_is_live(session); i++) {
        if (session->spaces.items[i].state == SIO_NAMESPACE_JOINED) {
            packet.space = sio_namespace_name(&session->spaces.items[i]);
            /* Out of politeness: nothing depends on it. */
            (void)!sio_session_send_packet(session, &packet);
        }
    }
    session->state = SIO_SESSION_OVER;
    eio_session_close(session->engine);
    (void)!leave(session, SOCKFEED_OK);
}

/* ---- Time -------------------------------------------------------------- */

void sio_session_pause(struct sio_session *session, int64_t now)
{
    if (session->paused_at == INT64_MAX) {
        session->paused_at = now;
    }
    eio_session_pause(session->engine, now);
}

void sio_session_resume(struct sio_session *session, int64_t now)
{
    /* Answers that lie unread are not late. */
    if (session->paused_at != INT64_MAX &&
        session->connect_deadline != INT64_MAX) {
        session->connect_deadline += now - session->paused_at;
    }
    session->paused_at = INT64_MAX;
    eio_session_resume(session->engine, now);
}

int64_t sio_session_deadline(const struct sio_session *session)
{
    int64_t engine = eio_session_deadline(session->engine);
    int64_t joining = sio_joining_deadline(session);

    if (!sio_session_is_live(session)) {
        return INT64_MAX;
    }
    return engine < joining ? engine : joining;
}

enum sockfeed_result sio_session_tick(struct sio_session *session, int64_t now)
{
    if (!sio_session_is_live(session)) {
        return over(session);
    }
    session->depth++;
    session->now = now;
    (void)!eio_session_tick(session->engine, now);
    sio_joining_tick(session);
    return conclude(session);
}

/* ---- What is asked of it ----------------------------------------------- */

enum sio_session_state sio_session_state(const struct sio_session *session)
{
    return session->state;
}

const struct eio_session *sio_session_engine(const struct sio_session *session)
{
    return session->engine;
}

const struct sockfeed_failure *sio_session_failure(
    const struct sio_session *session)
{
    return &session->failure;
}
