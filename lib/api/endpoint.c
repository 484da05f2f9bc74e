/* SPDX-License-Identifier: MIT */
#include "api/endpoint.h"

#include "api/authorization.h"
#include "api/client_options.h"
#include "api/endpoint_options.h"
#include "base/limits.h"
#include "base/percent.h"
#include "base/url.h"
#include "session/sio_connect.h"

#include <assert.h>

/* What is known while the options are read. */
struct reading {
    struct endpoint *endpoint;
    struct sockfeed_options *options;
    const struct endpoint *from; /* whose answer led here, or NULL */
    struct url url;
    bool request_path; /* the URL's path is the request's, not a namespace */
};

static bool ends_with(struct span text, const char *suffix)
{
    size_t size = strlen(suffix);

    return text.size >= size &&
           span_is(span_skip(text, text.size - size), suffix);
}

static enum sockfeed_protocol scheme_protocol(const struct url *url)
{
    return url_is_websocket(url->scheme) ? SOCKFEED_PROTOCOL_WS
                                         : SOCKFEED_PROTOCOL_SIO;
}

/* A URL copied from a browser's network view names the request itself: its
 * path is then no namespace, and a ws scheme does not mean plain WebSocket. */
static void choose_protocol(struct reading *r)
{
    int64_t asked = client_options_number(r->options, SOCKFEED_OPTION_PROTOCOL);
    struct span revision;
    bool request = span_is(r->url.path, "/socket.io") ||
                   ends_with(r->url.path, "/socket.io/") ||
                   url_query_find(&revision, r->url.query, "EIO");

    if (r->from != NULL) {
        r->endpoint->protocol = r->from->protocol;
        r->request_path = true;
        return;
    }
    if (asked != SOCKFEED_PROTOCOL_AUTO) {
        r->endpoint->protocol = (enum sockfeed_protocol)asked;
    } else if (request) {
        r->endpoint->protocol = SOCKFEED_PROTOCOL_SIO;
    } else {
        r->endpoint->protocol = scheme_protocol(&r->url);
    }
    /* Engine.IO by itself knows no namespaces. */
    r->request_path = request ||
                      r->endpoint->protocol == SOCKFEED_PROTOCOL_WS ||
                      (r->endpoint->protocol == SOCKFEED_PROTOCOL_EIO &&
                       r->url.path.size > 1);
}

static enum sockfeed_result choose_revision(struct reading *r)
{
    int64_t asked = client_options_number(r->options, SOCKFEED_OPTION_EIO);
    struct span pinned;

    if (r->endpoint->protocol == SOCKFEED_PROTOCOL_WS) {
        return SOCKFEED_OK;
    }
    if (r->from != NULL) {
        r->endpoint->eio = r->from->eio;
        r->endpoint->eio_pinned = r->from->eio_pinned;
        return SOCKFEED_OK;
    }
    r->endpoint->eio = asked == 0 ? 4 : (int)asked;
    r->endpoint->eio_pinned = asked != 0;
    if (asked != 0 || !url_query_find(&pinned, r->url.query, "EIO")) {
        return SOCKFEED_OK;
    }
    if (!span_is(pinned, "3") && !span_is(pinned, "4")) {
        return client_options_refuse(
            r->options, "the URL asks for EIO=%.*s: expected EIO=3 or EIO=4",
            (int)pinned.size, pinned.data);
    }
    r->endpoint->eio = pinned.data[0] - '0';
    r->endpoint->eio_pinned = true;
    return SOCKFEED_OK;
}

static enum sockfeed_result choose_transport(struct reading *r)
{
    enum sockfeed_transport *transport = &r->endpoint->transport;
    struct span pinned;

    if (r->from != NULL) {
        *transport = r->from->transport;
        return SOCKFEED_OK;
    }
    *transport = (enum sockfeed_transport)client_options_number(
        r->options, SOCKFEED_OPTION_TRANSPORT);
    if (r->endpoint->protocol == SOCKFEED_PROTOCOL_WS) {
        if (*transport > SOCKFEED_TRANSPORT_WEBSOCKET) {
            return client_options_refuse(
                r->options, "long-polling is for Socket.IO and Engine.IO, and "
                            "this is a plain WebSocket");
        }
        *transport = SOCKFEED_TRANSPORT_WEBSOCKET;
        return SOCKFEED_OK;
    }
    if (*transport != SOCKFEED_TRANSPORT_AUTO ||
        !url_query_find(&pinned, r->url.query, "transport")) {
        return SOCKFEED_OK;
    }
    if (!span_is(pinned, "websocket") && !span_is(pinned, "polling")) {
        return client_options_refuse(r->options,
                                     "the URL asks for transport=%.*s: "
                                     "expected websocket or polling",
                                     (int)pinned.size, pinned.data);
    }
    *transport = span_is(pinned, "polling") ? SOCKFEED_TRANSPORT_POLLING
                                            : SOCKFEED_TRANSPORT_WEBSOCKET;
    return SOCKFEED_OK;
}

static void append_separator(struct buf *query)
{
    if (query->size > 0) {
        buf_append_byte(query, '&');
    }
}

/* The user's own parameters, from the URL and from the options, encoded; the
 * protocol's own names are ours (they must win). A redirect has what the
 * server wants to see again. */
static void collect_query(struct reading *r)
{
    const struct option_list *added =
        client_options_list(r->options, SOCKFEED_OPTION_QUERY);
    bool plain = r->endpoint->protocol == SOCKFEED_PROTOCOL_WS;
    struct buf *query = &r->endpoint->query;
    struct span rest = r->url.query;
    struct url_parameter parameter;

    if (plain) {
        percent_encode_foreign(query, rest);
    }
    while (!plain && url_query_next(&parameter, &rest)) {
        if (!endpoint_options_is_reserved(parameter.key)) {
            append_separator(query);
            percent_encode_foreign(query, parameter.key);
            buf_append_byte(query, '=');
            percent_encode_foreign(query, parameter.value);
        }
    }
    for (size_t i = 0; r->from == NULL && i < added->count; i++) {
        struct span item = span_text(added->items[i]);
        size_t equals = span_find(item, '=');

        assert(equals < item.size); /* the option's setter saw to it */
        append_separator(query);
        percent_encode(query, span_of(item.data, equals));
        buf_append_byte(query, '=');
        percent_encode(query, span_skip(item, equals + 1));
    }
}

enum sockfeed_result endpoint_append_auth(struct buf *target,
                                          struct sockfeed_options *options)
{
    struct span auth = client_options_text(options, SOCKFEED_OPTION_AUTH);
    const char *name = endpoint_options_reserved_in(auth);

    if (name != NULL) {
        return client_options_refuse(
            options,
            "--auth: a server of Socket.IO 2 gets it as query parameters, "
            "where %s is the protocol's own",
            name);
    }
    if (auth.size > 0) {
        buf_append_byte(target, '&');
        sio_connect_append_query(target, auth);
    }
    return SOCKFEED_OK;
}

static struct span request_path(const struct reading *r)
{
    struct span path = client_options_text(r->options, SOCKFEED_OPTION_PATH);

    if (r->request_path) {
        return r->url.path.size > 0 ? r->url.path : span_text("/");
    }
    if (path.size > 0) {
        return path;
    }
    return span_text(r->endpoint->protocol == SOCKFEED_PROTOCOL_EIO
                         ? "/engine.io/"
                         : "/socket.io/");
}

static void build_target(struct reading *r)
{
    struct endpoint *endpoint = r->endpoint;
    struct span path = request_path(r);
    struct buf *target = &endpoint->target;

    percent_encode_foreign(target, path);
    if (endpoint->protocol != SOCKFEED_PROTOCOL_WS) {
        if (!ends_with(path, "/") &&
            client_options_number(r->options, SOCKFEED_OPTION_EXACT_PATH) ==
                0) {
            buf_append_byte(target, '/');
        }
        endpoint->path_size = target->size;
        buf_append_text(target, "?EIO=");
        buf_append_uint(target, (uint64_t)endpoint->eio);
        buf_append_text(target, "&transport=websocket");
        endpoint->rest_at = target->size;
    }
    if (endpoint->query.size > 0) {
        buf_append_byte(target,
                        endpoint->protocol == SOCKFEED_PROTOCOL_WS ? '?' : '&');
        buf_append_span(target, buf_span(&endpoint->query));
    }
}

static enum sockfeed_result build_space(struct reading *r)
{
    struct buf *space = &r->endpoint->space;
    struct malformed malformed;

    if (r->from != NULL) {
        buf_append_span(space, buf_span(&r->from->space));
        return SOCKFEED_OK;
    }
    if (r->request_path || r->url.path.size == 0) {
        buf_append_byte(space, '/');
        return SOCKFEED_OK;
    }
    if (percent_decode(space, r->url.path, &malformed) == SOCKFEED_INVALID) {
        return client_options_refuse(r->options, "the URL's path: %s",
                                     malformed.reason);
    }
    if (span_find(buf_span(space), ',') < space->size ||
        space->size > LIMIT_NAMESPACE) {
        return client_options_refuse(
            r->options, "the URL's path is the namespace: expected at most "
                        "1024 bytes and no comma");
    }
    return SOCKFEED_OK;
}

static void init_buffers(struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){0};
    buf_init(&endpoint->host, LIMIT_URL);
    buf_init(&endpoint->target, (size_t)LIMIT_URL * 4);
    buf_init(&endpoint->space, LIMIT_URL);
    buf_init(&endpoint->query, (size_t)LIMIT_URL * 3);
    buf_init(&endpoint->authorization, (size_t)LIMIT_URL * 2);
}

static enum sockfeed_result buffers_result(const struct endpoint *endpoint)
{
    const struct buf *all[] = {&endpoint->host, &endpoint->target,
                               &endpoint->space, &endpoint->query,
                               &endpoint->authorization};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (buf_result(all[i]) != SOCKFEED_OK) {
            return buf_result(all[i]);
        }
    }
    return SOCKFEED_OK;
}

/* Every buffer has what it should, and a NUL where a text is wanted. */
static enum sockfeed_result finish(const struct reading *r)
{
    struct endpoint *endpoint = r->endpoint;
    enum sockfeed_result result = buffers_result(endpoint);

    if (result == SOCKFEED_FULL) {
        return client_options_refuse(r->options, "the URL is too long");
    }
    if (result == SOCKFEED_OK && (buf_text(&endpoint->host) == NULL ||
                                  buf_text(&endpoint->space) == NULL)) {
        return SOCKFEED_NOMEM;
    }
    return result;
}

static enum sockfeed_result build(struct reading *r)
{
    struct endpoint *endpoint = r->endpoint;
    enum sockfeed_result result;

    endpoint->scheme = url_scheme_text(r->url.scheme);
    endpoint->secure = url_is_secure(r->url.scheme);
    endpoint->port = r->url.port;
    choose_protocol(r);
    result = choose_revision(r);
    if (result == SOCKFEED_OK) {
        result = choose_transport(r);
    }
    if (result == SOCKFEED_OK && r->from == NULL) {
        result = endpoint_options_check(r->options, endpoint->protocol,
                                        r->request_path);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    url_append_host(&endpoint->host, r->url.host);
    collect_query(r);
    build_target(r);
    if (endpoint->eio == 3 && r->from == NULL) {
        result = endpoint_append_auth(&endpoint->target, r->options);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (!endpoint->foreign) {
        result = authorization_append(&endpoint->authorization, r->options,
                                      r->url.user_info);
    }
    if (result == SOCKFEED_OK) {
        result = build_space(r);
    }
    return result == SOCKFEED_OK ? finish(r) : result;
}

enum sockfeed_result endpoint_init(struct endpoint *endpoint,
                                   struct sockfeed_options *options)
{
    struct reading r = {.endpoint = endpoint, .options = options};
    struct span text = client_options_text(options, SOCKFEED_OPTION_URL);
    struct malformed malformed;

    init_buffers(endpoint);
    if (text.size == 0) {
        return client_options_refuse(options, "a URL is required");
    }
    if (url_parse(&r.url, text, &malformed) != SOCKFEED_OK) {
        return client_options_refuse(options, "%s", malformed.reason);
    }
    return build(&r);
}

void endpoint_append_target(struct buf *to, const struct endpoint *endpoint,
                            struct span query)
{
    struct span target = buf_span(&endpoint->target);

    buf_append(to, target.data, endpoint->path_size);
    buf_append_byte(to, '?');
    buf_append_span(to, query);
    buf_append_span(to, span_skip(target, endpoint->rest_at));
}

/* -- Redirects -- */

/* The same server; or the same name where TLS begins, as servers send people
 * from port 80 to 443. */
static bool is_same_server(const struct endpoint *from, const struct url *to)
{
    bool secure = url_is_secure(to->scheme);

    return span_equal_nocase(buf_span(&from->host), to->host) &&
           ((from->port == to->port && from->secure == secure) ||
            (from->port == 80 && !from->secure && to->port == 443 && secure));
}

enum sockfeed_result endpoint_follow(struct endpoint *endpoint,
                                     const struct endpoint *from,
                                     struct sockfeed_options *options,
                                     const struct url *url)
{
    struct reading r = {
        .endpoint = endpoint, .options = options, .from = from, .url = *url};

    init_buffers(endpoint);
    endpoint->foreign = from->foreign || !is_same_server(from, url);
    return build(&r);
}

void endpoint_deinit(struct endpoint *endpoint)
{
    buf_deinit(&endpoint->host);
    buf_wipe(&endpoint->target);
    buf_deinit(&endpoint->space);
    buf_wipe(&endpoint->query);
    buf_wipe(&endpoint->authorization);
}
