/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "codec/eio_packet.h"
#include "session/sio_reader.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"
#include "sockfeed/transcript.h"

#include <limits.h>
#include <stdlib.h>

struct sockfeed_transcript {
    enum sockfeed_protocol protocol;
    enum eio_revision revision; /* as far as is known */
    struct sio_reader received; /* SIO */
    struct sio_reader sent;
    struct buf bytes; /* of a binary message in base64 */
    struct span frame;
    bool pending; /* the frame has not been looked at */
    bool frame_sent;
    bool frame_binary;
    struct malformed malformed;
};

enum sockfeed_result sockfeed_transcript_new(
    struct sockfeed_transcript **transcript, enum sockfeed_protocol protocol)
{
    static const struct sio_packet_rules rules = {UINT_MAX, 0, false};
    struct sockfeed_transcript *made = calloc(1, sizeof *made);

    *transcript = made;
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->protocol = protocol;
    made->revision = EIO_REVISION_4;
    sio_reader_init(&made->received, &rules, LIMIT_CAPTURE_LINE);
    sio_reader_init(&made->sent, &rules, LIMIT_CAPTURE_LINE);
    buf_init(&made->bytes, LIMIT_CAPTURE_LINE);
    return SOCKFEED_OK;
}

void sockfeed_transcript_free(struct sockfeed_transcript *transcript)
{
    if (transcript != NULL) {
        sio_reader_deinit(&transcript->received);
        sio_reader_deinit(&transcript->sent);
        buf_deinit(&transcript->bytes);
        free(transcript);
    }
}

void sockfeed_transcript_take(struct sockfeed_transcript *transcript, bool sent,
                              enum sockfeed_frame_type type, const char *data,
                              size_t size)
{
    transcript->frame = span_of(data, size);
    transcript->pending =
        type == SOCKFEED_FRAME_TEXT || type == SOCKFEED_FRAME_BINARY;
    transcript->frame_binary = type == SOCKFEED_FRAME_BINARY;
    transcript->frame_sent = sent;
}

/* ---- Engine.IO ----------------------------------------------------------- */

/* The servers of revision 3 join the root without a session id of its own;
 * where there is no Socket.IO, bytes tell: only there do they begin with the
 * packet's type. */
static void learn_revision(struct sockfeed_transcript *transcript)
{
    if (transcript->frame_sent) {
        return;
    }
    if (span_is(transcript->frame, "40") ||
        (transcript->protocol == SOCKFEED_PROTOCOL_EIO &&
         transcript->frame_binary && transcript->frame.size > 0 &&
         transcript->frame.data[0] == EIO_PACKET_MESSAGE)) {
        transcript->revision = EIO_REVISION_3;
    }
}

static enum sockfeed_result read_packet(struct sockfeed_transcript *transcript,
                                        struct eio_packet *packet)
{
    learn_revision(transcript);
    return transcript->frame_binary
               ? eio_packet_decode_binary(packet, &transcript->malformed,
                                          transcript->frame,
                                          transcript->revision)
               : eio_packet_decode_text(packet, &transcript->malformed,
                                        &transcript->bytes, transcript->frame,
                                        transcript->revision);
}

/* ---- Socket.IO ----------------------------------------------------------- */

static enum sockfeed_said_type type_of(enum sio_packet_type type)
{
    switch (type) {
    case SIO_PACKET_CONNECT:
        return SOCKFEED_SAID_JOIN;
    case SIO_PACKET_DISCONNECT:
        return SOCKFEED_SAID_LEAVE;
    case SIO_PACKET_CONNECT_ERROR:
        return SOCKFEED_SAID_REFUSAL;
    case SIO_PACKET_ACK:
    case SIO_PACKET_BINARY_ACK:
        return SOCKFEED_SAID_ANSWER;
    case SIO_PACKET_EVENT:
    case SIO_PACKET_BINARY_EVENT:
        break;
    }
    return SOCKFEED_SAID_EVENT;
}

static enum sockfeed_result read_event(struct sockfeed_transcript *transcript,
                                       const struct eio_packet *packet,
                                       struct sockfeed_said *said)
{
    struct sio_reader *reader =
        transcript->frame_sent ? &transcript->sent : &transcript->received;
    struct sio_received received;
    enum sockfeed_result result;

    /* Bytes that nothing has announced are a whole packet. */
    if (packet->binary && !sio_attachment_is_due(&reader->attachment)) {
        reader->msgpack = true;
    }
    result = packet->binary
                 ? sio_reader_binary(reader, &received, &transcript->malformed,
                                     packet->data)
                 : sio_reader_text(reader, &received, &transcript->malformed,
                                   packet->data, transcript->frame);
    if (result == SOCKFEED_OK) {
        *said = (struct sockfeed_said){
            .type = type_of(received.packet.type),
            .space = received.packet.space.data,
            .space_size = received.packet.space.size,
            .has_id = received.packet.has_id,
            .id = received.packet.id,
            .data = received.packet.payload.data,
            .size = received.packet.payload.size,
        };
    }
    return result;
}

/* ---- What it said -------------------------------------------------------- */

static enum sockfeed_result say(struct sockfeed_said *said, bool binary,
                                struct span data)
{
    *said = (struct sockfeed_said){
        .type = binary ? SOCKFEED_SAID_BINARY : SOCKFEED_SAID_TEXT,
        .data = data.data,
        .size = data.size,
    };
    return SOCKFEED_OK;
}

static enum sockfeed_result read_frame(struct sockfeed_transcript *transcript,
                                       struct sockfeed_said *said)
{
    struct eio_packet packet;
    enum sockfeed_result result;

    if (transcript->protocol == SOCKFEED_PROTOCOL_WS) {
        return say(said, transcript->frame_binary, transcript->frame);
    }
    result = read_packet(transcript, &packet);
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (packet.type != EIO_PACKET_MESSAGE) {
        return SOCKFEED_MORE;
    }
    return transcript->protocol == SOCKFEED_PROTOCOL_EIO
               ? say(said, packet.binary, packet.data)
               : read_event(transcript, &packet, said);
}

enum sockfeed_result sockfeed_transcript_next(
    struct sockfeed_transcript *transcript, struct sockfeed_said *said,
    const char **reason)
{
    enum sockfeed_result result;

    if (!transcript->pending) {
        return SOCKFEED_MORE;
    }
    transcript->pending = false;
    result = read_frame(transcript, said);
    if (result == SOCKFEED_PROTOCOL) {
        *reason = transcript->malformed.reason;
    }
    return result;
}
