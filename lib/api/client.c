/* SPDX-License-Identifier: MIT */
#include "api/client.h"

#include "api/client_options.h"
#include "api/security.h"
#include "api/sockfeed_loop.h"
#include "base/limits.h"
#include "base/result.h"
#include "codec/ws_close.h"
#include "net/tls_config.h"

#include <stdlib.h>

static void connect_now(struct sockfeed_client *client);

/* ---- One guard around everything the loop and the connection call ---------- */

static void destroy(struct sockfeed_client *client)
{
    loop_timer_clear(&client->timer);
    loop_task_cancel(&client->ending);
    relay_deinit(&client->relay);
    tls_config_free(client->tls);
    reach_deinit(&client->reach);
    endpoint_deinit(&client->endpoint);
    outbox_deinit(&client->subscriptions);
    outbox_deinit(&client->unsent);
    calls_deinit(&client->calls);
    heartbeats_deinit(&client->heartbeats);
    schedule_deinit(&client->schedule);
    rng_deinit(&client->rng);
    sockfeed_options_free(client->options);
    free(client);
}

void client_enter(struct sockfeed_client *client)
{
    client->depth++;
}

void client_leave(struct sockfeed_client *client)
{
    client->depth--;
    if (client->depth == 0 && client->freed) {
        destroy(client);
    }
}

void client_emit(struct sockfeed_client *client, struct sockfeed_event *event)
{
    if (!client->freed) {
        client->callback(client, event, client->user);
    }
}

/* About the present connection, or the one that was the last. */
static void emit_own(struct sockfeed_client *client,
                     struct sockfeed_event *event)
{
    event->connection = client->relay.config.number;
    client_emit(client, event);
}

static void emit_failure(struct sockfeed_client *client,
                         enum sockfeed_event_type type)
{
    struct sockfeed_event event = {.type = type};

    event.u.lost.failure = &client->failure;
    emit_own(client, &event);
}

/* ---- What the connection tells ----------------------------------------------- */

static void emit_gap(struct sockfeed_client *client)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_GAP};

    event.u.gap.duration = loop_now(client->loop->loop) - client->lost_at;
    emit_own(client, &event);
}

/* A namespace may be joined before others are, and the connection is up: what
 * comes there already stands behind the gap as well. */
static void tell_early_gap(struct sockfeed_client *client,
                           const struct sockfeed_event *event)
{
    const struct sockfeed_message *message = &event->u.message;

    if (client->state == CLIENT_CONNECTING && client->ever_open &&
        !client->gap_told && event->type == SOCKFEED_EVENT_MESSAGE &&
        !link_recovered(client->relay.present,
                        span_of(message->space, message->space_size))) {
        client->gap_told = true;
        emit_gap(client);
    }
}

/* The first messages of a connection, which do not yet make it good while
 * something is awaited. False: the client was freed. */
static bool begin_delivery(struct sockfeed_client *client,
                           const struct sockfeed_event *event)
{
    const struct link *present = client->relay.present;
    bool freed;

    if (present == NULL) {
        return true;
    }
    client_enter(client);
    if (!link_has_barriers(present)) {
        reconnect_delivered(&client->schedule.reconnect);
    }
    tell_early_gap(client, event);
    freed = client->freed;
    client_leave(client);
    return !freed;
}

static void on_event(void *user, struct sockfeed_event *event)
{
    struct sockfeed_client *client = user;

    if (event->type <= SOCKFEED_EVENT_FRAMES) {
        if (!client->schedule.reconnect.delivered &&
            !begin_delivery(client, event)) {
            return;
        }
        if (!client->messages && event->type != SOCKFEED_EVENT_FRAMES) {
            return;
        }
    }
    /* Once for every message: the last to be called needs no guard here. */
    if (event->type <= SOCKFEED_EVENT_FRAME && !client->freed) {
        client->callback(client, event, client->user);
        return;
    }
    client_enter(client);
    if (event->type == SOCKFEED_EVENT_ANSWER) {
        client_calls_answered(client, event);
    } else if (event->type == SOCKFEED_EVENT_REPLACED) {
        unsigned connection = event->connection;

        client_emit(client, event);
        client_calls_replaced(client, connection);
    } else {
        client_emit(client, event);
    }
    client_leave(client);
}

static void emit_open(struct sockfeed_client *client,
                      const struct connection_opened *opened, unsigned number)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_OPEN,
                                   .connection = number};

    event.u.open.protocol = opened->protocol;
    event.u.open.eio = opened->eio;
    event.u.open.sio = opened->sio;
    event.u.open.transport = opened->transport;
    event.u.open.again = client->ever_open;
    event.u.open.recovered = opened->recovered;
    client_emit(client, &event);
}

static void on_opened(void *user, const struct connection_opened *opened,
                      unsigned number, bool replacing)
{
    struct sockfeed_client *client = user;
    bool gap = client->ever_open && !replacing && !opened->recovered &&
               !client->gap_told;

    client_enter(client);
    if (!replacing) {
        client->state = CLIENT_OPEN;
        client->gap_told = false;
        reconnect_opened(&client->schedule.reconnect,
                         loop_now(client->loop->loop));
    }
    emit_open(client, opened, number);
    if (gap) {
        emit_gap(client);
    }
    client->ever_open = true;
    client_leave(client);
}

static void on_subscribed(void *user, unsigned number, size_t count)
{
    struct sockfeed_client *client = user;
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_SUBSCRIBED,
                                   .connection = number};

    client_enter(client);
    event.u.subscribed.count = count;
    if (count > 0) {
        client_emit(client, &event);
    }
    client_leave(client);
}

static void on_through(void *user)
{
    struct sockfeed_client *client = user;

    client_enter(client);
    client_calls_send(client);
    client_calls_tell_failed(client);
    client_leave(client);
}

static void close_for_good(struct sockfeed_client *client)
{
    client->state = CLIENT_CLOSED;
    loop_timer_clear(&client->timer);
    loop_task_cancel(&client->ending);
    calls_end(&client->calls, client->failure.result == SOCKFEED_OK
                                  ? SOCKFEED_CLOSED
                                  : client->failure.result);
    client_calls_tell_failed(client);
    emit_failure(client, SOCKFEED_EVENT_CLOSED);
}

static void wait_for_retry(struct sockfeed_client *client, int64_t delay)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_RETRY};

    client->state = CLIENT_WAITING;
    loop_timer_set(&client->timer, loop_now(client->loop->loop) + delay);
    emit_failure(client, SOCKFEED_EVENT_LOST);
    calls_lost(&client->calls, 0);
    client_calls_tell_failed(client);
    if (client->state != CLIENT_WAITING) {
        return; /* the callback has closed it */
    }
    event.u.retry.attempt =
        (unsigned)reconnect_attempts(&client->schedule.reconnect);
    event.u.retry.delay = delay;
    emit_own(client, &event);
}

static void on_ended(void *user, const struct connection_end *end)
{
    struct sockfeed_client *client = user;
    int64_t now = loop_now(client->loop->loop);
    struct reconnect_end how = {
        .result = end->failure->result,
        .retry_after = end->failure->retry_after,
        .disconnected = end->disconnected,
    };
    int64_t delay = 0;

    client_enter(client);
    client->failure = *end->failure;
    client->gap_told = false;
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
    client_leave(client);
}

/* ---- Connecting ---------------------------------------------------------------- */

static void on_ending(void *user)
{
    struct sockfeed_client *client = user;

    client_enter(client);
    close_for_good(client);
    client_leave(client);
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
    enum sockfeed_result result = relay_connect(&client->relay);

    client->state = CLIENT_CONNECTING;
    if (result != SOCKFEED_OK) {
        failure_set(&client->failure, result, SOCKFEED_STAGE_NONE, "%s",
                    sockfeed_result_text(result));
        end_later(client);
    }
}

static void on_timer(void *user)
{
    struct sockfeed_client *client = user;

    client_enter(client);
    connect_now(client);
    client_leave(client);
}

static int64_t option(const struct sockfeed_client *client,
                      enum sockfeed_option name)
{
    return client_options_number(client->options, name);
}

/* What all connections need. A redirect may lead to TLS. */
static bool set_out(struct sockfeed_client *client)
{
    bool secure = client->endpoint.secure ||
                  option(client, SOCKFEED_OPTION_LOCATION) != 0;

    return (!secure || security_new(&client->tls, client->options,
                                    &client->failure) == SOCKFEED_OK) &&
           reach_prepare(&client->reach, client->options, &client->failure) ==
               SOCKFEED_OK;
}

enum sockfeed_result sockfeed_client_start(struct sockfeed_client *client)
{
    if (client->state != CLIENT_IDLE) {
        return SOCKFEED_STATE;
    }
    if (!set_out(client)) {
        end_later(client);
    } else {
        client->relay.config.connection.tls = client->tls;
        connect_now(client);
    }
    return SOCKFEED_OK;
}

enum sockfeed_result sockfeed_client_prepare(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_options *fresh)
{
    struct link *link = relay_find(&client->relay, connection);

    return link == NULL ? SOCKFEED_STATE : link_prepare(link, fresh);
}

void sockfeed_client_decline(struct sockfeed_client *client,
                             unsigned connection, enum sockfeed_result reason,
                             const char *text)
{
    struct link *link = relay_find(&client->relay, connection);

    if (link != NULL) {
        link_decline(link, reason, text);
    }
}

/* ---- Life ------------------------------------------------------------------------- */

static void init_relay(struct sockfeed_client *client)
{
    static const struct relay_handlers handlers = {
        .event = on_event,
        .opened = on_opened,
        .subscribed = on_subscribed,
        .through = on_through,
        .ended = on_ended,
    };
    struct link_config config = {
        .connection = {.loop = client->loop->loop,
                       .resolver = client->loop->resolver,
                       .pool = client->loop->pool,
                       .rng = &client->rng,
                       .endpoint = &client->endpoint,
                       .options = client->options,
                       .reach = &client->reach,
                       .worked = &client->reach.worked,
                       .older = &client->reach.older,
                       .subscriptions = &client->subscriptions,
                       .unsent = &client->unsent,
                       .calls = &client->calls},
        .turnstile = &client->loop->turnstile,
        .heartbeats = &client->heartbeats,
        .rate = (size_t)option(client, SOCKFEED_OPTION_SUBSCRIBE_RATE),
        .await_timeout = option(client, SOCKFEED_OPTION_AWAIT_TIMEOUT),
        .idle_timeout = option(client, SOCKFEED_OPTION_IDLE_TIMEOUT),
        .max_age = option(client, SOCKFEED_OPTION_MAX_AGE),
    };

    relay_init(&client->relay, &config, &client->schedule.reconnect,
               &client->unsent, &handlers, client);
}

static enum sockfeed_result init(struct sockfeed_client *client,
                                 const struct sockfeed_options *options)
{
    enum sockfeed_result result = rng_init_system(&client->rng);

    loop_timer_init(&client->timer, client->loop->loop, on_timer, client);
    loop_task_init(&client->ending, client->loop->loop, on_ending, client);
    outbox_init(&client->subscriptions, LIMIT_SUBSCRIPTIONS);
    outbox_init(&client->unsent, LIMIT_UNSENT);
    calls_init(&client->calls);
    heartbeats_init(&client->heartbeats);
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
    if (result == SOCKFEED_OK) {
        result =
            schedule_init(&client->schedule, client->options, &client->rng);
    }
    if (result == SOCKFEED_OK) {
        init_relay(client);
    }
    return result;
}

enum sockfeed_result sockfeed_client_new(struct sockfeed_client **client,
                                         struct sockfeed_loop *loop,
                                         const struct sockfeed_options *options,
                                         sockfeed_callback callback, void *user)
{
    struct sockfeed_client *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    *client = NULL;
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

enum sockfeed_result sockfeed_client_ping(struct sockfeed_client *client)
{
    return client->state == CLIENT_OPEN ? link_ping(client->relay.present)
                                        : SOCKFEED_STATE;
}

/* ---- Pausing and closing ------------------------------------------------------- */

void sockfeed_client_pause(struct sockfeed_client *client)
{
    relay_pause(&client->relay);
}

void sockfeed_client_resume(struct sockfeed_client *client)
{
    relay_resume(&client->relay);
}

void sockfeed_client_reject(struct sockfeed_client *client,
                            enum sockfeed_result reason, const char *text)
{
    if (client->state == CLIENT_OPEN) {
        link_reject(client->relay.present, reason, text);
    }
}

static void close_client(struct sockfeed_client *client, uint16_t code,
                         int64_t timeout)
{
    switch (client->state) {
    case CLIENT_OPEN:
        client->state = CLIENT_CLOSING;
        relay_close(&client->relay, code, timeout);
        break;
    case CLIENT_IDLE:
    case CLIENT_CONNECTING:
    case CLIENT_WAITING:
        relay_drop(&client->relay);
        client->failure = (struct sockfeed_failure){.result = SOCKFEED_OK};
        end_later(client);
        break;
    case CLIENT_CLOSING:
    case CLIENT_CLOSED:
        break;
    }
}

void sockfeed_client_close(struct sockfeed_client *client, int64_t timeout)
{
    close_client(client, WS_CLOSE_NORMAL, timeout);
}

enum sockfeed_result sockfeed_client_close_with(struct sockfeed_client *client,
                                                uint16_t code, int64_t timeout)
{
    if (!ws_close_code_valid(code)) {
        return SOCKFEED_INVALID;
    }
    close_client(client, code, timeout);
    return SOCKFEED_OK;
}
