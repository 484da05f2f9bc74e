/* SPDX-License-Identifier: MIT */
#include "session/sio_joining.h"

#include "session/sio_connect.h"
#include "session/sio_delivery.h"
#include "session/sio_sending.h"
#include "session/sio_session_inside.h"

enum {
    /* Asked for revision 3, servers of Socket.IO 3.0 answer in revision 4 and
     * wait for a CONNECT, while those of revision 3 send theirs at once. */
    ASK_ANYWAY_MS = 2000,
    /* How long a CONNECT waits for the revision to show. A server of revision 3
     * has joined the root already and would do so a second time, with a second
     * set of subscriptions; and credentials look different in the two. */
    ASK_UNKNOWN_MS = 300,
};

/* ---- Namespaces -------------------------------------------------------- */

static bool is_root(struct span name)
{
    return span_is(name, "/");
}

bool sio_joining_is_pending(const struct sio_namespace *space)
{
    return space->state == SIO_NAMESPACE_WANTED ||
           space->state == SIO_NAMESPACE_ASKED;
}

static size_t count_pending(const struct sio_session *session)
{
    return sio_namespace_set_count(&session->spaces, SIO_NAMESPACE_WANTED) +
           sio_namespace_set_count(&session->spaces, SIO_NAMESPACE_ASKED);
}

bool sio_joining_lives_on(const struct sio_session *session)
{
    return sio_session_is_live(session) &&
           (count_pending(session) > 0 ||
            sio_namespace_set_count(&session->spaces, SIO_NAMESPACE_JOINED) >
                0);
}

/* After a namespace has come or gone: whether all are settled, or none left. */
static void settle(struct sio_session *session)
{
    size_t joined =
        sio_namespace_set_count(&session->spaces, SIO_NAMESPACE_JOINED);

    if (!sio_session_is_live(session) || count_pending(session) > 0) {
        return;
    }
    if (joined == 0) {
        sio_session_fail(session, session->end, session->reason, "");
    } else if (session->state == SIO_SESSION_OPENING) {
        session->state = SIO_SESSION_READY;
        session->handlers.ready(session->user);
    }
}

/* What the session fails with where no other namespace is left. Only the text
 * of the failure is used: it is put together and cut to size. */
static void set_end(struct sio_session *session, enum sockfeed_result result,
                    const struct sockfeed_failure *failure)
{
    session->end = result;
    memcpy(session->reason, failure->text, sizeof session->reason - 1);
}

static void refuse(struct sio_session *session, struct sio_namespace *space,
                   enum sockfeed_result result, const char *reason)
{
    struct sockfeed_failure failure;

    space->state = SIO_NAMESPACE_REFUSED;
    sio_event_queue_deinit(&space->early);
    set_end(session,
            failure_set(&failure, result, SOCKFEED_STAGE_NONE,
                        "namespace %s%s: %s", space->name,
                        result == SOCKFEED_NAMESPACE ? " was refused" : "",
                        reason),
            &failure);
    sio_session_end_calls(session, space, result);
    if (sio_session_is_live(session)) {
        session->handlers.refused(session->user, space->name, reason);
    }
}

static void refuse_pending(struct sio_session *session,
                           enum sockfeed_result result, const char *reason)
{
    for (size_t i = 0;
         i < session->spaces.count && sio_session_is_live(session); i++) {
        if (sio_joining_is_pending(&session->spaces.items[i])) {
            refuse(session, &session->spaces.items[i], result, reason);
        }
    }
    settle(session);
}

/* ---- CONNECT ----------------------------------------------------------- */

static void ask(struct sio_session *session, struct sio_namespace *space)
{
    struct sio_connect connect = {buf_span(&session->auth),
                                  buf_span(&session->query)};
    /* Where the revision is still open, the newer one's CONNECT makes the
     * server show it. */
    enum eio_revision revision = eio_session_revision_known(session->engine)
                                     ? eio_session_revision(session->engine)
                                     : EIO_REVISION_4;
    struct sio_packet packet;
    enum sockfeed_result result;

    if (revision == EIO_REVISION_4 &&
        sio_recovery_ask(space->memory, &session->payload, connect.auth)) {
        connect.auth = buf_span(&session->payload);
        space->resuming = true;
        space->offsets = true;
    }
    result = sio_connect_make(&packet, &session->space,
                              sio_namespace_name(space), &connect, revision);
    if (result == SOCKFEED_OK) {
        space->state = SIO_NAMESPACE_ASKED;
        result = sio_sending_packet(session, &packet);
    }
    buf_wipe(&session->space);
    buf_wipe(&session->payload);
    if (result != SOCKFEED_OK) {
        sio_session_fail(session, result, "a CONNECT cannot be sent", "");
    }
}

/* The root of revision 4 comes by itself, and a server that has not joined it
 * yet answers for no other namespace. */
static bool may_ask(const struct sio_session *session,
                    const struct sio_namespace *space)
{
    if (space->state != SIO_NAMESPACE_WANTED) {
        return false;
    }
    return !eio_session_revision_known(session->engine) ||
           eio_session_revision(session->engine) == EIO_REVISION_4 ||
           (session->root_came && !is_root(sio_namespace_name(space)));
}

static void ask_wanted(struct sio_session *session)
{
    session->ask_at = INT64_MAX;
    for (size_t i = 0;
         i < session->spaces.count && sio_session_is_live(session); i++) {
        if (may_ask(session, &session->spaces.items[i])) {
            ask(session, &session->spaces.items[i]);
        }
    }
}

void sio_joining_begin(struct sio_session *session)
{
    session->connect_deadline = session->now + session->config.connect_timeout;
    if (eio_session_revision_known(session->engine)) {
        ask_wanted(session);
    } else if (session->config.asked == EIO_REVISION_3) {
        session->ask_at = session->now + ASK_ANYWAY_MS;
    } else {
        session->ask_at = session->now + ASK_UNKNOWN_MS;
    }
}

/* ---- Answers ----------------------------------------------------------- */

/* A server of revision 3 judges the root by the request, which had no
 * credentials when it asked for 4; and what was asked of it by then, in the
 * newer form, it may have taken for a wish to join the root a second time.
 * Whether the session is over for that. */
static bool is_over_as_late(struct sio_session *session)
{
    bool tainted =
        sio_namespace_set_count(&session->spaces, SIO_NAMESPACE_ASKED) > 0 ||
        (session->auth.size > 0 && session->root != NULL);

    session->late = session->config.asked == EIO_REVISION_4 &&
                    !session->config.pinned && tainted;
    if (session->late) {
        sio_session_fail(session, SOCKFEED_CLOSED,
                         "the server speaks Socket.IO 2, and was asked as if "
                         "it were a newer one",
                         "");
    }
    return session->late;
}

static void warn_of_lost_credentials(struct sio_session *session)
{
    if (session->config.asked == EIO_REVISION_4 && session->auth.size > 0 &&
        session->root != NULL) {
        session->handlers.notice(
            session->user,
            "the server speaks Socket.IO 2, which has joined the root "
            "namespace before the auth payload could be sent");
    }
}

/* The server's first CONNECT, by which its revision has shown. */
static void join_root_of_3(struct sio_session *session)
{
    if (!is_over_as_late(session)) {
        warn_of_lost_credentials(session);
    }
}

static void join(struct sio_session *session, struct sio_namespace *space,
                 struct span payload)
{
    space->state = SIO_NAMESPACE_JOINED;
    space->offsets = sio_recovery_is_offered(payload);
    space->recovered =
        sio_recovery_joined(space->memory, payload) && space->resuming;
    session->handlers.joined(session->user, space->name);
    sio_delivery_flush(session, space);
}

void sio_joining_receive_connect(struct sio_session *session,
                                 const struct sio_packet *packet)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, packet->space);
    int revision = sio_connect_revision(packet);
    bool known = eio_session_revision_known(session->engine);

    if (revision == 0 ||
        (known && revision == EIO_REVISION_3 &&
         eio_session_revision(session->engine) == EIO_REVISION_4)) {
        sio_session_fail(
            session, SOCKFEED_PROTOCOL,
            "the server's CONNECT has no sid: another Socket.IO revision", "");
        return;
    }
    eio_session_set_revision(session->engine, session->now,
                             (enum eio_revision)revision);
    if (revision == EIO_REVISION_3 && !session->root_came &&
        (!known || session->config.spoken != 0) &&
        sio_session_is_live(session)) {
        join_root_of_3(session);
    }
    session->root_came = session->root_came || is_root(packet->space);
    if (sio_session_is_live(session) && space != NULL &&
        sio_joining_is_pending(space)) {
        join(session, space, packet->payload);
    }
    if (sio_session_is_live(session)) {
        ask_wanted(session);
    }
    settle(session);
}

void sio_joining_receive_refusal(struct sio_session *session,
                                 const struct sio_packet *packet)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, packet->space);
    int revision = sio_connect_revision(packet);
    char reason[SIO_SESSION_REASON_SIZE];

    sio_connect_reason(reason, sizeof reason, packet->payload);
    /* Whoever refuses what was not asked for is of revision 3. */
    if (revision == 0 && is_root(packet->space) &&
        (space == NULL || space->state == SIO_NAMESPACE_WANTED)) {
        revision = EIO_REVISION_3;
    }
    if (revision != 0) {
        eio_session_set_revision(session->engine, session->now,
                                 (enum eio_revision)revision);
    }
    if (!sio_session_is_live(session)) {
        return;
    }
    if (is_root(packet->space) &&
        (space == NULL || sio_joining_is_pending(space)) &&
        eio_session_revision(session->engine) == EIO_REVISION_3) {
        /* No other namespace will be answered for either. */
        if (!is_over_as_late(session)) {
            refuse_pending(session, SOCKFEED_NAMESPACE, reason);
        }
    } else if (space != NULL && (sio_joining_is_pending(space) ||
                                 space->state == SIO_NAMESPACE_JOINED)) {
        refuse(session, space, SOCKFEED_NAMESPACE, reason);
        settle(session);
    }
}

void sio_joining_receive_disconnect(struct sio_session *session,
                                    const struct sio_packet *packet)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, packet->space);
    struct sockfeed_failure failure;

    if (space == NULL || space->state != SIO_NAMESPACE_JOINED) {
        return;
    }
    space->state = SIO_NAMESPACE_LEFT;
    sio_recovery_forget(space->memory);
    set_end(session,
            failure_set(&failure, SOCKFEED_CLOSED, SOCKFEED_STAGE_NONE,
                        "the server disconnected: it ended the namespace %s",
                        space->name),
            &failure);
    sio_session_end_calls(session, space, SOCKFEED_CLOSED);
    if (sio_session_is_live(session)) {
        session->handlers.left(session->user, space->name);
    }
    settle(session);
}

/* ---- Time -------------------------------------------------------------- */

static bool is_waiting_for_answers(const struct sio_session *session)
{
    return session->state == SIO_SESSION_OPENING &&
           session->paused_at == INT64_MAX;
}

int64_t sio_joining_deadline(const struct sio_session *session)
{
    if (is_waiting_for_answers(session) &&
        session->connect_deadline < session->ask_at) {
        return session->connect_deadline;
    }
    return session->ask_at;
}

void sio_joining_tick(struct sio_session *session)
{
    if (sio_session_is_live(session) && session->now >= session->ask_at) {
        ask_wanted(session);
    }
    if (is_waiting_for_answers(session) &&
        session->now >= session->connect_deadline) {
        refuse_pending(session, SOCKFEED_TIMEOUT,
                       "the server did not answer CONNECT in time");
    }
}
