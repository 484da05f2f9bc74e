/* SPDX-License-Identifier: MIT */
#include "cli/serve/market_feed.h"

#include "base/buf.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/list.h"
#include "base/rng.h"
#include "cli/base/clock.h"
#include "cli/serve/market.h"

#include <stdlib.h>

enum {
    FEED_MARKETS = 64,     /* subscriptions of one client */
    FEED_MESSAGE = 4096,   /* bytes of one event: a key and its values */
    FEED_PAUSE_LEAST = 20, /* ms between two moves of a client's markets */
    FEED_PAUSE_MOST = 180,
    FEED_SEEDED_START = 1700000000, /* seconds since the epoch */
};

/* One client, with a world of its own: the same seed is then the same series
 * for everyone, whenever they come. */
struct feed_peer {
    struct list link; /* in feed->peers */
    struct market_feed *feed;
    struct sockfeed_peer *peer;
    struct sockfeed_timer *timer;
    struct rng rng;
    int64_t time; /* ms since the epoch, by the pauses that were made */
    struct market markets[FEED_MARKETS];
    size_t count;
};

struct market_feed {
    struct sockfeed_loop *loop;
    struct sockfeed_server *server;
    struct market_feed_options options;
    struct list peers;
};

/* ---- Sending ---------------------------------------------------------------- */

/* Sends ["m","<packed>"]. A client that reads too slowly misses it. */
static void send_packed(struct feed_peer *peer, struct span packed)
{
    struct sockfeed_outgoing message = {.type = SOCKFEED_OUTGOING_EVENT};
    struct buf event;

    buf_init(&event, FEED_MESSAGE);
    buf_append_text(&event, "[\"m\",");
    json_quote(&event, packed);
    buf_append_byte(&event, ']');
    if (buf_result(&event) == SOCKFEED_OK) {
        message.data = event.data;
        message.size = event.size;
        (void)!sockfeed_peer_send(peer->peer, &message);
    }
    buf_deinit(&event);
}

static void send_market(struct feed_peer *peer, const struct market *market,
                        uint32_t mask)
{
    struct buf packed;

    buf_init(&packed, FEED_MESSAGE);
    market_print(&packed, market, mask);
    send_packed(peer, buf_span(&packed));
    buf_deinit(&packed);
}

/* ---- Time ---------------------------------------------------------------------- */

static void wait_for_move(struct feed_peer *peer)
{
    int64_t pause = rng_between(&peer->rng, FEED_PAUSE_LEAST, FEED_PAUSE_MOST);

    peer->time += pause;
    sockfeed_timer_set(peer->timer, pause);
}

static void on_timer(void *user)
{
    struct feed_peer *peer = user;
    size_t at;

    if (peer->count == 0) {
        return;
    }
    at = rng_below(&peer->rng, (uint32_t)peer->count);
    send_market(peer, &peer->markets[at],
                market_move(&peer->markets[at], &peer->rng, peer->time / 1000));
    wait_for_move(peer);
}

/* ---- Subscriptions ------------------------------------------------------------- */

static struct market *find(struct feed_peer *peer, struct span key)
{
    for (size_t i = 0; i < peer->count; i++) {
        if (span_is(key, peer->markets[i].key)) {
            return &peer->markets[i];
        }
    }
    return NULL;
}

static void refuse(struct feed_peer *peer, const char *why, struct span key)
{
    struct buf packed;

    buf_init(&packed, FEED_MESSAGE);
    buf_append_text(&packed, why);
    buf_append_span(&packed, key);
    send_packed(peer, buf_span(&packed));
    buf_deinit(&packed);
}

static void add(struct feed_peer *peer, struct span key)
{
    struct market *market = find(peer, key);

    if (market == NULL) {
        if (peer->count == FEED_MARKETS) {
            refuse(peer, "429~TOO_MANY_SUBSCRIPTIONS_MAX_64_PER_SOCKET~", key);
            return;
        }
        market = &peer->markets[peer->count];
        if (!market_init(market, key, &peer->rng, peer->time / 1000)) {
            refuse(peer, "500~SUBSCRIPTION_UNRECOGNIZED~", key);
            return;
        }
        peer->count++;
    }
    send_market(peer, market, market_all(market));
}

static void drop(struct feed_peer *peer, struct span key)
{
    struct market *market = find(peer, key);

    if (market != NULL) {
        peer->count--;
        *market = peer->markets[peer->count];
    }
}

/* Calls `change` for each text in the member "subs" of the first argument. */
static void each_key(struct feed_peer *peer, struct span arguments,
                     void (*change)(struct feed_peer *peer, struct span key))
{
    struct json_walk walk;
    struct span name;
    struct span token;
    struct buf key;

    buf_init(&key, FEED_MESSAGE / 4);
    json_walk_init(&walk, json_walk_find(arguments, "subs"));
    while (json_walk_next(&walk, &name, &token)) {
        buf_clear(&key);
        if (token.data[0] == '"' && json_unquote(&key, token) == SOCKFEED_OK) {
            change(peer, buf_span(&key));
        }
    }
    buf_deinit(&key);
}

static void on_message(struct feed_peer *peer,
                       const struct sockfeed_message *message)
{
    struct span name = span_of(message->name, message->name_size);
    struct span arguments = span_of(message->args, message->args_size);
    bool idle = peer->count == 0;

    if (message->arg_count != 1) {
        return;
    }
    if (span_is(name, "\"SubAdd\"")) {
        each_key(peer, arguments, add);
        send_packed(peer, span_text("3~LOADCOMPLETE"));
        if (idle && peer->count > 0) {
            wait_for_move(peer);
        }
    } else if (span_is(name, "\"SubRemove\"")) {
        each_key(peer, arguments, drop);
    }
}

/* ---- Clients ---------------------------------------------------------------------- */

static void peer_free(struct feed_peer *peer)
{
    if (peer == NULL) {
        return;
    }
    list_remove(&peer->link);
    sockfeed_timer_free(peer->timer);
    rng_deinit(&peer->rng);
    free(peer);
}

static struct feed_peer *peer_new(struct market_feed *feed,
                                  struct sockfeed_peer *socket)
{
    struct feed_peer *peer = calloc(1, sizeof *peer);

    if (peer == NULL) {
        return NULL;
    }
    list_append(&feed->peers, &peer->link);
    peer->feed = feed;
    peer->peer = socket;
    if (feed->options.seeded) {
        rng_init_seed(&peer->rng, feed->options.seed);
        peer->time = INT64_C(1000) * FEED_SEEDED_START;
    } else if (rng_init_system(&peer->rng) == SOCKFEED_OK) {
        peer->time = clock_now() / 1000000;
    } else {
        peer_free(peer);
        return NULL;
    }
    if (sockfeed_timer_new(&peer->timer, feed->loop, on_timer, peer) !=
        SOCKFEED_OK) {
        peer_free(peer);
        return NULL;
    }
    return peer;
}

static void on_open(struct market_feed *feed, struct sockfeed_peer *socket)
{
    struct feed_peer *peer = sockfeed_peer_user(socket);

    if (peer != NULL) {
        return; /* it has joined one more namespace */
    }
    peer = peer_new(feed, socket);
    if (peer == NULL) {
        sockfeed_peer_close(socket, 1011, "out of memory");
        return;
    }
    sockfeed_peer_set_user(socket, peer);
}

static void on_event(struct sockfeed_server *server,
                     struct sockfeed_peer *socket,
                     const struct sockfeed_peer_event *event, void *user)
{
    struct feed_peer *peer = sockfeed_peer_user(socket);

    (void)server;
    switch (event->type) {
    case SOCKFEED_PEER_OPEN:
        on_open(user, socket);
        break;
    case SOCKFEED_PEER_MESSAGE:
        if (peer != NULL && event->u.message.type == SOCKFEED_MESSAGE_EVENT) {
            on_message(peer, &event->u.message);
        }
        break;
    case SOCKFEED_PEER_ANSWER:
    case SOCKFEED_PEER_LEFT:
    case SOCKFEED_PEER_DRAINED:
        break;
    case SOCKFEED_PEER_CLOSED:
        sockfeed_peer_set_user(socket, NULL);
        peer_free(peer);
        break;
    }
}

/* ---- Life --------------------------------------------------------------------------- */

enum sockfeed_result market_feed_new(struct market_feed **feed,
                                     struct sockfeed_loop *loop,
                                     const struct market_feed_options *options,
                                     struct sockfeed_failure *failure)
{
    struct sockfeed_server_config config = {.port = 0};
    struct market_feed *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop;
    made->options = *options;
    list_init(&made->peers);
    result = sockfeed_server_new(&made->server, loop, &config, on_event, made,
                                 failure);
    if (result != SOCKFEED_OK) {
        free(made);
        return result;
    }
    *feed = made;
    return SOCKFEED_OK;
}

void market_feed_free(struct market_feed *feed)
{
    struct list *link;
    struct list *after;

    if (feed == NULL) {
        return;
    }
    sockfeed_server_free(feed->server);
    LIST_EACH (link, after, &feed->peers) {
        peer_free(LIST_ENTRY(link, struct feed_peer, link));
    }
    free(feed);
}

uint16_t market_feed_port(const struct market_feed *feed)
{
    return sockfeed_server_port(feed->server);
}
