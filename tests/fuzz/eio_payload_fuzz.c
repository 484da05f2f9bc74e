/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Any of the three kinds of bodies: 0 and 1 the forms of revision 3. */
struct reader {
    unsigned kind;
    struct eio_payload3 three;
    struct eio_payload4 four;
    struct buf bytes;
};

static void start(struct reader *reader, unsigned kind, struct span body)
{
    reader->kind = kind;
    eio_payload3_init(&reader->three,
                      kind == 0 ? EIO_PAYLOAD3_TEXT : EIO_PAYLOAD3_BINARY,
                      body);
    eio_payload4_init(&reader->four, body);
}

static enum sockfeed_result next(struct reader *reader,
                                 struct eio_packet *packet)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        reader->kind == 2 ? eio_payload4_next(&reader->four, packet, &malformed,
                                              &reader->bytes)
                          : eio_payload3_next(&reader->three, packet,
                                              &malformed, &reader->bytes);

    check(result != SOCKFEED_PROTOCOL ||
          (malformed.reason != NULL &&
           malformed.offset <= reader->four.body.size));
    return result;
}

static void append(struct buf *to, unsigned kind,
                   const struct eio_packet *packet)
{
    if (kind == 2) {
        eio_payload4_append(to, packet);
    } else {
        eio_payload3_append(
            to, kind == 0 ? EIO_PAYLOAD3_TEXT : EIO_PAYLOAD3_BINARY, packet);
    }
}

/* The first byte chooses the kind of body. The packets that are read are
 * written as each of the kinds and read back from there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader reader;
    struct reader again;
    struct eio_packet packet;
    struct buf body;

    if (size == 0) {
        return 0;
    }
    buf_init(&reader.bytes, 65536);
    buf_init(&again.bytes, 65536);
    buf_init(&body, 262144);
    start(&reader, data[0] % 3, span_of((const char *)data + 1, size - 1));
    while (next(&reader, &packet) == SOCKFEED_OK) {
        /* Revision 4 has no way to write its separator in a text. */
        bool separates =
            !packet.binary && span_find(packet.data, '\x1e') < packet.data.size;

        for (unsigned kind = 0; kind < (separates ? 2U : 3U); kind++) {
            struct eio_packet got;

            buf_clear(&body);
            append(&body, kind, &packet);
            append(&body, kind, &packet);
            start(&again, kind, buf_span(&body));
            for (int i = 0; i < 2; i++) {
                check(next(&again, &got) == SOCKFEED_OK);
                check(got.type == packet.type);
                check(got.binary == packet.binary);
                check(span_equal(got.data, packet.data));
            }
            check(next(&again, &got) == SOCKFEED_MORE);
        }
    }
    buf_deinit(&body);
    buf_deinit(&again.bytes);
    buf_deinit(&reader.bytes);
    return 0;
}
