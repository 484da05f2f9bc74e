/* SPDX-License-Identifier: MIT */
#include "session/sio_delivery.h"

#include "base/limits.h"
#include "session/eio_session.h"
#include "session/sio_joining.h"
#include "session/sio_session_inside.h"

static void deliver(struct sio_session *session,
                    const struct sio_packet *packet, struct span frame)
{
    struct sio_event event;

    sio_event_from_packet(&event, packet, frame);
    session->handlers.event(session->user, &event);
}

/* Keeps the offset of an event in mind, and takes it off where that is wanted,
 * before somebody else has the say. */
static void deliver_with_offset(struct sio_session *session,
                                struct sio_namespace *space,
                                const struct sio_packet *packet,
                                struct span frame)
{
    struct span offset = sio_recovery_offset(packet);
    struct sio_packet stripped = *packet;

    sio_recovery_delivered(space->memory, offset);
    if (offset.size > 0 && session->config.strip_offset &&
        !session->config.unchecked &&
        sio_recovery_strip(&stripped, &session->stripped, offset) !=
            SOCKFEED_OK) {
        sio_session_fail(session, SOCKFEED_NOMEM, "an event cannot be kept",
                         "");
        return;
    }
    deliver(session, &stripped, frame);
}

static void deliver_in(struct sio_session *session, struct sio_namespace *space,
                       const struct sio_packet *packet, struct span frame)
{
    if (space->offsets) {
        deliver_with_offset(session, space, packet, frame);
    } else {
        deliver(session, packet, frame);
    }
}

void sio_delivery_flush(struct sio_session *session,
                        struct sio_namespace *space)
{
    struct sio_packet_rules early = session->reader.rules;
    struct malformed malformed;
    struct sio_packet packet;
    struct span frame;
    struct span text;
    size_t at = 0;

    early.scan = 0; /* there is no padding behind what is kept */
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
        deliver_in(session, space, &packet, frame);
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

void sio_delivery_receive(struct sio_session *session,
                          const struct sio_received *received)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&session->spaces, received->packet.space);

    if (space == NULL) {
        return;
    }
    /* What was missed comes before the CONNECT that says so. */
    if (space->state == SIO_NAMESPACE_JOINED ||
        (space->resuming && sio_joining_is_pending(space))) {
        deliver_in(session, space, &received->packet, received->frame);
    } else if (sio_joining_is_pending(space)) {
        keep_early(session, space, received->frame, received->text);
    }
}

/* Whether the frame begins as a message packet with a root event, and there is
 * nobody who would have to know more of it. */
static bool is_plain(const struct sio_session *session, struct span frame)
{
    return session->root != NULL &&
           session->root->state == SIO_NAMESPACE_JOINED &&
           !session->root->offsets && session->state == SIO_SESSION_READY &&
           frame.size > 4 && memcmp(frame.data, "42[\"", 4) == 0 &&
           !sio_attachment_is_due(&session->reader.attachment);
}

/* Of an event that nobody will look into no more than where its array is,
 * which is_plain has seen to begin. */
static bool take_unread(struct sio_session *session, int64_t now,
                        struct span frame)
{
    const struct sio_event event = {
        .frame = frame, .space = {"/", 1},
             .data = span_skip(frame, 2)
    };

    if (frame.data[frame.size - 1] != ']' ||
        !eio_session_take_message(session->engine, now)) {
        return false;
    }
    session->handlers.event(session->user, &event);
    return true;
}

bool sio_delivery_take(struct sio_session *session, int64_t now,
                       struct span frame)
{
    struct malformed malformed;
    struct sio_packet packet;

    if (!is_plain(session, frame)) {
        return false;
    }
    if (session->reader.rules.unchecked) {
        return take_unread(session, now, frame);
    }
    if (sio_packet_decode(&packet, &malformed, span_skip(frame, 1),
                          &session->reader.rules) != SOCKFEED_OK ||
        !eio_session_take_message(session->engine, now)) {
        return false;
    }
    deliver(session, &packet, frame);
    return true;
}
