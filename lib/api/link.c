/* SPDX-License-Identifier: MIT */
#include "api/link.h"

#include "api/client_options.h"
#include "api/event.h"
#include "api/outbox.h"
#include "api/redirect.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/loop_task.h"

#include <stdio.h>
#include <stdlib.h>

struct link {
    struct link_handlers handlers;
    void *user;
    unsigned number;
    unsigned depth; /* calls into the handlers: no free before 0 */
    bool freed;     /* by a handler; nothing is reported any more */
    const struct endpoint *endpoint; /* where it began */
    struct connection_config config;
    struct connection *connection; /* NULL between two of a redirect */
    struct redirect redirect;
    struct loop_task again;          /* connects to where the redirect leads */
    struct sockfeed_failure failure; /* of the answer that was a redirect */
};

/* ---- One guard around everything the connection calls ------------------- */

static void destroy(struct link *link)
{
    loop_task_cancel(&link->again);
    connection_free(link->connection);
    redirect_deinit(&link->redirect);
    free(link);
}

static void enter(struct link *link)
{
    link->depth++;
}

static void leave(struct link *link)
{
    link->depth--;
    if (link->depth == 0 && link->freed) {
        destroy(link);
    }
}

static void tell(struct link *link, struct sockfeed_event *event)
{
    if (!link->freed) {
        event->connection = link->number;
        link->handlers.event(link->user, link, event);
    }
}

/* ---- What the connection tells ------------------------------------------ */

static void on_event(void *user, struct sockfeed_event *event)
{
    struct link *link = user;

    /* Once for every message: the connection's guard does for both, since the
     * handler is the last to be called. */
    if (event->type <= SOCKFEED_EVENT_FRAME && !link->freed) {
        event->connection = link->number;
        link->handlers.event(link->user, link, event);
        return;
    }
    enter(link);
    tell(link, event);
    leave(link);
}

static void on_opened(void *user, const struct connection_opened *opened)
{
    struct link *link = user;

    enter(link);
    link->handlers.opened(link->user, link, opened);
    leave(link);
}

static void on_ended(void *user, const struct connection_end *end)
{
    struct link *link = user;

    enter(link);
    if (link->redirect.location.size > 0) {
        link->failure = *end->failure;
        connection_free(link->connection);
        link->connection = NULL;
        loop_task_post(&link->again);
    } else {
        link->handlers.ended(link->user, link, end);
    }
    leave(link);
}

/* ---- Connecting --------------------------------------------------------- */

static enum sockfeed_result connect_now(struct link *link)
{
    static const struct connection_handlers handlers = {
        .event = on_event,
        .opened = on_opened,
        .ended = on_ended,
    };

    return connection_new(&link->connection, &link->config, &handlers, link);
}

static void trace_redirect(struct link *link)
{
    struct sockfeed_event event;
    struct buf line;

    buf_init(&line, (size_t)LIMIT_URL * 5);
    redirect_describe(&line, &link->redirect);
    if (buf_text(&line) != NULL) {
        event_text(&event, SOCKFEED_EVENT_TRACE, line.data);
        tell(link, &event);
    }
    buf_deinit(&line);
}

/* On a turn of its own: the connection that was redirected is gone by now. */
static void on_again(void *user)
{
    struct link *link = user;
    struct connection_end end = {.failure = &link->failure};
    enum sockfeed_result result;

    enter(link);
    result = redirect_follow(&link->redirect, link->endpoint,
                             link->config.options, &link->failure);
    if (result == SOCKFEED_OK) {
        trace_redirect(link);
        link->config.endpoint = &link->redirect.endpoint;
        result = connect_now(link);
    }
    if (result == SOCKFEED_NOMEM) {
        failure_set(&link->failure, result, SOCKFEED_STAGE_NONE, "%s",
                    sockfeed_result_text(result));
    }
    if (result != SOCKFEED_OK && !link->freed) {
        link->handlers.ended(link->user, link, &end);
    }
    leave(link);
}

/* ---- Life --------------------------------------------------------------- */

enum sockfeed_result link_new(struct link **link,
                              const struct connection_config *config,
                              unsigned number,
                              const struct link_handlers *handlers, void *user)
{
    struct link *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->handlers = *handlers;
    made->user = user;
    made->number = number;
    made->endpoint = config->endpoint;
    made->config = *config;
    redirect_init(&made->redirect);
    if (client_options_number(config->options, SOCKFEED_OPTION_LOCATION) != 0) {
        made->config.location = &made->redirect.location;
    }
    loop_task_init(&made->again, config->loop, on_again, made);
    result = connect_now(made);
    if (result != SOCKFEED_OK) {
        destroy(made);
        return result;
    }
    *link = made;
    return SOCKFEED_OK;
}

void link_free(struct link *link)
{
    if (link == NULL) {
        return;
    }
    link->freed = true;
    if (link->depth == 0) {
        destroy(link);
    }
}

/* ---- Sending ------------------------------------------------------------ */

enum sockfeed_result link_send(struct link *link,
                               const struct sockfeed_outgoing *message)
{
    return connection_send(link->connection, message);
}

enum sockfeed_result link_call(struct link *link,
                               const struct sockfeed_outgoing *message,
                               uint64_t id, int64_t timeout)
{
    return connection_call(link->connection, message, id, timeout);
}

enum sockfeed_result link_acknowledge(
    struct link *link, const struct sockfeed_acknowledgement *answer)
{
    return link->number == answer->connection
               ? connection_acknowledge(link->connection, answer)
               : SOCKFEED_STATE;
}

static void tell_dropped(struct link *link,
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
    tell(link, &event);
}

size_t link_send_all(struct link *link, const struct outbox *outbox)
{
    size_t sent = 0;

    enter(link);
    for (size_t i = 0; i < outbox->count && !link->freed; i++) {
        enum sockfeed_result result = link_send(link, &outbox->items[i]);

        if (result == SOCKFEED_OK) {
            sent++;
        } else {
            tell_dropped(link, &outbox->items[i], result);
        }
    }
    leave(link);
    return sent;
}

/* ---- Pausing and closing ------------------------------------------------ */

void link_pause(struct link *link)
{
    if (link != NULL) {
        connection_pause(link->connection);
    }
}

void link_resume(struct link *link)
{
    if (link != NULL) {
        connection_resume(link->connection);
    }
}

void link_reject(struct link *link, enum sockfeed_result reason,
                 const char *text)
{
    connection_reject(link->connection, reason, text);
}

void link_close(struct link *link, int64_t timeout)
{
    connection_close(link->connection, timeout);
}
