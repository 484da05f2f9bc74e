/* SPDX-License-Identifier: MIT */
#include "net/lookup.h"

#include "base/result.h"
#include "net/loop.h"
#include "net/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_SIZE = 512
};

struct lookup {
    struct lookup_config config;
    struct lookup_handlers handlers;
    void *user;
    struct resolver_job *job;    /* one of the two */
    const struct route_pin *pin; /* answered by the task */
    struct loop_task task;
};

/* "feed.example: 192.0.2.1 port 443, 2001:db8::1 port 443", as far as it
 * fits; nothing for what was an address already. */
static void trace(const struct lookup *lookup, const struct address *addresses,
                  size_t count)
{
    const char *host = lookup->config.host;
    char line[LINE_SIZE];
    char text[ADDRESS_TEXT];
    size_t used = strlen(host);

    if (strncmp(address_text(&addresses[0], text), host, used) == 0) {
        return;
    }
    used = 0;
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(line + used, sizeof(line) - used, "%s%s%s",
                              i == 0 ? host : "", i == 0 ? ": " : ", ",
                              address_text(&addresses[i], text));

        if (length < 0 || (size_t)length >= sizeof(line) - used) {
            break;
        }
        used += (size_t)length;
    }
    lookup->handlers.trace(lookup->user, line);
}

static void on_answer(void *user, const struct sockfeed_failure *failure,
                      const struct address *addresses, size_t count)
{
    struct lookup *lookup = user;

    lookup->job = NULL;
    if (failure != NULL) {
        lookup->handlers.failed(lookup->user, failure);
        return;
    }
    trace(lookup, addresses, count);
    lookup->handlers.found(lookup->user, addresses, count);
}

/* The addresses of the pin that are of a family which may be used. */
static void on_task(void *user)
{
    struct lookup *lookup = user;
    int family = lookup->config.route->family;
    struct address addresses[ROUTE_PIN_ADDRESSES];
    struct sockfeed_failure failure;
    size_t count = 0;

    for (size_t i = 0; i < lookup->pin->count; i++) {
        const struct address *address = &lookup->pin->addresses[i];

        if (family == 0 || address->u.any.sa_family == family) {
            addresses[count++] = *address;
        }
    }
    if (count == 0) {
        (void)failure_set(&failure, SOCKFEED_RESOLVE, SOCKFEED_STAGE_RESOLVE,
                          "no IPv%d address was given for host %s",
                          family == AF_INET ? 4 : 6, lookup->config.host);
        failure.cause = SOCKFEED_CAUSE_FAMILY;
        lookup->handlers.failed(lookup->user, &failure);
        return;
    }
    trace(lookup, addresses, count);
    lookup->handlers.found(lookup->user, addresses, count);
}

static enum sockfeed_result start(struct lookup *lookup)
{
    const struct lookup_config *config = &lookup->config;
    const struct resolver_query query = {
        .host = config->host,
        .port = config->port,
        .family = config->route == NULL ? 0 : config->route->family,
    };

    if (config->route != NULL) {
        lookup->pin = route_find_pin(config->route, span_text(config->host),
                                     config->port);
    }
    if (lookup->pin != NULL) {
        loop_task_post(&lookup->task);
        return SOCKFEED_OK;
    }
    return resolver_start(&lookup->job, config->resolver, &query, on_answer,
                          lookup);
}

enum sockfeed_result lookup_new(struct lookup **lookup,
                                const struct lookup_config *config,
                                const struct lookup_handlers *handlers,
                                void *user)
{
    struct lookup *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *lookup = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->config = *config;
    created->handlers = *handlers;
    created->user = user;
    loop_task_init(&created->task, config->loop, on_task, created);
    result = start(created);
    if (result != SOCKFEED_OK) {
        lookup_free(created);
        return result;
    }
    *lookup = created;
    return SOCKFEED_OK;
}

void lookup_free(struct lookup *lookup)
{
    if (lookup != NULL) {
        loop_task_cancel(&lookup->task);
        resolver_job_free(lookup->job);
        free(lookup);
    }
}

const char *lookup_host(const struct lookup *lookup)
{
    return lookup->config.host;
}
