/* SPDX-License-Identifier: MIT */
#include "api/calls.h"
#include "api/client_options.h"
#include "api/endpoint.h"
#include "api/link.h"
#include "api/outbox.h"
#include "api/reach.h"
#include "api/schedule.h"
#include "api/security.h"
#include "api/sockfeed_loop.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/rng.h"
#include "net/loop.h"
#include "net/tls_config.h"

#include <limits.h>
#include <stdlib.h>

/*
 *   IDLE --- start ---> CONNECTING --- opened ---> OPEN
 *                        ^      |                   |
 *                  timer |      | ended             | ended
 *                        |      v                   |
 *                       WAITING <-------------------+
 *                           |
 *   any state --- close, or nothing left to try ---> CLOSING ---> CLOSED
 */
enum client_state {
    CLIENT_IDLE,
    CLIENT_CONNECTING,
    CLIENT_OPEN,
    CLIENT_WAITING,
    CLIENT_CLOSING,
    CLIENT_CLOSED,
};

/* What outlives a connection. */
struct sockfeed_client {
    struct sockfeed_loop *loop;
    struct sockfeed_options *options;
    struct endpoint endpoint;
    sockfeed_callback callback;
    void *user;
    enum client_state state;
    unsigned depth; /* callbacks on the stack: no free before 0 */
    bool freed;     /* by the callback; nothing is reported any more */
    bool paused;
    bool messages; /* the callback wants MESSAGE */
    struct rng rng;
    struct reach reach;
    struct tls_config *tls; /* NULL until started, or without TLS */
    struct schedule schedule;
    struct loop_timer timer; /* of the next try */
    struct loop_task ending; /* reports CLOSED on a turn of its own */
    struct outbox subscriptions;
    struct outbox unsent;
    struct calls calls;
    struct link *link;    /* the present connection, or NULL */
    unsigned connections; /* made so far: its number */
    bool ever_open;
    int64_t lost_at; /* loop_now of the loss; meaningful when ever_open */
    struct sockfeed_failure failure; /* of the last connection */
};

static void connect_now(struct sockfeed_client *client);

/* ---- One guard around everything the loop and the connection call ---------- */

static void destroy(struct sockfeed_client *client)
{
    loop_timer_clear(&client->timer);
    loop_task_cancel(&client->ending);
    link_free(client->link);
    tls_config_free(client->tls);
    reach_deinit(&client->reach);
    endpoint_deinit(&client->endpoint);
    outbox_deinit(&client->subscriptions);
    outbox_deinit(&client->unsent);
    calls_deinit(&client->calls);
    schedule_deinit(&client->schedule);
    rng_deinit(&client->rng);
    sockfeed_options_free(client->options);
    free(client);
}

static void enter(struct sockfeed_client *client)
{
    client->depth++;
}

static void leave(struct sockfeed_client *client)
{
    client->depth--;
    if (client->depth == 0 && client->freed) {
        destroy(client);
    }
}

static void emit(struct sockfeed_client *client, struct sockfeed_event *event)
{
    if (!client->freed) {
        event->connection = client->connections;
        client->callback(client, event, client->user);
    }
}

static void emit_failure(struct sockfeed_client *client,
                         enum sockfeed_event_type type)
{
    struct sockfeed_event event = {.type = type};

    event.u.lost.failure = &client->failure;
    emit(client, &event);
}

/* ---- Calls ----------------------------------------------------------------------- */

static enum sockfeed_result send_call(void *user,
                                      const struct sockfeed_outgoing *message,
                                      uint64_t id, int64_t timeout)
{
    struct sockfeed_client *client = user;

    return client->state == CLIENT_OPEN
               ? link_call(client->link, message, id, timeout)
               : SOCKFEED_LOST;
}

static void send_calls(struct sockfeed_client *client)
{
    if (client->state == CLIENT_OPEN) {
        calls_send(&client->calls, send_call, client);
    }
}

static void tell_failed_calls(struct sockfeed_client *client)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_ANSWER};

    while (!client->freed &&
           calls_take_failed(&client->calls, &event.u.answer)) {
        emit(client, &event);
    }
}

static void receive_answer(struct sockfeed_client *client,
                           struct sockfeed_event *event)
{
    if (calls_answered(&client->calls, &event->u.answer)) {
        emit(client, event);
    }
    send_calls(client);
    tell_failed_calls(client);
}

/* ---- What the connection tells ----------------------------------------------- */

static void on_event(void *user, struct link *link,
                     struct sockfeed_event *event)
{
    struct sockfeed_client *client = user;

    (void)link;
    if (event->type == SOCKFEED_EVENT_MESSAGE) {
        if (!client->schedule.reconnect.delivered) {
            reconnect_delivered(&client->schedule.reconnect);
        }
        if (!client->messages) {
            return;
        }
    }
    /* Once for every message: the last to be called needs no guard here. */
    if (event->type <= SOCKFEED_EVENT_FRAME && !client->freed) {
        client->callback(client, event, client->user);
        return;
    }
    enter(client);
    if (event->type == SOCKFEED_EVENT_ANSWER) {
        receive_answer(client, event);
    } else {
        emit(client, event);
    }
    leave(client);
}

static void emit_open(struct sockfeed_client *client,
                      const struct connection_opened *opened)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_OPEN};

    event.u.open.protocol = opened->protocol;
    event.u.open.eio = opened->eio;
    event.u.open.sio = opened->sio;
    event.u.open.transport = opened->transport;
    event.u.open.again = client->ever_open;
    emit(client, &event);
    if (client->ever_open) {
        event = (struct sockfeed_event){.type = SOCKFEED_EVENT_GAP};
        event.u.gap.duration = loop_now(client->loop->loop) - client->lost_at;
        emit(client, &event);
    }
}

static void on_opened(void *user, struct link *link,
                      const struct connection_opened *opened)
{
    struct sockfeed_client *client = user;
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_SUBSCRIBED};

    enter(client);
    client->state = CLIENT_OPEN;
    reconnect_opened(&client->schedule.reconnect, loop_now(client->loop->loop));
    /* What the callback sends from now on must come behind what was kept. */
    event.u.subscribed.count = link_send_all(link, &client->subscriptions);
    (void)link_send_all(link, &client->unsent);
    outbox_clear(&client->unsent);
    send_calls(client);
    emit_open(client, opened);
    client->ever_open = true;
    if (event.u.subscribed.count > 0) {
        emit(client, &event);
    }
    tell_failed_calls(client);
    if (client->paused) {
        link_pause(client->link);
    }
    leave(client);
}

static void close_for_good(struct sockfeed_client *client)
{
    client->state = CLIENT_CLOSED;
    loop_timer_clear(&client->timer);
    loop_task_cancel(&client->ending);
    calls_end(&client->calls, client->failure.result == SOCKFEED_OK
                                  ? SOCKFEED_CLOSED
                                  : client->failure.result);
    tell_failed_calls(client);
    emit_failure(client, SOCKFEED_EVENT_CLOSED);
}

static void wait_for_retry(struct sockfeed_client *client, int64_t delay)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_RETRY};

    client->state = CLIENT_WAITING;
    loop_timer_set(&client->timer, loop_now(client->loop->loop) + delay);
    emit_failure(client, SOCKFEED_EVENT_LOST);
    calls_lost(&client->calls);
    tell_failed_calls(client);
    if (client->state != CLIENT_WAITING) {
        return; /* the callback has closed it */
    }
    event.u.retry.attempt =
        (unsigned)reconnect_attempts(&client->schedule.reconnect);
    event.u.retry.delay = delay;
    emit(client, &event);
}

static void on_ended(void *user, struct link *link,
                     const struct connection_end *end)
{
    struct sockfeed_client *client = user;
    int64_t now = loop_now(client->loop->loop);
    struct reconnect_end how = {
        .result = end->failure->result,
        .retry_after = end->failure->retry_after,
        .disconnected = end->disconnected,
    };
    int64_t delay = 0;

    enter(client);
    client->failure = *end->failure;
    link_free(link);
    client->link = NULL;
    if (client->state == CLIENT_OPEN) {
        client->lost_at = now;
    }
    if (client->state == CLIENT_CLOSING ||
        reconnect_ended(&client->schedule.reconnect, &delay, now, &how) !=
            SOCKFEED_AGAIN) {
        close_for_good(client);
    } else {
        wait_for_retry(client, delay);
    }
    leave(client);
}

/* ---- Connecting ---------------------------------------------------------------- */

static void on_ending(void *user)
{
    struct sockfeed_client *client = user;

    enter(client);
    close_for_good(client);
    leave(client);
}

/* For failures found inside a function that the user has called. */
static void end_later(struct sockfeed_client *client)
{
    client->state = CLIENT_CLOSING;
    loop_timer_clear(&client->timer);
    loop_task_post(&client->ending);
}

static void connect_now(struct sockfeed_client *client)
{
    static const struct link_handlers handlers = {
        .event = on_event,
        .opened = on_opened,
        .ended = on_ended,
    };
    struct connection_config config = {
        .loop = client->loop->loop,
        .resolver = client->loop->resolver,
        .pool = client->loop->pool,
        .tls = client->tls,
        .rng = &client->rng,
        .endpoint = &client->endpoint,
        .options = client->options,
        .cookies = client->reach.cookies,
        .subscriptions = &client->subscriptions,
        .unsent = &client->unsent,
        .calls = &client->calls,
    };
    enum sockfeed_result result;

    client->state = CLIENT_CONNECTING;
    client->connections++;
    result = link_new(&client->link, &config, client->connections, &handlers,
                      client);
    if (result != SOCKFEED_OK) {
        failure_set(&client->failure, result, SOCKFEED_STAGE_NONE, "%s",
                    sockfeed_result_text(result));
        end_later(client);
    }
}

static void on_timer(void *user)
{
    struct sockfeed_client *client = user;

    enter(client);
    connect_now(client);
    leave(client);
}

enum sockfeed_result sockfeed_client_start(struct sockfeed_client *client)
{
    if (client->state != CLIENT_IDLE) {
        return SOCKFEED_STATE;
    }
    /* A redirect may lead to TLS. */
    if ((client->endpoint.secure ||
         client_options_number(client->options, SOCKFEED_OPTION_LOCATION) !=
             0) &&
        security_new(&client->tls, client->options, &client->failure) !=
            SOCKFEED_OK) {
        end_later(client);
    } else {
        connect_now(client);
    }
    return SOCKFEED_OK;
}

/* ---- Life ------------------------------------------------------------------------- */

static enum sockfeed_result init(struct sockfeed_client *client,
                                 const struct sockfeed_options *options)
{
    enum sockfeed_result result = rng_init_system(&client->rng);

    loop_timer_init(&client->timer, client->loop->loop, on_timer, client);
    loop_task_init(&client->ending, client->loop->loop, on_ending, client);
    outbox_init(&client->subscriptions, LIMIT_SUBSCRIPTIONS);
    outbox_init(&client->unsent, LIMIT_UNSENT);
    calls_init(&client->calls);
    client->options = sockfeed_options_copy(options);
    if (client->options == NULL) {
        return SOCKFEED_NOMEM;
    }
    client->messages =
        (client_options_number(client->options, SOCKFEED_OPTION_DELIVER) &
         SOCKFEED_DELIVER_MESSAGES) != 0;
    if (result == SOCKFEED_OK) {
        result = endpoint_init(&client->endpoint, client->options);
    }
    if (result == SOCKFEED_OK) {
        result = reach_init(&client->reach, client->options, &client->endpoint);
    }
    return result == SOCKFEED_OK
               ? schedule_init(&client->schedule, client->options, &client->rng)
               : result;
}

enum sockfeed_result sockfeed_client_new(struct sockfeed_client **client,
                                         struct sockfeed_loop *loop,
                                         const struct sockfeed_options *options,
                                         sockfeed_callback callback, void *user)
{
    struct sockfeed_client *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->loop = loop;
    made->callback = callback;
    made->user = user;
    result = init(made, options);
    if (result != SOCKFEED_OK) {
        destroy(made);
        return result;
    }
    *client = made;
    return SOCKFEED_OK;
}

void sockfeed_client_free(struct sockfeed_client *client)
{
    if (client == NULL) {
        return;
    }
    client->freed = true;
    if (client->depth == 0) {
        destroy(client);
    }
}

/* ---- Sending --------------------------------------------------------------------- */

/* Whether the protocol carries such a message. */
static bool is_carried(const struct sockfeed_client *client,
                       const struct sockfeed_outgoing *message)
{
    bool event = message->type == SOCKFEED_OUTGOING_EVENT;

    return event == (client->endpoint.protocol == SOCKFEED_PROTOCOL_SIO);
}

/* Events without a namespace go to the URL's. */
static struct sockfeed_outgoing addressed(
    const struct sockfeed_client *client,
    const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = *message;

    if (copy.type == SOCKFEED_OUTGOING_EVENT && copy.space == NULL) {
        copy.space = client->endpoint.space.data;
    }
    return copy;
}

enum sockfeed_result sockfeed_client_subscribe(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = addressed(client, message);
    enum sockfeed_result result;

    if (!is_carried(client, message)) {
        return SOCKFEED_INVALID;
    }
    result = outbox_add(&client->subscriptions, &copy);
    if (result == SOCKFEED_OK && client->state == CLIENT_OPEN) {
        result = link_send(client->link, &copy);
    }
    return result;
}

enum sockfeed_result sockfeed_client_send(
    struct sockfeed_client *client, const struct sockfeed_outgoing *message)
{
    struct sockfeed_outgoing copy = addressed(client, message);

    if (!is_carried(client, message)) {
        return SOCKFEED_INVALID;
    }
    switch (client->state) {
    case CLIENT_OPEN:
        return link_send(client->link, &copy);
    case CLIENT_IDLE:
    case CLIENT_CONNECTING:
    case CLIENT_WAITING:
        return outbox_add(&client->unsent, &copy);
    case CLIENT_CLOSING:
    case CLIENT_CLOSED:
        break;
    }
    return SOCKFEED_STATE;
}

static enum sockfeed_result add_call(struct sockfeed_client *client,
                                     uint64_t *call,
                                     const struct sockfeed_outgoing *message,
                                     const struct calls_effort *effort)
{
    struct sockfeed_outgoing copy = addressed(client, message);
    enum sockfeed_result result;

    if (copy.type != SOCKFEED_OUTGOING_EVENT || !is_carried(client, message) ||
        effort->timeout < 0) {
        return SOCKFEED_INVALID;
    }
    if (client->state == CLIENT_CLOSING || client->state == CLIENT_CLOSED) {
        return SOCKFEED_STATE;
    }
    result = calls_add(&client->calls, call, &copy, effort);
    if (result != SOCKFEED_OK) {
        return result;
    }
    send_calls(client);
    return calls_withdraw(&client->calls, *call);
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
    return client->link == NULL
               ? SOCKFEED_STATE
               : link_acknowledge(client->link, acknowledgement);
}

/* ---- Pausing and closing ------------------------------------------------------- */

void sockfeed_client_pause(struct sockfeed_client *client)
{
    client->paused = true;
    link_pause(client->link);
}

void sockfeed_client_resume(struct sockfeed_client *client)
{
    client->paused = false;
    link_resume(client->link);
}

void sockfeed_client_reject(struct sockfeed_client *client,
                            enum sockfeed_result reason, const char *text)
{
    if (client->state == CLIENT_OPEN) {
        link_reject(client->link, reason, text);
    }
}

void sockfeed_client_close(struct sockfeed_client *client, int64_t timeout)
{
    switch (client->state) {
    case CLIENT_OPEN:
        client->state = CLIENT_CLOSING;
        link_close(client->link, timeout);
        break;
    case CLIENT_IDLE:
    case CLIENT_CONNECTING:
    case CLIENT_WAITING:
        link_free(client->link);
        client->link = NULL;
        client->failure = (struct sockfeed_failure){.result = SOCKFEED_OK};
        end_later(client);
        break;
    case CLIENT_CLOSING:
    case CLIENT_CLOSED:
        break;
    }
}
