/* SPDX-License-Identifier: MIT */
#include "codec/sio_msgpack.h"

#include "base/limits.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* "type", "nsp", "data", "id" as keys. */
#define TYPE "a474797065"
#define NSP  "a36e7370"
#define DATA "a464617461"
#define ID   "a26964"

static enum sockfeed_result decode(struct sio_packet *packet, struct buf *out,
                                   struct span bytes)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        sio_msgpack_decode(packet, &malformed, out, bytes);

    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
        assert_true(malformed.offset <= bytes.size);
    }
    return result;
}

/* The message it would have come in without that parser; NULL: refused. */
static void assert_packet(const char *hex, const char *wanted)
{
    struct sio_packet packet;
    struct buf bytes;
    struct buf out;

    buf_init(&bytes, LIMIT_MESSAGE);
    buf_init(&out, LIMIT_MESSAGE);
    vector_file_bytes(&bytes, span_text(hex));
    for (size_t size = 0; size < bytes.size; size++) {
        assert_int_equal(decode(&packet, &out, span_of(bytes.data, size)),
                         SOCKFEED_PROTOCOL);
    }
    assert_int_equal(decode(&packet, &out, buf_span(&bytes)),
                     wanted == NULL ? SOCKFEED_PROTOCOL : SOCKFEED_OK);
    if (wanted != NULL) {
        assert_string_equal(buf_text(&out), wanted);
    }
    buf_append_byte(&bytes, '\0');
    assert_int_equal(decode(&packet, &out, buf_span(&bytes)),
                     SOCKFEED_PROTOCOL);
    buf_deinit(&out);
    buf_deinit(&bytes);
}

static void reads_what_servers_send(void **state)
{
    (void)state;
    assert_packet("82" TYPE "00" NSP "a12f", "40");
    assert_packet("83" TYPE "00" DATA "82a3736964a178a3706964d40000" NSP "a12f",
                  "40{\"sid\":\"x\"}");
    assert_packet("83" TYPE "02" NSP "a12f" DATA "92a3666f6fa3626172",
                  "42[\"foo\",\"bar\"]");
    assert_packet("84" TYPE "02" NSP "a22f61" DATA "91a165" ID "07",
                  "42/a,7[\"e\"]");
    assert_packet("84" TYPE "03" NSP "a12f" DATA "90" ID "cd0100", "43256[]");
    assert_packet("83" TYPE "04" NSP "a22f61" DATA "a26e6f", "44/a,\"no\"");
    assert_packet("82" TYPE "01" NSP "a22f61", "41/a,");
}

static void keys_come_in_any_order_and_others_are_ignored(void **state)
{
    (void)state;
    assert_packet("85" DATA "91a165" NSP "a12f" ID "d40000" TYPE "02"
                  "a76f7074696f6e7381a1789100",
                  "42[\"e\"]");
    assert_packet("8500c0" DATA "c0" NSP "a12f" TYPE "02" DATA "91a165",
                  "42[\"e\"]");
}

/* Socket.IO 2 says BINARY_EVENT where there are bytes. */
static void binary_types_are_plain_ones(void **state)
{
    (void)state;
    assert_packet("83" TYPE "05" NSP "a12f" DATA "92a165c40101",
                  "42[\"e\",{\"$base64\":\"AQ==\"}]");
    assert_packet("84" TYPE "06" NSP "a12f" DATA "90" ID "01", "431[]");
}

static void refuses_what_is_no_packet(void **state)
{
    (void)state;
    assert_packet("90", NULL);
    assert_packet("80", NULL);
    assert_packet("81" TYPE "00", NULL);
    assert_packet("81" NSP "a12f", NULL);
    assert_packet("82" TYPE "07" NSP "a12f", NULL);
    assert_packet("82" TYPE "ff" NSP "a12f", NULL);
    assert_packet("82" TYPE "a130" NSP "a12f", NULL);
    assert_packet("82" TYPE "00" NSP "00", NULL);
    assert_packet("82" TYPE "00" NSP "a0", NULL);
    assert_packet("82" TYPE "00" NSP "a161", NULL);
    assert_packet("82" TYPE "00" NSP "a32f2c61", NULL);
    assert_packet("83" TYPE "00" NSP "a12f" DATA "90", NULL);
    assert_packet("83" TYPE "00" NSP "a12f" DATA "c0", NULL);
    assert_packet("83" TYPE "00" NSP "a12f" DATA "09", NULL);
    assert_packet("83" TYPE "04" NSP "a12f" DATA "ff", NULL);
    assert_packet("83" TYPE "01" NSP "a12f" DATA "80", NULL);
    assert_packet("82" TYPE "02" NSP "a12f", NULL);
    assert_packet("83" TYPE "02" NSP "a12f" DATA "80", NULL);
    assert_packet("83" TYPE "02" NSP "a12f" DATA "90", NULL);
    assert_packet("83" TYPE "02" NSP "a12f" DATA "91a7636f6e6e656374", NULL);
    assert_packet("83" TYPE "03" NSP "a12f" ID "01", NULL);
    assert_packet("84" TYPE "03" NSP "a12f" ID "01" DATA "05", NULL);
    assert_packet("84" TYPE "02" NSP "a12f" DATA "91a165" ID "ff", NULL);
    assert_packet("84" TYPE "02" NSP "a12f" DATA "91a165" ID "a131", NULL);
    assert_packet(
        "84" TYPE "02" NSP "a12f" DATA "91a165" ID "cf0020000000000000", NULL);
}

static void refuses_a_namespace_that_is_too_long(void **state)
{
    struct sio_packet packet = {.type = SIO_PACKET_CONNECT};
    char name[LIMIT_NAMESPACE + 2];
    struct sio_packet got;
    struct buf bytes;
    struct buf out;

    (void)state;
    memset(name, 'a', sizeof name);
    name[0] = '/';
    buf_init(&bytes, LIMIT_MESSAGE);
    buf_init(&out, LIMIT_MESSAGE);
    for (size_t size = LIMIT_NAMESPACE; size < sizeof name; size++) {
        buf_clear(&bytes);
        packet.space = span_of(name, size);
        assert_int_equal(sio_msgpack_encode(&bytes, &packet), SOCKFEED_OK);
        assert_int_equal(decode(&got, &out, buf_span(&bytes)),
                         size > LIMIT_NAMESPACE ? SOCKFEED_PROTOCOL
                                                : SOCKFEED_OK);
    }
    buf_deinit(&out);
    buf_deinit(&bytes);
}

static void assert_text(const char *text, const char *wanted)
{
    struct malformed malformed = {0, NULL};
    struct sio_packet packet;
    enum sockfeed_result result;
    struct buf out;

    buf_init(&out, LIMIT_MESSAGE);
    result =
        sio_msgpack_decode_text(&packet, &malformed, &out, span_text(text));
    assert_int_equal(result, wanted == NULL ? SOCKFEED_PROTOCOL : SOCKFEED_OK);
    if (wanted == NULL) {
        assert_non_null(malformed.reason);
    } else {
        assert_string_equal(buf_text(&out), wanted);
    }
    buf_deinit(&out);
}

static void reads_the_json_of_socket_io_2(void **state)
{
    (void)state;
    assert_text("{\"type\":0,\"nsp\":\"/\"}", "40");
    assert_text("{\"nsp\":\"/a\",\"type\":1}", "41/a,");
    assert_text("{\"type\":4,\"data\":\"no\",\"nsp\":\"/a\"}", "44/a,\"no\"");
    assert_text("{\"type\":4,\"data\":{\"m\":1},\"nsp\":\"/\"}", "44{\"m\":1}");
    assert_text("{\"type\":0,\"nsp\":\"/\",\"data\":5}", NULL);
    assert_text("{}", NULL);
    assert_text("[]", NULL);
    assert_text("{\"type\":\"0\",\"nsp\":\"/\"}", NULL);
    assert_text("{\"type\":0,\"nsp\":\"/\"", NULL);
    assert_text("{\"type\":0,\"nsp\":\"\"}", NULL);
}

static void assert_encoded(const struct sio_packet *packet, const char *hex)
{
    struct buf wanted;
    struct buf bytes;

    buf_init(&wanted, LIMIT_MESSAGE);
    buf_init(&bytes, LIMIT_MESSAGE);
    vector_file_bytes(&wanted, span_text(hex));
    assert_int_equal(sio_msgpack_encode(&bytes, packet), SOCKFEED_OK);
    assert_int_equal(bytes.size, wanted.size);
    assert_memory_equal(bytes.data, wanted.data, wanted.size);
    buf_deinit(&bytes);
    buf_deinit(&wanted);
}

static void writes_what_servers_read(void **state)
{
    struct sio_packet packet = {.type = SIO_PACKET_CONNECT,
                                .space = span_text("/")};

    (void)state;
    assert_encoded(&packet, "82" TYPE "00" NSP "a12f");
    packet.payload = span_text("{\"token\":\"abc\"}");
    assert_encoded(&packet,
                   "83" TYPE "00" NSP "a12f" DATA "81a5746f6b656ea3616263");
    packet = (struct sio_packet){.type = SIO_PACKET_EVENT,
                                 .space = span_text("/a"),
                                 .has_id = true,
                                 .id = 300,
                                 .payload = span_text("[\"e\",1]")};
    assert_encoded(&packet,
                   "84" TYPE "02" NSP "a22f61" ID "cd012c" DATA "92a16501");
}

/* A message of false alone, the one byte that becomes most. */
static void the_size_for_the_text_is_enough(void **state)
{
    struct sio_packet packet;
    struct buf bytes;
    struct buf out;

    (void)state;
    buf_init(&bytes, LIMIT_MESSAGE);
    vector_file_bytes(&bytes,
                      span_text("83" TYPE "02" NSP "a12f" DATA "ddffffffff"));
    bytes.size -= 4;
    buf_append(&bytes, "\0\0\x27\x11", 4);
    buf_append_text(&bytes, "\xa1"
                            "e");
    for (int i = 0; i < 10000 * 3; i++) {
        buf_append_byte(&bytes, "\xd4\x80\x01"[i % 3]);
    }
    buf_init(&out, sio_msgpack_text_size(bytes.size));
    assert_int_equal(decode(&packet, &out, buf_span(&bytes)), SOCKFEED_OK);
    assert_int_equal(packet.arg_count, 10000);
    buf_deinit(&out);
    buf_deinit(&bytes);
    assert_true(sio_msgpack_text_size(SIZE_MAX) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_servers_send),
        cmocka_unit_test(keys_come_in_any_order_and_others_are_ignored),
        cmocka_unit_test(binary_types_are_plain_ones),
        cmocka_unit_test(refuses_what_is_no_packet),
        cmocka_unit_test(refuses_a_namespace_that_is_too_long),
        cmocka_unit_test(reads_the_json_of_socket_io_2),
        cmocka_unit_test(writes_what_servers_read),
        cmocka_unit_test(the_size_for_the_text_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
