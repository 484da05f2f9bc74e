/* SPDX-License-Identifier: MIT */
#include "cli/serve/replay.h"

#include "base/buf.h"
#include "base/limits.h"
#include "cli/serve/replay_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Clients ------------------------------------------------------------- */

/* The track of a client that has come: its own, or the one of all. */
static struct replay_track *track_for(struct replay *replay)
{
    struct replay_track *track;

    if (replay->options.live && !list_is_empty(&replay->tracks)) {
        return LIST_ENTRY(replay->tracks.next, struct replay_track, link);
    }
    return replay_track_new(&track, replay) == SOCKFEED_OK ? track : NULL;
}

static struct replay_peer *seat(struct replay *replay,
                                struct sockfeed_peer *socket,
                                enum sockfeed_protocol protocol)
{
    struct replay_peer *peer = replay_peer_new(replay, socket, protocol);
    struct replay_track *track = peer == NULL ? NULL : track_for(replay);

    if (track == NULL) {
        replay_peer_free(peer);
        sockfeed_peer_close(socket, 1011, "out of memory");
        return NULL;
    }
    peer->track = track;
    list_append(&track->peers, &peer->track_link);
    sockfeed_peer_set_user(socket, peer);
    return peer;
}

static void on_open(struct replay *replay, struct sockfeed_peer *socket,
                    const struct sockfeed_peer_event *event)
{
    struct replay_peer *peer = sockfeed_peer_user(socket);

    if (peer == NULL) {
        peer = seat(replay, socket, event->u.open.protocol);
    }
    if (peer == NULL) {
        return;
    }
    if (event->u.open.protocol == SOCKFEED_PROTOCOL_SIO) {
        replay_peer_joined(peer, event->u.open.space);
    }
    replay_track_go_on(peer->track);
}

static void on_closed(struct replay *replay, struct replay_peer *peer)
{
    struct replay_track *track = peer->track;
    bool done = peer->differed || track->ending || track->finished;
    bool differed = peer->differed;

    replay_peer_free(peer);
    if (!replay->options.live) {
        replay_track_free(track);
    }
    if (done && replay->options.once) {
        replay->callbacks.done(replay->callbacks.user, differed);
    }
}

static void on_answer(struct replay_peer *peer,
                      const struct sockfeed_answer *answer)
{
    const struct replay_note note = {
        .type = SOCKFEED_SAID_ANSWER,
        .id = answer->call,
        .data = span_of(answer->data, answer->data_size),
    };

    if (peer->replay->options.strict && answer->result == SOCKFEED_OK) {
        replay_strict_keep(peer, &note);
        replay_track_go_on(peer->track);
    }
}

static void on_message(struct replay_peer *peer,
                       const struct sockfeed_message *message)
{
    replay_peer_received(peer, message);
    if (peer->replay->options.strict) {
        replay_track_go_on(peer->track);
    }
}

static void on_event(struct sockfeed_server *server,
                     struct sockfeed_peer *socket,
                     const struct sockfeed_peer_event *event, void *user)
{
    struct replay *replay = user;
    struct replay_peer *peer = sockfeed_peer_user(socket);

    (void)server;
    if (event->type == SOCKFEED_PEER_OPEN) {
        on_open(replay, socket, event);
        return;
    }
    if (peer == NULL) {
        return; /* one that was turned away, or has joined nothing */
    }
    switch (event->type) {
    case SOCKFEED_PEER_OPEN:
        break;
    case SOCKFEED_PEER_MESSAGE:
        on_message(peer, &event->u.message);
        break;
    case SOCKFEED_PEER_ANSWER:
        on_answer(peer, &event->u.answer);
        break;
    case SOCKFEED_PEER_LEFT:
        replay_peer_left(peer, event->u.left.space);
        break;
    case SOCKFEED_PEER_DRAINED:
        replay_track_go_on(peer->track);
        break;
    case SOCKFEED_PEER_CLOSED:
        sockfeed_peer_set_user(socket, NULL);
        on_closed(replay, peer);
        break;
    }
}

/* ---- The capture --------------------------------------------------------- */

/* What the whole of a capture comes to. */
struct survey {
    size_t messages; /* of the server's */
    bool leaving;    /* the recorded client was the first to say goodbye */
};

static void keep_reason(struct replay *replay, struct span reason)
{
    size_t size = reason.size < sizeof replay->close_reason
                      ? reason.size
                      : sizeof replay->close_reason - 1;

    memcpy(replay->close_reason, size > 0 ? reason.data : "", size);
    replay->close_reason[size] = '\0';
}

/* A namespace that was refused and never joined is refused again. */
static void look_at_space(struct replay *replay,
                          const struct sockfeed_said *said)
{
    const struct replay_note note = {
        .type = SOCKFEED_SAID_REFUSAL,
        .space = span_of(said->space, said->space_size),
        .data = said->size > 0 ? span_of(said->data, said->size)
                               : span_text("\"refused\""),
    };
    struct replay_note *known = replay_notes_find(&replay->refused, &note);

    if (known != NULL) {
        replay_notes_drop(&replay->refused, known);
    }
    if (said->type == SOCKFEED_SAID_REFUSAL) {
        (void)replay_notes_add(&replay->refused, &note);
    }
}

static void look_at(struct replay *replay, struct survey *survey,
                    const struct moment *moment)
{
    replay_answers_learn(&replay->answers, moment);
    switch (moment->type) {
    case MOMENT_OPEN:
        survey->leaving = false;
        break;
    case MOMENT_CLOSE:
        if (!moment->incoming) {
            survey->leaving = true;
        } else if (!survey->leaving) {
            replay->closed = true;
            replay->close_code = moment->code;
            keep_reason(replay, moment->reason);
        }
        break;
    case MOMENT_SAID:
        if (moment->incoming) {
            replay->closed = false;
            if (moment->said.type == SOCKFEED_SAID_REFUSAL ||
                moment->said.type == SOCKFEED_SAID_JOIN) {
                look_at_space(replay, &moment->said);
            }
            if (survey->messages++ == 0) {
                replay->protocol = moment->protocol;
            }
        }
        break;
    }
}

static void warn(const struct replay *replay, size_t line, const char *what,
                 const char *why)
{
    struct capture_error error = {.line = line};
    char text[512];

    (void)snprintf(error.text, sizeof error.text, "%s%s", what, why);
    capture_error_text(text, sizeof text, replay->options.capture, &error);
    replay->callbacks.told(replay->callbacks.user, text);
}

/* What is left out of a capture that is served all the same. */
static void tell_gaps(const struct replay *replay,
                      const struct recording *recording,
                      const struct survey *survey)
{
    if (survey->messages == 0) {
        warn(replay, 0, "there is nothing in it that a server said", "");
    }
    if (recording->unreadable > 0) {
        warn(replay, recording->first_line,
             recording->unreadable == 1
                 ? "a frame is left out: "
                 : "a frame is left out, the first of several: ",
             recording->first_why);
    }
    if (recording->capture.cut) {
        warn(replay, recording->capture.number,
             "the last line was cut off and is left out", "");
    }
}

/* Reads the whole capture, and finds out what kind of session it was. */
static enum sockfeed_result check(struct replay *replay,
                                  struct sockfeed_failure *failure)
{
    struct capture_error error = {.text = "out of memory"};
    struct survey survey = {.messages = 0};
    struct recording recording;
    struct moment moment;
    enum sockfeed_result result =
        recording_open(&recording, replay->options.capture, &error);

    while (result == SOCKFEED_OK) {
        result = recording_next(&recording, &moment, &error);
        if (result == SOCKFEED_OK) {
            look_at(replay, &survey, &moment);
        }
    }
    if (result == SOCKFEED_MORE) {
        tell_gaps(replay, &recording, &survey);
        recording_close(&recording);
        return SOCKFEED_OK;
    }
    recording_close(&recording);
    *failure = (struct sockfeed_failure){.result = result};
    capture_error_text(failure->text, sizeof failure->text,
                       replay->options.capture, &error);
    return result;
}

/* ---- Life ---------------------------------------------------------------- */

static enum sockfeed_result refuse_spaces(struct replay *replay)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct list *link;
    struct list *after;
    struct buf texts;

    buf_init(&texts, LIMIT_CAPTURE_LINE);
    LIST_EACH (link, after, &replay->refused.list) {
        const struct replay_note *note =
            LIST_ENTRY(link, struct replay_note, link);
        const char *text;

        buf_clear(&texts);
        buf_append_span(&texts, note->space);
        buf_append_byte(&texts, '\0');
        buf_append_span(&texts, note->data);
        text = buf_text(&texts);
        if (result == SOCKFEED_OK) {
            result = text == NULL
                         ? SOCKFEED_NOMEM
                         : sockfeed_server_refuse(replay->server, text,
                                                  text + note->space.size + 1);
        }
    }
    buf_deinit(&texts);
    return result;
}

static enum sockfeed_result start(struct replay *replay,
                                  struct sockfeed_failure *failure)
{
    const struct serve_options *options = &replay->options;
    struct sockfeed_server_config config = {
        .address = options->address,
        .port = options->port,
        .certificate = options->certificate,
        .key = options->key,
        .key_password = options->password,
    };
    enum sockfeed_result result = check(replay, failure);

    if (result != SOCKFEED_OK) {
        return result;
    }
    config.engine_io = replay->protocol == SOCKFEED_PROTOCOL_EIO;
    result = sockfeed_server_new(&replay->server, replay->loop, &config,
                                 on_event, replay, failure);
    return result == SOCKFEED_OK ? refuse_spaces(replay) : result;
}

enum sockfeed_result replay_new(struct replay **replay,
                                struct sockfeed_loop *loop,
                                const struct serve_options *options,
                                const struct replay_callbacks *callbacks,
                                struct sockfeed_failure *failure)
{
    struct replay *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop;
    made->options = *options;
    made->callbacks = *callbacks;
    made->protocol = SOCKFEED_PROTOCOL_WS;
    list_init(&made->tracks);
    list_init(&made->peers);
    replay_answers_init(&made->answers);
    replay_notes_init(&made->refused, LIMIT_NAMESPACES);
    result = start(made, failure);
    if (result != SOCKFEED_OK) {
        replay_free(made);
        return result;
    }
    *replay = made;
    return SOCKFEED_OK;
}

void replay_free(struct replay *replay)
{
    struct list *link;
    struct list *after;

    if (replay == NULL) {
        return;
    }
    sockfeed_server_free(replay->server);
    LIST_EACH (link, after, &replay->peers) {
        replay_peer_free(LIST_ENTRY(link, struct replay_peer, link));
    }
    LIST_EACH (link, after, &replay->tracks) {
        replay_track_free(LIST_ENTRY(link, struct replay_track, link));
    }
    replay_answers_deinit(&replay->answers);
    replay_notes_deinit(&replay->refused);
    free(replay);
}

uint16_t replay_port(const struct replay *replay)
{
    return sockfeed_server_port(replay->server);
}

bool replay_is_answering(const struct replay *replay)
{
    return sockfeed_server_is_answering(replay->server);
}
