/* SPDX-License-Identifier: MIT */
#include "api/relay.h"

#include "api/event.h"
#include "codec/ws_close.h"
#include "session/ws_session.h"

#include <stdio.h>

enum {
    /* ms that the old connection stays after the new one has asked for all
     * that it had: time for a server to see to it. */
    RELAY_OVERLAP = 5000
};

static int64_t now(const struct relay *relay)
{
    return loop_now(relay->config.connection.loop);
}

/* ---- Replacing ---------------------------------------------------------- */

static enum sockfeed_result make(struct relay *relay, struct link **link);

static void free_link(struct link **link)
{
    struct link *gone = *link;

    *link = NULL;
    link_free(gone);
}

static void drop_others(struct relay *relay)
{
    loop_timer_clear(&relay->timer);
    relay->due = false;
    free_link(&relay->next);
    free_link(&relay->last);
}

/* The present one stays, however old. */
static void try_later(struct relay *relay, const struct sockfeed_failure *why)
{
    struct reconnect_end end = {.result = SOCKFEED_LOST,
                                .retry_after = why->retry_after};
    struct sockfeed_event event;
    int64_t delay = 0;
    char text[sizeof why->text + 64];

    if (reconnect_ended(&relay->again, &delay, now(relay), &end) ==
        SOCKFEED_AGAIN) {
        loop_timer_set(&relay->timer, now(relay) + delay);
    }
    (void)snprintf(text, sizeof text,
                   "the connection could not be replaced yet: %s", why->text);
    event_text(&event, SOCKFEED_EVENT_NOTICE, text);
    event.connection = link_number(relay->present);
    relay->handlers.event(relay->user, &event);
}

static void replace(struct relay *relay)
{
    struct sio_recovery *other = &relay->memories[relay->memory ^ 1];

    /* The present link's session lives on beside the new one. */
    sio_recovery_deinit(other);
    relay->config.connection.recovery = other;
    relay->config.settled = 0;
    if (make(relay, &relay->next) != SOCKFEED_OK) {
        static const struct sockfeed_failure failure = {
            .result = SOCKFEED_NOMEM, .text = "out of memory"};

        try_later(relay, &failure);
    }
}

static int64_t overlap(const struct relay *relay)
{
    int64_t half = relay->config.max_age / 2;

    return half < RELAY_OVERLAP ? half : RELAY_OVERLAP;
}

static void take_over(struct relay *relay)
{
    link_serve(relay->present, NULL);
    relay->last = relay->present;
    relay->present = relay->next;
    relay->next = NULL;
    relay->memory ^= 1;
    relay->settled = 0;
    reconnect_opened(&relay->again, now(relay));
    loop_timer_set(&relay->timer, now(relay) + overlap(relay));
}

static void on_timer(void *user)
{
    struct relay *relay = user;

    if (relay->last != NULL) {
        link_close(relay->last, WS_CLOSE_NORMAL, WS_SESSION_LINGER_MS);
    } else {
        replace(relay);
    }
}

/* ---- What the links tell ------------------------------------------------ */

static void on_event(void *user, struct link *link,
                     struct sockfeed_event *event)
{
    struct relay *relay = user;

    (void)link;
    relay->handlers.event(relay->user, event);
}

static void on_opened(void *user, struct link *link,
                      const struct connection_opened *opened)
{
    struct relay *relay = user;

    if (link == relay->present) {
        relay->settled = 0; /* the link counts them now */
    }
    if (relay->paused) {
        link_pause(link);
    }
    relay->handlers.opened(relay->user, opened, link_number(link),
                           link != relay->present);
}

static void on_subscribed(void *user, struct link *link, size_t count)
{
    struct relay *relay = user;

    if (link == relay->next) {
        take_over(relay);
    }
    link_serve(link, relay->kept);
    relay->handlers.subscribed(relay->user, link_number(link), count);
}

static void on_through(void *user, struct link *link)
{
    struct relay *relay = user;

    if (link == relay->present) {
        relay->handlers.through(relay->user);
    }
}

static void on_aged(void *user, struct link *link)
{
    struct relay *relay = user;

    (void)link; /* the present one: the last one has aged before */
    relay->due = relay->last != NULL;
    if (!relay->due) {
        replace(relay);
    }
}

static void on_ended(void *user, struct link *link,
                     const struct connection_end *end)
{
    struct relay *relay = user;
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_REPLACED,
                                   .connection = link_number(link)};

    if (link == relay->last) {
        free_link(&relay->last);
        if (relay->due) {
            relay->due = false;
            loop_timer_set(&relay->timer, now(relay));
        }
        relay->handlers.event(relay->user, &event);
    } else if (link == relay->next) {
        struct sockfeed_failure failure = *end->failure;

        free_link(&relay->next);
        try_later(relay, &failure);
    } else {
        drop_others(relay);
        if (link_settled(link) > 0) {
            relay->settled = link_settled(link);
        }
        free_link(&relay->present);
        relay->handlers.ended(relay->user, end);
    }
}

/* ---- Life --------------------------------------------------------------- */

static enum sockfeed_result make(struct relay *relay, struct link **link)
{
    static const struct link_handlers handlers = {
        .event = on_event,
        .opened = on_opened,
        .subscribed = on_subscribed,
        .through = on_through,
        .aged = on_aged,
        .ended = on_ended,
    };

    relay->config.number++;
    return link_new(link, &relay->config, &handlers, relay);
}

void relay_init(struct relay *relay, const struct link_config *config,
                const struct reconnect *schedule, struct outbox *kept,
                const struct relay_handlers *handlers, void *user)
{
    struct reconnect_config again = schedule->config;

    *relay = (struct relay){
        .config = *config, .kept = kept, .handlers = *handlers, .user = user};
    sio_recovery_init(&relay->memories[0]);
    sio_recovery_init(&relay->memories[1]);
    again.policy = SOCKFEED_RECONNECT_ALWAYS;
    again.retries = -1;
    reconnect_init(&relay->again, &again, schedule->rng);
    loop_timer_init(&relay->timer, config->connection.loop, on_timer, relay);
}

void relay_deinit(struct relay *relay)
{
    if (relay->user != NULL) {
        relay_drop(relay);
        sio_recovery_deinit(&relay->memories[0]);
        sio_recovery_deinit(&relay->memories[1]);
    }
}

enum sockfeed_result relay_connect(struct relay *relay)
{
    relay->config.connection.recovery = &relay->memories[relay->memory];
    relay->config.settled = relay->settled;
    return make(relay, &relay->present);
}

void relay_drop(struct relay *relay)
{
    drop_others(relay);
    free_link(&relay->present);
}

struct link *relay_find(const struct relay *relay, unsigned number)
{
    struct link *const links[] = {relay->present, relay->next, relay->last};

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i] != NULL && link_number(links[i]) == number) {
            return links[i];
        }
    }
    return NULL;
}

void relay_kick(struct relay *relay)
{
    if (relay->present != NULL) {
        link_kick(relay->present);
    }
    if (relay->next != NULL) {
        link_kick(relay->next);
    }
}

void relay_forget(struct relay *relay, size_t index)
{
    if (relay->present != NULL) {
        link_forget(relay->present, index);
    }
    if (relay->next != NULL) {
        link_forget(relay->next, index);
    }
    if (index < relay->settled) {
        relay->settled--;
    }
}

static void each(struct relay *relay, void (*what)(struct link *link))
{
    struct link *const links[] = {relay->present, relay->next, relay->last};

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i] != NULL) {
            what(links[i]);
        }
    }
}

void relay_pause(struct relay *relay)
{
    relay->paused = true;
    each(relay, link_pause);
}

void relay_resume(struct relay *relay)
{
    relay->paused = false;
    each(relay, link_resume);
}

void relay_close(struct relay *relay, uint16_t code, int64_t timeout)
{
    loop_timer_clear(&relay->timer);
    free_link(&relay->next);
    if (relay->last != NULL) {
        link_close(relay->last, code, timeout);
    }
    link_close(relay->present, code, timeout);
}
