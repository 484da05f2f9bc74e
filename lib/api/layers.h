/* SPDX-License-Identifier: MIT */
#ifndef API_LAYERS_H
#define API_LAYERS_H

#include "api/connection.h"
#include "api/conversation.h"
#include "net/http_client.h"
#include "net/ws_transport.h"
#include "session/eio_polling.h"
#include "session/ws_session.h"

struct request;

/* What each layer of a connection is told, from its endpoint and the user's
 * options. `deadline` is the loop's time by which the open packet is to be
 * there. The configurations view what they are made from. And what passes
 * between two layers without the connection looking at it. */

/* To whom, and how; for requests of every kind. */
struct dialer_config layers_dial(const struct connection_config *config);

struct ws_transport_config layers_transport(
    const struct connection_config *config, const struct request *request,
    int64_t deadline);

struct http_client_config layers_http_client(
    const struct connection_config *config);

struct eio_polling_config layers_polling(
    const struct connection_config *config);

/* `agreed`, which the configuration views, is what the handshake came to. */
struct ws_session_config layers_session(
    const struct connection_config *config,
    const struct ws_handshake_agreed *agreed);

/* `spoken`: Engine.IO's revision where the carrier has told it, or 0. */
struct conversation_config layers_conversation(
    const struct connection_config *config, const struct request *request,
    int64_t deadline, int spoken);

/* Writes what the session has to say, as far as the transport takes it; the
 * rest goes when the transport is writable again. */
void layers_write(struct ws_session *session, struct ws_transport *transport);

#endif
