/* SPDX-License-Identifier: MIT */
#include "codec/ws_close.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum sockfeed_result decode(struct ws_close *close, const char *bytes,
                                   size_t size)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        ws_close_decode(close, &malformed, span_of(bytes, size));

    assert_true((result < 0) == (malformed.reason != NULL));
    return result;
}

static void reads_code_and_reason(void **state)
{
    struct ws_close close;

    (void)state;
    assert_int_equal(decode(&close, NULL, 0), SOCKFEED_OK);
    assert_int_equal(close.code, 0);
    assert_int_equal(decode(&close, "\x03\xe8", 2), SOCKFEED_OK);
    assert_int_equal(close.code, 1000);
    assert_int_equal(close.reason.size, 0);
    assert_int_equal(decode(&close,
                            "\x03\xf4"
                            "back soon",
                            11),
                     SOCKFEED_OK);
    assert_int_equal(close.code, 1012);
    assert_true(span_is(close.reason, "back soon"));
}

static void refuses_half_a_code_and_reasons_that_are_not_utf8(void **state)
{
    struct ws_close close;

    (void)state;
    assert_int_equal(decode(&close, "\x03", 1), SOCKFEED_PROTOCOL);
    assert_int_equal(decode(&close, "\x03\xe8\xff", 3), SOCKFEED_INVALID);
    assert_int_equal(decode(&close, "\x03\xe8\xe2\x82", 4), SOCKFEED_INVALID);
}

/* RFC 6455, 7.4, and the registry it founded. */
static void knows_which_codes_may_be_sent(void **state)
{
    static const struct {
        unsigned first;
        unsigned last;
        bool valid;
    } ranges[] = {
        {0,    999,   false},
        {1000, 1003,  true },
        {1004, 1006,  false},
        {1007, 1014,  true },
        {1015, 2999,  false},
        {3000, 4999,  true },
        {5000, 65535, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (unsigned code = ranges[i].first; code <= ranges[i].last; code++) {
            char bytes[2] = {(char)(code >> 8), (char)code};
            struct ws_close close;

            assert_true(ws_close_code_valid((uint16_t)code) == ranges[i].valid);
            assert_int_equal(decode(&close, bytes, 2),
                             ranges[i].valid ? SOCKFEED_OK : SOCKFEED_PROTOCOL);
        }
    }
}

static void round_trips_a_reason_of_the_longest_size(void **state)
{
    char reason[WS_CLOSE_REASON_MAX];
    char bytes[WS_CLOSE_PAYLOAD_MAX];
    struct ws_close close;

    (void)state;
    memset(reason, 'r', sizeof reason);
    assert_int_equal(
        ws_close_encode(bytes, 4999, span_of(reason, sizeof reason)), 125);
    assert_int_equal(decode(&close, bytes, 125), SOCKFEED_OK);
    assert_int_equal(close.code, 4999);
    assert_true(span_equal(close.reason, span_of(reason, sizeof reason)));
}

static void cuts_a_reason_between_characters(void **state)
{
    char reason[130];
    char bytes[WS_CLOSE_PAYLOAD_MAX];

    (void)state;
    memset(reason, 'r', sizeof reason);
    assert_int_equal(
        ws_close_encode(bytes, 1000, span_of(reason, sizeof reason)), 125);
    memcpy(reason + 121, "\xe2\x82\xac", 3);
    assert_int_equal(
        ws_close_encode(bytes, 1000, span_of(reason, sizeof reason)), 123);
}

static void writes_nothing_without_a_code(void **state)
{
    char bytes[WS_CLOSE_PAYLOAD_MAX];

    (void)state;
    assert_int_equal(ws_close_encode(bytes, 0, span_text("reason")), 0);
}

static void every_result_has_a_code_that_may_be_sent(void **state)
{
    static const enum sockfeed_result results[] = {
#define RESULT(name, value, text) SOCKFEED_##name,
        SOCKFEED_RESULTS(RESULT)
#undef RESULT
    };

    (void)state;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        assert_true(ws_close_code_valid(ws_close_code_for(results[i])));
    }
    assert_int_equal(ws_close_code_for(SOCKFEED_OK), 1000);
    assert_int_equal(ws_close_code_for(SOCKFEED_PROTOCOL), 1002);
    assert_int_equal(ws_close_code_for(SOCKFEED_INVALID), 1007);
    assert_int_equal(ws_close_code_for(SOCKFEED_TOO_LARGE), 1009);
    assert_int_equal(ws_close_code_for(SOCKFEED_NOMEM), 1011);
}

static void names_the_codes_of_the_registry(void **state)
{
    (void)state;
    assert_string_equal(ws_close_name(1000), "normal closure");
    assert_string_equal(ws_close_name(1012), "service restart");
    assert_string_equal(ws_close_name(1013), "try again later");
    assert_string_equal(ws_close_name(1015), "TLS handshake failed");
    assert_null(ws_close_name(0));
    assert_null(ws_close_name(999));
    assert_null(ws_close_name(1004));
    assert_null(ws_close_name(1016));
    assert_null(ws_close_name(4000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_code_and_reason),
        cmocka_unit_test(refuses_half_a_code_and_reasons_that_are_not_utf8),
        cmocka_unit_test(knows_which_codes_may_be_sent),
        cmocka_unit_test(round_trips_a_reason_of_the_longest_size),
        cmocka_unit_test(cuts_a_reason_between_characters),
        cmocka_unit_test(writes_nothing_without_a_code),
        cmocka_unit_test(every_result_has_a_code_that_may_be_sent),
        cmocka_unit_test(names_the_codes_of_the_registry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
