/* SPDX-License-Identifier: MIT */
#include "api/sender.h"

#include "api/connection.h"
#include "api/event.h"
#include "api/guard.h"
#include "base/limits.h"

#include <stdio.h>

enum sockfeed_result sender_init(struct sender *sender, size_t rate,
                                 const struct subscriber *subscriber,
                                 struct guard *guard,
                                 const struct sender_handlers *handlers,
                                 void *user)
{
    *sender = (struct sender){.handlers = *handlers,
                              .user = user,
                              .guard = guard,
                              .subscriber = *subscriber};
    outbox_init(&sender->urgent, LIMIT_UNSENT);
    return pace_init(&sender->pace, rate);
}

void sender_deinit(struct sender *sender)
{
    outbox_deinit(&sender->urgent);
    pace_deinit(&sender->pace);
}

void sender_open(struct sender *sender, struct connection *connection,
                 int64_t now)
{
    sender->connection = connection;
    sender->sent = now;
}

void sender_stop(struct sender *sender)
{
    sender->connection = NULL;
}

int64_t sender_deadline(const struct sender *sender, int64_t now)
{
    if (sender->connection == NULL) {
        return INT64_MAX;
    }
    if (pace_is_fresh(&sender->pace)) {
        return now + 1;
    }
    return sender->held_back ? pace_due(&sender->pace) : INT64_MAX;
}

/* True when the pace lets a message go; else it is waited for. */
static bool may_send(struct sender *sender, int64_t now)
{
    sender->held_back = !pace_allows(&sender->pace, now);
    return !sender->held_back;
}

static bool is_through(const struct sender *sender)
{
    const struct subscriber *subscriber = &sender->subscriber;

    return sender->connection != NULL && sender->told_all &&
           sender->kept != NULL && sender->kept->count == 0 &&
           sender->urgent.count == 0 &&
           subscriber->next == subscriber->list->count;
}

bool sender_may_pass(struct sender *sender, int64_t now)
{
    return is_through(sender) && may_send(sender, now);
}

void sender_passes(struct sender *sender, int64_t now)
{
    sender->sent = now;
    pace_take(&sender->pace, now);
}

enum sockfeed_result sender_send(struct sender *sender, int64_t now,
                                 const struct sockfeed_outgoing *message)
{
    if (sender->connection == NULL) {
        return SOCKFEED_STATE;
    }
    sender_passes(sender, now);
    return connection_send(sender->connection, message);
}

enum sockfeed_result sender_answer(struct sender *sender, int64_t now,
                                   const struct sockfeed_outgoing *message)
{
    if (sender->connection == NULL) {
        return SOCKFEED_STATE;
    }
    if (sender->urgent.count == 0 && pace_allows(&sender->pace, now)) {
        return sender_send(sender, now, message);
    }
    return outbox_add(&sender->urgent, message);
}

bool sender_is_ending(const struct sender *sender,
                      const struct sockfeed_outgoing *message,
                      enum sockfeed_result result)
{
    return result == SOCKFEED_STATE &&
           (sender->connection == NULL ||
            connection_has_joined(sender->connection, message));
}

static void tell(struct sender *sender, struct sockfeed_event *event)
{
    if (!sender->guard->freed) {
        sender->handlers.event(sender->user, event);
    }
}

void sender_tell_dropped(struct sender *sender,
                         const struct sockfeed_outgoing *message,
                         enum sockfeed_result result)
{
    struct sockfeed_event event;
    char text[LIMIT_NAMESPACE + 80];

    if (result == SOCKFEED_STATE) {
        (void)snprintf(text, sizeof text,
                       "not sent: the namespace %s is not joined",
                       message->space == NULL ? "/" : message->space);
    } else {
        (void)snprintf(text, sizeof text, "not sent: %s",
                       sockfeed_result_text(result));
    }
    event_text(&event, SOCKFEED_EVENT_NOTICE, text);
    tell(sender, &event);
}

/* ---- In order ----------------------------------------------------------- */

enum outcome {
    OUTCOME_SENT,
    OUTCOME_DROPPED, /* it cannot be sent, which was told */
    OUTCOME_ENDING,  /* nothing more goes on this connection */
};

static enum outcome send_waiting(struct sender *sender, int64_t now,
                                 const struct sockfeed_outgoing *message)
{
    enum sockfeed_result result = sender_send(sender, now, message);

    if (result == SOCKFEED_OK) {
        return OUTCOME_SENT;
    }
    if (sender_is_ending(sender, message, result)) {
        sender_stop(sender);
        return OUTCOME_ENDING;
    }
    sender_tell_dropped(sender, message, result);
    return OUTCOME_DROPPED;
}

/* The first of an outbox. False: the pace does not let it go. */
static bool send_first(struct sender *sender, int64_t now,
                       struct outbox *outbox)
{
    struct sockfeed_outgoing message = outbox->items[0];

    if (!may_send(sender, now)) {
        return false;
    }
    if (send_waiting(sender, now, &message) != OUTCOME_ENDING) {
        outbox_remove(outbox, 0, 1);
    }
    return true;
}

/* Whether a subscription still holds, since it went on the connection that the
 * server goes on with. */
static bool still_holds(const struct sender *sender,
                        const struct sockfeed_outgoing *message)
{
    return sender->subscriber.next < sender->subscriber.settled &&
           connection_recovered(sender->connection, span_text(message->space));
}

/* The next subscription. False: the pace does not let it go. */
static bool subscribe(struct sender *sender, int64_t now,
                      const struct sockfeed_outgoing *message)
{
    if (still_holds(sender, message)) {
        subscriber_spare(&sender->subscriber);
        return true;
    }
    if (!may_send(sender, now)) {
        return false;
    }
    /* Whoever hears of it may forget it. */
    subscriber_take(&sender->subscriber);
    if (send_waiting(sender, now, message) == OUTCOME_SENT) {
        subscriber_sent(&sender->subscriber);
    }
    return true;
}

static void arrive(struct sender *sender, int64_t now)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_AWAITING};

    sender->arrived = now;
    event.u.awaiting.index = sender->subscriber.barriers - 1;
    tell(sender, &event);
}

/* What comes behind the subscriptions. False: nothing now. */
static bool send_kept(struct sender *sender, int64_t now)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_SENT};

    if (!sender->told_all) {
        sender->told_all = true;
        sender->handlers.subscribed(sender->user, sender->subscriber.sent);
        return true;
    }
    if (sender->kept == NULL || sender->kept->count == 0 ||
        !send_first(sender, now, sender->kept)) {
        return false;
    }
    if (sender->kept->count == 0) {
        tell(sender, &event);
    }
    return true;
}

/* Does the next thing. False: there is nothing to be done now. */
static bool do_next(struct sender *sender, int64_t now)
{
    struct sockfeed_outgoing message;

    if (sender->urgent.count > 0) {
        return send_first(sender, now, &sender->urgent);
    }
    switch (subscriber_step(&sender->subscriber, &message)) {
    case SUBSCRIBER_SEND:
        return subscribe(sender, now, &message);
    case SUBSCRIBER_ARRIVE:
        arrive(sender, now);
        return true;
    case SUBSCRIBER_WAIT:
        return false;
    case SUBSCRIBER_DONE:
        return send_kept(sender, now);
    }
    return false;
}

void sender_go_on(struct sender *sender, int64_t now)
{
    pace_turn(&sender->pace, now);
    sender->held_back = false;
    while (sender->connection != NULL && !sender->guard->freed &&
           do_next(sender, now)) {
    }
    if (!sender->guard->freed && is_through(sender)) {
        sender->handlers.through(sender->user);
    }
}
