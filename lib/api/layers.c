/* SPDX-License-Identifier: MIT */
#include "api/layers.h"

#include "api/client_options.h"
#include "api/endpoint.h"
#include "api/reach.h"
#include "api/request.h"
#include "codec/ws_deflate.h"
#include "net/loop.h"

static int64_t option(const struct connection_config *config,
                      enum sockfeed_option option)
{
    return client_options_number(config->options, option);
}

static struct tls_config *tls_for(const struct connection_config *config)
{
    const struct endpoint *endpoint = config->endpoint;
    struct tls_config *foreign = config->reach->foreign_tls;

    if (!endpoint->secure) {
        return NULL;
    }
    return endpoint->foreign && foreign != NULL ? foreign : config->tls;
}

struct dialer_config layers_dial(const struct connection_config *config)
{
    const struct reach *reach = config->reach;

    return (struct dialer_config){
        .loop = config->loop,
        .resolver = config->resolver,
        .tls = tls_for(config),
        .host = config->endpoint->host.data,
        .port = config->endpoint->port,
        .route = &reach->ways.route,
        .proxy = proxies_find(&reach->proxies, config->endpoint),
        .proxy_tls = reach->proxy_tls,
    };
}

struct ws_transport_config layers_transport(
    const struct connection_config *config, const struct request *request,
    int64_t deadline)
{
    size_t max_message = (size_t)option(config, SOCKFEED_OPTION_MAX_MESSAGE);

    return (struct ws_transport_config){
        .opening = {.dial = layers_dial(config),
                    .cookies = config->reach->cookies,
                    .location = config->location,
                    .rng = config->rng,
                    .request = request->handshake,
                    .deadline = deadline},
        .pool = config->pool,
        .max_message = option(config, SOCKFEED_OPTION_COMPRESSED) != 0
                           ? (size_t)ws_deflate_bound(max_message)
                           : max_message,
    };
}

struct http_client_config layers_http_client(
    const struct connection_config *config)
{
    return (struct http_client_config){
        .dialer = layers_dial(config),
        .pool = config->pool,
        /* A body has many messages, and bytes in it stand in base64. */
        .max_body = 4 * (size_t)option(config, SOCKFEED_OPTION_MAX_MESSAGE),
    };
}

struct eio_polling_config layers_polling(const struct connection_config *config)
{
    return (struct eio_polling_config){
        .asked = config->endpoint->eio == 3 ? EIO_REVISION_3 : EIO_REVISION_4,
        .max_message = (size_t)option(config, SOCKFEED_OPTION_MAX_MESSAGE),
        .serial = rng_u32(config->rng),
    };
}

/* Engine.IO has a heartbeat of its own. */
struct ws_session_config layers_session(
    const struct connection_config *config,
    const struct ws_handshake_agreed *agreed)
{
    bool plain = config->endpoint->protocol == SOCKFEED_PROTOCOL_WS;

    return (struct ws_session_config){
        .role = WS_ROLE_CLIENT,
        .max_message = (uint64_t)option(config, SOCKFEED_OPTION_MAX_MESSAGE),
        .rng = config->rng,
        .compression = agreed->compressed ? &agreed->compression : NULL,
        .ping_interval =
            plain ? option(config, SOCKFEED_OPTION_PING_INTERVAL) : 0,
        .ping_timeout =
            plain ? option(config, SOCKFEED_OPTION_PING_TIMEOUT) : 0,
    };
}

struct conversation_config layers_conversation(
    const struct connection_config *config, const struct request *request,
    int64_t deadline, int spoken)
{
    unsigned deliver = (unsigned)option(config, SOCKFEED_OPTION_DELIVER);

    return (struct conversation_config){
        .protocol = config->endpoint->protocol,
        .eio = config->endpoint->eio,
        .eio_spoken = spoken == 0 && config->endpoint->eio_known
                          ? config->endpoint->eio
                          : spoken,
        .eio_pinned = config->endpoint->eio_pinned,
        .namespaces = request->namespaces,
        .namespace_count = request->namespace_count,
        .auth =
            config->endpoint->foreign
                ? span_text(NULL)
                : client_options_text(config->options, SOCKFEED_OPTION_AUTH),
        .query = buf_span(&config->endpoint->query),
        .open_timeout = deadline - loop_now(config->loop),
        .connect_timeout = option(config, SOCKFEED_OPTION_CONNECT_TIMEOUT),
        .max_message = (size_t)option(config, SOCKFEED_OPTION_MAX_MESSAGE),
        .recovery = option(config, SOCKFEED_OPTION_RECOVERY) != 0
                        ? config->recovery
                        : NULL,
        .strip_offset = option(config, SOCKFEED_OPTION_STRIP_OFFSET) != 0,
        .max_attachments =
            (unsigned)option(config, SOCKFEED_OPTION_MAX_ATTACHMENTS),
        .msgpack = option(config, SOCKFEED_OPTION_MSGPACK) != 0,
        .unchecked = (deliver & SOCKFEED_DELIVER_MESSAGES) == 0,
    };
}

void layers_write(struct ws_session *session, struct ws_transport *transport)
{
    struct span out = ws_session_output(session);

    while (out.size > 0) {
        size_t written = 0;

        if (ws_transport_write(transport, out, &written) < 0) {
            return; /* its `ended` comes and tells why */
        }
        ws_session_sent(session, written);
        if (written < out.size) {
            ws_transport_want_write(transport, true);
            return;
        }
        out = ws_session_output(session);
    }
    ws_transport_want_write(transport, false);
}
