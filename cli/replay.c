/* SPDX-License-Identifier: MIT */
#include "cli/replay.h"

#include "base/buf.h"
#include "base/json_bytes.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "base/list.h"
#include "cli/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPLAY_AHEAD = 1048576, /* bytes queued for a client before it must read */
    REPLAY_SPACE = 1024,    /* bytes of a namespace */
};

struct replay_peer {
    struct list link; /* in replay->peers */
    struct replay *replay;
    struct sockfeed_peer *peer;
    struct sockfeed_timer *timer;
    struct capture capture;
    struct capture_entry next; /* read and not yet sent */
    bool socket_io;
    bool finished;      /* everything has been queued */
    int64_t started;    /* loop time of the first frame, ms */
    int64_t first_time; /* of the first frame in the capture, ns */
};

struct replay {
    struct sockfeed_loop *loop;
    struct sockfeed_server *server;
    struct serve_options options;
    struct replay_callbacks callbacks;
    struct list peers;
    bool socket_io; /* the capture is of a Socket.IO session */
};

/* ---- What a frame of the capture says ------------------------------------------- */

/* An event: where it belongs, and its array. */
struct replay_event {
    char space[REPLAY_SPACE]; /* NUL-terminated */
    struct span array;
};

/* Reads 42[/namespace,][id][...]; false for packets that are no events. Those
 * with attachments are none here: their halves come apart. */
static bool read_event(struct replay_event *event, struct span packet)
{
    size_t comma;

    if (!span_starts(packet, "42")) {
        return false;
    }
    packet = span_skip(packet, 2);
    memcpy(event->space, "/", 2);
    if (packet.size > 0 && packet.data[0] == '/') {
        comma = span_find(packet, ',');
        if (comma == packet.size || comma >= sizeof event->space) {
            return false;
        }
        memcpy(event->space, packet.data, comma);
        event->space[comma] = '\0';
        packet = span_skip(packet, comma + 1);
    }
    while (packet.size > 0 && packet.data[0] >= '0' && packet.data[0] <= '9') {
        packet = span_skip(packet, 1);
    }
    event->array = packet;
    return packet.size > 0 && packet.data[0] == '[';
}

/* Whether the frame is one that clients are to get. */
static bool is_served(const struct replay *replay,
                      const struct capture_entry *entry)
{
    struct replay_event event;

    if (!entry->incoming) {
        return false;
    }
    if (replay->socket_io) {
        return entry->op == CAPTURE_TEXT && read_event(&event, entry->data);
    }
    return entry->op == CAPTURE_TEXT || entry->op == CAPTURE_BINARY;
}

/* ---- Sending ------------------------------------------------------------------------ */

static enum sockfeed_result send_as_event(struct replay_peer *peer,
                                          struct span text, bool binary)
{
    struct sockfeed_outgoing message = {.type = SOCKFEED_OUTGOING_EVENT};
    struct json_scan_result scan;
    struct malformed malformed;
    enum sockfeed_result result;
    struct buf event;

    buf_init(&event, (size_t)LIMIT_CAPTURE_LINE * 2);
    buf_append_text(&event, "[\"message\",");
    if (binary) {
        json_bytes_append(&event, text);
    } else if (json_scan(&scan, &malformed, text, 0) == SOCKFEED_OK) {
        buf_append_span(&event, text);
    } else {
        json_quote(&event, text);
    }
    buf_append_byte(&event, ']');
    message.data = event.data;
    message.size = event.size;
    result = buf_result(&event) == SOCKFEED_OK
                 ? sockfeed_peer_send(peer->peer, &message)
                 : buf_result(&event);
    buf_deinit(&event);
    return result;
}

static enum sockfeed_result send_entry(struct replay_peer *peer)
{
    const struct capture_entry *entry = &peer->next;
    bool binary = entry->op == CAPTURE_BINARY;
    struct sockfeed_outgoing message = {
        .type = binary ? SOCKFEED_OUTGOING_BINARY : SOCKFEED_OUTGOING_TEXT,
        .data = entry->data.data,
        .size = entry->data.size,
    };
    struct replay_event event;

    if (peer->socket_io && !peer->replay->socket_io) {
        return send_as_event(peer, entry->data, binary);
    }
    if (peer->replay->socket_io && read_event(&event, entry->data)) {
        message.data = event.array.data;
        message.size = event.array.size;
    }
    if (peer->socket_io) {
        message.type = SOCKFEED_OUTGOING_EVENT;
        message.space = event.space;
    }
    return sockfeed_peer_send(peer->peer, &message);
}

/* ---- Time ------------------------------------------------------------------------------ */

static void describe(char *text, size_t size, const struct replay *replay,
                     const struct capture_error *error)
{
    if (error->line == 0) {
        (void)snprintf(text, size, "%s: %s", replay->options.capture,
                       error->text);
    } else {
        (void)snprintf(text, size, "%s:%zu: %s", replay->options.capture,
                       error->line, error->text);
    }
}

static void fail(struct replay *replay, const struct capture_error *error)
{
    char text[512];

    describe(text, sizeof text, replay, error);
    replay->callbacks.failed(replay->callbacks.user, text);
}

/* Reads on to the next frame that is served. */
static enum sockfeed_result advance(struct replay_peer *peer)
{
    struct capture_error error;
    enum sockfeed_result result;

    do {
        result = capture_next(&peer->capture, &peer->next, &error);
    } while (result == SOCKFEED_OK && !is_served(peer->replay, &peer->next));
    if (result == SOCKFEED_INVALID) {
        fail(peer->replay, &error);
    }
    return result;
}

/* Milliseconds until the frame in peer->next is due; below 1: now. */
static int64_t due_in(const struct replay_peer *peer)
{
    const struct serve_options *options = &peer->replay->options;
    int64_t since = (peer->next.time - peer->first_time) / 1000000; /* ms */

    if (options->max_speed) {
        return 0;
    }
    if (options->speed > 0) {
        since = since * 1000 / options->speed;
    }
    return peer->started + since - sockfeed_loop_now(peer->replay->loop);
}

static enum sockfeed_result start_over(struct replay_peer *peer)
{
    enum sockfeed_result result;

    capture_rewind(&peer->capture);
    result = advance(peer);
    peer->started = sockfeed_loop_now(peer->replay->loop);
    peer->first_time = peer->next.time;
    return result;
}

static void finish(struct replay_peer *peer)
{
    peer->finished = true;
    if (peer->replay->options.once) {
        sockfeed_peer_close(peer->peer, 1000, "");
    }
}

/* Sends what is due, then waits for the clock or for the client. */
static void go_on(struct replay_peer *peer)
{
    while (!peer->finished) {
        int64_t wait = due_in(peer);
        enum sockfeed_result result;

        if (sockfeed_peer_queued(peer->peer) > REPLAY_AHEAD) {
            return; /* goes on when the client has read it */
        }
        if (wait > 0) {
            sockfeed_timer_set(peer->timer, wait);
            return;
        }
        if (send_entry(peer) == SOCKFEED_STATE && !peer->socket_io) {
            return; /* it is closing */
        }
        result = advance(peer);
        if (result == SOCKFEED_MORE && peer->replay->options.loop) {
            result = start_over(peer);
            /* Without pauses the loop would never turn again. */
            sockfeed_timer_set(peer->timer, 1);
            if (result == SOCKFEED_OK) {
                return;
            }
        }
        if (result != SOCKFEED_OK) {
            finish(peer);
        }
    }
}

static void on_timer(void *user)
{
    go_on(user);
}

/* ---- Clients ------------------------------------------------------------------------------ */

static void peer_free(struct replay_peer *peer)
{
    if (peer == NULL) {
        return;
    }
    list_remove(&peer->link);
    sockfeed_timer_free(peer->timer);
    capture_close(&peer->capture);
    free(peer);
}

static void on_open(struct replay *replay, struct sockfeed_peer *socket,
                    bool socket_io)
{
    struct replay_peer *peer = sockfeed_peer_user(socket);
    struct capture_error error;

    if (peer != NULL) {
        return; /* it has joined one more namespace */
    }
    peer = calloc(1, sizeof *peer);
    if (peer == NULL) {
        sockfeed_peer_close(socket, 1011, "out of memory");
        return;
    }
    peer->replay = replay;
    peer->peer = socket;
    peer->socket_io = socket_io;
    list_append(&replay->peers, &peer->link);
    sockfeed_peer_set_user(socket, peer);
    if (capture_open(&peer->capture, replay->options.capture, &error) !=
        SOCKFEED_OK) {
        fail(replay, &error);
    } else if (sockfeed_timer_new(&peer->timer, replay->loop, on_timer, peer) ==
                   SOCKFEED_OK &&
               start_over(peer) == SOCKFEED_OK) {
        go_on(peer);
    } else {
        finish(peer);
    }
}

static void on_closed(struct replay *replay, struct replay_peer *peer)
{
    bool finished = peer != NULL && peer->finished;

    peer_free(peer);
    if (finished && replay->options.once) {
        replay->callbacks.done(replay->callbacks.user);
    }
}

static void on_event(struct sockfeed_server *server,
                     struct sockfeed_peer *socket,
                     const struct sockfeed_peer_event *event, void *user)
{
    struct replay *replay = user;
    struct replay_peer *peer = sockfeed_peer_user(socket);

    (void)server;
    switch (event->type) {
    case SOCKFEED_PEER_OPEN:
        on_open(replay, socket,
                event->u.open.protocol == SOCKFEED_PROTOCOL_SIO);
        break;
    case SOCKFEED_PEER_MESSAGE:
        break; /* what was asked for then is served in any case */
    case SOCKFEED_PEER_ANSWER:
    case SOCKFEED_PEER_LEFT:
        break;
    case SOCKFEED_PEER_DRAINED:
        if (peer != NULL) {
            go_on(peer);
        }
        break;
    case SOCKFEED_PEER_CLOSED:
        sockfeed_peer_set_user(socket, NULL);
        on_closed(replay, peer);
        break;
    }
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* Reads the whole capture, and finds out what kind of session it was. */
static enum sockfeed_result check(struct replay *replay,
                                  struct sockfeed_failure *failure)
{
    struct capture_error error = {.text = "out of memory"};
    struct capture_entry entry;
    struct capture capture;
    size_t frames = 0;
    enum sockfeed_result result =
        capture_open(&capture, replay->options.capture, &error);

    while (result == SOCKFEED_OK) {
        result = capture_next(&capture, &entry, &error);
        if (result == SOCKFEED_OK && entry.incoming &&
            entry.op == CAPTURE_TEXT && frames++ == 0) {
            replay->socket_io = span_starts(entry.data, "0{");
        }
    }
    capture_close(&capture);
    if (result == SOCKFEED_MORE) {
        return SOCKFEED_OK;
    }
    *failure = (struct sockfeed_failure){.result = result};
    describe(failure->text, sizeof failure->text, replay, &error);
    return result;
}

enum sockfeed_result replay_new(struct replay **replay,
                                struct sockfeed_loop *loop,
                                const struct serve_options *options,
                                const struct replay_callbacks *callbacks,
                                struct sockfeed_failure *failure)
{
    struct sockfeed_server_config config = {
        .address = options->address,
        .port = options->port,
    };
    struct replay *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop;
    made->options = *options;
    made->callbacks = *callbacks;
    list_init(&made->peers);
    result = check(made, failure);
    if (result == SOCKFEED_OK) {
        result = sockfeed_server_new(&made->server, loop, &config, on_event,
                                     made, failure);
    }
    if (result != SOCKFEED_OK) {
        free(made);
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
        peer_free(LIST_ENTRY(link, struct replay_peer, link));
    }
    free(replay);
}

uint16_t replay_port(const struct replay *replay)
{
    return sockfeed_server_port(replay->server);
}
