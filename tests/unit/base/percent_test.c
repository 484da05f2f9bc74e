/* SPDX-License-Identifier: MIT */
#include "base/percent.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void encodes_as_encodeURIComponent_does(void **state)
{
    struct buf to;

    (void)state;
    buf_init(&to, 256);
    percent_encode(&to, span_text("azAZ09-_.!~*'()"));
    percent_encode(&to, span_text(" &=+%/?#,:@\x7f\xe2\x82\xac"));
    percent_encode(&to, span_of("\0", 1));
    assert_string_equal(buf_text(&to),
                        "azAZ09-_.!~*'()"
                        "%20%26%3D%2B%25%2F%3F%23%2C%3A%40%7F%E2%82%AC%00");
    buf_deinit(&to);
}

static void leaves_url_syntax_and_encodes_the_rest(void **state)
{
    struct buf to;

    (void)state;
    buf_init(&to, 256);
    percent_encode_foreign(&to, span_text("/a%20b?x=[1]&y=!$'()*+,;:@"));
    percent_encode_foreign(&to, span_text(" \"<>\\^`{|}\n\xc3\xa9"));
    assert_string_equal(buf_text(&to),
                        "/a%20b?x=[1]&y=!$'()*+,;:@"
                        "%20%22%3C%3E%5C%5E%60%7B%7C%7D%0A%C3%A9");
    buf_deinit(&to);
}

static void decodes_escapes_of_either_case(void **state)
{
    struct malformed malformed;
    struct buf to;

    (void)state;
    buf_init(&to, 256);
    assert_int_equal(
        percent_decode(&to, span_text("a%2fb%2F+%e2%82%AC%00%25"), &malformed),
        SOCKFEED_OK);
    assert_true(span_equal(buf_span(&to), span_of("a/b/+\xe2\x82\xac\0%", 10)));
    buf_deinit(&to);
}

static void refuses_broken_escapes_and_says_where(void **state)
{
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"%",     0},
        {"ab%2",  2},
        {"%zz",   0},
        {"%2g",   0},
        {"%20%x", 3},
        {"%%20",  0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct malformed malformed = {99, NULL};
        struct buf to;

        buf_init(&to, 256);
        assert_int_equal(
            percent_decode(&to, span_text(rows[i].text), &malformed),
            SOCKFEED_INVALID);
        assert_int_equal(malformed.offset, rows[i].offset);
        assert_non_null(malformed.reason);
        buf_deinit(&to);
    }
}

static void every_byte_survives_encoding_and_decoding(void **state)
{
    char bytes[256];
    struct malformed malformed;
    struct buf encoded;
    struct buf again;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    buf_init(&encoded, 1024);
    buf_init(&again, 256);
    percent_encode(&encoded, span_of(bytes, sizeof bytes));
    assert_int_equal(percent_decode(&again, buf_span(&encoded), &malformed),
                     SOCKFEED_OK);
    assert_true(span_equal(buf_span(&again), span_of(bytes, sizeof bytes)));
    assert_int_equal(percent_decode(&again, span_text("%20"), &malformed),
                     SOCKFEED_FULL);
    buf_deinit(&encoded);
    buf_deinit(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_as_encodeURIComponent_does),
        cmocka_unit_test(leaves_url_syntax_and_encodes_the_rest),
        cmocka_unit_test(decodes_escapes_of_either_case),
        cmocka_unit_test(refuses_broken_escapes_and_says_where),
        cmocka_unit_test(every_byte_survives_encoding_and_decoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
