/* SPDX-License-Identifier: MIT */
#include "codec/ws_frame.h"

#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

static const struct ws_frame_rules client = {WS_ROLE_CLIENT, 0, 1 << 20};
static const struct ws_frame_rules server = {WS_ROLE_SERVER, 0, 1 << 20};

static struct guard_page guard;

static int make_guard(void **state)
{
    (void)state;
    guard_page_init(&guard, 1 << 17);
    return 0;
}

static int drop_guard(void **state)
{
    (void)state;
    guard_page_deinit(&guard);
    return 0;
}

/* Decodes bytes whose end touches a page that cannot be read. */
static enum sockfeed_result decode(struct ws_frame *frame, const void *bytes,
                                   size_t size,
                                   const struct ws_frame_rules *rules)
{
    struct malformed malformed = {0, NULL};
    char *at = guard_page_place(&guard, bytes, size);
    enum sockfeed_result result =
        ws_frame_decode(frame, &malformed, at, size, rules);

    assert_true((result < 0) == (malformed.reason != NULL));
    return result;
}

/* Wants OK for the whole, MORE for each beginning of it, and never a demand
 * for more bytes than the whole has. */
static void assert_frame(const void *bytes, size_t size,
                         const struct ws_frame_rules *rules,
                         enum ws_opcode opcode, bool fin, struct span payload)
{
    struct ws_frame frame;

    for (size_t part = 0; part < size; part++) {
        assert_int_equal(decode(&frame, bytes, part, rules), SOCKFEED_MORE);
        assert_true(frame.size > part && frame.size <= size);
    }
    assert_int_equal(decode(&frame, bytes, size, rules), SOCKFEED_OK);
    assert_int_equal(frame.size, size);
    assert_int_equal(frame.opcode, opcode);
    assert_true(frame.fin == fin);
    assert_true(span_equal(frame.payload, payload));
}

static void reads_the_examples_of_the_rfc(void **state)
{
    static const char hello[] = "\x81\x05Hello";
    static const char masked[] = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    static const char first[] = "\x01\x03Hel";
    static const char last[] = "\x80\x02lo";
    static const char ping[] = "\x89\x05Hello";
    static const char pong[] = "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    struct span text = span_text("Hello");

    (void)state;
    assert_frame(hello, 7, &client, WS_OPCODE_TEXT, true, text);
    assert_frame(masked, 11, &server, WS_OPCODE_TEXT, true, text);
    assert_frame(first, 5, &client, WS_OPCODE_TEXT, false, span_text("Hel"));
    assert_frame(last, 4, &client, WS_OPCODE_CONTINUATION, true,
                 span_text("lo"));
    assert_frame(ping, 7, &client, WS_OPCODE_PING, true, text);
    assert_frame(pong, 11, &server, WS_OPCODE_PONG, true, text);
}

static void round_trips_at_every_edge_of_the_length(void **state)
{
    static const size_t sizes[] = {0,   1,     7,     15,    16,
                                   17,  125,   126,   127,   255,
                                   256, 65534, 65535, 65536, 65537};
    static const unsigned char key[4] = {0x37, 0xfa, 0x21, 0x3d};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int masked = 0; masked < 2; masked++) {
            char *payload = malloc(sizes[i] + 1);
            char *wire = malloc(sizes[i] + WS_FRAME_HEADER_MAX);
            struct ws_frame sent = {.opcode = WS_OPCODE_BINARY, .fin = true};
            struct ws_frame frame;
            size_t size;

            for (size_t at = 0; at < sizes[i]; at++) {
                payload[at] = (char)(at * 7 + at / 256);
            }
            sent.payload = span_of(payload, sizes[i]);
            size = ws_frame_encode(wire, &sent, masked ? key : NULL);
            assert_int_equal(size,
                             ws_frame_header_size(sizes[i], masked) + sizes[i]);
            assert_int_equal(ws_frame_encoded_size(wire), size);
            assert_int_equal(
                decode(&frame, wire, size, masked ? &server : &client),
                SOCKFEED_OK);
            assert_true(span_equal(frame.payload, sent.payload));
            assert_int_equal(
                decode(&frame, wire, size - 1, masked ? &server : &client),
                SOCKFEED_MORE);
            assert_int_equal(frame.size, size);
            free(payload);
            free(wire);
        }
    }
}

static void reads_the_long_lengths_of_the_rfc(void **state)
{
    static char wire[65536 + 10];
    struct ws_frame frame;

    (void)state;
    memcpy(wire, "\x82\x7e\x01\x00", 4);
    assert_int_equal(decode(&frame, wire, 4 + 256, &client), SOCKFEED_OK);
    assert_int_equal(frame.payload.size, 256);
    memcpy(wire, "\x82\x7f\0\0\0\0\0\x01\0\0", 10);
    assert_int_equal(decode(&frame, wire, sizeof wire, &client), SOCKFEED_OK);
    assert_int_equal(frame.payload.size, 65536);
}

/* Each is refused with its last byte here, and not before. */
static void refuses_at_the_byte_that_is_wrong(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const struct ws_frame_rules *rules;
    } wrong[] = {
        {"\xc1",                         1,  &client}, /* RSV1 */
        {"\xa1",                         1,  &client}, /* RSV2 */
        {"\x91",                         1,  &client}, /* RSV3 */
        {"\x83",                         1,  &client}, /* unknown */
        {"\x87",                         1,  &client},
        {"\x8b",                         1,  &client},
        {"\x8f",                         1,  &client},
        {"\x09",                         1,  &client}, /* not FIN */
        {"\x08",                         1,  &client},
        {"\x0a",                         1,  &client},
        {"\x81\x80",                     2,  &client}, /* masked */
        {"\x81\xff",                     2,  &client},
        {"\x81\x05",                     2,  &server}, /* not */
        {"\x89\x7e",                     2,  &client}, /* > 125 */
        {"\x88\x7f",                     2,  &client},
        {"\x8a\xfe",                     2,  &server},
        {"\x82\x7e\x00\x7d",             4,  &client}, /* short */
        {"\x82\x7e\x00\x00",             4,  &client},
        {"\x82\x7f\0\0\0\0\0\0\xff\xff", 10, &client},
        {"\x82\x7f\0\0\0\0\0\0\0\x7d",   10, &client},
        {"\x82\x7f\x80",                 3,  &client}, /* 2^63 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ws_frame frame;

        for (size_t part = 0; part < wrong[i].size; part++) {
            assert_int_equal(
                decode(&frame, wrong[i].bytes, part, wrong[i].rules),
                SOCKFEED_MORE);
        }
        assert_int_equal(
            decode(&frame, wrong[i].bytes, wrong[i].size, wrong[i].rules),
            SOCKFEED_PROTOCOL);
    }
}

static void refuses_what_is_too_large_by_its_header(void **state)
{
    static const struct ws_frame_rules hundred = {WS_ROLE_CLIENT, 0, 100};
    static const struct ws_frame_rules none = {WS_ROLE_CLIENT, 0, 0};
    static const char gigabyte[] = "\x82\x7f\0\0\0\0\x40\0\0\0";
    static const char largest[] = "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff";
    struct ws_frame frame;

    (void)state;
    assert_int_equal(decode(&frame, "\x81\x65", 2, &hundred),
                     SOCKFEED_TOO_LARGE);
    assert_int_equal(decode(&frame, "\x81\x64", 2, &hundred), SOCKFEED_MORE);
    assert_int_equal(decode(&frame, gigabyte, 10, &client), SOCKFEED_TOO_LARGE);
    assert_int_equal(frame.size, 10 + (1LL << 30));
    assert_int_equal(decode(&frame, largest, 10, &client), SOCKFEED_TOO_LARGE);
    assert_int_equal(decode(&frame, "\x80\x00", 2, &none), SOCKFEED_OK);
    /* The limit is for messages; a ping may always come. */
    assert_int_equal(decode(&frame, "\x89\x01x", 3, &none), SOCKFEED_OK);
}

static void takes_reserved_bits_only_where_they_were_agreed_on(void **state)
{
    static const struct ws_frame_rules deflate = {WS_ROLE_CLIENT, WS_RSV1, 9};
    struct ws_frame frame;

    (void)state;
    assert_int_equal(decode(&frame, "\xc1\x00", 2, &deflate), SOCKFEED_OK);
    assert_int_equal(frame.rsv, WS_RSV1);
    assert_int_equal(decode(&frame, "\xe1\x00", 2, &deflate),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&frame, "\xc9\x00", 2, &deflate),
                     SOCKFEED_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_examples_of_the_rfc),
        cmocka_unit_test(round_trips_at_every_edge_of_the_length),
        cmocka_unit_test(reads_the_long_lengths_of_the_rfc),
        cmocka_unit_test(refuses_at_the_byte_that_is_wrong),
        cmocka_unit_test(refuses_what_is_too_large_by_its_header),
        cmocka_unit_test(takes_reserved_bits_only_where_they_were_agreed_on),
    };

    return cmocka_run_group_tests(tests, make_guard, drop_guard);
}
