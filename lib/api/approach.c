/* SPDX-License-Identifier: MIT */
#include "api/approach.h"

#include "api/client_options.h"
#include "api/event.h"
#include "api/guard.h"
#include "api/reach.h"
#include "base/limits.h"
#include "base/result.h"

static bool wants(const struct approach *approach, enum sockfeed_option option)
{
    return client_options_number(approach->config.options, option) != 0;
}

static void fail(struct approach *approach, enum sockfeed_result result)
{
    if (result == SOCKFEED_NOMEM || result == SOCKFEED_FULL) {
        (void)failure_set(&approach->failure, result, SOCKFEED_STAGE_NONE, "%s",
                          sockfeed_result_text(result));
    }
    approach->handlers.failed(approach->user, &approach->failure);
}

/* What is known of the server's age counts where the user has no say. */
static enum sockfeed_result choose_endpoint(struct approach *approach)
{
    struct connection_config *config = &approach->config;
    enum sockfeed_result result = SOCKFEED_OK;

    if (config->older != NULL && *config->older &&
        endpoint_older_is_of_use(config->endpoint)) {
        result = endpoint_older_make(&approach->older, config->endpoint,
                                     config->options);
        config->endpoint = &approach->older.endpoint;
    }
    if (result == SOCKFEED_INVALID) {
        (void)failure_set(&approach->failure, result, SOCKFEED_STAGE_NONE, "%s",
                          sockfeed_options_failure(config->options));
    }
    return result;
}

static void connect_now(struct approach *approach)
{
    enum sockfeed_result result = choose_endpoint(approach);

    approach->state = APPROACH_MADE;
    if (result == SOCKFEED_OK) {
        result = approach->handlers.connect(approach->user, &approach->config);
    }
    if (result != SOCKFEED_OK) {
        fail(approach, result);
    }
}

/* ---- Asking the user --------------------------------------------------- */

void approach_begin(struct approach *approach)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_PREPARE};

    if (wants(approach, SOCKFEED_OPTION_PREPARE)) {
        approach->state = APPROACH_ASKING;
        approach->handlers.event(approach->user, &event);
    } else {
        connect_now(approach);
    }
}

void approach_decline(struct approach *approach, enum sockfeed_result reason,
                      const char *text)
{
    if (approach->state == APPROACH_ASKING) {
        (void)failure_set(&approach->failure, reason, SOCKFEED_STAGE_NONE, "%s",
                          text);
        approach->state = APPROACH_ANSWERED;
        loop_task_post(&approach->again);
    }
}

enum sockfeed_result approach_prepare(struct approach *approach,
                                      const struct sockfeed_options *fresh)
{
    struct preparation *made = &approach->preparation;
    enum sockfeed_result result;

    if (approach->state != APPROACH_ASKING) {
        return SOCKFEED_STATE;
    }
    result = preparation_make(made, approach->config.options, fresh);
    if (result == SOCKFEED_OK) {
        result = reach_give_headers(
            approach->config.reach, &made->endpoint,
            client_options_list(fresh, SOCKFEED_OPTION_HEADER));
    }
    if (result != SOCKFEED_OK) {
        approach_decline(approach, result,
                         result == SOCKFEED_INVALID
                             ? sockfeed_options_failure(made->options)
                             : sockfeed_result_text(result));
        return result;
    }
    approach->config.options = made->options;
    approach->config.endpoint = &made->endpoint;
    approach->first = &made->endpoint;
    approach->state = APPROACH_ANSWERED;
    loop_task_post(&approach->again);
    return SOCKFEED_OK;
}

static void go_on_answered(struct approach *approach)
{
    if (approach->failure.result != SOCKFEED_OK) {
        fail(approach, approach->failure.result);
    } else {
        connect_now(approach);
    }
}

/* ---- Following redirects ----------------------------------------------- */

bool approach_is_redirected(const struct approach *approach)
{
    return approach->redirect.location.size > 0;
}

void approach_follow(struct approach *approach,
                     const struct sockfeed_failure *failure)
{
    approach->failure = *failure;
    loop_task_post(&approach->again);
}

/* A user who gave credentials has to know that they are not sent. */
static void tell_redirect(struct approach *approach)
{
    enum sockfeed_event_type type =
        redirect_withholds(&approach->redirect, approach->first,
                           approach->config.options)
            ? SOCKFEED_EVENT_NOTICE
            : SOCKFEED_EVENT_TRACE;
    struct sockfeed_event event;
    struct buf line;

    buf_init(&line, (size_t)LIMIT_URL * 5);
    redirect_describe(&line, &approach->redirect);
    if (buf_text(&line) != NULL) {
        event_text(&event, type, line.data);
        approach->handlers.event(approach->user, &event);
    }
    buf_deinit(&line);
}

static void go_on_redirected(struct approach *approach)
{
    enum sockfeed_result result =
        redirect_follow(&approach->redirect, approach->first,
                        approach->config.options, &approach->failure);

    if (result != SOCKFEED_OK) {
        fail(approach, result);
        return;
    }
    tell_redirect(approach);
    if (!approach->guard->freed) {
        approach->config.endpoint = &approach->redirect.endpoint;
        connect_now(approach);
    }
}

/* ---- Asking an older server -------------------------------------------- */

void approach_ask_older(struct approach *approach)
{
    *approach->config.older = true;
    loop_task_post(&approach->again);
}

void approach_failed(struct approach *approach,
                     const struct sockfeed_failure *failure)
{
    bool answered = failure->stage >= SOCKFEED_STAGE_HANDSHAKE &&
                    failure->result != SOCKFEED_NAMESPACE;

    if (approach->config.older != NULL && answered) {
        *approach->config.older = false;
    }
}

/* Where credentials are about to be where they may be written down, a person
 * has to know. */
static void go_on_older(struct approach *approach)
{
    const struct connection_config *config = &approach->config;
    bool told =
        !config->endpoint->foreign &&
        client_options_text(config->options, SOCKFEED_OPTION_AUTH).size > 0;
    struct sockfeed_event event;

    event_text(&event, told ? SOCKFEED_EVENT_NOTICE : SOCKFEED_EVENT_TRACE,
               told ? "the server speaks Socket.IO 2: connecting again with "
                      "the auth payload as query parameters"
                    : "the server speaks Socket.IO 2: connecting again");
    approach->handlers.event(approach->user, &event);
    if (!approach->guard->freed) {
        connect_now(approach);
    }
}

/* Nobody is inside of a function that was called, and a connection that was
 * redirected or late is gone. */
static void on_again(void *user)
{
    struct approach *approach = user;
    struct guard *guard = approach->guard;

    guard_enter(guard);
    if (approach->state == APPROACH_ANSWERED) {
        go_on_answered(approach);
    } else if (approach_is_redirected(approach)) {
        go_on_redirected(approach);
    } else {
        go_on_older(approach);
    }
    guard_leave(guard);
}

/* ---- Life -------------------------------------------------------------- */

void approach_init(struct approach *approach,
                   const struct connection_config *config, struct guard *guard,
                   const struct approach_handlers *handlers, void *user)
{
    *approach = (struct approach){.handlers = *handlers,
                                  .user = user,
                                  .guard = guard,
                                  .config = *config,
                                  .first = config->endpoint};
    redirect_init(&approach->redirect);
    loop_task_init(&approach->again, config->loop, on_again, approach);
    if (wants(approach, SOCKFEED_OPTION_LOCATION)) {
        approach->config.location = &approach->redirect.location;
    }
}

void approach_deinit(struct approach *approach)
{
    loop_task_cancel(&approach->again);
    endpoint_older_deinit(&approach->older);
    redirect_deinit(&approach->redirect);
    preparation_deinit(&approach->preparation);
}
