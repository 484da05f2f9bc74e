/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_equal.h"
#include "base/json_scan.h"
#include "base/utf8.h"
#include "cli/serve/replay_inside.h"

#include <stdio.h>

/*
 * With --strict a client must send what was sent when the capture was
 * recorded, in that order; when does not matter. Its answers to events of the
 * server's are matched by the event.
 */

enum {
    SHOWN = 200, /* bytes of a message that are told */
};

/* ---- Telling ------------------------------------------------------------- */

/* The beginning of a message, for people. */
static void append_shown(struct buf *text, enum sockfeed_said_type type,
                         struct span data)
{
    if (type == SOCKFEED_SAID_BINARY) {
        buf_append_format(text, "%zu bytes", data.size);
        return;
    }
    if (data.size > SHOWN) {
        struct span cut = span_of(data.data, SHOWN);

        cut.size = utf8_check(cut);
        buf_append_span(text, cut);
        buf_append_text(text, "...");
    } else {
        buf_append_span(text, data);
    }
}

static enum replay_progress refuse(struct replay_peer *peer,
                                   const struct moment *moment,
                                   const struct replay_note *got)
{
    struct span wanted = span_of(moment->said.data, moment->said.size);
    struct buf told;
    const char *text;
    size_t reason;

    buf_init(&told, 4096);
    buf_append_format(&told, "%s:%zu: ", peer->replay->options.capture,
                      moment->line);
    reason = told.size;
    buf_append_text(&told, "expected ");
    append_shown(&told, moment->said.type, wanted);
    if (got == NULL) {
        buf_append_text(&told, ", nothing came");
    } else {
        buf_append_text(&told, ", received ");
        append_shown(&told, got->type, got->data);
    }
    text = buf_text(&told);
    peer->differed = true;
    replay_peer_end(peer, 1008, text == NULL ? "" : text + reason, text);
    buf_deinit(&told);
    return REPLAY_OVER;
}

/* ---- What was sent ------------------------------------------------------- */

void replay_strict_keep(struct replay_peer *peer,
                        const struct replay_note *note)
{
    struct replay_notes *notes =
        note->type == SOCKFEED_SAID_ANSWER ? &peer->answers : &peer->inbox;

    if (!peer->over && replay_notes_add(notes, note) == NULL) {
        peer->differed = true;
        replay_peer_end(peer, 1008, "more than was sent then",
                        "it has sent far more than was sent then");
    }
}

static bool is_json(struct span text)
{
    struct json_scan_result scan;
    struct malformed malformed;

    return json_scan(&scan, &malformed, text, 0) == SOCKFEED_OK;
}

/* Whether the client has sent what was sent then. */
static bool is_same(const struct replay_note *sent,
                    const struct sockfeed_said *then)
{
    struct span data = span_of(then->data, then->size);

    if (sent->type != then->type) {
        return false;
    }
    if (then->type == SOCKFEED_SAID_EVENT) {
        return span_equal(sent->space,
                          span_of(then->space, then->space_size)) &&
               sent->has_id == then->has_id && json_equal(sent->data, data);
    }
    return span_equal(sent->data, data) ||
           (then->type == SOCKFEED_SAID_TEXT && is_json(data) &&
            is_json(sent->data) && json_equal(sent->data, data));
}

static enum replay_progress expect_message(struct replay_peer *peer,
                                           const struct moment *moment,
                                           bool late)
{
    struct replay_note *sent = replay_notes_first(&peer->inbox);
    struct replay_note call = {
        .type = SOCKFEED_SAID_ANSWER,
        .connection = moment->connection,
        .space = span_of(moment->said.space, moment->said.space_size),
        .id = moment->said.id,
    };

    if (sent == NULL) {
        return late ? refuse(peer, moment, NULL) : REPLAY_WAITS;
    }
    if (!is_same(sent, &moment->said)) {
        return refuse(peer, moment, sent);
    }
    if (sent->has_id) {
        call.other = sent->id;
        (void)replay_notes_add(&peer->calls, &call);
    }
    replay_notes_drop(&peer->inbox, sent);
    return REPLAY_DONE;
}

/* ---- Answers ------------------------------------------------------------- */

static const struct replay_note *find_call(const struct replay_peer *peer,
                                           const struct moment *moment,
                                           enum sockfeed_said_type type)
{
    const struct replay_note wanted = {
        .type = type,
        .connection = moment->connection,
        .space = span_of(moment->said.space, moment->said.space_size),
        .id = moment->said.id,
    };

    return replay_notes_find(&peer->calls, &wanted);
}

/* The recorded client answered an event of the server's. */
static enum replay_progress expect_answer(struct replay_peer *peer,
                                          const struct moment *moment,
                                          bool late)
{
    const struct replay_note *call =
        find_call(peer, moment, SOCKFEED_SAID_EVENT);
    struct replay_note wanted = {.type = SOCKFEED_SAID_ANSWER};
    struct replay_note *given;

    if (call == NULL) {
        return REPLAY_DONE; /* the event was for a namespace not joined */
    }
    wanted.id = call->other;
    given = replay_notes_find(&peer->answers, &wanted);
    if (given == NULL) {
        return late ? refuse(peer, moment, NULL) : REPLAY_WAITS;
    }
    if (!json_equal(given->data,
                    span_of(moment->said.data, moment->said.size))) {
        return refuse(peer, moment, given);
    }
    replay_notes_drop(&peer->answers, given);
    return REPLAY_DONE;
}

/* The recorded server answered an event of the client's, which has come. */
static void give_answer(struct replay_peer *peer, const struct moment *moment)
{
    const struct sockfeed_said *said = &moment->said;
    const struct replay_note *call =
        find_call(peer, moment, SOCKFEED_SAID_ANSWER);
    struct sockfeed_acknowledgement acknowledgement = {
        .space = said->space,
        .space_size = said->space_size,
        .data = said->size > 0 ? said->data : "[]",
        .size = said->size > 0 ? said->size : 2,
    };

    if (call != NULL) {
        acknowledgement.id = call->other;
        (void)!sockfeed_peer_acknowledge(peer->socket, &acknowledgement);
    }
}

enum replay_progress replay_strict_do(struct replay_peer *peer,
                                      const struct moment *moment, bool late)
{
    if (moment->incoming) {
        give_answer(peer, moment);
        return REPLAY_DONE;
    }
    switch (moment->said.type) {
    case SOCKFEED_SAID_ANSWER:
        return expect_answer(peer, moment, late);
    case SOCKFEED_SAID_TEXT:
    case SOCKFEED_SAID_BINARY:
    case SOCKFEED_SAID_EVENT:
        return expect_message(peer, moment, late);
    case SOCKFEED_SAID_JOIN:
    case SOCKFEED_SAID_LEAVE:
    case SOCKFEED_SAID_REFUSAL:
        break;
    }
    return REPLAY_DONE;
}

void replay_strict_finish(struct replay_peer *peer)
{
    const struct replay_note *left = replay_notes_first(&peer->inbox);
    struct buf told;
    const char *text;

    if (left == NULL) {
        return;
    }
    buf_init(&told, 4096);
    buf_append_text(&told, "nothing more was sent then, received ");
    append_shown(&told, left->type, left->data);
    text = buf_text(&told);
    peer->differed = true;
    replay_peer_end(peer, 1008, text == NULL ? "" : text, text);
    buf_deinit(&told);
}
