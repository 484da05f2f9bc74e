/* SPDX-License-Identifier: MIT */
#include "api/subscriber.h"

#include "api/outbox.h"

void subscriber_init(struct subscriber *subscriber, const struct outbox *list,
                     size_t settled)
{
    *subscriber = (struct subscriber){.list = list, .settled = settled};
}

enum subscriber_step subscriber_step(struct subscriber *subscriber,
                                     struct sockfeed_outgoing *message)
{
    if (subscriber->waiting) {
        return SUBSCRIBER_WAIT;
    }
    if (subscriber->next == subscriber->list->count) {
        return SUBSCRIBER_DONE;
    }
    *message = subscriber->list->items[subscriber->next];
    if (!outbox_is_barrier(message)) {
        return SUBSCRIBER_SEND;
    }
    subscriber->next++;
    subscriber->barriers++;
    subscriber->waiting = subscriber->went > 0 || subscriber->spared == 0;
    subscriber->went = 0;
    subscriber->spared = 0;
    return subscriber->waiting ? SUBSCRIBER_ARRIVE
                               : subscriber_step(subscriber, message);
}

void subscriber_take(struct subscriber *subscriber)
{
    subscriber->next++;
    subscriber->went++;
}

void subscriber_spare(struct subscriber *subscriber)
{
    subscriber->next++;
    subscriber->spared++;
}

void subscriber_sent(struct subscriber *subscriber)
{
    subscriber->sent++;
}

void subscriber_release(struct subscriber *subscriber)
{
    subscriber->waiting = false;
}

bool subscriber_has_barriers(const struct subscriber *subscriber)
{
    return subscriber->waiting ||
           subscriber->barriers < subscriber->list->barriers;
}

void subscriber_forget(struct subscriber *subscriber, size_t index)
{
    if (index < subscriber->next) {
        subscriber->next--;
    }
    if (index < subscriber->settled) {
        subscriber->settled--;
    }
}
