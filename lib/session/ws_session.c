/* SPDX-License-Identifier: MIT */
#include "session/ws_session.h"

#include "base/limits.h"
#include "session/http_intruder.h"
#include "session/ws_failure.h"
#include "session/ws_packed.h"
#include "session/ws_plain.h"
#include "session/ws_session_inside.h"

#include <stdlib.h>

static const int64_t never = INT64_MAX;

/* ---- Life and state ---------------------------------------------------- */

static void forward_sent(void *user, enum ws_opcode opcode, struct span payload)
{
    const struct ws_session *session = user;

    if (session->handlers.sent != NULL) {
        session->handlers.sent(session->user, opcode, payload);
    }
}

struct ws_session *ws_session_new(const struct ws_session_config *config,
                                  const struct ws_session_handlers *handlers,
                                  void *user, int64_t now)
{
    struct ws_session *session = calloc(1, sizeof *session);

    if (session == NULL) {
        return NULL;
    }
    session->config = *config;
    session->handlers = *handlers;
    session->user = user;
    session->rules.role = config->role;
    ws_message_init(&session->message, config->max_message,
                    config->max_fragments > 0 ? config->max_fragments
                                              : LIMIT_FRAGMENTS);
    if (config->compression != NULL) {
        session->compressed = true;
        ws_deflate_init(&session->compression, config->compression,
                        config->max_message);
        session->config.compression = NULL; /* it was borrowed */
        session->rules.rsv = WS_RSV1;
    }
    buf_init(&session->waiting, SIZE_MAX / 2);
    ws_output_init(&session->output, config->role, config->rng);
    session->output.sent_urgent = forward_sent;
    session->output.user = session;
    session->needed = 2;
    ws_keepalive_start(&session->keepalive, config->ping_interval,
                       config->ping_timeout, now);
    session->close_due = never;
    return session;
}

void ws_session_set_handlers(struct ws_session *session,
                             const struct ws_session_handlers *handlers,
                             void *user)
{
    session->handlers = *handlers;
    session->user = user;
}

static void end_intruder(struct ws_session *session)
{
    if (session->intruder != NULL) {
        http_intruder_deinit(session->intruder);
        free(session->intruder);
        session->intruder = NULL;
    }
}

void ws_session_free(struct ws_session *session)
{
    if (session == NULL) {
        return;
    }
    if (session->receiving) {
        session->freed = true;
        return;
    }
    end_intruder(session);
    ws_deflate_deinit(&session->compression);
    buf_deinit(&session->waiting);
    ws_message_deinit(&session->message);
    ws_output_deinit(&session->output);
    free(session);
}

enum ws_session_state ws_session_state(const struct ws_session *session)
{
    return session->state;
}

const struct sockfeed_failure *ws_session_failure(
    const struct ws_session *session)
{
    return &session->failure;
}

uint16_t ws_session_peer_code(const struct ws_session *session)
{
    return session->peer_code;
}

struct span ws_session_peer_reason(const struct ws_session *session)
{
    return span_of(session->peer_reason, session->peer_reason_size);
}

/* No more pings; what was half received is of no use any more. */
static void enter(struct ws_session *session, enum ws_session_state state,
                  int64_t close_due)
{
    session->state = state;
    session->close_due = close_due;
    ws_keepalive_stop(&session->keepalive);
    if (state != WS_SESSION_CLOSING) {
        end_intruder(session);
    }
}

static void settle(struct ws_session *session)
{
    if (session->state == WS_SESSION_LINGERING && !session->await_end &&
        ws_output_size(&session->output) == 0) {
        enter(session, WS_SESSION_OVER, never);
    }
}

static void linger(struct ws_session *session, int64_t now)
{
    enter(session, WS_SESSION_LINGERING,
          ws_keepalive_later(now, WS_SESSION_LINGER_MS));
    settle(session);
}

/* Queues our close frame and says so. Without memory for it the stream simply
 * ends, as it does for peers that vanish. */
static void queue_close(struct ws_session *session, uint16_t code,
                        struct span reason)
{
    char payload[WS_CLOSE_PAYLOAD_MAX];
    struct span span = span_of(payload, ws_close_encode(payload, code, reason));

    if (ws_output_close(&session->output, span) == SOCKFEED_OK) {
        forward_sent(session, WS_OPCODE_CLOSE, span);
    }
}

/* Gives up the connection: the failure is set already. */
static enum sockfeed_result fail(struct ws_session *session, int64_t now,
                                 uint16_t code)
{
    if (session->state == WS_SESSION_OPEN) {
        queue_close(session, code, span_of(NULL, 0));
    }
    linger(session, now);
    return session->failure.result;
}

/* ---- Receiving --------------------------------------------------------- */

static enum sockfeed_result fail_received(struct ws_session *session,
                                          int64_t now,
                                          enum sockfeed_result result,
                                          const struct malformed *malformed)
{
    struct sockfeed_failure *failure = &session->failure;
    enum ws_role role = session->config.role;

    if (result == SOCKFEED_NOMEM) {
        ws_failure_no_memory(failure);
    } else if (result == SOCKFEED_TOO_LARGE) {
        ws_failure_too_large(failure, role, malformed, &session->message);
    } else {
        ws_failure_malformed(failure, role, malformed);
    }
    return fail(session, now, ws_close_code_for(result));
}

static enum sockfeed_result receive_close(struct ws_session *session,
                                          int64_t now,
                                          const struct ws_frame *frame)
{
    struct malformed malformed;
    struct ws_close close;
    enum sockfeed_result result =
        ws_close_decode(&close, &malformed, frame->payload);

    if (result != SOCKFEED_OK) {
        return fail_received(session, now, result, &malformed);
    }
    session->peer_code = close.code;
    session->peer_reason_size = close.reason.size;
    if (close.reason.size > 0) {
        memcpy(session->peer_reason, close.reason.data, close.reason.size);
    }
    if (session->state == WS_SESSION_OPEN) {
        ws_failure_closed(&session->failure, session->config.role, &close);
        queue_close(session, close.code, span_of(NULL, 0));
    }
    /* RFC 6455, 7.1.1: the server ends the TCP connection first, so that the
     * waiting state is its own. */
    session->await_end = session->config.role == WS_ROLE_CLIENT;
    linger(session, now);
    return SOCKFEED_OK;
}

static enum sockfeed_result receive_control(struct ws_session *session,
                                            int64_t now,
                                            const struct ws_frame *frame)
{
    if (session->handlers.received != NULL) {
        session->handlers.received(session->user, frame->opcode,
                                   frame->payload);
    }
    if (frame->opcode == WS_OPCODE_PING) {
        ws_output_pong(&session->output, frame->payload);
    }
    return frame->opcode == WS_OPCODE_CLOSE ? receive_close(session, now, frame)
                                            : SOCKFEED_OK;
}

static enum sockfeed_result receive_data(struct ws_session *session,
                                         int64_t now, struct ws_frame *frame,
                                         char *spare)
{
    struct malformed malformed;
    enum ws_opcode opcode;
    struct span payload;
    enum sockfeed_result result = SOCKFEED_OK;

    if (session->compressed) {
        result = ws_deflate_receive(&session->compression, &malformed, frame,
                                    spare, ws_message_room(&session->message));
    }
    if (result == SOCKFEED_OK) {
        result = ws_message_add(&session->message, &opcode, &payload,
                                &malformed, frame);
    }
    if (result == SOCKFEED_MORE) {
        return SOCKFEED_OK;
    }
    if (result != SOCKFEED_OK) {
        return fail_received(session, now, result, &malformed);
    }
    /* Until its own goodbye the peer may go on sending (RFC 6455, 5.5.1). */
    if (session->state < WS_SESSION_LINGERING) {
        session->handlers.message(session->user, opcode, payload);
    }
    if (session->message.body.size > 0) {
        ws_message_clear(&session->message);
    }
    return SOCKFEED_OK;
}

/* The first frame cannot be one: an HTTP answer in its place is worth more to
 * a person than the reserved bit that its H looks like. */
static bool meet_intruder(struct ws_session *session, int64_t now, char first)
{
    if (session->begun || first != 'H' ||
        session->config.role != WS_ROLE_CLIENT ||
        session->state != WS_SESSION_OPEN) {
        return false;
    }
    session->intruder = malloc(sizeof *session->intruder);
    if (session->intruder == NULL) {
        return false;
    }
    http_intruder_init(session->intruder);
    session->close_due = ws_keepalive_later(now, WS_SESSION_LINGER_MS);
    return true;
}

static enum sockfeed_result expel_intruder(struct ws_session *session,
                                           int64_t now)
{
    static const struct malformed frame = {0,
                                           "a frame with a reserved bit set"};

    if (!http_intruder_tell(session->intruder, &session->failure)) {
        ws_failure_malformed(&session->failure, session->config.role, &frame);
    }
    return fail(session, now, WS_CLOSE_PROTOCOL_ERROR);
}

static enum sockfeed_result receive_intruder(struct ws_session *session,
                                             int64_t now, size_t *used,
                                             struct span data)
{
    enum sockfeed_result result =
        http_intruder_receive(session->intruder, used, data);

    if (result == SOCKFEED_MORE) {
        session->needed = data.size - *used + 1;
        return result;
    }
    return expel_intruder(session, now);
}

/* MORE, or the failure of a text that has come in part. Whatever else may be
 * wrong with its frame is found when it is whole. */
static enum sockfeed_result check_partial(struct ws_session *session,
                                          int64_t now, struct span come)
{
    static const struct malformed malformed = {0, "a text that is not UTF-8"};
    bool continues = session->message.opcode == WS_OPCODE_TEXT &&
                     !session->compression.compressed;

    if (session->config.role == WS_ROLE_SERVER || come.size == 0 ||
        !ws_message_awaits(&session->message,
                           (enum ws_opcode)(come.data[0] & 0xf)) ||
        ws_partial_check(&session->partial, come,
                         continues ? &session->message.utf8 : NULL)) {
        return SOCKFEED_MORE;
    }
    return fail_received(session, now, SOCKFEED_INVALID, &malformed);
}

/* What is compressed is held against the limit as it is inflated. */
static uint64_t frame_limit(const struct ws_session *session)
{
    size_t room = ws_message_room(&session->message);

    return !session->compressed ? room : ws_deflate_bound(room);
}

/* Deals with one frame: OK, MORE, or the failure that ends the session. */
static enum sockfeed_result receive_frame(struct ws_session *session,
                                          int64_t now, char *data, size_t size,
                                          size_t *used)
{
    struct malformed malformed;
    struct ws_frame frame;
    enum sockfeed_result result;

    session->rules.limit = frame_limit(session);
    result = ws_frame_decode(&frame, &malformed, data, size, &session->rules);
    if (result == SOCKFEED_MORE) {
        session->needed = (size_t)frame.size;
        return check_partial(session, now, span_of(data, size));
    }
    if (result != SOCKFEED_OK) {
        if (meet_intruder(session, now, data[0])) {
            return SOCKFEED_OK;
        }
        return fail_received(session, now, result, &malformed);
    }
    session->begun = true;
    session->needed = 2;
    *used = (size_t)frame.size;
    return ws_frame_is_control(frame.opcode)
               ? receive_control(session, now, &frame)
               : receive_data(session, now, &frame,
                              size - *used < WS_DEFLATE_TAIL ? NULL
                                                             : data + *used);
}

static enum sockfeed_result receive_one(struct ws_session *session, int64_t now,
                                        char *data, size_t size, size_t *used)
{
    if (session->spoiled.result != SOCKFEED_OK) {
        return fail_received(session, now, session->spoiled.result,
                             &session->spoiled.malformed);
    }
    return session->intruder == NULL
               ? receive_frame(session, now, data, size, used)
               : receive_intruder(session, now, used, span_of(data, size));
}

enum sockfeed_result ws_session_receive(struct ws_session *session, int64_t now,
                                        char *data, size_t size, size_t *used)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *used = 0;
    session->partial.seen = 0;
    if (size > 0) {
        ws_keepalive_answered(&session->keepalive);
    }
    session->receiving = true;
    while (result == SOCKFEED_OK && *used < size &&
           ws_plain_is_reading(session)) {
        size_t taken = 0;

        if (ws_plain_is_due(session)) {
            taken = ws_plain_receive(session, data + *used, size - *used);
        }
        if (taken == 0 && ws_packed_is_due(session)) {
            taken = ws_packed_receive(session, data + *used, size - *used);
        }
        if (taken == 0 && ws_plain_is_reading(session)) {
            session->settled = false;
            result =
                receive_one(session, now, data + *used, size - *used, &taken);
        }
        *used += taken;
    }
    session->receiving = false;
    if (session->freed) {
        ws_session_free(session);
        return SOCKFEED_STATE;
    }
    if (session->state < WS_SESSION_LINGERING) {
        return SOCKFEED_OK;
    }
    *used = size; /* nothing counts after the goodbye */
    return session->failure.result;
}

enum sockfeed_result ws_session_arriving(struct ws_session *session,
                                         int64_t now, const char *data,
                                         size_t size)
{
    session->settled = false;
    ws_keepalive_answered(&session->keepalive);
    if (ws_plain_is_reading(session) && session->intruder == NULL) {
        (void)!check_partial(session, now, span_of(data, size));
    }
    return session->failure.result;
}

size_t ws_session_needed(const struct ws_session *session)
{
    return session->needed;
}

void ws_session_pause(struct ws_session *session)
{
    session->paused = true;
    session->settled = false;
    ws_keepalive_pause(&session->keepalive);
}

void ws_session_resume(struct ws_session *session, int64_t now)
{
    session->paused = false;
    session->settled = false;
    ws_keepalive_resume(&session->keepalive, now);
}

/* ---- Sending ----------------------------------------------------------- */

enum sockfeed_result ws_session_send(struct ws_session *session,
                                     enum ws_opcode opcode, struct span payload)
{
    bool fits = opcode == WS_OPCODE_PING
                    ? payload.size <= WS_FRAME_CONTROL_MAX
                    : opcode == WS_OPCODE_TEXT || opcode == WS_OPCODE_BINARY;
    enum sockfeed_result result;

    if (!fits) {
        return SOCKFEED_INVALID;
    }
    if (session->state != WS_SESSION_OPEN) {
        return SOCKFEED_STATE;
    }
    session->settled = false;
    if (!session->compressed || opcode == WS_OPCODE_PING ||
        !ws_deflate_send(&session->compression, &payload)) {
        return ws_output_add(&session->output, opcode, 0, payload);
    }
    result = ws_output_add(&session->output, opcode, WS_RSV1, payload);
    if (result != SOCKFEED_OK) {
        ws_deflate_unsend(&session->compression);
    }
    return result;
}

struct span ws_session_output(struct ws_session *session)
{
    struct span output = ws_output_next(&session->output);

    session->settled = output.size == 0;
    return output;
}

bool ws_session_is_settled(const struct ws_session *session)
{
    return session->settled;
}

void ws_session_sent(struct ws_session *session, size_t count)
{
    session->settled = false;
    ws_output_written(&session->output, count);
    settle(session);
}

size_t ws_session_queued(const struct ws_session *session)
{
    return ws_output_size(&session->output);
}

/* ---- Closing and time -------------------------------------------------- */

void ws_session_close(struct ws_session *session, int64_t now, uint16_t code,
                      struct span reason, int64_t timeout)
{
    session->settled = false;
    if (session->state == WS_SESSION_OPEN) {
        queue_close(session, code, reason);
        enter(session, WS_SESSION_CLOSING, ws_keepalive_later(now, timeout));
    }
}

void ws_session_end(struct ws_session *session)
{
    session->settled = false;
    if (session->state == WS_SESSION_OPEN &&
        (session->intruder == NULL ||
         !http_intruder_tell(session->intruder, &session->failure))) {
        ws_failure_ended(&session->failure, session->config.role);
    }
    enter(session, WS_SESSION_OVER, never);
}

int64_t ws_session_deadline(const struct ws_session *session)
{
    int64_t due = ws_keepalive_deadline(&session->keepalive);

    return due < session->close_due ? due : session->close_due;
}

static void tick_close(struct ws_session *session, int64_t now)
{
    switch (session->state) {
    case WS_SESSION_OPEN:
        (void)expel_intruder(session, now);
        break;
    case WS_SESSION_CLOSING:
        ws_failure_not_closed(&session->failure, session->config.role);
        enter(session, WS_SESSION_OVER, never);
        break;
    case WS_SESSION_LINGERING:
    case WS_SESSION_OVER:
        enter(session, WS_SESSION_OVER, never);
        break;
    }
}

void ws_session_tick(struct ws_session *session, int64_t now)
{
    session->settled = false;
    if (session->close_due <= now) {
        tick_close(session, now);
    }
    switch (ws_keepalive_tick(&session->keepalive, now)) {
    case WS_KEEPALIVE_WAIT:
        break;
    case WS_KEEPALIVE_PING:
        ws_output_ping(&session->output);
        break;
    case WS_KEEPALIVE_LOST:
        /* Who does not answer is not told goodbye either. */
        ws_failure_no_pong(&session->failure, session->config.ping_timeout);
        enter(session, WS_SESSION_OVER, never);
        break;
    }
}
