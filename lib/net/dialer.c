/* SPDX-License-Identifier: MIT */
#include "net/dialer.h"

#include "base/result.h"
#include "net/connector.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "net/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_SIZE = 512
};

struct dialer {
    struct dialer_config config; /* .host: our copy */
    struct dialer_handlers handlers;
    void *user;
    struct resolver_job *job; /* one of the three, by the stage */
    struct connector *connector;
    struct stream *stream;
    char host[];
};

static void fail(struct dialer *dialer, const struct sockfeed_failure *failure)
{
    dialer->handlers.failed(dialer->user, failure);
}

static void fail_with(struct dialer *dialer, enum sockfeed_result result,
                      enum sockfeed_stage stage)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, stage, "%s",
                      sockfeed_result_text(result));
    fail(dialer, &failure);
}

/* -- TLS -- */

static void hand_over(struct dialer *dialer)
{
    struct stream *stream = dialer->stream;

    dialer->stream = NULL;
    dialer->handlers.opened(dialer->user, stream);
}

static void shake_hands(void *user, unsigned ready)
{
    struct dialer *dialer = user;
    struct sockfeed_failure failure;
    char text[LINE_SIZE];

    (void)ready;
    switch (stream_handshake(dialer->stream, &failure)) {
    case SOCKFEED_OK:
        tls_describe(stream_tls(dialer->stream), text, sizeof(text));
        dialer->handlers.trace(dialer->user, text);
        step_secured(dialer->handlers.step, dialer->user,
                     stream_tls(dialer->stream));
        hand_over(dialer);
        break;
    case SOCKFEED_AGAIN:
        break;
    default:
        fail(dialer, &failure);
        break;
    }
}

/* -- Connecting -- */

static void on_connected(void *user, int socket, const struct address *peer)
{
    struct dialer *dialer = user;
    struct sockfeed_failure failure;
    enum sockfeed_result result;

    step_connected(dialer->handlers.step, dialer->user, peer);
    connector_free(dialer->connector);
    dialer->connector = NULL;
    result = stream_new(&dialer->stream, dialer->config.loop, socket,
                        shake_hands, dialer);
    if (result != SOCKFEED_OK) {
        (void)close(socket);
        fail_with(dialer, result, SOCKFEED_STAGE_CONNECT);
    } else if (dialer->config.tls == NULL) {
        hand_over(dialer);
    } else if (stream_secure(dialer->stream, dialer->config.tls, dialer->host,
                             &failure) != SOCKFEED_OK) {
        fail(dialer, &failure);
    } else {
        shake_hands(dialer, 0);
    }
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    fail(user, failure);
}

static void on_trace(void *user, const char *line)
{
    const struct dialer *dialer = user;

    dialer->handlers.trace(dialer->user, line);
}

/* -- The name -- */

/* "feed.example: 192.0.2.1 port 443, 2001:db8::1 port 443", as far as it
 * fits; nothing for what was an address already. */
static void trace_addresses(const struct dialer *dialer,
                            const struct address *addresses, size_t count)
{
    char line[LINE_SIZE];
    char text[ADDRESS_TEXT];
    size_t used = strlen(dialer->host);

    if (strncmp(address_text(&addresses[0], text), dialer->host, used) == 0) {
        return;
    }
    used = 0;
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(line + used, sizeof(line) - used, "%s%s%s",
                              i == 0 ? dialer->host : "", i == 0 ? ": " : ", ",
                              address_text(&addresses[i], text));

        if (length < 0 || (size_t)length >= sizeof(line) - used) {
            break;
        }
        used += (size_t)length;
    }
    dialer->handlers.trace(dialer->user, line);
}

static void on_addresses(void *user, const struct sockfeed_failure *failure,
                         const struct address *addresses, size_t count)
{
    static const struct connector_handlers handlers = {on_connected, on_failed,
                                                       on_trace};
    struct dialer *dialer = user;

    dialer->job = NULL;
    if (failure != NULL) {
        fail(dialer, failure);
        return;
    }
    trace_addresses(dialer, addresses, count);
    step_resolved(dialer->handlers.step, dialer->user, dialer->host, addresses,
                  count);
    if (connector_new(&dialer->connector, dialer->config.loop, addresses, count,
                      &handlers, dialer) != SOCKFEED_OK) {
        fail_with(dialer, SOCKFEED_NOMEM, SOCKFEED_STAGE_CONNECT);
    }
}

enum sockfeed_result dialer_new(struct dialer **dialer,
                                const struct dialer_config *config,
                                const struct dialer_handlers *handlers,
                                void *user)
{
    size_t size = strlen(config->host) + 1;
    struct dialer *created = calloc(1, sizeof(*created) + size);
    enum sockfeed_result result;

    *dialer = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    memcpy(created->host, config->host, size);
    created->config = *config;
    created->config.host = created->host;
    created->handlers = *handlers;
    created->user = user;
    result = resolver_start(&created->job, config->resolver, created->host,
                            config->port, on_addresses, created);
    if (result != SOCKFEED_OK) {
        free(created);
        return result;
    }
    *dialer = created;
    return SOCKFEED_OK;
}

void dialer_free(struct dialer *dialer)
{
    if (dialer != NULL) {
        resolver_job_free(dialer->job);
        connector_free(dialer->connector);
        stream_free(dialer->stream);
        free(dialer);
    }
}

enum sockfeed_stage dialer_stage(const struct dialer *dialer)
{
    if (dialer->job != NULL) {
        return SOCKFEED_STAGE_RESOLVE;
    }
    return dialer->connector != NULL ? SOCKFEED_STAGE_CONNECT
                                     : SOCKFEED_STAGE_TLS;
}

void dialer_describe(const struct dialer *dialer, char *text, size_t size)
{
    if (dialer->job != NULL) {
        (void)snprintf(text, size, "looking up %s", dialer->host);
    } else if (dialer->connector != NULL) {
        char addresses[LINE_SIZE];

        connector_describe(dialer->connector, addresses, sizeof(addresses));
        (void)snprintf(text, size, "connecting to %s", addresses);
    } else {
        (void)snprintf(text, size, "in the TLS handshake with %s",
                       dialer->host);
    }
}
