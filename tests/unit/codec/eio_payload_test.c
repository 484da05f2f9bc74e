/* SPDX-License-Identifier: MIT */
#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"

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

/* The two revisions and the forms of their bodies, as one. */
enum body {
    BODY_3_TEXT,
    BODY_3_BINARY,
    BODY_4,
};

struct reader {
    enum body body;
    struct eio_payload3 three;
    struct eio_payload4 four;
};

static struct reader reader_of(enum body body, struct span text)
{
    struct reader reader = {.body = body};

    eio_payload3_init(
        &reader.three,
        body == BODY_3_TEXT ? EIO_PAYLOAD3_TEXT : EIO_PAYLOAD3_BINARY, text);
    eio_payload4_init(&reader.four, text);
    return reader;
}

static enum sockfeed_result read_next(struct reader *reader,
                                      struct eio_packet *packet,
                                      struct buf *bytes)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        reader->body == BODY_4
            ? eio_payload4_next(&reader->four, packet, &malformed, bytes)
            : eio_payload3_next(&reader->three, packet, &malformed, bytes);

    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
        assert_true(malformed.offset <= reader->four.body.size);
    }
    return result;
}

static void append(struct buf *to, enum body body,
                   const struct eio_packet *packet)
{
    switch (body) {
    case BODY_3_TEXT:
        eio_payload3_append(to, EIO_PAYLOAD3_TEXT, packet);
        break;
    case BODY_3_BINARY:
        eio_payload3_append(to, EIO_PAYLOAD3_BINARY, packet);
        break;
    case BODY_4:
        eio_payload4_append(to, packet);
        break;
    }
}

static enum body body_of(const struct vector_file *vectors)
{
    struct span form = vectors->fields[FIELD_FORM];

    if (span_is(vectors->fields[FIELD_REVISION], "4")) {
        return BODY_4;
    }
    return span_is(form, "payload-binary") ||
                   span_is(form, "encode-payload-binary")
               ? BODY_3_BINARY
               : BODY_3_TEXT;
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

static void run_decode_vector(const struct vector_file *vectors,
                              struct guard_page *guard)
{
    bool accepted = span_is(vectors->fields[FIELD_CLIENT], "accept");
    struct span packets = vectors->fields[FIELD_PACKETS];
    enum sockfeed_result result = SOCKFEED_OK;
    struct reader reader;
    struct span part;
    struct buf wire;
    struct buf data;
    struct buf bytes;

    buf_init(&wire, 65536);
    buf_init(&data, 65536);
    buf_init(&bytes, 65536);
    vector_file_bytes(&wire, vectors->fields[FIELD_WIRE]);
    reader = reader_of(
        body_of(vectors),
        span_of(guard_page_place(guard, wire.data, wire.size), wire.size));
    if (span_is(packets, "-")) {
        packets.size = 0;
    }
    while (result == SOCKFEED_OK) {
        struct eio_packet packet;

        result = read_next(&reader, &packet, &bytes);
        if (accepted && result == SOCKFEED_OK) {
            struct eio_packet wanted;

            assert_true(vector_file_part(&packets, &part, ' '));
            wanted = packet_of(part, &data);
            assert_int_equal(packet.type, wanted.type);
            assert_int_equal(packet.binary, wanted.binary);
            assert_true(span_equal(packet.data, wanted.data));
        }
    }
    assert_int_equal(result, accepted ? SOCKFEED_MORE : SOCKFEED_PROTOCOL);
    assert_int_equal(accepted ? packets.size : 0, 0);
    buf_deinit(&bytes);
    buf_deinit(&data);
    buf_deinit(&wire);
}

/* One looks well-formed by itself: only who knows which revision is spoken
 * can tell that the body is of the other. */
static bool needs_context(const struct vector_file *vectors)
{
    return span_is(vectors->fields[FIELD_NAME],
                   "EIO3 short payload seen by an EIO4 decoder");
}

static void decodes_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    struct guard_page guard;
    size_t count = 0;

    (void)state;
    guard_page_init(&guard, 65536);
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        if (span_starts(vectors.fields[FIELD_FORM], "payload") &&
            !needs_context(&vectors)) {
            run_decode_vector(&vectors, &guard);
            count++;
        }
    }
    assert_true(count > 60);
    vector_file_close(&vectors);
    guard_page_deinit(&guard);
}

/* Forms that nothing here writes: a body without packets, and text encoded
 * twice. */
static bool is_never_written(const struct vector_file *vectors)
{
    struct span name = vectors->fields[FIELD_NAME];

    return span_is(name, "enc none") ||
           span_is(name, "enc 1.x text body is doubly encoded");
}

static void encodes_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    struct buf wanted;
    struct buf body;
    struct buf data;
    size_t count = 0;

    (void)state;
    buf_init(&wanted, 65536);
    buf_init(&body, 65536);
    buf_init(&data, 65536);
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        struct span packets = vectors.fields[FIELD_PACKETS];
        struct span part;

        if (!span_starts(vectors.fields[FIELD_FORM], "encode-payload") ||
            is_never_written(&vectors)) {
            continue;
        }
        count++;
        buf_clear(&body);
        buf_clear(&wanted);
        vector_file_bytes(&wanted, vectors.fields[FIELD_WIRE]);
        while (vector_file_part(&packets, &part, ' ')) {
            struct eio_packet packet = packet_of(part, &data);

            append(&body, body_of(&vectors), &packet);
        }
        assert_true(span_equal(buf_span(&body), buf_span(&wanted)));
    }
    assert_true(count > 8);
    vector_file_close(&vectors);
    buf_deinit(&data);
    buf_deinit(&body);
    buf_deinit(&wanted);
}

static void reads_back_what_it_writes(void **state)
{
    static const struct eio_packet packets[] = {
        {EIO_PACKET_PING,    false, {"probe", 5}                    },
        {EIO_PACKET_MESSAGE, false, {"a\xf0\x9f\x98\x80\xc3\xa9", 7}},
        {EIO_PACKET_MESSAGE, true,  {"\x1e\xff\0\4", 4}             },
        {EIO_PACKET_MESSAGE, true,  {"", 0}                         },
        {EIO_PACKET_NOOP,    false, {"", 0}                         },
    };
    struct buf bytes;
    struct buf body;

    (void)state;
    buf_init(&bytes, 65536);
    buf_init(&body, 65536);
    for (int form = BODY_3_TEXT; form <= BODY_4; form++) {
        struct eio_packet packet;
        struct reader reader;

        buf_clear(&body);
        for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
            append(&body, (enum body)form, &packets[i]);
        }
        assert_int_equal(buf_result(&body), SOCKFEED_OK);
        reader = reader_of((enum body)form, buf_span(&body));
        for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
            assert_int_equal(read_next(&reader, &packet, &bytes), SOCKFEED_OK);
            assert_int_equal(packet.type, packets[i].type);
            assert_int_equal(packet.binary, packets[i].binary);
            assert_true(span_equal(packet.data, packets[i].data));
        }
        assert_int_equal(read_next(&reader, &packet, &bytes), SOCKFEED_MORE);
    }
    buf_deinit(&body);
    buf_deinit(&bytes);
}

/* All but the last packet are read, then the body is malformed. In text that
 * can also be cut between packets, and a message at any place. */
static void notices_every_truncation_in_binary_bodies(void **state)
{
    static const struct eio_packet packet = {
        EIO_PACKET_MESSAGE, false, {"hello world", 11}
    };
    struct eio_packet got;
    struct buf bytes;
    struct buf body;

    (void)state;
    buf_init(&bytes, 65536);
    buf_init(&body, 65536);
    append(&body, BODY_3_BINARY, &packet);
    for (size_t size = 0; size < body.size; size++) {
        struct reader reader =
            reader_of(BODY_3_BINARY, span_of(body.data, size));

        assert_int_equal(read_next(&reader, &got, &bytes), SOCKFEED_PROTOCOL);
    }
    buf_deinit(&body);
    buf_deinit(&bytes);
}

static void refuses_text_that_is_not_utf8(void **state)
{
    struct eio_packet packet;
    struct reader reader;
    struct buf bytes;

    (void)state;
    buf_init(&bytes, 65536);
    reader = reader_of(BODY_4, span_text("4a\xff\x1e"
                                         "4b"));
    assert_int_equal(read_next(&reader, &packet, &bytes), SOCKFEED_PROTOCOL);
    reader = reader_of(BODY_3_TEXT, span_text("3:4a\xff"));
    assert_int_equal(read_next(&reader, &packet, &bytes), SOCKFEED_PROTOCOL);
    reader = reader_of(BODY_3_TEXT, span_text("12345678901:4a"));
    assert_int_equal(read_next(&reader, &packet, &bytes), SOCKFEED_PROTOCOL);
    buf_deinit(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_as_the_vectors_say),
        cmocka_unit_test(encodes_as_the_vectors_say),
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(notices_every_truncation_in_binary_bodies),
        cmocka_unit_test(refuses_text_that_is_not_utf8),
    };

    return cmocka_run_group_tests_name("codec/eio_payload", tests, NULL, NULL);
}
