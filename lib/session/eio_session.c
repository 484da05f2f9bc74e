/* SPDX-License-Identifier: MIT */
#include "session/eio_session.h"

#include "session/eio_heartbeat.h"
#include "session/eio_sender.h"

#include <stdlib.h>

struct eio_session {
    struct eio_session_config config;
    struct eio_session_handlers handlers;
    void *user;
    enum eio_session_state state;
    enum eio_revision revision;
    bool known;            /* the revision is more than what was asked for */
    int64_t open_deadline; /* while WAITING */
    int64_t opened_at;
    int64_t judge_at; /* no ping until then: revision 3; INT64_MAX: known */
    struct eio_handshake handshake;
    struct eio_heartbeat heartbeat;
    struct buf bytes; /* of a binary message that came in base64 */
    struct eio_sender sender;
    struct sockfeed_failure failure;
    unsigned depth; /* calls that are inside a handler, or may get there */
    bool freed;     /* inside one: to be destroyed when they return */
};

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct eio_session *session = user;

    return session->handlers.send(session->user, binary, packet);
}

struct eio_session *eio_session_new(const struct eio_session_config *config,
                                    const struct eio_session_handlers *handlers,
                                    void *user, int64_t now)
{
    struct eio_session *session = calloc(1, sizeof *session);

    if (session == NULL) {
        return NULL;
    }
    session->config = *config;
    session->handlers = *handlers;
    session->user = user;
    session->known = config->spoken != 0;
    session->revision =
        session->known ? (enum eio_revision)config->spoken : config->asked;
    session->open_deadline = now + config->open_timeout;
    session->judge_at = INT64_MAX;
    buf_init(&session->bytes, config->max_message);
    eio_sender_init(&session->sender, on_send, session);
    return session;
}

static void destroy(struct eio_session *session)
{
    buf_deinit(&session->bytes);
    eio_sender_deinit(&session->sender);
    free(session);
}

void eio_session_free(struct eio_session *session)
{
    if (session == NULL) {
        return;
    }
    eio_session_close(session);
    session->freed = true;
    if (session->depth == 0) {
        destroy(session);
    }
}

static bool is_live(const struct eio_session *session)
{
    return session->state == EIO_SESSION_WAITING ||
           session->state == EIO_SESSION_OPEN;
}

/* Before anything that may call a handler: whether there is reason to go on. */
static bool enter(struct eio_session *session)
{
    if (!is_live(session)) {
        return false;
    }
    session->depth++;
    return true;
}

static enum sockfeed_result leave(struct eio_session *session,
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

/* The answer of a receiving call or a tick that came too late. */
static enum sockfeed_result over(const struct eio_session *session)
{
    return session->state == EIO_SESSION_FAILED ? session->failure.result
                                                : SOCKFEED_STATE;
}

static enum sockfeed_result settle(struct eio_session *session)
{
    return leave(session, session->failure.result);
}

static enum sockfeed_stage stage(const struct eio_session *session)
{
    return session->state == EIO_SESSION_WAITING ? SOCKFEED_STAGE_OPEN
                                                 : SOCKFEED_STAGE_STREAM;
}

void eio_session_fail(struct eio_session *session,
                      const struct sockfeed_failure *failure)
{
    if (is_live(session)) {
        session->failure = *failure;
        session->state = EIO_SESSION_FAILED;
    }
}

static void fail(struct eio_session *session, enum sockfeed_result result,
                 const char *text)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, stage(session), "%s", text);
    eio_session_fail(session, &failure);
}

static void fail_malformed(struct eio_session *session,
                           enum sockfeed_result result,
                           const struct malformed *malformed)
{
    struct sockfeed_failure failure;

    if (result == SOCKFEED_FULL) {
        fail(session, SOCKFEED_TOO_LARGE, "a message in base64 is too large");
        return;
    }
    if (result != SOCKFEED_PROTOCOL) {
        fail(session, result, "a message cannot be decoded");
        return;
    }
    (void)failure_set(&failure, result, stage(session),
                      "malformed Engine.IO packet: %s (byte %zu)",
                      malformed->reason, malformed->offset);
    if (session->handshake.sid[0] == '\0') {
        failure.cause = SOCKFEED_CAUSE_NO_ENGINE_IO;
    }
    eio_session_fail(session, &failure);
}

/* ---- Sending ----------------------------------------------------------- */

/* A packet without data that the session itself must send to live on. */
static void send_own(struct eio_session *session, enum eio_packet_type type)
{
    enum sockfeed_result result = eio_sender_bare(&session->sender, type);
    struct sockfeed_failure failure;

    if (result != SOCKFEED_OK) {
        (void)failure_set(&failure, result, stage(session),
                          "a heartbeat cannot be sent: %s",
                          sockfeed_result_text(result));
        eio_session_fail(session, &failure);
    }
}

static enum sockfeed_result send_message(struct eio_session *session,
                                         bool binary, struct span data)
{
    struct eio_packet packet = {EIO_PACKET_MESSAGE, binary, data};

    if (session->state != EIO_SESSION_OPEN) {
        return SOCKFEED_STATE;
    }
    session->depth++;
    return leave(session, eio_sender_packet(&session->sender, &packet,
                                            session->revision));
}

enum sockfeed_result eio_session_send_text(struct eio_session *session,
                                           struct span data)
{
    return send_message(session, false, data);
}

enum sockfeed_result eio_session_send_binary(struct eio_session *session,
                                             struct span data)
{
    return send_message(session, true, data);
}

char *eio_session_compose_text(struct eio_session *session, size_t size)
{
    return session->state == EIO_SESSION_OPEN
               ? eio_sender_compose(&session->sender, EIO_PACKET_MESSAGE, size)
               : NULL;
}

enum sockfeed_result eio_session_send_composed(struct eio_session *session)
{
    session->depth++;
    return leave(session, eio_sender_composed(&session->sender));
}

/* ---- The revision ------------------------------------------------------ */

static void start_heartbeat(struct eio_session *session)
{
    eio_heartbeat_start(&session->heartbeat, session->revision,
                        EIO_HEARTBEAT_CLIENT, session->opened_at,
                        session->handshake.ping_interval,
                        session->handshake.ping_timeout);
}

static void notice_difference(struct eio_session *session)
{
    const char *text =
        session->revision == EIO_REVISION_3
            ? "the server speaks Engine.IO 3, not 4 as it was asked for"
            : "the server speaks Engine.IO 4, not 3 as it was asked for";

    if (session->config.pinned && session->handlers.notice != NULL) {
        session->handlers.notice(session->user, text);
    }
}

static void learn(struct eio_session *session, int64_t now,
                  enum eio_revision revision)
{
    bool paused = session->heartbeat.paused;

    session->known = true;
    session->judge_at = INT64_MAX;
    if (session->revision == revision) {
        return;
    }
    session->revision = revision;
    start_heartbeat(session);
    if (paused) {
        eio_heartbeat_pause(&session->heartbeat, now);
    }
    notice_difference(session);
}

void eio_session_set_revision(struct eio_session *session, int64_t now,
                              enum eio_revision revision)
{
    if (session->state == EIO_SESSION_OPEN && !session->known) {
        session->depth++;
        learn(session, now, revision);
        (void)!settle(session);
    }
}

/* A server of revision 4 would have pinged after an interval; one of revision
 * 3 waits for ours until an interval and a timeout are over. In the middle
 * between the two the silence is clear, and there is time to act. */
static int64_t judging_time(const struct eio_session *session, int64_t from)
{
    const struct eio_handshake *handshake = &session->handshake;

    return from + handshake->ping_interval + handshake->ping_timeout / 2;
}

static void judge_handshake(struct eio_session *session, int64_t now)
{
    if (session->known) {
        if (session->revision != session->config.asked) {
            notice_difference(session);
        }
        return;
    }
    if (session->config.asked == EIO_REVISION_3) {
        return; /* what comes may still say otherwise */
    }
    if (session->handshake.max_payload > 0) {
        session->known = true; /* only servers of revision 4 announce it */
    } else {
        session->judge_at = judging_time(session, now);
    }
}

/* ---- Receiving --------------------------------------------------------- */

static void open_session(struct eio_session *session, int64_t now,
                         const struct eio_packet *packet)
{
    struct malformed malformed;
    enum sockfeed_result result;

    if (packet->type != EIO_PACKET_OPEN || packet->binary) {
        fail(session, SOCKFEED_PROTOCOL,
             "the server's first packet is not Engine.IO's open packet");
        return;
    }
    result = eio_handshake_parse(&session->handshake, &malformed, packet->data);
    if (result != SOCKFEED_OK) {
        session->handshake.sid[0] = '\0';
        fail_malformed(session, result, &malformed);
        return;
    }
    session->state = EIO_SESSION_OPEN;
    session->opened_at = now;
    start_heartbeat(session);
    judge_handshake(session, now);
    /* The notice may have closed the session. */
    if (is_live(session)) {
        session->handlers.open(session->user, &session->handshake);
    }
}

static void answer_ping(struct eio_session *session, int64_t now)
{
    /* Only servers of revision 4 ping. */
    if (!session->known) {
        learn(session, now, EIO_REVISION_4);
        eio_heartbeat_received(&session->heartbeat, now, EIO_PACKET_PING);
    }
    /* The notice may have closed the session. */
    if (is_live(session) && session->revision == EIO_REVISION_4) {
        send_own(session, EIO_PACKET_PONG);
    }
}

static void dispatch(struct eio_session *session, int64_t now,
                     const struct eio_packet *packet, struct span frame)
{
    if (session->state == EIO_SESSION_WAITING) {
        open_session(session, now, packet);
        return;
    }
    eio_heartbeat_received(&session->heartbeat, now, packet->type);
    switch (packet->type) {
    case EIO_PACKET_MESSAGE:
        if (packet->binary) {
            session->handlers.binary(session->user, packet->data, frame);
        } else {
            session->handlers.message(session->user, packet->data, frame);
        }
        break;
    case EIO_PACKET_PING:
        answer_ping(session, now);
        break;
    case EIO_PACKET_OPEN:
    case EIO_PACKET_CLOSE:
    case EIO_PACKET_PONG:
    case EIO_PACKET_UPGRADE:
    case EIO_PACKET_NOOP:
        /* They mean nothing here: a second open packet is no new session, and
         * over a WebSocket all peers ignore a close packet. */
        break;
    }
}

/* Until something says otherwise. */
static void take_for_3(struct eio_session *session, int64_t now)
{
    int64_t judge_at = session->judge_at;

    learn(session, now, EIO_REVISION_3);
    session->known = false;
    session->judge_at = judge_at;
    if (session->handlers.notice != NULL) {
        session->handlers.notice(session->user,
                                 "the server speaks Engine.IO 3, by the look "
                                 "of a binary message");
    }
}

static void judge_binary(struct eio_session *session, int64_t now,
                         struct span frame)
{
    if (session->state != EIO_SESSION_OPEN || session->known ||
        !session->config.alone || session->config.asked == EIO_REVISION_3) {
        return;
    }
    if (frame.size == 0 || frame.data[0] != EIO_PACKET_MESSAGE) {
        learn(session, now, EIO_REVISION_4);
    } else if (session->revision != EIO_REVISION_3 && !session->config.pinned) {
        take_for_3(session, now);
    }
}

static enum sockfeed_result receive(struct eio_session *session, int64_t now,
                                    bool binary, struct span frame)
{
    struct malformed malformed;
    struct eio_packet packet;
    enum sockfeed_result result;

    if (!enter(session)) {
        return over(session);
    }
    if (binary) {
        judge_binary(session, now, frame);
    }
    if (!is_live(session)) {
        return settle(session); /* a notice has closed it */
    }
    result = binary
                 ? eio_packet_decode_binary(&packet, &malformed, frame,
                                            session->revision)
                 : eio_packet_decode_text(&packet, &malformed, &session->bytes,
                                          frame, session->revision);
    if (result == SOCKFEED_OK) {
        dispatch(session, now, &packet, frame);
    } else {
        fail_malformed(session, result, &malformed);
    }
    return settle(session);
}

enum sockfeed_result eio_session_receive_text(struct eio_session *session,
                                              int64_t now, struct span frame)
{
    return receive(session, now, false, frame);
}

enum sockfeed_result eio_session_receive_binary(struct eio_session *session,
                                                int64_t now, struct span frame)
{
    return receive(session, now, true, frame);
}

bool eio_session_take_message(struct eio_session *session, int64_t now)
{
    if (session->state != EIO_SESSION_OPEN) {
        return false;
    }
    eio_heartbeat_received(&session->heartbeat, now, EIO_PACKET_MESSAGE);
    return true;
}

/* ---- Time -------------------------------------------------------------- */

void eio_session_pause(struct eio_session *session, int64_t now)
{
    eio_heartbeat_pause(&session->heartbeat, now);
}

void eio_session_resume(struct eio_session *session, int64_t now)
{
    eio_heartbeat_resume(&session->heartbeat, now);
    if (session->judge_at != INT64_MAX) {
        session->judge_at = judging_time(session, now);
    }
}

int64_t eio_session_deadline(const struct eio_session *session)
{
    int64_t beat;

    switch (session->state) {
    case EIO_SESSION_WAITING:
        return session->open_deadline;
    case EIO_SESSION_OPEN:
        beat = eio_heartbeat_deadline(&session->heartbeat);
        return !session->heartbeat.paused && session->judge_at < beat
                   ? session->judge_at
                   : beat;
    case EIO_SESSION_CLOSED:
    case EIO_SESSION_FAILED:
        break;
    }
    return INT64_MAX;
}

static void beat(struct eio_session *session, int64_t now)
{
    while (session->state == EIO_SESSION_OPEN) {
        switch (eio_heartbeat_due(&session->heartbeat, now)) {
        case EIO_HEARTBEAT_PING:
            send_own(session, EIO_PACKET_PING);
            break;
        case EIO_HEARTBEAT_PONG:
            send_own(session, EIO_PACKET_PONG);
            break;
        case EIO_HEARTBEAT_DEAD:
            fail(session, SOCKFEED_LOST,
                 "the server's heartbeat has stopped (ping timeout)");
            break;
        case EIO_HEARTBEAT_NOTHING:
            return;
        }
    }
}

enum sockfeed_result eio_session_tick(struct eio_session *session, int64_t now)
{
    if (!enter(session)) {
        return over(session);
    }
    if (session->state == EIO_SESSION_WAITING) {
        if (now >= session->open_deadline) {
            fail(session, SOCKFEED_TIMEOUT, "no open packet came in time");
        }
        return settle(session);
    }
    if (!session->heartbeat.paused && now >= session->judge_at) {
        learn(session, now, EIO_REVISION_3);
    }
    beat(session, now);
    return settle(session);
}

/* ---- What is asked of it ----------------------------------------------- */

void eio_session_close(struct eio_session *session)
{
    if (is_live(session)) {
        session->state = EIO_SESSION_CLOSED;
    }
}

enum eio_session_state eio_session_state(const struct eio_session *session)
{
    return session->state;
}

enum eio_revision eio_session_revision(const struct eio_session *session)
{
    return session->revision;
}

bool eio_session_revision_known(const struct eio_session *session)
{
    return session->known;
}

const struct eio_handshake *eio_session_handshake(
    const struct eio_session *session)
{
    return &session->handshake;
}

const struct sockfeed_failure *eio_session_failure(
    const struct eio_session *session)
{
    return &session->failure;
}

const char *eio_session_hint_for(enum eio_revision asked)
{
    return asked == EIO_REVISION_3
               ? "the server probably does not speak Engine.IO 3"
               : "there may be no Engine.IO server at this path";
}

const char *eio_session_hint(const struct eio_session *session)
{
    return session->handshake.sid[0] == '\0'
               ? eio_session_hint_for(session->config.asked)
               : NULL;
}
