/* SPDX-License-Identifier: MIT */
#include "base/base64.h"
#include "base/buf.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "cli/serve/replay_inside.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CALL_TIMEOUT = 86400000, /* ms: the client's own matter */
};

/* ---- Life ---------------------------------------------------------------- */

struct replay_peer *replay_peer_new(struct replay *replay,
                                    struct sockfeed_peer *socket,
                                    enum sockfeed_protocol protocol)
{
    struct replay_peer *peer = calloc(1, sizeof *peer);

    if (peer == NULL) {
        return NULL;
    }
    peer->replay = replay;
    peer->socket = socket;
    peer->protocol = protocol;
    peer->number = ++replay->peer_count;
    list_init(&peer->track_link);
    list_init(&peer->pending);
    replay_notes_init(&peer->spaces, LIMIT_NAMESPACES);
    replay_notes_init(&peer->inbox, LIMIT_REPLAY_WAITING);
    replay_notes_init(&peer->calls, LIMIT_REPLAY_WAITING);
    replay_notes_init(&peer->answers, LIMIT_REPLAY_WAITING);
    list_init(&peer->link);
    list_append(&replay->peers, &peer->link);
    return peer;
}

void replay_peer_free(struct replay_peer *peer)
{
    if (peer == NULL) {
        return;
    }
    replay_reply_drop(peer);
    list_remove(&peer->link);
    list_remove(&peer->track_link);
    replay_answers_used_deinit(&peer->used);
    replay_notes_deinit(&peer->spaces);
    replay_notes_deinit(&peer->inbox);
    replay_notes_deinit(&peer->calls);
    replay_notes_deinit(&peer->answers);
    free(peer);
}

void replay_peer_end(struct replay_peer *peer, uint16_t code,
                     const char *reason, const char *told)
{
    char text[1024];

    if (peer->over) {
        return;
    }
    peer->over = true;
    if (told != NULL) {
        (void)snprintf(text, sizeof text, "client %u: %s", peer->number, told);
        peer->replay->callbacks.told(peer->replay->callbacks.user, text);
    }
    sockfeed_peer_close(peer->socket, code, reason);
}

/* ---- Namespaces ----------------------------------------------------------- */

static struct replay_note *find_space(const struct replay_peer *peer,
                                      struct span space)
{
    const struct replay_note wanted = {.type = SOCKFEED_SAID_JOIN,
                                       .space = space};

    return replay_notes_find(&peer->spaces, &wanted);
}

bool replay_peer_is_in(const struct replay_peer *peer, struct span space)
{
    return find_space(peer, space) != NULL;
}

void replay_peer_joined(struct replay_peer *peer, const char *space)
{
    const struct replay_note note = {.type = SOCKFEED_SAID_JOIN,
                                     .space = span_text(space)};

    if (!replay_peer_is_in(peer, note.space)) {
        /* As many as the server lets a client join. */
        (void)replay_notes_add(&peer->spaces, &note);
    }
}

void replay_peer_left(struct replay_peer *peer, const char *space)
{
    struct replay_note *note = find_space(peer, span_text(space));

    if (note != NULL) {
        replay_notes_drop(&peer->spaces, note);
    }
}

/* ---- Sending ------------------------------------------------------------- */

/* What is no event, to a client that wants events. */
static void append_as_event(struct buf *event, const struct sockfeed_said *said)
{
    struct span text = span_of(said->data, said->size);
    struct json_scan_result scan;
    struct malformed malformed;

    buf_append_text(event, "[\"message\",");
    if (said->type == SOCKFEED_SAID_BINARY) {
        buf_append_text(event, "{\"$base64\":\"");
        base64_append(event, text);
        buf_append_text(event, "\"}");
    } else if (json_scan(&scan, &malformed, text, 0) == SOCKFEED_OK) {
        buf_append_span(event, text);
    } else {
        json_quote(event, text);
    }
    buf_append_byte(event, ']');
}

static enum sockfeed_result send_event(struct replay_peer *peer,
                                       const struct moment *moment,
                                       const struct sockfeed_outgoing *event)
{
    struct replay_note call = {
        .type = SOCKFEED_SAID_EVENT,
        .connection = moment->connection,
        .space = span_of(moment->said.space, moment->said.space_size),
        .id = moment->said.id,
    };
    enum sockfeed_result result;

    if (!moment->said.has_id) {
        return sockfeed_peer_send(peer->socket, event);
    }
    result = sockfeed_peer_call(peer->socket, &call.other, event, CALL_TIMEOUT);
    if (result == SOCKFEED_FULL) {
        /* It has left thousands unanswered, and need not answer this. */
        return sockfeed_peer_send(peer->socket, event);
    }
    if (result == SOCKFEED_OK && peer->replay->options.strict) {
        (void)replay_notes_add(&peer->calls, &call);
    }
    return result;
}

/* A message of the recorded server's, in the client's protocol. */
static enum sockfeed_result send(struct replay_peer *peer,
                                 const struct moment *moment)
{
    const struct sockfeed_said *said = &moment->said;
    struct sockfeed_outgoing message = {
        .type = said->type == SOCKFEED_SAID_BINARY ? SOCKFEED_OUTGOING_BINARY
                                                   : SOCKFEED_OUTGOING_TEXT,
        .data = said->data,
        .size = said->size,
    };
    enum sockfeed_result result;
    struct buf made;

    if (peer->protocol != SOCKFEED_PROTOCOL_SIO) {
        return sockfeed_peer_send(peer->socket, &message);
    }
    message.type = SOCKFEED_OUTGOING_EVENT;
    buf_init(&made, (size_t)LIMIT_CAPTURE_LINE * 2);
    if (said->type != SOCKFEED_SAID_EVENT) {
        append_as_event(&made, said);
        message.data = made.data;
        message.size = made.size;
        result = buf_result(&made) == SOCKFEED_OK
                     ? sockfeed_peer_send(peer->socket, &message)
                     : buf_result(&made);
    } else {
        buf_append(&made, said->space, said->space_size);
        message.space = buf_text(&made);
        result = message.space == NULL ? SOCKFEED_NOMEM
                                       : send_event(peer, moment, &message);
    }
    buf_deinit(&made);
    return result;
}

static enum replay_progress send_moment(struct replay_peer *peer,
                                        const struct moment *moment)
{
    switch ((int)send(peer, moment)) {
    case SOCKFEED_FULL:
        replay_peer_end(peer, 1013, "too slow",
                        "closed, for it reads too "
                        "slowly");
        return REPLAY_OVER;
    case SOCKFEED_NOMEM:
        replay_peer_end(peer, 1011, "out of memory", "closed: out of memory");
        return REPLAY_OVER;
    default:
        /* What is for a namespace that it has not joined is not for it. */
        return REPLAY_DONE;
    }
}

/* ---- What happens -------------------------------------------------------- */

static enum replay_progress wait_for_join(struct replay_peer *peer,
                                          const struct moment *moment,
                                          bool late)
{
    struct span space = span_of(moment->said.space, moment->said.space_size);
    char told[512];

    if (peer->protocol != SOCKFEED_PROTOCOL_SIO ||
        replay_peer_is_in(peer, space)) {
        return REPLAY_DONE;
    }
    if (!late) {
        return REPLAY_WAITS;
    }
    if (peer->replay->options.strict) {
        (void)snprintf(told, sizeof told, "%s:%zu: it has not joined %.*s",
                       peer->replay->options.capture, moment->line,
                       space.size < 256 ? (int)space.size : 256, space.data);
        peer->differed = true;
        replay_peer_end(peer, 1008, "a namespace was not joined", told);
        return REPLAY_OVER;
    }
    return REPLAY_DONE;
}

static void leave_space(struct replay_peer *peer,
                        const struct sockfeed_said *said)
{
    struct buf space;
    const char *name;

    buf_init(&space, LIMIT_NAMESPACE);
    buf_append(&space, said->space, said->space_size);
    name = buf_text(&space);
    if (name != NULL &&
        sockfeed_peer_leave(peer->socket, name) == SOCKFEED_OK) {
        replay_peer_left(peer, name);
    }
    buf_deinit(&space);
}

static enum replay_progress do_incoming(struct replay_peer *peer,
                                        const struct moment *moment, bool late)
{
    switch (moment->said.type) {
    case SOCKFEED_SAID_JOIN:
        return wait_for_join(peer, moment, late);
    case SOCKFEED_SAID_LEAVE:
        leave_space(peer, &moment->said);
        break;
    case SOCKFEED_SAID_REFUSAL:
        break;
    case SOCKFEED_SAID_ANSWER:
        return peer->replay->options.strict
                   ? replay_strict_do(peer, moment, late)
                   : REPLAY_DONE;
    case SOCKFEED_SAID_TEXT:
    case SOCKFEED_SAID_BINARY:
    case SOCKFEED_SAID_EVENT:
        return send_moment(peer, moment);
    }
    return REPLAY_DONE;
}

enum replay_progress replay_peer_do(struct replay_peer *peer,
                                    const struct moment *moment, bool late)
{
    if (moment->type != MOMENT_SAID) {
        return REPLAY_DONE;
    }
    if (moment->incoming) {
        return do_incoming(peer, moment, late);
    }
    return peer->replay->options.strict ? replay_strict_do(peer, moment, late)
                                        : REPLAY_DONE;
}

void replay_peer_received(struct replay_peer *peer,
                          const struct sockfeed_message *message)
{
    struct replay_note note = {
        .type = message->type == SOCKFEED_MESSAGE_EVENT  ? SOCKFEED_SAID_EVENT
                : message->type == SOCKFEED_MESSAGE_TEXT ? SOCKFEED_SAID_TEXT
                                                         : SOCKFEED_SAID_BINARY,
        .space = span_of(message->space, message->space_size),
        .has_id = message->has_id,
        .id = message->id,
        .data = span_of(message->data, message->data_size),
    };

    if (peer->replay->options.strict) {
        replay_strict_keep(peer, &note);
        if (peer->track->finished) {
            replay_strict_finish(peer);
        }
    } else if (message->has_id) {
        replay_reply_to(peer, message);
    }
}
