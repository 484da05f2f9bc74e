/* SPDX-License-Identifier: MIT */
#include "net/dialer.h"

#include "base/limits.h"
#include "base/result.h"
#include "net/connector.h"
#include "net/lookup.h"
#include "net/loop.h"
#include "net/proxy.h"
#include "net/route.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/tunnel.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_SIZE = 512
};

/*
 *     FIND_TARGET --> FIND --> CONNECT --> PROXY_TLS --> ASK --> TLS
 *     (SOCKS 5)                   |            |           ^
 *                                 +------------+-----------+
 */
enum phase {
    PHASE_FIND_TARGET, /* the server's address, for a proxy that wants one */
    PHASE_FIND,        /* the address to connect to */
    PHASE_CONNECT,
    PHASE_PROXY_TLS,
    PHASE_ASK, /* the proxy */
    PHASE_TLS,
};

struct dialer {
    struct dialer_config config; /* .host: our copy */
    struct dialer_handlers handlers;
    void *user;
    enum phase phase;
    struct loop_task begin;
    struct lookup *lookup; /* one of the three, by the phase */
    struct connector *connector;
    struct stream *stream;
    struct tunnel *tunnel;      /* PHASE_ASK */
    char *target;               /* owned: where the server is; a name, or... */
    char address[ADDRESS_TEXT]; /* ...its address, once it was looked up */
    uint16_t port;              /* of the target */
    char host[];                /* who the server is */
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

/* What went wrong with the proxy, not with the server behind it. */
static void fail_at_proxy(struct dialer *dialer,
                          const struct sockfeed_failure *failure)
{
    struct sockfeed_failure told = *failure;
    char proxy[LINE_SIZE / 2];

    if (dialer->config.proxy == NULL) {
        fail(dialer, failure);
        return;
    }
    proxy_describe(dialer->config.proxy, proxy, sizeof(proxy));
    (void)snprintf(told.text, sizeof(told.text), "the proxy %s: %.*s", proxy,
                   (int)(sizeof(told.text) - sizeof(proxy) - 16),
                   failure->text);
    if (told.result == SOCKFEED_RESOLVE) {
        told.result = SOCKFEED_PROXY_NAME;
    }
    if (told.stage == SOCKFEED_STAGE_TLS) {
        told.stage = SOCKFEED_STAGE_PROXY;
    }
    fail(dialer, &told);
}

static void trace(void *user, const char *line)
{
    const struct dialer *dialer = user;

    dialer->handlers.trace(dialer->user, line);
}

/* ---- TLS, to the server and to the proxy --------------------------------- */

static void hand_over(struct dialer *dialer)
{
    struct stream *stream = dialer->stream;

    dialer->stream = NULL;
    dialer->handlers.opened(dialer->user, stream);
}

static void ask(struct dialer *dialer);

static void fail_tls(struct dialer *dialer,
                     const struct sockfeed_failure *failure)
{
    if (dialer->phase == PHASE_PROXY_TLS) {
        fail_at_proxy(dialer, failure);
    } else {
        fail(dialer, failure);
    }
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
        trace(dialer, text);
        if (dialer->phase == PHASE_PROXY_TLS) {
            ask(dialer);
        } else {
            step_secured(dialer->handlers.step, dialer->user,
                         stream_tls(dialer->stream));
            hand_over(dialer);
        }
        break;
    case SOCKFEED_AGAIN:
        break;
    default:
        fail_tls(dialer, &failure);
        break;
    }
}

static void start_tls(struct dialer *dialer, enum phase phase,
                      struct tls_config *config, const char *host)
{
    struct sockfeed_failure failure;

    dialer->phase = phase;
    stream_set_callback(dialer->stream, shake_hands, dialer);
    if (stream_secure(dialer->stream, config, host, &failure) != SOCKFEED_OK) {
        fail_tls(dialer, &failure);
    } else {
        shake_hands(dialer, 0);
    }
}

/* There is a connection to the server. */
static void secure(struct dialer *dialer)
{
    if (dialer->config.tls == NULL) {
        hand_over(dialer);
    } else {
        start_tls(dialer, PHASE_TLS, dialer->config.tls, dialer->host);
    }
}

/* ---- Asking the proxy ----------------------------------------------------- */

static void on_tunnel_opened(void *user)
{
    struct dialer *dialer = user;

    tunnel_free(dialer->tunnel);
    dialer->tunnel = NULL;
    step_proxied(dialer->handlers.step, dialer->user, dialer->config.proxy);
    secure(dialer);
}

/* Says "the proxy" without saying which. */
static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct dialer *dialer = user;
    struct sockfeed_failure told = *failure;
    char proxy[LINE_SIZE / 2];

    proxy_describe(dialer->config.proxy, proxy, sizeof(proxy));
    (void)snprintf(told.text, sizeof(told.text), "%.*s (%s)",
                   (int)(sizeof(told.text) - sizeof(proxy) - 16), failure->text,
                   proxy);
    fail(dialer, &told);
}

static void ask(struct dialer *dialer)
{
    static const struct tunnel_handlers handlers = {on_tunnel_opened, on_failed,
                                                    trace};
    const struct tunnel_config config = {
        .stream = dialer->stream,
        .proxy = dialer->config.proxy,
        .host = dialer->address[0] != '\0' ? dialer->address : dialer->target,
        .port = dialer->port,
    };
    struct sockfeed_failure failure;

    dialer->phase = PHASE_ASK;
    if (tunnel_new(&dialer->tunnel, &config, &handlers, dialer, &failure) !=
        SOCKFEED_OK) {
        fail(dialer, &failure);
    }
}

/* ---- Connecting ------------------------------------------------------------ */

static void on_connected(void *user, int socket, const struct address *peer)
{
    struct dialer *dialer = user;
    const struct proxy *proxy = dialer->config.proxy;
    enum sockfeed_result result;

    step_connected(dialer->handlers.step, dialer->user, peer);
    connector_free(dialer->connector);
    dialer->connector = NULL;
    result = stream_new(&dialer->stream, dialer->config.loop, socket,
                        shake_hands, dialer);
    if (result != SOCKFEED_OK) {
        (void)close(socket);
        fail_with(dialer, result, SOCKFEED_STAGE_CONNECT);
    } else if (proxy == NULL) {
        secure(dialer);
    } else if (proxy->kind == PROXY_HTTPS) {
        start_tls(dialer, PHASE_PROXY_TLS, dialer->config.proxy_tls,
                  proxy->host.data);
    } else {
        ask(dialer);
    }
}

static void on_unconnected(void *user, const struct sockfeed_failure *failure)
{
    fail_at_proxy(user, failure);
}

static void connect_to(struct dialer *dialer, const struct address *addresses,
                       size_t count)
{
    static const struct connector_handlers handlers = {on_connected,
                                                       on_unconnected, trace};
    const struct connector_config config = {
        .loop = dialer->config.loop,
        .route = dialer->config.route,
        .addresses = addresses,
        .count = count,
    };

    dialer->phase = PHASE_CONNECT;
    if (connector_new(&dialer->connector, &config, &handlers, dialer) !=
        SOCKFEED_OK) {
        fail_with(dialer, SOCKFEED_NOMEM, SOCKFEED_STAGE_CONNECT);
    }
}

static void connect_to_path(struct dialer *dialer, const char *path)
{
    struct sockfeed_failure failure;
    struct address address;

    if (address_of_path(&address, path)) {
        connect_to(dialer, &address, 1);
        return;
    }
    (void)failure_set(&failure, SOCKFEED_CONNECT, SOCKFEED_STAGE_CONNECT,
                      "%.200s: too long for the path of a socket", path);
    fail(dialer, &failure);
}

/* ---- Names ----------------------------------------------------------------- */

static void forget_lookup(struct dialer *dialer)
{
    lookup_free(dialer->lookup);
    dialer->lookup = NULL;
}

static void find(struct dialer *dialer, enum phase phase);

static void on_found(void *user, const struct address *addresses, size_t count)
{
    struct dialer *dialer = user;
    size_t chosen = 0;

    step_resolved(dialer->handlers.step, dialer->user,
                  lookup_host(dialer->lookup), addresses, count);
    if (dialer->phase == PHASE_FIND) {
        connect_to(dialer, addresses, count);
        return;
    }
    /* The proxy gets one address, and IPv4 is what each of them has. */
    while (chosen < count && addresses[chosen].u.any.sa_family != AF_INET) {
        chosen++;
    }
    chosen = chosen < count ? chosen : 0;
    (void)getnameinfo(&addresses[chosen].u.any, addresses[chosen].size,
                      dialer->address, sizeof(dialer->address), NULL, 0,
                      NI_NUMERICHOST);
    forget_lookup(dialer);
    find(dialer, PHASE_FIND);
}

static void on_unknown(void *user, const struct sockfeed_failure *failure)
{
    struct dialer *dialer = user;

    if (dialer->phase == PHASE_FIND_TARGET) {
        fail(dialer, failure);
    } else {
        fail_at_proxy(dialer, failure);
    }
}

/* Looks for the server, or for what the connection goes to. */
static void find(struct dialer *dialer, enum phase phase)
{
    static const struct lookup_handlers handlers = {on_found, on_unknown,
                                                    trace};
    const struct proxy *proxy =
        phase == PHASE_FIND ? dialer->config.proxy : NULL;
    const struct lookup_config config = {
        .loop = dialer->config.loop,
        .resolver = dialer->config.resolver,
        .route = dialer->config.route,
        .host = proxy == NULL ? dialer->target : proxy->host.data,
        .port = proxy == NULL ? dialer->port : proxy->port,
    };
    enum sockfeed_result result;

    dialer->phase = phase;
    result = lookup_new(&dialer->lookup, &config, &handlers, dialer);
    if (result != SOCKFEED_OK) {
        fail_with(dialer, result, SOCKFEED_STAGE_RESOLVE);
    }
}

/* ---- Life ------------------------------------------------------------------ */

static void begin(void *user)
{
    struct dialer *dialer = user;
    const struct route *route = dialer->config.route;
    const struct proxy *proxy = dialer->config.proxy;

    if (route != NULL && route->unix_path != NULL) {
        dialer->config.proxy = NULL;
        connect_to_path(dialer, route->unix_path);
    } else if (proxy != NULL && proxy->kind == PROXY_SOCKS5) {
        find(dialer, PHASE_FIND_TARGET);
    } else {
        find(dialer, PHASE_FIND);
    }
}

/* The host and port to connect to, which a detour may change. */
static bool set_target(struct dialer *dialer)
{
    struct span host = span_text(dialer->host);

    dialer->port = dialer->config.port;
    if (dialer->config.route != NULL) {
        route_take_detour(dialer->config.route, &host, &dialer->port);
    }
    dialer->target = calloc(1, host.size + 1);
    if (dialer->target != NULL) {
        memcpy(dialer->target, host.data, host.size);
    }
    return dialer->target != NULL;
}

enum sockfeed_result dialer_new(struct dialer **dialer,
                                const struct dialer_config *config,
                                const struct dialer_handlers *handlers,
                                void *user)
{
    size_t size = strlen(config->host) + 1;
    struct dialer *created = calloc(1, sizeof(*created) + size);

    *dialer = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    memcpy(created->host, config->host, size);
    created->config = *config;
    created->config.host = created->host;
    created->handlers = *handlers;
    created->user = user;
    created->phase = PHASE_FIND;
    loop_task_init(&created->begin, config->loop, begin, created);
    if (!set_target(created)) {
        dialer_free(created);
        return SOCKFEED_NOMEM;
    }
    loop_task_post(&created->begin);
    *dialer = created;
    return SOCKFEED_OK;
}

void dialer_free(struct dialer *dialer)
{
    if (dialer != NULL) {
        loop_task_cancel(&dialer->begin);
        lookup_free(dialer->lookup);
        connector_free(dialer->connector);
        tunnel_free(dialer->tunnel);
        stream_free(dialer->stream);
        free(dialer->target);
        free(dialer);
    }
}

enum sockfeed_stage dialer_stage(const struct dialer *dialer)
{
    switch (dialer->phase) {
    case PHASE_FIND_TARGET:
    case PHASE_FIND:
        return SOCKFEED_STAGE_RESOLVE;
    case PHASE_CONNECT:
        return SOCKFEED_STAGE_CONNECT;
    case PHASE_PROXY_TLS:
    case PHASE_ASK:
        return SOCKFEED_STAGE_PROXY;
    case PHASE_TLS:
        break;
    }
    return SOCKFEED_STAGE_TLS;
}

void dialer_describe(const struct dialer *dialer, char *text, size_t size)
{
    bool proxy = dialer->config.proxy != NULL;
    char addresses[LINE_SIZE];

    switch (dialer->phase) {
    case PHASE_FIND_TARGET:
    case PHASE_FIND:
        (void)snprintf(text, size, "looking up %s",
                       dialer->lookup == NULL ? dialer->host
                                              : lookup_host(dialer->lookup));
        break;
    case PHASE_CONNECT:
        addresses[0] = '\0';
        if (dialer->connector != NULL) {
            connector_describe(dialer->connector, addresses, sizeof(addresses));
        }
        (void)snprintf(text, size, "connecting to %s%s",
                       proxy ? "the proxy at " : "", addresses);
        break;
    case PHASE_PROXY_TLS:
        (void)snprintf(text, size, "in the TLS handshake with the proxy");
        break;
    case PHASE_ASK:
        (void)snprintf(text, size, "waiting for the proxy's answer");
        break;
    case PHASE_TLS:
        (void)snprintf(text, size, "in the TLS handshake with %s",
                       dialer->host);
        break;
    }
}
