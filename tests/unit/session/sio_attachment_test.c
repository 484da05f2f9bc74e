/* SPDX-License-Identifier: MIT */
#include "session/sio_attachment.h"

#include "session/sio_reader.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char VECTORS[] = "tests/vectors/socketio.txt";

enum {
    FIELD_DIRECTION,
    FIELD_CLIENT,
    FIELD_WIRE,
    FIELD_COUNT,
    FIELD_TYPE,
    FIELD_SPACE,
    FIELD_ID,
    FIELD_PAYLOAD,
    FIELD_DATA,
    FIELD_NAME,
};

static const struct sio_packet_rules RULES = {10, 0, false};

/* ---- Receiving ----------------------------------------------------------- */

static enum sockfeed_result read_message(struct sio_reader *reader,
                                         struct sio_received *received,
                                         bool binary, struct span data)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        binary ? sio_reader_binary(reader, received, &malformed, data)
               : sio_reader_text(reader, received, &malformed, data, data);

    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
    }
    return result;
}

static void assert_received(const struct sio_received *received,
                            const struct vector_file *vectors)
{
    bool attached = span_find(vectors->fields[FIELD_WIRE], ' ') <
                    vectors->fields[FIELD_WIRE].size;
    struct buf wanted;

    buf_init(&wanted, 65536);
    assert_int_equal(vectors->fields[FIELD_TYPE].data[0],
                     '0' + (int)received->packet.type);
    vector_file_bytes(&wanted, vectors->fields[FIELD_SPACE]);
    assert_true(span_equal(received->packet.space, buf_span(&wanted)));
    buf_clear(&wanted);
    vector_file_bytes(&wanted,
                      vectors->fields[attached ? FIELD_DATA : FIELD_PAYLOAD]);
    assert_true(span_equal(received->packet.payload, buf_span(&wanted)));
    assert_int_equal(received->packet.has_id,
                     !span_is(vectors->fields[FIELD_ID], "-"));
    buf_deinit(&wanted);
}

static void run_decode_vector(const struct vector_file *vectors)
{
    struct span wires = vectors->fields[FIELD_WIRE];
    enum sockfeed_result result = SOCKFEED_MORE;
    struct sio_received received;
    struct sio_reader reader;
    struct buf data;
    struct span wire;

    buf_init(&data, 65536);
    sio_reader_init(&reader, &RULES, 65536);
    while ((result == SOCKFEED_MORE || result == SOCKFEED_OK) &&
           vector_file_part(&wires, &wire, ' ')) {
        buf_clear(&data);
        vector_file_bytes(&data, span_skip(wire, 2));
        result = read_message(&reader, &received, wire.data[0] == 'b',
                              buf_span(&data));
    }
    if (span_is(vectors->fields[FIELD_CLIENT], "reject")) {
        assert_int_equal(result, SOCKFEED_PROTOCOL);
    } else if (span_is(vectors->fields[FIELD_CLIENT], "wait")) {
        assert_int_equal(result, SOCKFEED_MORE);
    } else {
        assert_int_equal(result, SOCKFEED_OK);
        assert_received(&received, vectors);
    }
    sio_reader_deinit(&reader);
    buf_deinit(&data);
}

/* ---- Sending ------------------------------------------------------------- */

/* Messages as the vectors write them: "t:3436 b:01". */
struct wires {
    struct buf text;
    unsigned refuse_binary; /* the one that cannot be sent, from 1; 0: none */
};

static void append_wire(struct wires *wires, char kind, struct span data)
{
    if (wires->text.size > 0) {
        buf_append_byte(&wires->text, ' ');
    }
    buf_append_byte(&wires->text, kind);
    buf_append_byte(&wires->text, ':');
    for (size_t i = 0; i < data.size; i++) {
        buf_append_format(&wires->text, "%02x", (unsigned char)data.data[i]);
    }
    if (data.size == 0) {
        buf_append_byte(&wires->text, '-');
    }
}

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    char text[1024];
    size_t size = sio_packet_encoded_size(packet);

    assert_true(size <= sizeof text);
    sio_packet_encode(text, packet);
    append_wire(user, 't', span_of(text, size));
    return SOCKFEED_OK;
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct wires *wires = user;

    if (wires->refuse_binary > 0 && --wires->refuse_binary == 0) {
        return SOCKFEED_FULL;
    }
    append_wire(wires, 'b', data);
    return SOCKFEED_OK;
}

static enum sockfeed_result send_event(struct wires *wires, const char *array,
                                       bool *torn)
{
    struct sio_attachment_sender sender = {send_text, send_binary, wires};
    struct sio_packet packet = {.type = SIO_PACKET_EVENT,
                                .space = span_text("/"),
                                .payload = span_text(array)};

    return sio_attachment_send(&sender, &packet, torn);
}

static void run_encode_vector(const struct vector_file *vectors)
{
    struct wires wires = {.refuse_binary = 0};
    struct sio_attachment_sender sender = {send_text, send_binary, &wires};
    struct sio_packet packet = {.type = SIO_PACKET_EVENT};
    struct buf space;
    struct buf data;
    bool torn;

    buf_init(&wires.text, 65536);
    buf_init(&space, 65536);
    buf_init(&data, 65536);
    vector_file_bytes(&space, vectors->fields[FIELD_SPACE]);
    vector_file_bytes(&data, vectors->fields[FIELD_DATA]);
    packet.type =
        (enum sio_packet_type)(vectors->fields[FIELD_TYPE].data[0] - '0');
    packet.space = buf_span(&space);
    packet.payload = buf_span(&data);
    packet.has_id = !span_is(vectors->fields[FIELD_ID], "-");
    for (size_t i = 0; packet.has_id && i < vectors->fields[FIELD_ID].size;
         i++) {
        packet.id = packet.id * 10 +
                    (uint64_t)(vectors->fields[FIELD_ID].data[i] - '0');
    }
    assert_int_equal(sio_attachment_send(&sender, &packet, &torn), SOCKFEED_OK);
    assert_true(span_equal(buf_span(&wires.text), vectors->fields[FIELD_WIRE]));
    buf_deinit(&data);
    buf_deinit(&space);
    buf_deinit(&wires.text);
}

static void reads_and_writes_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    size_t count = 0;

    (void)state;
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        count++;
        if (span_is(vectors.fields[FIELD_DIRECTION], "decode")) {
            run_decode_vector(&vectors);
        } else {
            run_encode_vector(&vectors);
        }
    }
    assert_true(count > 150);
    vector_file_close(&vectors);
}

static void shows_attachments_as_if_they_had_been_text(void **state)
{
    struct sio_received received;
    struct sio_reader reader;

    (void)state;
    sio_reader_init(&reader, &RULES, 65536);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            read_message(&reader, &received, false,
                         span_text("51-/a,7[\"e\", "
                                   "{\"_placeholder\":true,\"num\":0},1]")),
            SOCKFEED_MORE);
        assert_int_equal(
            read_message(&reader, &received, true, span_text("hi")),
            SOCKFEED_OK);
        assert_true(
            span_is(received.frame, "42/a,7[\"e\", {\"$base64\":\"aGk=\"},1]"));
        assert_true(span_is(received.packet.name, "\"e\""));
        assert_true(span_is(received.packet.args, "{\"$base64\":\"aGk=\"},1"));
        assert_int_equal(received.packet.arg_count, 2);
        assert_int_equal(received.packet.id, 7);
    }
    sio_reader_deinit(&reader);
}

/* `limit` bytes for a packet of 43 and an attachment of two. */
static enum sockfeed_result read_within(size_t limit)
{
    static const char packet[] = "51-[\"e\",{\"_placeholder\":true,\"num\":0}]";
    struct sio_received received;
    struct sio_reader reader;
    enum sockfeed_result result;

    sio_reader_init(&reader, &RULES, limit);
    result = read_message(&reader, &received, false, span_text(packet));
    if (result == SOCKFEED_MORE) {
        result = read_message(&reader, &received, true, span_text("hi"));
    }
    sio_reader_deinit(&reader);
    return result;
}

static void counts_attachments_towards_the_limit(void **state)
{
    size_t size = strlen("51-[\"e\",{\"_placeholder\":true,\"num\":0}]");

    (void)state;
    assert_int_equal(read_within(size + 2), SOCKFEED_OK);
    assert_int_equal(read_within(size + 1), SOCKFEED_TOO_LARGE);
    assert_int_equal(read_within(size), SOCKFEED_TOO_LARGE);
    assert_int_equal(read_within(size - 1), SOCKFEED_TOO_LARGE);
}

static void bounds_what_repeated_placeholders_make_of_an_attachment(
    void **state)
{
    struct sio_received received;
    struct sio_reader reader;
    struct buf text;
    struct buf data;

    (void)state;
    buf_init(&text, 4096);
    buf_init(&data, 4096);
    buf_append_text(&text, "51-[\"e\"");
    for (int i = 0; i < 50; i++) {
        buf_append_text(&text, ",{\"_placeholder\":true,\"num\":0}");
        buf_append_text(&data, "0123456789012345678901234567890123456789");
    }
    buf_append_byte(&text, ']');
    sio_reader_init(&reader, &RULES, 4096);
    assert_int_equal(read_message(&reader, &received, false, buf_span(&text)),
                     SOCKFEED_MORE);
    assert_int_equal(read_message(&reader, &received, true, buf_span(&data)),
                     SOCKFEED_TOO_LARGE);
    sio_reader_deinit(&reader);
    buf_deinit(&data);
    buf_deinit(&text);
}

static void leaves_alone_what_is_no_attachment(void **state)
{
    static const char *const arrays[] = {
        "[\"e\",{\"$base64\":\"aGk=\",\"x\":1}]",
        "[\"e\",{\"$base64\":1}]",
        "[\"e\",\"$base64\"]",
        "[\"e\",{\"$base64x\":\"aGk=\"},\"$\"]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        struct wires wires = {.refuse_binary = 0};
        struct wires wanted = {.refuse_binary = 0};
        struct buf text;
        bool torn;

        buf_init(&wires.text, 4096);
        buf_init(&wanted.text, 4096);
        buf_init(&text, 4096);
        buf_append_byte(&text, '2');
        buf_append_text(&text, arrays[i]);
        append_wire(&wanted, 't', buf_span(&text));
        assert_int_equal(send_event(&wires, arrays[i], &torn), SOCKFEED_OK);
        assert_string_equal(buf_text(&wires.text), buf_text(&wanted.text));
        buf_deinit(&text);
        buf_deinit(&wanted.text);
        buf_deinit(&wires.text);
    }
}

static void sends_nothing_of_what_is_no_base64(void **state)
{
    struct wires wires = {.refuse_binary = 0};
    bool torn;

    (void)state;
    buf_init(&wires.text, 4096);
    assert_int_equal(
        send_event(&wires, "[\"e\",{\"$base64\":\"a*==\"}]", &torn),
        SOCKFEED_INVALID);
    assert_false(torn);
    assert_int_equal(wires.text.size, 0);
    assert_int_equal(
        send_event(&wires, "[\"e\",{\"$base64\":\"\\/\\/8=\"}]", &torn),
        SOCKFEED_OK);
    assert_non_null(strstr(buf_text(&wires.text), " b:ffff"));
    buf_deinit(&wires.text);
}

static void tells_when_only_a_part_was_sent(void **state)
{
    struct wires wires = {.refuse_binary = 2};
    bool torn;

    (void)state;
    buf_init(&wires.text, 4096);
    assert_int_equal(send_event(&wires,
                                "[\"e\",{\"$base64\":\"aGk=\"},"
                                "{\"$base64\":\"aGk=\"}]",
                                &torn),
                     SOCKFEED_FULL);
    assert_true(torn);
    buf_deinit(&wires.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_as_the_vectors_say),
        cmocka_unit_test(shows_attachments_as_if_they_had_been_text),
        cmocka_unit_test(counts_attachments_towards_the_limit),
        cmocka_unit_test(
            bounds_what_repeated_placeholders_make_of_an_attachment),
        cmocka_unit_test(leaves_alone_what_is_no_attachment),
        cmocka_unit_test(sends_nothing_of_what_is_no_base64),
        cmocka_unit_test(tells_when_only_a_part_was_sent),
    };

    return cmocka_run_group_tests_name("session/sio_attachment", tests, NULL,
                                       NULL);
}
