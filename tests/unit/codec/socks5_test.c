/* SPDX-License-Identifier: MIT */
#include "codec/socks5.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BYTES(text) span_of(text, sizeof(text) - 1)

static void assert_written(struct buf *buf, struct span expected)
{
    assert_int_equal(buf_result(buf), SOCKFEED_OK);
    assert_int_equal(buf->size, expected.size);
    assert_memory_equal(buf->data, expected.data, expected.size);
    buf_clear(buf);
}

static void writes_what_a_client_says(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    socks5_append_greeting(&buf, false);
    assert_written(&buf, BYTES("\x05\x01\x00"));
    socks5_append_greeting(&buf, true);
    assert_written(&buf, BYTES("\x05\x02\x00\x02"));
    socks5_append_login(&buf, span_text("me"), span_text(""));
    assert_written(&buf, BYTES("\x01\x02me\x00"));
    socks5_append_request(&buf, span_text("h.example"), 443);
    assert_written(&buf, BYTES("\x05\x01\x00\x03\x09h.example\x01\xbb"));
    socks5_append_request(&buf, span_text("127.0.0.2"), 80);
    assert_written(&buf, BYTES("\x05\x01\x00\x01\x7f\x00\x00\x02\x00\x50"));
    socks5_append_request(&buf, span_text("2001:db8::1"), 65535);
    assert_written(&buf, BYTES("\x05\x01\x00\x04\x20\x01\x0d\xb8\x00\x00\x00"
                               "\x00\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff"));
    buf_deinit(&buf);
}

static void reads_what_a_proxy_says(void **state)
{
    struct malformed malformed;
    unsigned number;
    bool accepted;
    size_t used;

    (void)state;
    assert_int_equal(
        socks5_decode_choice(&number, &used, &malformed, BYTES("\x05\x02")),
        SOCKFEED_OK);
    assert_int_equal(number, SOCKS5_METHOD_LOGIN);
    assert_int_equal(
        socks5_decode_verdict(&accepted, &used, &malformed, BYTES("\x01\x00")),
        SOCKFEED_OK);
    assert_true(accepted);
    assert_int_equal(
        socks5_decode_verdict(&accepted, &used, &malformed, BYTES("\x01\xff")),
        SOCKFEED_OK);
    assert_false(accepted);
    assert_int_equal(used, 2);
}

/* Of every kind of address, and every part of it. */
static void reads_a_reply_in_any_pieces(void **state)
{
    static const struct span replies[] = {
        {"\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34", 10},
        {"\x05\x00\x00\x03\x04name\x12\x34",         11},
        {"\x05\x00\x00\x03\x00\x12\x34",             7 },
        {"\x05\x00\x00\x04"
         "0123456789abcdef\x12\x34",        22},
    };
    struct malformed malformed;
    unsigned code;
    size_t used;

    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        for (size_t size = 0; size < replies[i].size; size++) {
            assert_int_equal(
                socks5_decode_reply(&code, &used, &malformed,
                                    span_of(replies[i].data, size)),
                SOCKFEED_MORE);
            assert_int_equal(used, 0);
        }
        assert_int_equal(
            socks5_decode_reply(&code, &used, &malformed, replies[i]),
            SOCKFEED_OK);
        assert_int_equal(code, 0);
        assert_int_equal(used, replies[i].size);
    }
}

static void a_refusal_needs_no_address(void **state)
{
    struct malformed malformed;
    unsigned code;
    size_t used;

    (void)state;
    assert_int_equal(
        socks5_decode_reply(&code, &used, &malformed, BYTES("\x05\x05")),
        SOCKFEED_OK);
    assert_int_equal(code, 5);
    assert_string_equal(socks5_reply_text(code), "connection refused");
    assert_string_equal(socks5_reply_text(255), "for an unknown reason");
}

static void refuses_what_is_no_socks_5(void **state)
{
    struct malformed malformed;
    unsigned number;
    bool accepted;
    size_t used;

    (void)state;
    assert_int_equal(
        socks5_decode_choice(&number, &used, &malformed, BYTES("H")),
        SOCKFEED_PROTOCOL);
    assert_int_equal(
        socks5_decode_verdict(&accepted, &used, &malformed, BYTES("\x05\x00")),
        SOCKFEED_PROTOCOL);
    assert_int_equal(
        socks5_decode_reply(&number, &used, &malformed, BYTES("\x04\x5a")),
        SOCKFEED_PROTOCOL);
    assert_int_equal(socks5_decode_reply(&number, &used, &malformed,
                                         BYTES("\x05\x00\x00\x02\x00")),
                     SOCKFEED_PROTOCOL);
    assert_int_equal(malformed.offset, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_a_client_says),
        cmocka_unit_test(reads_what_a_proxy_says),
        cmocka_unit_test(reads_a_reply_in_any_pieces),
        cmocka_unit_test(a_refusal_needs_no_address),
        cmocka_unit_test(refuses_what_is_no_socks_5),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
