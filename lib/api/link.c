/* SPDX-License-Identifier: MIT */
#include "api/link.h"

#include "api/event.h"
#include "api/outbox.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

struct link {
    struct link_handlers handlers;
    void *user;
    unsigned number;
    unsigned depth; /* calls into the handlers: no free before 0 */
    bool freed;     /* by a handler; nothing is reported any more */
    struct connection *connection;
};

/* ---- One guard around everything the connection calls ------------------- */

static void destroy(struct link *link)
{
    connection_free(link->connection);
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
    link->handlers.ended(link->user, link, end);
    leave(link);
}

/* ---- Life --------------------------------------------------------------- */

enum sockfeed_result link_new(struct link **link,
                              const struct connection_config *config,
                              unsigned number,
                              const struct link_handlers *handlers, void *user)
{
    static const struct connection_handlers from_connection = {
        .event = on_event,
        .opened = on_opened,
        .ended = on_ended,
    };
    struct link *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->handlers = *handlers;
    made->user = user;
    made->number = number;
    result = connection_new(&made->connection, config, &from_connection, made);
    if (result != SOCKFEED_OK) {
        free(made);
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
