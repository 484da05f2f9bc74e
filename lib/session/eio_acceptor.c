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

    return eio_carrier_send(&acceptor->carrier, binary, packet);
}

enum sockfeed_result eio_acceptor_new(
    struct eio_acceptor **acceptor, const struct eio_acceptor_config *config,
    const struct eio_acceptor_handlers *handlers, void *user, int64_t now)
{
    static const struct sio_packet_rules rules = {LIMIT_ATTACHMENTS, 0, false};
    const struct eio_carrier_config carrier = {
        config->revision, config->polling, config->base64, config->max_queue};
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
    made->handshake.upgrades_to_websocket = config->polling;
    made->connect_deadline = config->revision == EIO_REVISION_4 && !config->bare
                                 ? now + config->connect_timeout
                                 : INT64_MAX;
    sio_reader_init(&made->reader, &rules, config->max_payload);
    buf_init(&made->bytes, config->max_payload);
    eio_sender_init(&made->sender, on_send, made);
    eio_carrier_init(&made->carrier, &carrier, &handlers->carrier, user);
    *acceptor = made;
    return SOCKFEED_OK;
}

static void destroy(struct eio_acceptor *acceptor)
{
    sio_namespace_set_deinit(&acceptor->spaces);
    sio_reader_deinit(&acceptor->reader);
    buf_deinit(&acceptor->bytes);
    sio_ack_set_deinit(&acceptor->acks);
    eio_sender_deinit(&acceptor->sender);
    eio_carrier_deinit(&acceptor->carrier);
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
    if (acceptor->depth == 0 && !acceptor->over) {
        eio_carrier_flush(&acceptor->carrier);
    }
    return result;
}

enum sockfeed_result eio_acceptor_conclude(struct eio_acceptor *acceptor)
{
    return eio_acceptor_leave(acceptor, acceptor->failure.result);
}

enum sockfeed_result eio_acceptor_late(const struct eio_acceptor *acceptor)
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
        eio_carrier_end(&acceptor->carrier, EIO_PACKET_CLOSE);
    }
}

/* For what the connection cannot go on without. */
static void require(struct eio_acceptor *acceptor, enum sockfeed_result result)
{
    if (result != SOCKFEED_OK) {
        eio_acceptor_fail(acceptor, result, "a packet cannot be sent");
    }
}

void eio_acceptor_send_bare(struct eio_acceptor *acceptor,
                            enum eio_packet_type type)
{
    require(acceptor, eio_sender_bare(&acceptor->sender, type));
}

/* ---- Opening ------------------------------------------------------------- */

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
        return eio_acceptor_late(acceptor);
    }
    acceptor->depth++;
    acceptor->opened = true;
    eio_heartbeat_start(
        &acceptor->heartbeat, acceptor->config.revision, EIO_HEARTBEAT_SERVER,
        now, acceptor->config.ping_interval, acceptor->config.ping_timeout);
    require(acceptor, send_open(acceptor));
    if (!acceptor->over && !acceptor->config.bare &&
        acceptor->config.revision == EIO_REVISION_3) {
        sio_acceptor_join(acceptor, span_text("/"));
    }
    return eio_acceptor_conclude(acceptor);
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

enum sockfeed_result eio_acceptor_call(struct eio_acceptor *acceptor,
                                       struct span space, struct span array,
                                       uint64_t id, int64_t deadline)
{
    if (acceptor->over) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    return eio_acceptor_leave(
        acceptor, sio_acceptor_call(acceptor, space, array, id, deadline));
}

enum sockfeed_result eio_acceptor_send(struct eio_acceptor *acceptor,
                                       bool binary, struct span data)
{
    struct eio_packet packet = {EIO_PACKET_MESSAGE, binary, data};

    if (acceptor->over || !acceptor->opened) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    return eio_acceptor_leave(acceptor,
                              eio_sender_packet(&acceptor->sender, &packet,
                                                acceptor->config.revision));
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

void eio_acceptor_close(struct eio_acceptor *acceptor, int64_t now, bool polite)
{
    if (acceptor->over) {
        return;
    }
    acceptor->depth++;
    for (size_t i = 0; polite && i < acceptor->spaces.count && !acceptor->over;
         i++) {
        /* Nothing depends on it. */
        (void)!sio_acceptor_disconnect(
            acceptor, sio_namespace_name(&acceptor->spaces.items[i]));
    }
    acceptor->over = true;
    eio_carrier_close(&acceptor->carrier, now);
    (void)!eio_acceptor_leave(acceptor, SOCKFEED_OK);
}

bool eio_acceptor_polling(const struct eio_acceptor *acceptor)
{
    return acceptor->carrier.state != EIO_CARRIER_SOCKET;
}

void eio_acceptor_drop(struct eio_acceptor *acceptor, const char *why)
{
    if (!acceptor->over) {
        eio_acceptor_fail(acceptor, SOCKFEED_LOST, why);
    }
    eio_carrier_end(&acceptor->carrier, EIO_PACKET_CLOSE);
}

enum sockfeed_result eio_acceptor_probe(struct eio_acceptor *acceptor,
                                        int64_t now)
{
    return acceptor->over ? SOCKFEED_STATE
                          : eio_carrier_probe(&acceptor->carrier, now);
}

void eio_acceptor_probe_gone(struct eio_acceptor *acceptor)
{
    eio_carrier_probe_gone(&acceptor->carrier);
}

bool eio_acceptor_over(const struct eio_acceptor *acceptor)
{
    return acceptor->over;
}

bool eio_acceptor_gone(const struct eio_acceptor *acceptor)
{
    return acceptor->over && acceptor->carrier.state != EIO_CARRIER_CLOSING;
}

size_t eio_acceptor_waiting(const struct eio_acceptor *acceptor)
{
    return eio_mailbox_size(&acceptor->carrier.mailbox);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t eio_acceptor_deadline(const struct eio_acceptor *acceptor)
{
    int64_t carrier = eio_carrier_deadline(&acceptor->carrier);

    if (acceptor->over || !acceptor->opened) {
        return carrier;
    }
    return earlier(earlier(carrier, acceptor->connect_deadline),
                   earlier(eio_heartbeat_deadline(&acceptor->heartbeat),
                           sio_ack_set_deadline(&acceptor->acks)));
}

static void beat(struct eio_acceptor *acceptor, int64_t now)
{
    while (!acceptor->over) {
        switch (eio_heartbeat_due(&acceptor->heartbeat, now)) {
        case EIO_HEARTBEAT_PING:
            eio_acceptor_send_bare(acceptor, EIO_PACKET_PING);
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
    eio_carrier_tick(&acceptor->carrier, now);
    if (acceptor->over || !acceptor->opened) {
        return eio_acceptor_late(acceptor);
    }
    acceptor->depth++;
    if (now >= acceptor->connect_deadline) {
        eio_acceptor_fail(acceptor, SOCKFEED_TIMEOUT,
                          "no namespace was joined in time");
    }
    beat(acceptor, now);
    sio_acceptor_tick(acceptor, now);
    return eio_acceptor_conclude(acceptor);
}

const struct sockfeed_failure *eio_acceptor_failure(
    const struct eio_acceptor *acceptor)
{
    return &acceptor->failure;
}
