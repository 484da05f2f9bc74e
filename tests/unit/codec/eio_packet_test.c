/* SPDX-License-Identifier: MIT */
#include "codec/eio_packet.h"

#include "tests/support/guard_page.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char VECTORS[] = "tests/vectors/engineio.txt";

enum {
    FIELD_REVISION,
    FIELD_FORM,
    FIELD_CLIENT,
    FIELD_WIRE,
    FIELD_PACKETS,
    FIELD_NAME,
};

static enum eio_revision revision_of(const struct vector_file *vectors)
{
    return span_is(vectors->fields[FIELD_REVISION], "3") ? EIO_REVISION_3
                                                         : EIO_REVISION_4;
}

/* "4:t:6869" */
static struct eio_packet packet_of(struct span text, struct buf *data)
{
    struct eio_packet packet;
    struct span part;

    assert_true(vector_file_part(&text, &part, ':'));
    packet.type = (enum eio_packet_type)(part.data[0] - '0');
    assert_true(vector_file_part(&text, &part, ':'));
    packet.binary = span_is(part, "b");
    buf_clear(data);
    vector_file_bytes(data, text);
    packet.data = buf_span(data);
    return packet;
}

static enum sockfeed_result decode(struct eio_packet *packet, struct buf *bytes,
                                   struct span frame, bool binary,
                                   enum eio_revision revision)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result;

    result = binary
                 ? eio_packet_decode_binary(packet, &malformed, frame, revision)
                 : eio_packet_decode_text(packet, &malformed, bytes, frame,
                                          revision);
    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
        assert_true(malformed.offset <= frame.size);
    }
    return result;
}

static void decodes_frames_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    struct guard_page guard;
    struct buf wire;
    struct buf data;
    struct buf bytes;
    size_t count = 0;

    (void)state;
    guard_page_init(&guard, 4096);
    buf_init(&wire, 4096);
    buf_init(&data, 4096);
    buf_init(&bytes, 4096);
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        bool binary = span_is(vectors.fields[FIELD_FORM], "frame-binary");
        struct eio_packet packet;
        struct eio_packet wanted;
        enum sockfeed_result result;
        struct span frame;

        if (!binary && !span_is(vectors.fields[FIELD_FORM], "frame-text")) {
            continue;
        }
        count++;
        buf_clear(&wire);
        vector_file_bytes(&wire, vectors.fields[FIELD_WIRE]);
        frame =
            span_of(guard_page_place(&guard, wire.data, wire.size), wire.size);
        result = decode(&packet, &bytes, frame, binary, revision_of(&vectors));
        if (span_is(vectors.fields[FIELD_CLIENT], "reject")) {
            assert_int_equal(result, SOCKFEED_PROTOCOL);
            continue;
        }
        assert_int_equal(result, SOCKFEED_OK);
        wanted = packet_of(vectors.fields[FIELD_PACKETS], &data);
        assert_int_equal(packet.type, wanted.type);
        assert_int_equal(packet.binary, wanted.binary);
        assert_true(span_equal(packet.data, wanted.data));
    }
    assert_true(count > 40);
    vector_file_close(&vectors);
    buf_deinit(&bytes);
    buf_deinit(&data);
    buf_deinit(&wire);
    guard_page_deinit(&guard);
}

static void encodes_frames_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    struct buf wire;
    struct buf data;
    size_t count = 0;

    (void)state;
    buf_init(&wire, 4096);
    buf_init(&data, 4096);
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        struct span form = vectors.fields[FIELD_FORM];
        bool base64 = span_is(vectors.fields[FIELD_CLIENT], "text");
        struct eio_packet packet;
        char out[256];

        if (!span_starts(form, "encode-frame")) {
            continue;
        }
        count++;
        buf_clear(&wire);
        vector_file_bytes(&wire, vectors.fields[FIELD_WIRE]);
        packet = packet_of(vectors.fields[FIELD_PACKETS], &data);
        assert_int_equal(
            eio_packet_encoded_size(&packet, revision_of(&vectors), base64),
            wire.size);
        eio_packet_encode(out, &packet, revision_of(&vectors), base64);
        assert_memory_equal(out, wire.data, wire.size);
    }
    assert_true(count > 8);
    vector_file_close(&vectors);
    buf_deinit(&data);
    buf_deinit(&wire);
}

static void reads_back_what_it_writes(void **state)
{
    static const enum eio_revision revisions[] = {EIO_REVISION_3,
                                                  EIO_REVISION_4};
    struct buf bytes;

    (void)state;
    buf_init(&bytes, 64);
    for (size_t form = 0; form < 6; form++) {
        enum eio_revision revision = revisions[form % 2];
        bool base64 = form / 2 == 2;
        struct eio_packet sent = {EIO_PACKET_MESSAGE, form / 2 > 0,
                                  span_of("\4b=\0", 4)};
        struct eio_packet packet;
        char frame[32];
        size_t size = eio_packet_encoded_size(&sent, revision, base64);

        assert_true(size <= sizeof frame);
        eio_packet_encode(frame, &sent, revision, base64);
        assert_int_equal(decode(&packet, &bytes, span_of(frame, size),
                                sent.binary && !base64, revision),
                         SOCKFEED_OK);
        assert_int_equal(packet.type, EIO_PACKET_MESSAGE);
        assert_int_equal(packet.binary, sent.binary);
        assert_true(span_equal(packet.data, sent.data));
    }
    buf_deinit(&bytes);
}

static void decodes_base64_up_to_the_limit(void **state)
{
    struct eio_packet packet;
    struct buf bytes;

    (void)state;
    buf_init(&bytes, 3);
    assert_int_equal(
        decode(&packet, &bytes, span_text("bAQID"), false, EIO_REVISION_4),
        SOCKFEED_OK);
    assert_int_equal(
        decode(&packet, &bytes, span_text("bAQIDBA"), false, EIO_REVISION_4),
        SOCKFEED_FULL);
    assert_int_equal(
        decode(&packet, &bytes, span_text("b4AQID"), false, EIO_REVISION_3),
        SOCKFEED_OK);
    buf_deinit(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_frames_as_the_vectors_say),
        cmocka_unit_test(encodes_frames_as_the_vectors_say),
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(decodes_base64_up_to_the_limit),
    };

    return cmocka_run_group_tests_name("codec/eio_packet", tests, NULL, NULL);
}
