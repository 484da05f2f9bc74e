/* SPDX-License-Identifier: MIT */
#include "session/sio_sending.h"

#include "base/limits.h"
#include "codec/sio_msgpack.h"
#include "session/sio_attachment.h"
#include "session/sio_session_inside.h"

static enum sockfeed_result send_packed(struct sio_session *session,
                                        const struct sio_packet *packet)
{
    enum sockfeed_result result;
    struct buf packed;

    buf_init(&packed, (size_t)LIMIT_OUTGOING + LIMIT_URL);
    result = sio_msgpack_encode(&packed, packet);
    if (result == SOCKFEED_OK) {
        result = eio_session_send_binary(session->engine, buf_span(&packed));
    }
    buf_wipe(&packed); /* a CONNECT holds credentials */
    return result;
}

enum sockfeed_result sio_sending_packet(struct sio_session *session,
                                        const struct sio_packet *packet)
{
    size_t size = sio_packet_encoded_size(packet);
    char *to;

    if (eio_session_state(session->engine) != EIO_SESSION_OPEN) {
        return SOCKFEED_STATE;
    }
    if (session->config.msgpack) {
        return send_packed(session, packet);
    }
    to = eio_session_compose_text(session->engine, size);
    if (to == NULL) {
        return SOCKFEED_NOMEM;
    }
    sio_packet_encode(to, packet);
    return eio_session_send_composed(session->engine);
}

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    return sio_sending_packet(user, packet);
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct sio_session *session = user;

    return eio_session_send_binary(session->engine, data);
}

enum sockfeed_result sio_sending_whole(struct sio_session *session,
                                       const struct sio_packet *packet)
{
    struct sio_attachment_sender send = {send_text, send_binary, session};
    enum sockfeed_result result;
    bool torn;

    if (!sio_session_joined(session, packet->space)) {
        return SOCKFEED_STATE;
    }
    if (session->config.msgpack) {
        return sio_sending_packet(session, packet);
    }
    result = sio_attachment_send(&send, packet, &torn);
    if (torn) {
        sio_session_fail(session, result,
                         "an attachment of an event cannot be sent", "");
    }
    return result;
}
