/* SPDX-License-Identifier: MIT */
#include "session/sio_session.h"

#include "base/limits.h"
#include "session/sio_delivery.h"
#include "session/sio_joining.h"
#include "session/sio_sending.h"
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

/* ---- Receiving --------------------------------------------------------- */

static void on_open(void *user, const struct eio_handshake *handshake)
{
    struct sio_session *session = user;

    if (session->handlers.opened != NULL) {
        session->handlers.opened(session->user, handshake);
    }
    if (sio_session_is_live(session)) {
        sio_joining_begin(session);
    }
}

/* Where nobody waits for one (it came late, or twice) it is ignored. */
static void receive_ack(struct sio_session *session,
                        const struct sio_packet *packet)
{
    const struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, packet->space);

    if (space == NULL || !packet->has_id ||
        !sio_ack_set_take(&session->acks,
                          (size_t)(space - session->spaces.items),
                          packet->id)) {
        return;
    }
    session->handlers.answered(session->user,
                               &(struct sio_answer){
                                   .space = space->name,
                                   .id = packet->id,
                                   .result = SOCKFEED_OK,
                                   .data = packet->payload,
                                   .args = packet->args,
                                   .arg_count = packet->arg_count,
                               });
}

static void dispatch(struct sio_session *session,
                     const struct sio_received *received)
{
    switch (received->packet.type) {
    case SIO_PACKET_EVENT:
        sio_delivery_receive(session, received);
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
    case SIO_PACKET_ACK:
        receive_ack(session, &received->packet);
        break;
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
    sio_ack_set_deinit(&session->acks);
    buf_wipe(&session->auth);
    buf_wipe(&session->query);
    buf_wipe(&session->space);
    buf_wipe(&session->payload);
    buf_deinit(&session->stripped);
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
    for (size_t i = 0; config->recovery != NULL && i < session->spaces.count;
         i++) {
        struct sio_namespace *space = &session->spaces.items[i];

        space->memory =
            sio_recovery_find(config->recovery, sio_namespace_name(space));
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
    session->reader.msgpack = config->msgpack;
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
        .spoken = session->config.spoken,
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
    buf_init(&made->payload, LIMIT_OUTGOING);
    buf_init(&made->stripped, SIZE_MAX / 2);
    result = copy_config(made, config);
    made->root = sio_namespace_set_find(&made->spaces, span_of("/", 1));
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

/* Where the session was freed, at least one was taken. */
static size_t receive_texts(struct sio_session *session, int64_t now,
                            const struct sockfeed_text *frames, size_t count,
                            enum sockfeed_result *result)
{
    size_t taken;

    session->depth++;
    session->now = now;
    taken = sio_delivery_take(session, now, frames, count);
    *result = leave(session, session->failure.result);
    return taken;
}

enum sockfeed_result sio_session_receive_text(struct sio_session *session,
                                              int64_t now, struct span frame)
{
    const struct sockfeed_text text = {frame.data, frame.size};
    enum sockfeed_result result;

    if (receive_texts(session, now, &text, 1, &result) == 1 ||
        result == SOCKFEED_CLOSED) {
        return result;
    }
    return receive(session, now, false, frame);
}

size_t sio_session_receive_texts(struct sio_session *session, int64_t now,
                                 const struct sockfeed_text *frames,
                                 size_t count)
{
    enum sockfeed_result result;

    return receive_texts(session, now, frames, count, &result);
}

size_t sio_session_pass_texts(struct sio_session *session, int64_t now,
                              const struct sockfeed_text *frames, size_t count)
{
    return sio_delivery_pass(session, now, frames, count);
}

enum sockfeed_result sio_session_receive_binary(struct sio_session *session,
                                                int64_t now, struct span frame)
{
    return receive(session, now, true, frame);
}

bool sio_session_is_late(const struct sio_session *session)
{
    return session->late;
}

bool sio_session_joined(const struct sio_session *session, struct span space)
{
    const struct sio_namespace *found =
        sio_namespace_set_find(&session->spaces, space);

    return sio_session_is_live(session) && found != NULL &&
           found->state == SIO_NAMESPACE_JOINED;
}

bool sio_session_recovered(const struct sio_session *session, struct span space)
{
    const struct sio_namespace *found =
        sio_namespace_set_find(&session->spaces, space);

    return found != NULL &&
           (found->recovered ||
            (found->resuming && sio_joining_is_pending(found)));
}

bool sio_session_all_recovered(const struct sio_session *session)
{
    size_t recovered = 0;

    for (size_t i = 0; i < session->spaces.count; i++) {
        const struct sio_namespace *space = &session->spaces.items[i];

        if (space->state == SIO_NAMESPACE_JOINED && !space->recovered) {
            return false;
        }
        recovered += space->recovered ? 1 : 0;
    }
    return recovered > 0;
}

bool sio_session_lives_on(const struct sio_session *session)
{
    return sio_joining_lives_on(session);
}

enum sockfeed_result sio_session_emit(struct sio_session *session,
                                      struct span space, struct span array)
{
    struct sio_packet packet = {
        .type = SIO_PACKET_EVENT, .space = space, .payload = array};

    session->depth++;
    return leave(session, sio_sending_whole(session, &packet));
}

enum sockfeed_result sio_session_call(struct sio_session *session,
                                      struct span space, struct span array,
                                      uint64_t id, int64_t deadline)
{
    struct sio_packet packet = {.type = SIO_PACKET_EVENT,
                                .space = space,
                                .has_id = true,
                                .id = id,
                                .payload = array};
    const struct sio_namespace *found =
        sio_namespace_set_find(&session->spaces, space);
    struct sio_ack ack = {.id = id, .deadline = deadline};
    enum sockfeed_result result;

    if (!sio_session_joined(session, space)) {
        return SOCKFEED_STATE;
    }
    ack.space = (size_t)(found - session->spaces.items);
    result = sio_ack_set_add(&session->acks, &ack);
    if (result != SOCKFEED_OK) {
        return result;
    }
    session->depth++;
    result = sio_sending_whole(session, &packet);
    if (result != SOCKFEED_OK) {
        (void)sio_ack_set_take(&session->acks, ack.space, id);
    }
    return leave(session, result);
}

enum sockfeed_result sio_session_acknowledge(struct sio_session *session,
                                             struct span space, uint64_t id,
                                             struct span array)
{
    struct sio_packet packet = {.type = SIO_PACKET_ACK,
                                .space = space,
                                .has_id = true,
                                .id = id,
                                .payload = array};

    session->depth++;
    return leave(session, sio_sending_whole(session, &packet));
}

static void give_up(struct sio_session *session, const struct sio_ack *ack,
                    enum sockfeed_result result)
{
    session->handlers.answered(
        session->user, &(struct sio_answer){
                           .space = session->spaces.items[ack->space].name,
                           .id = ack->id,
                           .result = result,
                       });
}

void sio_session_end_calls(struct sio_session *session,
                           const struct sio_namespace *space,
                           enum sockfeed_result result)
{
    size_t index = (size_t)(space - session->spaces.items);
    struct sio_ack ack;

    while (sio_session_is_live(session) &&
           sio_ack_set_take_of(&session->acks, &ack, index)) {
        give_up(session, &ack, result);
    }
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
            (void)!sio_sending_packet(session, &packet);
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

    int64_t acks = sio_ack_set_deadline(&session->acks);
    int64_t earliest = engine < joining ? engine : joining;

    if (!sio_session_is_live(session)) {
        return INT64_MAX;
    }
    return acks < earliest ? acks : earliest;
}

enum sockfeed_result sio_session_tick(struct sio_session *session, int64_t now)
{
    struct sio_ack ack;

    if (!sio_session_is_live(session)) {
        return over(session);
    }
    session->depth++;
    session->now = now;
    (void)!eio_session_tick(session->engine, now);
    sio_joining_tick(session);
    while (sio_session_is_live(session) &&
           sio_ack_set_take_late(&session->acks, &ack, now)) {
        give_up(session, &ack, SOCKFEED_TIMEOUT);
    }
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
