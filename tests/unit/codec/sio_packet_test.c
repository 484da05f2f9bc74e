/* SPDX-License-Identifier: MIT */
#include "codec/sio_packet.h"

#include "base/limits.h"
#include "tests/support/guard_page.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

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
};

static const struct sio_packet_rules RULES = {LIMIT_ATTACHMENTS, 0, false};
static const struct sio_packet_rules UNCHECKED = {LIMIT_ATTACHMENTS, 0, true};

static enum sockfeed_result decode_with(struct sio_packet *packet,
                                        struct span text,
                                        const struct sio_packet_rules *rules)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        sio_packet_decode(packet, &malformed, text, rules);

    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
        assert_true(malformed.offset <= text.size);
    }
    return result;
}

static enum sockfeed_result decode(struct sio_packet *packet, const char *text)
{
    return decode_with(packet, span_text(text), &RULES);
}

static void assert_span(struct span span, const char *wanted)
{
    if (!span_is(span, wanted)) {
        fail_msg("'%.*s' in place of '%s'", (int)span.size,
                 span.size > 0 ? span.data : "", wanted);
    }
}

/* A packet of a vector is told to be wrong at its own text, or only by the
 * binary messages that follow it. */
static bool is_rejected_alone(const struct vector_file *vectors)
{
    struct span wire = vectors->fields[FIELD_WIRE];

    return span_is(vectors->fields[FIELD_CLIENT], "reject") &&
           span_find(wire, ' ') == wire.size && span_starts(wire, "t:");
}

static void assert_packet(const struct sio_packet *packet,
                          const struct vector_file *vectors)
{
    bool binary = packet->type == SIO_PACKET_BINARY_EVENT ||
                  packet->type == SIO_PACKET_BINARY_ACK;
    char type = (char)('0' + (int)packet->type - (binary ? 3 : 0));
    struct span id = vectors->fields[FIELD_ID];
    struct buf bytes;

    buf_init(&bytes, LIMIT_MESSAGE);
    assert_int_equal(vectors->fields[FIELD_TYPE].data[0], type);
    vector_file_bytes(&bytes, vectors->fields[FIELD_SPACE]);
    assert_true(span_equal(packet->space, buf_span(&bytes)));
    assert_int_equal(packet->has_id, !span_is(id, "-"));
    if (packet->has_id) {
        buf_clear(&bytes);
        buf_append_uint(&bytes, packet->id);
        assert_true(span_equal(id, buf_span(&bytes)));
    }
    buf_clear(&bytes);
    vector_file_bytes(&bytes, vectors->fields[FIELD_PAYLOAD]);
    assert_true(span_equal(packet->payload, buf_span(&bytes)));
    buf_deinit(&bytes);
}

static void run_decode_vector(const struct vector_file *vectors,
                              struct guard_page *guard)
{
    struct span wires = vectors->fields[FIELD_WIRE];
    struct sio_packet packet;
    enum sockfeed_result result;
    struct span first;
    struct buf text;

    assert_true(vector_file_part(&wires, &first, ' '));
    if (!span_starts(first, "t:")) {
        return;
    }
    buf_init(&text, 65536);
    vector_file_bytes(&text, span_skip(first, 2));
    result = decode_with(
        &packet,
        span_of(guard_page_place(guard, text.data, text.size), text.size),
        &RULES);
    if (is_rejected_alone(vectors)) {
        assert_int_equal(result, SOCKFEED_PROTOCOL);
    } else if (span_is(vectors->fields[FIELD_CLIENT], "accept")) {
        assert_int_equal(result, SOCKFEED_OK);
        assert_packet(&packet, vectors);
    }
    buf_deinit(&text);
}

static void run_encode_vector(const struct vector_file *vectors)
{
    struct span wires = vectors->fields[FIELD_WIRE];
    struct sio_packet packet = {.type = SIO_PACKET_CONNECT};
    struct span first;
    struct span rest;
    struct buf space;
    struct buf payload;
    struct buf wire;
    char *out;

    buf_init(&space, 65536);
    buf_init(&payload, 65536);
    buf_init(&wire, 65536);
    assert_true(vector_file_part(&wires, &first, ' '));
    vector_file_bytes(&wire, span_skip(first, 2));
    vector_file_bytes(&space, vectors->fields[FIELD_SPACE]);
    vector_file_bytes(&payload, vectors->fields[FIELD_PAYLOAD]);
    packet.type =
        (enum sio_packet_type)(vectors->fields[FIELD_TYPE].data[0] - '0');
    for (rest = wires; vector_file_part(&rest, &first, ' ');) {
        packet.attachments++;
    }
    if (packet.attachments > 0) {
        packet.type = packet.type == SIO_PACKET_EVENT ? SIO_PACKET_BINARY_EVENT
                                                      : SIO_PACKET_BINARY_ACK;
    }
    packet.space = buf_span(&space);
    packet.payload = buf_span(&payload);
    packet.has_id = !span_is(vectors->fields[FIELD_ID], "-");
    for (size_t i = 0; packet.has_id && i < vectors->fields[FIELD_ID].size;
         i++) {
        packet.id = packet.id * 10 +
                    (uint64_t)(vectors->fields[FIELD_ID].data[i] - '0');
    }
    assert_int_equal(sio_packet_encoded_size(&packet), wire.size);
    out = malloc(wire.size);
    assert_non_null(out);
    sio_packet_encode(out, &packet);
    assert_memory_equal(out, wire.data, wire.size);
    free(out);
    buf_deinit(&wire);
    buf_deinit(&payload);
    buf_deinit(&space);
}

static void decodes_and_encodes_as_the_vectors_say(void **state)
{
    struct vector_file vectors;
    struct guard_page guard;
    size_t count = 0;

    (void)state;
    guard_page_init(&guard, 65536);
    vector_file_open(&vectors, VECTORS);
    while (vector_file_next(&vectors)) {
        count++;
        if (span_is(vectors.fields[FIELD_DIRECTION], "decode")) {
            run_decode_vector(&vectors, &guard);
        } else {
            run_encode_vector(&vectors);
        }
    }
    assert_true(count > 150);
    vector_file_close(&vectors);
    guard_page_deinit(&guard);
}

static void takes_an_event_apart(void **state)
{
    struct sio_packet packet;

    (void)state;
    assert_int_equal(decode(&packet, "2[\"trade\",{\"p\":0.10},[1]]"),
                     SOCKFEED_OK);
    assert_span(packet.space, "/");
    assert_span(packet.name, "\"trade\"");
    assert_span(packet.args, "{\"p\":0.10},[1]");
    assert_int_equal(packet.arg_count, 2);
    assert_false(packet.multiline);
    assert_int_equal(decode(&packet, "2/m,7[ 1 ,\n \"x\" ]"), SOCKFEED_OK);
    assert_span(packet.space, "/m");
    assert_span(packet.name, "1");
    assert_span(packet.args, "\"x\"");
    assert_true(packet.multiline);
    assert_int_equal(packet.id, 7);
    assert_int_equal(decode(&packet, "2[\"x\"]"), SOCKFEED_OK);
    assert_span(packet.args, "");
    assert_int_equal(packet.arg_count, 0);
}

static void takes_an_acknowledgement_apart(void **state)
{
    struct sio_packet packet;

    (void)state;
    assert_int_equal(decode(&packet, "312[1,{}, \"x\"]"), SOCKFEED_OK);
    assert_span(packet.name, "");
    assert_span(packet.args, "1,{}, \"x\"");
    assert_int_equal(packet.arg_count, 3);
    assert_int_equal(decode(&packet, "31[true]"), SOCKFEED_OK);
    assert_span(packet.args, "true");
    assert_int_equal(packet.arg_count, 1);
    assert_int_equal(decode(&packet, "31[]"), SOCKFEED_OK);
    assert_span(packet.args, "");
    assert_int_equal(packet.arg_count, 0);
}

static void refuses_reserved_names_in_disguise(void **state)
{
    struct sio_packet packet;

    (void)state;
    assert_int_equal(decode(&packet, "2[\"conn\\u0065ct\"]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&packet, "2[\"\\u0063onnect\",1]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&packet, "51-[\"disconnect\"]"), SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&packet, "2[\"connected\"]"), SOCKFEED_OK);
    assert_int_equal(decode(&packet, "2[\"conn\\\\ect\"]"), SOCKFEED_OK);
    assert_int_equal(decode(&packet, "2[\"\"]"), SOCKFEED_OK);
}

static void takes_unchecked_events_without_reading_them(void **state)
{
    struct sio_packet packet;

    (void)state;
    assert_int_equal(decode_with(&packet,
                                 span_text("2[\"a\\\"b\",{nonsense]\n"),
                                 &UNCHECKED),
                     SOCKFEED_OK);
    assert_span(packet.payload, "[\"a\\\"b\",{nonsense]");
    assert_int_equal(packet.arg_count, 0);
    assert_int_equal(decode_with(&packet, span_text("2[\"a"), &UNCHECKED),
                     SOCKFEED_PROTOCOL);
    assert_span(packet.name, "");
    /* Other packets mean something to the session. */
    assert_int_equal(decode_with(&packet, span_text("0{nonsense}"), &UNCHECKED),
                     SOCKFEED_PROTOCOL);
}

/* The text `head`, then `count` times the byte, then `tail`. */
static enum sockfeed_result decode_long(const char *head, char byte,
                                        size_t count, const char *tail)
{
    struct sio_packet packet;
    enum sockfeed_result result;
    struct buf text;

    buf_init(&text, 65536);
    buf_append_text(&text, head);
    for (size_t i = 0; i < count; i++) {
        buf_append_byte(&text, byte);
    }
    buf_append_text(&text, tail);
    result = decode_with(&packet, buf_span(&text), &RULES);
    buf_deinit(&text);
    return result;
}

static void keeps_every_limit(void **state)
{
    struct sio_packet packet;

    (void)state;
    assert_int_equal(decode_long("2/", 'n', LIMIT_NAMESPACE - 1, ",[\"x\"]"),
                     SOCKFEED_OK);
    assert_int_equal(decode_long("2/", 'n', LIMIT_NAMESPACE, ",[\"x\"]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode_long("2[\"", 'n', LIMIT_EVENT_NAME - 2, "\"]"),
                     SOCKFEED_OK);
    assert_int_equal(decode_long("2[\"", 'n', LIMIT_EVENT_NAME - 1, "\"]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode_long("2", '0', LIMIT_ACK_DIGITS, "[\"x\"]"),
                     SOCKFEED_OK);
    assert_int_equal(decode_long("2", '0', LIMIT_ACK_DIGITS + 1, "[\"x\"]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&packet, "29007199254740991[\"x\"]"), SOCKFEED_OK);
    assert_int_equal(decode(&packet, "29007199254740992[\"x\"]"),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&packet, "510-[\"x\"]"), SOCKFEED_OK);
    assert_int_equal(decode(&packet, "511-[\"x\"]"), SOCKFEED_PROTOCOL);
}

static void refuses_every_truncation_of_an_event(void **state)
{
    static const char text[] = "2/admin,456[\"project:delete\",{\"a\":[1]}]";
    struct guard_page guard;

    (void)state;
    guard_page_init(&guard, sizeof text);
    for (size_t size = 0; size < sizeof text - 1; size++) {
        struct sio_packet packet;
        char *at = guard_page_place(&guard, text, size);

        assert_int_equal(decode_with(&packet, span_of(at, size), &RULES),
                         SOCKFEED_PROTOCOL);
    }
    guard_page_deinit(&guard);
}

static void says_where_a_packet_is_malformed(void **state)
{
    struct malformed malformed;
    struct sio_packet packet;

    (void)state;
    assert_int_equal(sio_packet_decode(&packet, &malformed,
                                       span_text("2/m,12[\"a\",nope]"), &RULES),
                     SOCKFEED_PROTOCOL);
    assert_in_range(malformed.offset, 11, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_and_encodes_as_the_vectors_say),
        cmocka_unit_test(takes_an_event_apart),
        cmocka_unit_test(takes_an_acknowledgement_apart),
        cmocka_unit_test(refuses_reserved_names_in_disguise),
        cmocka_unit_test(takes_unchecked_events_without_reading_them),
        cmocka_unit_test(keeps_every_limit),
        cmocka_unit_test(refuses_every_truncation_of_an_event),
        cmocka_unit_test(says_where_a_packet_is_malformed),
    };

    return cmocka_run_group_tests_name("codec/sio_packet", tests, NULL, NULL);
}
