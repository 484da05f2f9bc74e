/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "cli/shape/decode_inflate.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    LIMIT = 100000
};

/* Any bytes: an answer, and text within the limit if it is OK. */
static void inflate_any(struct decode_inflate *inflate, struct span bytes)
{
    struct span text;

    switch (decode_inflate_run(inflate, &text, bytes, LIMIT)) {
    case SOCKFEED_OK:
        assert(text.size <= LIMIT && utf8_check(text) == text.size);
        break;
    case SOCKFEED_INVALID:
    case SOCKFEED_TOO_LARGE:
        break;
    default:
        abort();
    }
}

/* A text that was packed comes back, at the limit and not below it. */
static void pack_and_inflate(struct decode_inflate *inflate, struct span text,
                             int window)
{
    z_stream stream = {0};
    struct span again;
    Bytef *packed;
    uLong room;
    size_t size;

    if (deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        abort();
    }
    room = deflateBound(&stream, (uLong)text.size);
    packed = malloc(room);
    assert(packed != NULL);
    stream.next_in = (Bytef *)(uintptr_t)text.data;
    stream.avail_in = (uInt)text.size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        abort();
    }
    size = room - stream.avail_out;
    (void)deflateEnd(&stream);
    if (utf8_check(text) == text.size) {
        assert(decode_inflate_run(inflate, &again,
                                  span_of((const char *)packed, size),
                                  text.size) == SOCKFEED_OK);
        assert(span_equal(again, text));
        if (text.size > 0) {
            assert(decode_inflate_run(inflate, &again,
                                      span_of((const char *)packed, size),
                                      text.size - 1) == SOCKFEED_TOO_LARGE);
        }
    }
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct decode_inflate *inflate;

    if (decode_inflate_new(&inflate) != SOCKFEED_OK) {
        abort();
    }
    inflate_any(inflate, bytes);
    pack_and_inflate(inflate, bytes, MAX_WBITS);
    pack_and_inflate(inflate, bytes, MAX_WBITS + 16);
    inflate_any(inflate, bytes);
    decode_inflate_free(inflate);
    return 0;
}
