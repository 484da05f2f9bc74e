/* SPDX-License-Identifier: MIT */
#include "api/client.h"

bool client_sending_carried(const struct sockfeed_client *client,
                            const struct sockfeed_outgoing *message)
{
    bool event = message->type == SOCKFEED_OUTGOING_EVENT;

    return event == (client->endpoint.protocol == SOCKFEED_PROTOCOL_SIO);
}

struct sockfeed_outgoing client_sending_addressed(
    const struct sockfeed_client *client,
    const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = *message;

    if (copy.type == SOCKFEED_OUTGOING_EVENT && copy.space == NULL) {
        copy.space = client->endpoint.space.data;
    }
    return copy;
}

static void kick(struct sockfeed_client *client)
{
    if (client->state == CLIENT_OPEN) {
        relay_kick(&client->relay);
    }
}

enum sockfeed_result sockfeed_client_subscribe(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);
    enum sockfeed_result result;

    if (!client_sending_carried(client, message)) {
        return SOCKFEED_INVALID;
    }
    result = outbox_add(&client->subscriptions, &copy);
    kick(client);
    return result;
}

enum sockfeed_result sockfeed_client_unsubscribe(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);
    size_t index = outbox_find(&client->subscriptions, &copy);

    if (index == client->subscriptions.count) {
        return SOCKFEED_INVALID;
    }
    relay_forget(&client->relay, index);
    outbox_remove(&client->subscriptions, index, 1);
    return SOCKFEED_OK;
}

enum sockfeed_result sockfeed_client_await(struct sockfeed_client *client)
{
    enum sockfeed_result result = outbox_add_barrier(&client->subscriptions);

    kick(client);
    return result;
}

void sockfeed_client_proceed(struct sockfeed_client *client,
                             unsigned connection)
{
    struct link *link = relay_find(&client->relay, connection);

    if (link != NULL) {
        link_proceed(link);
    }
}

enum sockfeed_result sockfeed_client_heartbeat(
    struct sockfeed_client *client, int64_t interval, bool idle,
    const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);

    if (client->state != CLIENT_IDLE) {
        return SOCKFEED_STATE;
    }
    if (!client_sending_carried(client, message) || interval <= 0) {
        return SOCKFEED_INVALID;
    }
    return heartbeats_add(&client->heartbeats, interval, idle, &copy);
}

enum sockfeed_result sockfeed_client_answer(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);
    struct link *link = relay_find(&client->relay, connection);

    if (!client_sending_carried(client, message)) {
        return SOCKFEED_INVALID;
    }
    return link == NULL ? SOCKFEED_STATE : link_answer(link, &copy);
}

/* Now where nothing waits, else behind what does. */
static enum sockfeed_result send_in_order(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    enum sockfeed_result result = SOCKFEED_AGAIN;

    if (client->state == CLIENT_OPEN) {
        result = link_send(client->relay.present, message);
    }
    if (result == SOCKFEED_AGAIN) {
        result = outbox_add(&client->unsent, message);
        kick(client);
    }
    return result;
}

enum sockfeed_result sockfeed_client_send(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);

    if (!client_sending_carried(client, message)) {
        return SOCKFEED_INVALID;
    }
    switch (client->state) {
    case CLIENT_OPEN:
    case CLIENT_IDLE:
    case CLIENT_CONNECTING:
    case CLIENT_WAITING:
        return send_in_order(client, &copy);
    case CLIENT_CLOSING:
    case CLIENT_CLOSED:
        break;
    }
    return SOCKFEED_STATE;
}

size_t sockfeed_client_unsent(const struct sockfeed_client *client)
{
    return client->unsent.count;
}
