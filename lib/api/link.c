/* SPDX-License-Identifier: MIT */
#include "api/link.h"

#include "api/approach.h"
#include "api/guard.h"
#include "api/heartbeats.h"
#include "api/sender.h"
#include "api/turnstile.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/loop.h"

#include <stdio.h>
#include <stdlib.h>

/*
 *   WAITING --its turn--> CONNECTING --opened--> OPEN --given up, closed--> OVER
 */
enum link_state {
    LINK_WAITING,
    LINK_CONNECTING,
    LINK_OPEN,
    LINK_OVER,
};

/* What is needed for each message stands together: from the number, which is
 * the last of `config`, to the first of the handlers. */
struct link {
    struct link_config config;
    struct guard guard;
    enum link_state state;
    bool paused;   /* nothing is read: silence means nothing */
    bool listens;  /* somebody asks when something was last heard */
    int64_t heard; /* when a message last came */
    void *user;
    struct link_handlers handlers;
    int64_t aged; /* when `aged` is due, or INT64_MAX */
    struct turn turn;
    struct loop_timer timer;
    struct loop_task work;
    struct sender sender;
    struct beats beats;
    struct approach approach;
    struct connection *connection; /* NULL: not now */
};

static int64_t now(const struct link *link)
{
    return loop_now(link->config.connection.loop);
}

static void tell(void *user, struct sockfeed_event *event)
{
    struct link *link = user;

    if (!link->guard.freed) {
        event->connection = link->config.number;
        link->handlers.event(link->user, link, event);
    }
}

/* ---- What time brings --------------------------------------------------- */

static int64_t earlier(int64_t due, int64_t other)
{
    return other < due ? other : due;
}

static void set_timer(struct link *link)
{
    const struct sender *sender = &link->sender;
    int64_t due = earlier(heartbeats_due(&link->beats),
                          sender_deadline(sender, now(link)));

    if (!link->paused && sender->subscriber.waiting) {
        due = earlier(due, sender->arrived + link->config.await_timeout);
    }
    if (!link->paused && link->config.idle_timeout > 0) {
        due = earlier(due, link->heard + link->config.idle_timeout);
    }
    if (sender->told_all) {
        due = earlier(due, link->aged);
    }
    loop_timer_set(&link->timer, link->state == LINK_OPEN ? due : INT64_MAX);
}

static bool is_late(const struct link *link, int64_t since, int64_t timeout)
{
    return !link->paused && timeout > 0 && now(link) >= since + timeout;
}

static void give_up(struct link *link, enum sockfeed_result reason,
                    const char *what, int64_t timeout)
{
    char text[80];

    (void)snprintf(text, sizeof text, "%s %g s", what, (double)timeout / 1000);
    link_reject(link, reason, text);
}

/* Whether what did not come is reason enough to give the connection up. */
static bool is_given_up(struct link *link)
{
    const struct link_config *config = &link->config;

    if (link->sender.subscriber.waiting &&
        is_late(link, link->sender.arrived, config->await_timeout)) {
        give_up(link, SOCKFEED_TIMEOUT,
                "the awaited message did not come within",
                config->await_timeout);
        return true;
    }
    if (is_late(link, link->heard, config->idle_timeout)) {
        give_up(link, SOCKFEED_LOST, "no message came for",
                config->idle_timeout);
        return true;
    }
    return false;
}

static void beat(struct link *link)
{
    struct sender *sender = &link->sender;
    const struct sockfeed_outgoing *message = NULL;

    do {
        int64_t active =
            sender->sent > link->heard ? sender->sent : link->heard;
        enum sockfeed_result result = SOCKFEED_OK;

        message = heartbeats_take(&link->beats, now(link), active);
        if (message != NULL) {
            result = sender_answer(sender, now(link), message);
        }
        if (result != SOCKFEED_OK &&
            !sender_is_ending(sender, message, result)) {
            sender_tell_dropped(sender, message, result);
        }
    } while (message != NULL && !link->guard.freed);
}

static void go_on(struct link *link)
{
    sender_go_on(&link->sender, now(link));
    if (!link->guard.freed) {
        set_timer(link);
    }
}

static void on_timer(void *user)
{
    struct link *link = user;

    guard_enter(&link->guard);
    if (!is_given_up(link)) {
        beat(link);
        go_on(link);
        if (!link->guard.freed && link->sender.told_all &&
            now(link) >= link->aged) {
            link->aged = INT64_MAX;
            set_timer(link);
            link->handlers.aged(link->user, link);
        }
    }
    guard_leave(&link->guard);
}

static void on_work(void *user)
{
    struct link *link = user;

    guard_enter(&link->guard);
    go_on(link);
    guard_leave(&link->guard);
}

/* ---- What the connection tells ------------------------------------------ */

static void on_event(void *user, struct sockfeed_event *event)
{
    struct link *link = user;

    if (link->listens && event->type <= SOCKFEED_EVENT_FRAMES) {
        link->heard = now(link);
    }
    /* Once for every message: the connection's guard does for both, since the
     * handler is the last to be called. */
    if (event->type <= SOCKFEED_EVENT_FRAME && !link->guard.freed) {
        event->connection = link->config.number;
        link->handlers.event(link->user, link, event);
        return;
    }
    guard_enter(&link->guard);
    tell(link, event);
    guard_leave(&link->guard);
}

static void on_opened(void *user, const struct connection_opened *opened)
{
    struct link *link = user;

    guard_enter(&link->guard);
    turnstile_leave(&link->turn);
    link->state = LINK_OPEN;
    link->heard = now(link);
    if (link->config.max_age > 0) {
        link->aged = now(link) + link->config.max_age;
    }
    heartbeats_start(&link->beats, link->config.heartbeats, now(link));
    sender_open(&link->sender, link->connection, now(link));
    link->handlers.opened(link->user, link, opened);
    go_on(link);
    guard_leave(&link->guard);
}

static void stop(struct link *link)
{
    link->state = LINK_OVER;
    sender_stop(&link->sender);
    loop_timer_clear(&link->timer);
    loop_task_cancel(&link->work);
}

static void end(struct link *link, const struct connection_end *how)
{
    stop(link);
    turnstile_leave(&link->turn);
    link->handlers.ended(link->user, link, how);
}

static void on_ended(void *user, const struct connection_end *how)
{
    struct link *link = user;

    guard_enter(&link->guard);
    if (approach_is_redirected(&link->approach)) {
        approach_follow(&link->approach, how->failure);
        connection_free(link->connection);
        link->connection = NULL;
    } else if (how->late) {
        approach_ask_older(&link->approach);
        connection_free(link->connection);
        link->connection = NULL;
    } else {
        if (link->state == LINK_CONNECTING) {
            approach_failed(&link->approach, how->failure);
        }
        end(link, how);
    }
    guard_leave(&link->guard);
}

static void on_subscribed(void *user, size_t count)
{
    struct link *link = user;

    link->handlers.subscribed(link->user, link, count);
}

static void on_through(void *user)
{
    struct link *link = user;

    link->handlers.through(link->user, link);
}

/* ---- Connecting --------------------------------------------------------- */

static enum sockfeed_result on_connect(void *user,
                                       const struct connection_config *config)
{
    static const struct connection_handlers handlers = {
        .event = on_event,
        .opened = on_opened,
        .ended = on_ended,
    };
    struct link *link = user;

    return connection_new(&link->connection, config, &handlers, link);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct connection_end how = {.failure = failure};

    end(user, &how);
}

static void on_turn(void *user)
{
    struct link *link = user;

    guard_enter(&link->guard);
    link->state = LINK_CONNECTING;
    approach_begin(&link->approach);
    guard_leave(&link->guard);
}

enum sockfeed_result link_prepare(struct link *link,
                                  const struct sockfeed_options *fresh)
{
    return approach_prepare(&link->approach, fresh);
}

void link_decline(struct link *link, enum sockfeed_result reason,
                  const char *text)
{
    approach_decline(&link->approach, reason, text);
}

/* ---- Life --------------------------------------------------------------- */

static void destroy(void *user)
{
    struct link *link = user;

    loop_timer_clear(&link->timer);
    loop_task_cancel(&link->work);
    turnstile_leave(&link->turn);
    connection_free(link->connection);
    approach_deinit(&link->approach);
    sender_deinit(&link->sender);
    free(link);
}

enum sockfeed_result link_new(struct link **link,
                              const struct link_config *config,
                              const struct link_handlers *handlers, void *user)
{
    static const struct sender_handlers from_sender = {
        .event = tell,
        .subscribed = on_subscribed,
        .through = on_through,
    };
    static const struct approach_handlers from_approach = {
        .event = tell,
        .connect = on_connect,
        .failed = on_failed,
    };
    struct link *made = calloc(1, sizeof *made);
    struct loop *loop = config->connection.loop;
    struct subscriber subscriber;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->config = *config;
    made->handlers = *handlers;
    made->user = user;
    made->aged = INT64_MAX;
    made->listens =
        config->idle_timeout > 0 || config->heartbeats->messages.count > 0;
    guard_init(&made->guard, destroy, made);
    loop_timer_init(&made->timer, loop, on_timer, made);
    loop_task_init(&made->work, loop, on_work, made);
    approach_init(&made->approach, &config->connection, &made->guard,
                  &from_approach, made);
    turnstile_turn_init(&made->turn, config->turnstile, on_turn, made);
    subscriber_init(&subscriber, config->connection.subscriptions,
                    config->settled);
    if (sender_init(&made->sender, config->rate, &subscriber, &made->guard,
                    &from_sender, made) != SOCKFEED_OK) {
        destroy(made);
        return SOCKFEED_NOMEM;
    }
    turnstile_ask(&made->turn);
    *link = made;
    return SOCKFEED_OK;
}

void link_free(struct link *link)
{
    if (link != NULL) {
        if (link->connection != NULL) {
            /* No message more from what is being read. */
            connection_pause(link->connection);
        }
        guard_free(&link->guard);
    }
}

bool link_recovered(const struct link *link, struct span space)
{
    return link->connection != NULL &&
           connection_recovered(link->connection, space);
}

unsigned link_number(const struct link *link)
{
    return link->config.number;
}

/* ---- Sending ------------------------------------------------------------ */

void link_kick(struct link *link)
{
    loop_task_post(&link->work);
}

void link_serve(struct link *link, struct outbox *kept)
{
    link->sender.kept = kept;
}

enum sockfeed_result link_send(struct link *link,
                               const struct sockfeed_outgoing *message)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    guard_enter(&link->guard);
    if (sender_may_pass(&link->sender, now(link))) {
        result = sender_send(&link->sender, now(link), message);
        if (sender_is_ending(&link->sender, message, result)) {
            result = SOCKFEED_AGAIN;
        }
        set_timer(link);
    }
    guard_leave(&link->guard);
    return result;
}

enum sockfeed_result link_ping(struct link *link)
{
    return connection_ping(link->connection);
}

enum sockfeed_result link_call(struct link *link,
                               const struct sockfeed_outgoing *message,
                               uint64_t id, int64_t timeout)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    guard_enter(&link->guard);
    if (sender_may_pass(&link->sender, now(link))) {
        sender_passes(&link->sender, now(link));
        result = connection_call(link->connection, message, id, timeout);
    }
    set_timer(link);
    guard_leave(&link->guard);
    return result;
}

enum sockfeed_result link_acknowledge(
    struct link *link, const struct sockfeed_acknowledgement *answer)
{
    return link->connection != NULL
               ? connection_acknowledge(link->connection, answer)
               : SOCKFEED_STATE;
}

enum sockfeed_result link_answer(struct link *link,
                                 const struct sockfeed_outgoing *message)
{
    enum sockfeed_result result;

    guard_enter(&link->guard);
    result = sender_answer(&link->sender, now(link), message);
    set_timer(link);
    guard_leave(&link->guard);
    return result;
}

void link_proceed(struct link *link)
{
    subscriber_release(&link->sender.subscriber);
    link_kick(link);
}

size_t link_settled(const struct link *link)
{
    return link->sender.subscriber.next;
}

bool link_has_barriers(const struct link *link)
{
    return subscriber_has_barriers(&link->sender.subscriber);
}

void link_forget(struct link *link, size_t index)
{
    subscriber_forget(&link->sender.subscriber, index);
}

/* ---- Pausing and closing ------------------------------------------------ */

void link_pause(struct link *link)
{
    link->paused = true;
    if (link->state == LINK_OPEN) {
        connection_pause(link->connection);
    }
}

/* Who waits for the peer begins anew. */
void link_resume(struct link *link)
{
    link->paused = false;
    link->heard = now(link);
    link->sender.arrived = now(link);
    if (link->state == LINK_OPEN) {
        connection_resume(link->connection);
        set_timer(link);
    }
}

void link_reject(struct link *link, enum sockfeed_result reason,
                 const char *text)
{
    stop(link);
    connection_reject(link->connection, reason, text);
}

void link_close(struct link *link, uint16_t code, int64_t timeout)
{
    stop(link);
    connection_close(link->connection, code, timeout);
}
