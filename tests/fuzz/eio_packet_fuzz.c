/* SPDX-License-Identifier: MIT */
#include "codec/eio_packet.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A packet that was read is written so that it reads the same again. */
static void check_round_trip(const struct eio_packet *packet,
                             enum eio_revision revision, bool base64)
{
    size_t size = eio_packet_encoded_size(packet, revision, base64);
    bool binary = packet->binary && !base64;
    struct malformed malformed;
    struct eio_packet again;
    struct buf bytes;
    char *frame = malloc(size + 1);

    buf_init(&bytes, size);
    if (frame == NULL) {
        abort();
    }
    eio_packet_encode(frame, packet, revision, base64);
    if ((binary ? eio_packet_decode_binary(&again, &malformed,
                                           span_of(frame, size), revision)
                : eio_packet_decode_text(&again, &malformed, &bytes,
                                         span_of(frame, size), revision)) !=
            SOCKFEED_OK ||
        again.type != packet->type || again.binary != packet->binary ||
        !span_equal(again.data, packet->data)) {
        abort();
    }
    buf_deinit(&bytes);
    free(frame);
}

/* The first byte chooses revision and form, the rest is the message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct malformed malformed = {0, NULL};
    enum eio_revision revision;
    struct eio_packet packet;
    struct span frame;
    struct buf bytes;
    bool binary;

    if (size == 0) {
        return 0;
    }
    revision = (data[0] & 1) != 0 ? EIO_REVISION_3 : EIO_REVISION_4;
    binary = (data[0] & 2) != 0;
    frame = span_of((const char *)data + 1, size - 1);
    buf_init(&bytes, 65536);
    if ((binary ? eio_packet_decode_binary(&packet, &malformed, frame, revision)
                : eio_packet_decode_text(&packet, &malformed, &bytes, frame,
                                         revision)) == SOCKFEED_OK) {
        check_round_trip(&packet, revision, false);
        check_round_trip(&packet, revision, true);
    } else if (malformed.reason != NULL && malformed.offset > frame.size) {
        abort();
    }
    buf_deinit(&bytes);
    return 0;
}
