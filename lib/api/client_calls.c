/* SPDX-License-Identifier: MIT */
#include "api/client.h"

#include <limits.h>

static enum sockfeed_result send_call(void *user,
                                      const struct sockfeed_outgoing *message,
                                      uint64_t id, int64_t timeout)
{
    struct sockfeed_client *client = user;

    return client->state == CLIENT_OPEN
               ? link_call(client->relay.present, message, id, timeout)
               : SOCKFEED_LOST;
}

void client_calls_send(struct sockfeed_client *client)
{
    if (client->state == CLIENT_OPEN) {
        calls_send(&client->calls, link_number(client->relay.present),
                   send_call, client);
    }
}

void client_calls_tell_failed(struct sockfeed_client *client)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_ANSWER,
                                   .connection = client->relay.config.number};

    while (!client->freed &&
           calls_take_failed(&client->calls, &event.u.answer)) {
        client_emit(client, &event);
    }
}

void client_calls_answered(struct sockfeed_client *client,
                           struct sockfeed_event *event)
{
    if (calls_answered(&client->calls, &event->u.answer)) {
        client_emit(client, event);
    }
    client_calls_send(client);
    client_calls_tell_failed(client);
}

void client_calls_replaced(struct sockfeed_client *client, unsigned connection)
{
    calls_lost(&client->calls, connection);
    client_calls_send(client);
    client_calls_tell_failed(client);
}

static enum sockfeed_result add_call(struct sockfeed_client *client,
                                     uint64_t *call,
                                     const struct sockfeed_outgoing *message,
                                     const struct calls_effort *effort)
{
    struct sockfeed_outgoing copy = client_sending_addressed(client, message);
    enum sockfeed_result result;

    if (copy.type != SOCKFEED_OUTGOING_EVENT ||
        !client_sending_carried(client, message) || effort->timeout < 0) {
        return SOCKFEED_INVALID;
    }
    if (client->state == CLIENT_CLOSING || client->state == CLIENT_CLOSED) {
        return SOCKFEED_STATE;
    }
    result = calls_add(&client->calls, call, &copy, effort);
    if (result == SOCKFEED_OK) {
        client_enter(client);
        client_calls_send(client);
        result = calls_withdraw(&client->calls, *call);
        client_leave(client);
    }
    return result;
}

enum sockfeed_result sockfeed_client_call(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout)
{
    struct calls_effort effort = {.timeout = timeout, .tries = 1};

    return add_call(client, call, message, &effort);
}

enum sockfeed_result sockfeed_client_deliver(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout, unsigned retries)
{
    struct calls_effort effort = {
        .timeout = timeout,
        .tries = retries < UINT_MAX ? retries + 1 : UINT_MAX,
        .in_turn = true,
    };

    return add_call(client, call, message, &effort);
}

enum sockfeed_result sockfeed_client_acknowledge(
    struct sockfeed_client *client,
    const struct sockfeed_acknowledgement *acknowledgement)
{
    struct link *link = relay_find(&client->relay, acknowledgement->connection);

    return link == NULL ? SOCKFEED_STATE
                        : link_acknowledge(link, acknowledgement);
}
