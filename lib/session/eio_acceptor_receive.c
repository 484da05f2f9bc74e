/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"
#include "session/eio_acceptor_inside.h"
#include "session/sio_acceptor.h"

/* What comes from the client, whatever carries it. */

/* ---- Packets ----------------------------------------------------------- */

static void receive_message(struct eio_acceptor *acceptor,
                            const struct eio_packet *packet, struct span frame)
{
    if (acceptor->config.bare) {
        acceptor->handlers.message(acceptor->user, packet->binary, packet->data,
                                   frame);
    } else {
        sio_acceptor_receive(acceptor, packet, frame);
    }
}

/* The client ends the session, which it can by polling only: over a WebSocket
 * this packet means nothing. */
static void receive_close(struct eio_acceptor *acceptor)
{
    if (eio_acceptor_polling(acceptor)) {
        acceptor->over = true;
        eio_carrier_end(&acceptor->carrier, EIO_PACKET_NOOP);
    }
}

static void dispatch(struct eio_acceptor *acceptor, int64_t now,
                     const struct eio_packet *packet, struct span frame)
{
    bool client_pings = acceptor->config.revision == EIO_REVISION_3;

    eio_heartbeat_received(&acceptor->heartbeat, now, packet->type);
    switch (packet->type) {
    case EIO_PACKET_MESSAGE:
        receive_message(acceptor, packet, frame);
        break;
    case EIO_PACKET_PING:
        if (client_pings) {
            eio_acceptor_send_bare(acceptor, EIO_PACKET_PONG);
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
    case EIO_PACKET_CLOSE:
        receive_close(acceptor);
        break;
    case EIO_PACKET_OPEN:
    case EIO_PACKET_UPGRADE:
    case EIO_PACKET_NOOP:
        break; /* they mean nothing from a client whose session is open */
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
        return eio_acceptor_late(acceptor);
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
    return eio_acceptor_conclude(acceptor);
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

/* ---- Polling ------------------------------------------------------------- */

enum sockfeed_result eio_acceptor_receive_get(struct eio_acceptor *acceptor)
{
    enum sockfeed_result result = SOCKFEED_STATE;

    if (!eio_acceptor_gone(acceptor) && eio_acceptor_polling(acceptor)) {
        result = eio_carrier_get(&acceptor->carrier);
        if (result == SOCKFEED_STATE) {
            eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                              "a second GET while one waits");
        }
    }
    return result;
}

/* The body of a POST, packet by packet. */
struct body {
    enum eio_revision revision;
    struct eio_payload3 three;
    struct eio_payload4 four;
};

static enum sockfeed_result next_packet(struct body *body,
                                        struct eio_packet *packet,
                                        struct malformed *malformed,
                                        struct buf *bytes)
{
    switch (body->revision) {
    case EIO_REVISION_3:
        return eio_payload3_next(&body->three, packet, malformed, bytes);
    case EIO_REVISION_4:
        return eio_payload4_next(&body->four, packet, malformed, bytes);
    }
    return SOCKFEED_INVALID;
}

enum sockfeed_result eio_acceptor_receive_post(struct eio_acceptor *acceptor,
                                               int64_t now, bool bytes,
                                               struct span text)
{
    struct body body = {.revision = acceptor->config.revision};
    enum sockfeed_result result = SOCKFEED_OK;
    struct malformed malformed;
    struct eio_packet packet;

    if (acceptor->over || !acceptor->opened) {
        return eio_acceptor_late(acceptor);
    }
    acceptor->depth++;
    if (bytes && body.revision == EIO_REVISION_4) {
        eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL, "a body of bytes");
        return eio_acceptor_leave(acceptor, SOCKFEED_INVALID);
    }
    eio_payload3_init(&body.three,
                      bytes ? EIO_PAYLOAD3_BINARY : EIO_PAYLOAD3_TEXT, text);
    eio_payload4_init(&body.four, text);
    while (!acceptor->over && result == SOCKFEED_OK) {
        result = next_packet(&body, &packet, &malformed, &acceptor->bytes);
        if (result == SOCKFEED_OK) {
            dispatch(acceptor, now, &packet, text);
        }
    }
    if (result != SOCKFEED_OK && result != SOCKFEED_MORE) {
        sio_acceptor_refuse(acceptor, result, &malformed);
    }
    return eio_acceptor_conclude(acceptor);
}

enum sockfeed_result eio_acceptor_receive_probe(struct eio_acceptor *acceptor,
                                                int64_t now, bool binary,
                                                struct span message)
{
    if (acceptor->over) {
        return eio_acceptor_late(acceptor);
    }
    acceptor->depth++;
    eio_carrier_probe_receive(&acceptor->carrier, now, binary, message);
    return eio_acceptor_conclude(acceptor);
}
