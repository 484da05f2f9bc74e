/* SPDX-License-Identifier: MIT */
#include "session/sio_delivery.h"

#include "base/json_scan.h"
#include "base/limits.h"
#include "session/eio_session.h"
#include "session/sio_joining.h"
#include "session/sio_session_inside.h"

enum {
    EVENTS_MAX = 16 /* handed on together: what the stack has room for */
};

static void deliver(struct sio_session *session,
                    const struct sio_packet *packet, struct span frame)
{
    struct sockfeed_message event;

    sio_event_from_packet(&event, packet, frame);
    session->handlers.events(session->user, &event, 1);
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

/* ---- The short way ------------------------------------------------------ */

/* Whether nobody would have to know more of a plain event of the root. */
static bool is_due(const struct sio_session *session)
{
    return session->root != NULL &&
           session->root->state == SIO_NAMESPACE_JOINED &&
           !session->root->offsets && session->state == SIO_SESSION_READY &&
           session->paused_at == INT64_MAX &&
           !sio_attachment_is_due(&session->reader.attachment);
}

/* Whether the frame begins as a message packet with such an event. */
static inline bool is_plain(const struct sockfeed_text *frame)
{
    return frame->size > 4 && memcmp(frame->data, "42[\"", 4) == 0;
}

static inline bool read_plain(struct sockfeed_message *event,
                              const struct sockfeed_text *frame, unsigned scan)
{
    struct json_scan_result json;
    struct malformed malformed;

    if (!is_plain(frame) ||
        sio_packet_scan_event(&json, &malformed,
                              span_of(frame->data + 2, frame->size - 2),
                              scan) != SOCKFEED_OK) {
        return false;
    }
    event->type = SOCKFEED_MESSAGE_EVENT;
    event->multiline = json.multiline;
    event->frame = frame->data;
    event->frame_size = frame->size;
    event->data = json.value.data;
    event->data_size = json.value.size;
    event->space = "/";
    event->space_size = 1;
    event->name = json.first.data;
    event->name_size = json.first.size;
    event->args = json.rest.data;
    event->args_size = json.rest.size;
    event->arg_count = json.count - 1;
    event->has_id = false;
    event->id = 0;
    return true;
}

size_t sio_delivery_take(struct sio_session *session, int64_t now,
                         const struct sockfeed_text *frames, size_t count)
{
    struct sockfeed_message events[EVENTS_MAX];
    size_t taken = 0;
    size_t read;

    do {
        read = 0;
        if (!is_due(session) || session->reader.rules.unchecked) {
            break;
        }
        while (read < EVENTS_MAX && taken + read < count &&
               read_plain(&events[read], &frames[taken + read],
                          session->reader.rules.scan)) {
            read++;
        }
        if (read > 0 && eio_session_take_message(session->engine, now)) {
            taken += read;
            session->handlers.events(session->user, events, read);
        }
    } while (read == EVENTS_MAX);
    return taken;
}

size_t sio_delivery_pass(struct sio_session *session, int64_t now,
                         const struct sockfeed_text *frames, size_t count)
{
    size_t taken = 0;

    if (!is_due(session)) {
        return 0;
    }
    while (taken < count && is_plain(&frames[taken]) &&
           frames[taken].data[frames[taken].size - 1] == ']') {
        taken++;
    }
    return taken > 0 && eio_session_take_message(session->engine, now) ? taken
                                                                       : 0;
}
