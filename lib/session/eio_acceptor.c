/* SPDX-License-Identifier: MIT */
#include "session/eio_acceptor.h"

#include "base/limits.h"
#include "session/eio_acceptor_inside.h"
#include "session/sio_acceptor.h"

#include <stdlib.h>

/* ---- Life -------------------------------------------------------------- */

static bool is_time(int64_t time)
{
    return time >= 1 && time <= LIMIT_HEARTBEAT_MS;
}

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct eio_acceptor *acceptor = user;

    return acceptor->handlers.send(acceptor->user, binary, packet);
}

enum sockfeed_result eio_acceptor_new(
    struct eio_acceptor **acceptor, const struct eio_acceptor_config *config,
    const struct eio_acceptor_handlers *handlers, void *user, int64_t now)
{
    static const struct sio_packet_rules rules = {LIMIT_ATTACHMENTS, 0, false};
    struct eio_acceptor *made;

    if (config->sid.size == 0 || config->sid.size > LIMIT_SID ||
        !is_time(config->ping_interval) || !is_time(config->ping_timeout)) {
        return SOCKFEED_INVALID;
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->config = *config;
    made->handlers = *handlers;
    made->user = user;
    memcpy(made->handshake.sid, config->sid.data, config->sid.size);
    made->handshake.ping_interval = config->ping_interval;
    made->handshake.ping_timeout = config->ping_timeout;
    made->handshake.max_payload = config->max_payload;
    made->connect_deadline = config->revision == EIO_REVISION_4
                                 ? now + config->connect_timeout
                                 : INT64_MAX;
    sio_reader_init(&made->reader, &rules, config->max_payload);
    buf_init(&made->bytes, config->max_payload);
    eio_sender_init(&made->sender, on_send, made);
    *acceptor = made;
    return SOCKFEED_OK;
}

static void destroy(struct eio_acceptor *acceptor)
{
    sio_namespace_set_deinit(&acceptor->spaces);
    sio_reader_deinit(&acceptor->reader);
    buf_deinit(&acceptor->bytes);
    eio_sender_deinit(&acceptor->sender);
    free(acceptor);
}

void eio_acceptor_free(struct eio_acceptor *acceptor)
{
    if (acceptor == NULL) {
        return;
    }
    acceptor->over = true;
    acceptor->freed = true;
    if (acceptor->depth == 0) {
        destroy(acceptor);
    }
}

enum sockfeed_result eio_acceptor_leave(struct eio_acceptor *acceptor,
                                        enum sockfeed_result result)
{
    acceptor->depth--;
    if (acceptor->freed) {
        if (acceptor->depth == 0) {
            destroy(acceptor);
        }
        return SOCKFEED_CLOSED;
    }
    return result;
}

static enum sockfeed_result conclude(struct eio_acceptor *acceptor)
{
    return eio_acceptor_leave(acceptor, acceptor->failure.result);
}

/* The answer of a receiving call or a tick that came too late. */
static enum sockfeed_result too_late(const struct eio_acceptor *acceptor)
{
    return acceptor->failure.result == SOCKFEED_OK ? SOCKFEED_STATE
                                                   : acceptor->failure.result;
}

void eio_acceptor_fail(struct eio_acceptor *acceptor,
                       enum sockfeed_result result, const char *text)
{
    if (!acceptor->over) {
        (void)failure_set(&acceptor->failure, result, SOCKFEED_STAGE_STREAM,
                          "%s", text);
        acceptor->over = true;
    }
}

/* For what the connection cannot go on without. */
static void require(struct eio_acceptor *acceptor, enum sockfeed_result result)
{
    if (result != SOCKFEED_OK) {
        eio_acceptor_fail(acceptor, result, "a packet cannot be sent");
    }
}

static void send_bare(struct eio_acceptor *acceptor, enum eio_packet_type type)
{
    require(acceptor, eio_sender_bare(&acceptor->sender, type));
}

/* ---- Receiving --------------------------------------------------------- */

static void dispatch(struct eio_acceptor *acceptor, int64_t now,
                     const struct eio_packet *packet, struct span frame)
{
    bool client_pings = acceptor->config.revision == EIO_REVISION_3;

    eio_heartbeat_received(&acceptor->heartbeat, now, packet->type);
    switch (packet->type) {
    case EIO_PACKET_MESSAGE:
        sio_acceptor_receive(acceptor, packet, frame);
        break;
    case EIO_PACKET_PING:
        if (client_pings) {
            send_bare(acceptor, EIO_PACKET_PONG);
        } else {
            eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                              "a ping from a client");
        }
        break;
    case EIO_PACKET_PONG:
        if (client_pings) {
            eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                              "a pong from a client");
        }
        break;
    case EIO_PACKET_OPEN:
    case EIO_PACKET_CLOSE:
    case EIO_PACKET_UPGRADE:
    case EIO_PACKET_NOOP:
        break; /* they mean nothing over a WebSocket that was opened directly */
    }
}

static enum sockfeed_result receive(struct eio_acceptor *acceptor, int64_t now,
                                    bool binary, struct span frame)
{
    enum eio_revision revision = acceptor->config.revision;
    struct malformed malformed;
    struct eio_packet packet;
    enum sockfeed_result result;

    if (acceptor->over || !acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    result =
        binary ? eio_packet_decode_binary(&packet, &malformed, frame, revision)
               : eio_packet_decode_text(&packet, &malformed, &acceptor->bytes,
                                        frame, revision);
    if (result == SOCKFEED_OK) {
        dispatch(acceptor, now, &packet, frame);
    } else {
        sio_acceptor_refuse(acceptor, result, &malformed);
    }
    return conclude(acceptor);
}

enum sockfeed_result eio_acceptor_receive_text(struct eio_acceptor *acceptor,
                                               int64_t now, struct span frame)
{
    return receive(acceptor, now, false, frame);
}

enum sockfeed_result eio_acceptor_receive_binary(struct eio_acceptor *acceptor,
                                                 int64_t now, struct span frame)
{
    return receive(acceptor, now, true, frame);
}

static enum sockfeed_result send_open(struct eio_acceptor *acceptor)
{
    struct eio_packet packet = {
        EIO_PACKET_OPEN, false, {NULL, 0}
    };
    enum sockfeed_result result;
    struct buf text;

    buf_init(&text, (size_t)LIMIT_SID * 8);
    result = eio_handshake_print(&text, &acceptor->handshake);
    if (result == SOCKFEED_OK) {
        packet.data = buf_span(&text);
        result = eio_sender_packet(&acceptor->sender, &packet,
                                   acceptor->config.revision);
    }
    buf_deinit(&text);
    return result;
}

enum sockfeed_result eio_acceptor_open(struct eio_acceptor *acceptor,
                                       int64_t now)
{
    if (acceptor->over || acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    acceptor->opened = true;
    eio_heartbeat_start(
        &acceptor->heartbeat, acceptor->config.revision, EIO_HEARTBEAT_SERVER,
        now, acceptor->config.ping_interval, acceptor->config.ping_timeout);
    require(acceptor, send_open(acceptor));
    if (!acceptor->over && acceptor->config.revision == EIO_REVISION_3) {
        sio_acceptor_join(acceptor, span_text("/"));
    }
    return conclude(acceptor);
}

/* ---- What its owner asks for ------------------------------------------- */

bool eio_acceptor_joined(const struct eio_acceptor *acceptor, struct span space)
{
    return !acceptor->over && sio_acceptor_joined(acceptor, space);
}

enum sockfeed_result eio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space, struct span array)
{
    if (acceptor->over) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    return eio_acceptor_leave(acceptor,
                              sio_acceptor_emit(acceptor, space, array));
}

enum sockfeed_result eio_acceptor_acknowledge(struct eio_acceptor *acceptor,
                                              struct span space, uint64_t id,
                                              struct span array)
{
    if (acceptor->over) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    return eio_acceptor_leave(
        acceptor, sio_acceptor_acknowledge(acceptor, space, id, array));
}

enum sockfeed_result eio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space)
{
    if (acceptor->over) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    return eio_acceptor_leave(acceptor,
                              sio_acceptor_disconnect(acceptor, space));
}

void eio_acceptor_close(struct eio_acceptor *acceptor)
{
    if (acceptor->over) {
        return;
    }
    acceptor->depth++;
    for (size_t i = 0; i < acceptor->spaces.count && !acceptor->over; i++) {
        /* Out of politeness: nothing depends on it. */
        (void)!sio_acceptor_disconnect(
            acceptor, sio_namespace_name(&acceptor->spaces.items[i]));
    }
    acceptor->over = true;
    (void)!eio_acceptor_leave(acceptor, SOCKFEED_OK);
}

bool eio_acceptor_over(const struct eio_acceptor *acceptor)
{
    return acceptor->over;
}

int64_t eio_acceptor_deadline(const struct eio_acceptor *acceptor)
{
    int64_t beat;

    if (acceptor->over || !acceptor->opened) {
        return INT64_MAX;
    }
    beat = eio_heartbeat_deadline(&acceptor->heartbeat);
    return beat < acceptor->connect_deadline ? beat
                                             : acceptor->connect_deadline;
}

static void beat(struct eio_acceptor *acceptor, int64_t now)
{
    while (!acceptor->over) {
        switch (eio_heartbeat_due(&acceptor->heartbeat, now)) {
        case EIO_HEARTBEAT_PING:
            send_bare(acceptor, EIO_PACKET_PING);
            break;
        case EIO_HEARTBEAT_DEAD:
            eio_acceptor_fail(acceptor, SOCKFEED_LOST,
                              "the client's heartbeat has stopped");
            break;
        case EIO_HEARTBEAT_PONG: /* only clients are paused */
        case EIO_HEARTBEAT_NOTHING:
            return;
        }
    }
}

enum sockfeed_result eio_acceptor_tick(struct eio_acceptor *acceptor,
                                       int64_t now)
{
    if (acceptor->over || !acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    if (now >= acceptor->connect_deadline) {
        eio_acceptor_fail(acceptor, SOCKFEED_TIMEOUT,
                          "no namespace was joined in time");
    }
    beat(acceptor, now);
    return conclude(acceptor);
}

const struct sockfeed_failure *eio_acceptor_failure(
    const struct eio_acceptor *acceptor)
{
    return &acceptor->failure;
}
