/* SPDX-License-Identifier: MIT */
#include "cli/serve/replay_inside.h"

#include <stdlib.h>

enum {
    AHEAD = 1048576,        /* bytes queued for a client before it must read */
    PATIENCE = 1000,        /* ms: for a namespace, which it may not want */
    STRICT_PATIENCE = 5000, /* ms: for what it has to send */
    STRICT_LINGER = 100,    /* ms at the end: for what it must not */
};

static void fail(const struct replay *replay, const struct capture_error *error)
{
    char text[512];

    capture_error_text(text, sizeof text, replay->options.capture, error);
    replay->callbacks.failed(replay->callbacks.user, text);
}

/* ---- The way ------------------------------------------------------------- */

static enum sockfeed_result advance(struct replay_track *track)
{
    struct capture_error error;
    enum sockfeed_result result =
        recording_next(&track->recording, &track->next, &error);

    if (result == SOCKFEED_INVALID) {
        fail(track->replay, &error);
    }
    return result;
}

/* The clock begins with the first moment that a client takes part in: on
 * Socket.IO the joining of a namespace, else the connection's opening. */
static bool starts_clock(const struct replay_track *track)
{
    const struct moment *next = &track->next;

    return next->protocol != SOCKFEED_PROTOCOL_SIO ||
           (next->type == MOMENT_SAID && next->incoming);
}

static enum sockfeed_result start_over(struct replay_track *track)
{
    enum sockfeed_result result;

    recording_rewind(&track->recording);
    do {
        result = advance(track);
    } while (result == SOCKFEED_OK && !starts_clock(track));
    track->started = sockfeed_loop_now(track->replay->loop);
    track->first_time = track->next.time;
    return result;
}

static void finish(struct replay_track *track)
{
    struct replay *replay = track->replay;
    struct list *link;
    struct list *after;

    track->finished = true;
    LIST_EACH (link, after, &track->peers) {
        struct replay_peer *peer =
            LIST_ENTRY(link, struct replay_peer, track_link);

        if (replay->options.strict) {
            replay_strict_finish(peer);
        }
        if (replay->closed) {
            replay_peer_end(peer, replay->close_code, replay->close_reason,
                            NULL);
        } else if (replay->options.once) {
            replay_peer_end(peer, 1000, "", NULL);
        }
    }
}

/* ---- Time ---------------------------------------------------------------- */

/* Milliseconds until the next moment is due; below 1: now. */
static int64_t due_in(const struct replay_track *track)
{
    const struct serve_options *options = &track->replay->options;
    int64_t since = (track->next.time - track->first_time) / 1000000; /* ms */

    if (options->max_speed) {
        return 0;
    }
    if (options->speed > 0) {
        since = since * 1000 / options->speed;
    }
    return track->started + since - sockfeed_loop_now(track->replay->loop);
}

static int64_t patience(const struct replay_track *track)
{
    return track->replay->options.live     ? 0
           : track->replay->options.strict ? STRICT_PATIENCE
                                           : PATIENCE;
}

/* Milliseconds for which a client is still waited for. */
static int64_t patience_left(const struct replay_track *track)
{
    return track->held_since < 0 ? patience(track)
                                 : track->held_since + patience(track) -
                                       sockfeed_loop_now(track->replay->loop);
}

/* A client was waited for: what follows is that much later. */
static void release(struct replay_track *track)
{
    if (track->held_since >= 0) {
        track->started +=
            sockfeed_loop_now(track->replay->loop) - track->held_since;
        track->held_since = -1;
    }
}

/* ---- Going on ------------------------------------------------------------- */

/* A client of its own that reads slowly is not sent everything at once. */
static bool is_ahead(const struct replay_track *track)
{
    const struct replay_peer *first =
        LIST_ENTRY(track->peers.next, struct replay_peer, track_link);

    return !track->replay->options.live && !list_is_empty(&track->peers) &&
           sockfeed_peer_queued(first->socket) > AHEAD;
}

/* Does the next moment with everybody. */
static enum replay_progress do_next(struct replay_track *track)
{
    bool late = patience_left(track) <= 0;
    enum replay_progress progress = REPLAY_DONE;
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &track->peers) {
        struct replay_peer *peer =
            LIST_ENTRY(link, struct replay_peer, track_link);
        enum replay_progress one =
            peer->over ? REPLAY_OVER : replay_peer_do(peer, &track->next, late);

        /* Only a client alone holds the track up. */
        progress = track->replay->options.live ? REPLAY_DONE : one;
    }
    return progress;
}

/* Everything has been done; with --strict what is on its way is waited for. */
static void end(struct replay_track *track)
{
    if (track->replay->options.strict) {
        track->ending = true;
        sockfeed_timer_set(track->timer, STRICT_LINGER);
    } else {
        finish(track);
    }
}

static bool hold(struct replay_track *track)
{
    if (track->held_since < 0) {
        track->held_since = sockfeed_loop_now(track->replay->loop);
    }
    sockfeed_timer_set(track->timer, patience_left(track));
    return false;
}

/* One step; false when it is not to be followed by another now. */
static bool step(struct replay_track *track)
{
    int64_t wait = due_in(track);
    enum sockfeed_result result;

    if (is_ahead(track)) {
        return false; /* goes on when the client has read it */
    }
    if (wait > 0 && track->held_since < 0) {
        sockfeed_timer_set(track->timer, wait);
        return false;
    }
    switch (do_next(track)) {
    case REPLAY_WAITS:
        return hold(track);
    case REPLAY_OVER:
        return false;
    case REPLAY_DONE:
        break;
    }
    release(track);
    result = advance(track);
    if (result == SOCKFEED_MORE && track->replay->options.loop) {
        /* Without pauses the loop would never turn again. */
        sockfeed_timer_set(track->timer, 1);
        result = start_over(track);
        if (result == SOCKFEED_OK) {
            return false;
        }
    }
    if (result != SOCKFEED_OK) {
        end(track);
    }
    return result == SOCKFEED_OK;
}

void replay_track_go_on(struct replay_track *track)
{
    if (track->finished || track->ending || track->running) {
        track->again = true;
        return;
    }
    track->running = true;
    if (track->started < 0 && start_over(track) != SOCKFEED_OK) {
        finish(track);
    }
    do {
        track->again = false;
        while (!track->finished && !track->ending && step(track)) {
        }
    } while (track->again && track->held_since >= 0);
    track->running = false;
}

/* ---- Life ---------------------------------------------------------------- */

static void on_timer(void *user)
{
    struct replay_track *track = user;

    if (track->ending) {
        finish(track);
    } else {
        replay_track_go_on(track);
    }
}

enum sockfeed_result replay_track_new(struct replay_track **track,
                                      struct replay *replay)
{
    struct replay_track *made = calloc(1, sizeof *made);
    struct capture_error error;
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->replay = replay;
    made->held_since = -1;
    made->started = -1;
    list_init(&made->peers);
    list_init(&made->link);
    list_append(&replay->tracks, &made->link);
    result = recording_open(&made->recording, replay->options.capture, &error);
    if (result == SOCKFEED_INVALID) {
        fail(replay, &error);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&made->timer, replay->loop, on_timer, made);
    }
    if (result != SOCKFEED_OK) {
        replay_track_free(made);
        return result;
    }
    *track = made;
    return SOCKFEED_OK;
}

void replay_track_free(struct replay_track *track)
{
    if (track != NULL) {
        list_remove(&track->link);
        sockfeed_timer_free(track->timer);
        recording_close(&track->recording);
        free(track);
    }
}
