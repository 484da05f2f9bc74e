/* SPDX-License-Identifier: MIT */
#include "codec/eio_packet.h"

#include "base/base64.h"

enum {
    BINARY_MESSAGE_3 = 0x04 /* the type as a number, not as a digit */
};

/* "b4" and base64 in revision 3; "b" and base64 in revision 4, where a 4
 * belongs to the data. */
static size_t base64_prefix_size(enum eio_revision revision)
{
    return revision == EIO_REVISION_3 ? 2 : 1;
}

static enum sockfeed_result decode_base64(struct eio_packet *packet,
                                          struct malformed *malformed,
                                          struct buf *bytes, struct span frame,
                                          enum eio_revision revision)
{
    size_t prefix = base64_prefix_size(revision);
    enum sockfeed_result result;
    struct span text;
    size_t size;
    char *to;

    /* The reference takes other types in base64 too, but nothing sends them
     * and they have no meaning. */
    if (revision == EIO_REVISION_3 &&
        (frame.size < 2 || frame.data[1] != '4')) {
        return malformed_set(malformed, 1, "base64 that is no message");
    }
    text = span_skip(frame, prefix);
    size = base64_decoded_size(text);
    buf_clear(bytes);
    to = buf_reserve(bytes, size);
    if (to == NULL) {
        return buf_result(bytes);
    }
    result = base64_decode(to, text, malformed);
    if (result != SOCKFEED_OK) {
        malformed->offset += prefix;
        return result;
    }
    bytes->size = size;
    *packet = (struct eio_packet){EIO_PACKET_MESSAGE, true, buf_span(bytes)};
    return SOCKFEED_OK;
}

enum sockfeed_result eio_packet_decode_text(struct eio_packet *packet,
                                            struct malformed *malformed,
                                            struct buf *bytes,
                                            struct span frame,
                                            enum eio_revision revision)
{
    char type;

    if (frame.size == 0) {
        return malformed_set(malformed, 0, "empty packet");
    }
    type = frame.data[0];
    if (type == 'b') {
        return decode_base64(packet, malformed, bytes, frame, revision);
    }
    if (type < '0' || type > '6') {
        return malformed_set(malformed, 0, "unknown packet type");
    }
    packet->type = (enum eio_packet_type)(type - '0');
    packet->binary = false;
    packet->data = span_skip(frame, 1);
    return SOCKFEED_OK;
}

enum sockfeed_result eio_packet_decode_binary(struct eio_packet *packet,
                                              struct malformed *malformed,
                                              struct span frame,
                                              enum eio_revision revision)
{
    packet->type = EIO_PACKET_MESSAGE;
    packet->binary = true;
    packet->data = frame;
    if (revision == EIO_REVISION_3) {
        if (frame.size == 0 || frame.data[0] != BINARY_MESSAGE_3) {
            return malformed_set(malformed, 0,
                                 "binary packet that is no message");
        }
        packet->data = span_skip(frame, 1);
    }
    return SOCKFEED_OK;
}

size_t eio_packet_encoded_size(const struct eio_packet *packet,
                               enum eio_revision revision, bool base64)
{
    if (!packet->binary) {
        return 1 + packet->data.size;
    }
    if (base64) {
        return base64_prefix_size(revision) +
               base64_encoded_size(packet->data.size);
    }
    return packet->data.size + (revision == EIO_REVISION_3 ? 1 : 0);
}

static void copy(char *to, struct span data)
{
    if (data.size > 0) {
        memcpy(to, data.data, data.size);
    }
}

void eio_packet_encode(char *to, const struct eio_packet *packet,
                       enum eio_revision revision, bool base64)
{
    if (!packet->binary) {
        *to = (char)('0' + (int)packet->type);
        copy(to + 1, packet->data);
    } else if (base64) {
        memcpy(to, "b4", base64_prefix_size(revision));
        base64_encode(to + base64_prefix_size(revision), packet->data);
    } else if (revision == EIO_REVISION_3) {
        *to = BINARY_MESSAGE_3;
        copy(to + 1, packet->data);
    } else {
        copy(to, packet->data);
    }
}
