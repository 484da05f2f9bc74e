/* SPDX-License-Identifier: MIT */
#include "cli/serve/replay_inside.h"

#include <stdlib.h>

/* Acknowledgements that clients ask for, given as they were then. */

/* An answer whose time has not come. */
struct pending {
    struct list link; /* in peer->pending */
    struct replay_peer *peer;
    struct sockfeed_timer *timer;
    const struct replay_note *answer; /* the replay's */
    uint64_t id;                      /* the client's */
};

static void drop_pending(struct pending *pending)
{
    list_remove(&pending->link);
    sockfeed_timer_free(pending->timer);
    free(pending);
}

void replay_reply_drop(struct replay_peer *peer)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &peer->pending) {
        drop_pending(LIST_ENTRY(link, struct pending, link));
    }
}

static void give(struct replay_peer *peer, const struct replay_note *answer,
                 uint64_t id)
{
    const struct sockfeed_acknowledgement acknowledgement = {
        .space = answer->space.data,
        .space_size = answer->space.size,
        .id = id,
        .data = answer->data.size > 0 ? answer->data.data : "[]",
        .size = answer->data.size > 0 ? answer->data.size : 2,
    };

    /* A client that has gone on its way needs it no more. */
    (void)!sockfeed_peer_acknowledge(peer->socket, &acknowledgement);
}

static void on_answer_due(void *user)
{
    struct pending *pending = user;

    give(pending->peer, pending->answer, pending->id);
    drop_pending(pending);
}

/* As long after the request as it took then; 0: at once. */
static int64_t answer_delay(const struct replay_peer *peer,
                            const struct replay_note *request)
{
    const struct serve_options *options = &peer->replay->options;
    int64_t took = (request->answer->time - request->time) / 1000000;

    if (options->max_speed || took < 0) {
        return 0;
    }
    return options->speed > 0 ? took * 1000 / options->speed : took;
}

static void answer_later(struct replay_peer *peer,
                         const struct replay_note *answer, uint64_t id,
                         int64_t delay)
{
    struct pending *pending = calloc(1, sizeof *pending);

    if (pending == NULL ||
        sockfeed_timer_new(&pending->timer, peer->replay->loop, on_answer_due,
                           pending) != SOCKFEED_OK) {
        free(pending);
        give(peer, answer, id);
        return;
    }
    pending->peer = peer;
    pending->answer = answer;
    pending->id = id;
    list_init(&pending->link);
    list_append(&peer->pending, &pending->link);
    sockfeed_timer_set(pending->timer, delay);
}

void replay_reply_to(struct replay_peer *peer,
                     const struct sockfeed_message *message)
{
    const struct replay_note *request =
        replay_answers_find(&peer->replay->answers, &peer->used,
                            span_of(message->space, message->space_size),
                            span_of(message->data, message->data_size));
    int64_t delay;

    if (request == NULL) {
        return;
    }
    delay = answer_delay(peer, request);
    if (delay > 0) {
        answer_later(peer, request->answer, message->id, delay);
    } else {
        give(peer, request->answer, message->id);
    }
}
