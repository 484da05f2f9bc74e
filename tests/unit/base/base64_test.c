/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdint.h>

/* RFC 4648, section 10, and the two characters that no word holds. */
static const struct {
    const char *bytes;
    const char *text;
} pairs[] = {
    {"",                 ""        },
    {"f",                "Zg=="    },
    {"fo",               "Zm8="    },
    {"foo",              "Zm9v"    },
    {"foob",             "Zm9vYg=="},
    {"fooba",            "Zm9vYmE="},
    {"foobar",           "Zm9vYmFy"},
    {"\xfb\xef\xbe\xff", "++++/w=="},
};

static void encodes_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct span bytes = span_text(pairs[i].bytes);
        struct buf text;

        buf_init(&text, 64);
        base64_append(&text, bytes);
        assert_int_equal(buf_result(&text), SOCKFEED_OK);
        assert_true(span_is(buf_span(&text), pairs[i].text));
        assert_int_equal(base64_encoded_size(bytes.size), text.size);
        buf_deinit(&text);
    }
}

static void assert_decodes(struct span text, struct span bytes)
{
    struct malformed malformed;
    char to[64];

    assert_int_equal(base64_decoded_size(text), bytes.size);
    assert_int_equal(base64_decode(to, text, &malformed), SOCKFEED_OK);
    assert_true(span_equal(span_of(to, bytes.size), bytes));
}

static void decodes_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_decodes(span_text(pairs[i].text), span_text(pairs[i].bytes));
    }
}

static void decodes_without_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct span text = span_text(pairs[i].text);

        text.size = span_find(text, '=');
        assert_decodes(text, span_text(pairs[i].bytes));
    }
}

static void every_byte_goes_there_and_back(void **state)
{
    char bytes[256];
    char text[344];
    char again[256];
    struct malformed malformed;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    for (size_t size = 0; size <= sizeof bytes; size++) {
        size_t encoded = base64_encoded_size(size);

        base64_encode(text, span_of(bytes, size));
        assert_int_equal(base64_decoded_size(span_of(text, encoded)), size);
        assert_int_equal(
            base64_decode(again, span_of(text, encoded), &malformed),
            SOCKFEED_OK);
        assert_memory_equal(again, bytes, size);
    }
}

static void decodes_in_place(void **state)
{
    char text[] = "Zm9vYmFyZm9vYg==";
    struct malformed malformed;

    (void)state;
    assert_int_equal(base64_decode(text, span_text(text), &malformed),
                     SOCKFEED_OK);
    assert_memory_equal(text, "foobarfoob", 10);
}

static void refuses_malformed_text_and_says_where(void **state)
{
    static const struct {
        const char *text;
        size_t offset;
        const char *reason;
    } rows[] = {
        {"@@@@",       0, "illegal character in base64"        },
        {"Zm9v Zm9v",  4, "illegal character in base64"        },
        {"Zm9v\nZm9v", 4, "illegal character in base64"        },
        {"Zm9-",       3, "illegal character in base64"        },
        {"Zm_v",       2, "illegal character in base64"        },
        {"Zm\xc3\xa9", 2, "illegal character in base64"        },
        {"Zm9vZ!",     5, "illegal character in base64"        },
        {"Zm9v!",      4, "illegal character in base64"        },
        {"Z",          1, "half a group in base64"             },
        {"Zm9vY",      5, "half a group in base64"             },
        {"=",          0, "wrong padding in base64"            },
        {"Zg=",        2, "wrong padding in base64"            },
        {"Zm8==",      3, "wrong padding in base64"            },
        {"Zg===",      2, "wrong padding in base64"            },
        {"Z===",       1, "wrong padding in base64"            },
        {"====",       0, "wrong padding in base64"            },
        {"Zg==Zg==",   2, "wrong padding in base64"            },
        {"Zm9v====",   4, "wrong padding in base64"            },
        {"Zh==",       1, "bits behind the last byte in base64"},
        {"Zh",         1, "bits behind the last byte in base64"},
        {"Zm9=",       2, "bits behind the last byte in base64"},
        {"Zm9",        2, "bits behind the last byte in base64"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct malformed malformed = {99, NULL};
        char to[64];

        assert_int_equal(base64_decode(to, span_text(rows[i].text), &malformed),
                         SOCKFEED_PROTOCOL);
        assert_int_equal(malformed.offset, rows[i].offset);
        assert_string_equal(malformed.reason, rows[i].reason);
    }
}

static void takes_exactly_the_alphabet(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[4] = {(char)c, 'A', 'A', 'A'};
        bool legal = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c >= '0' && c <= '9') || c == '+' || c == '/';
        struct malformed malformed;
        char to[3];

        assert_int_equal(base64_decode(to, span_of(text, 4), &malformed),
                         legal ? SOCKFEED_OK : SOCKFEED_PROTOCOL);
    }
}

static void appends_nothing_past_the_limit_of_the_buffer(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 8);
    base64_append(&text, span_text("foobar"));
    assert_int_equal(buf_result(&text), SOCKFEED_OK);
    base64_append(&text, span_text("f"));
    assert_int_equal(buf_result(&text), SOCKFEED_FULL);
    assert_true(span_is(buf_span(&text), "Zm9vYmFy"));
    buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_vectors_of_the_rfc),
        cmocka_unit_test(decodes_the_vectors_of_the_rfc),
        cmocka_unit_test(decodes_without_padding),
        cmocka_unit_test(every_byte_goes_there_and_back),
        cmocka_unit_test(decodes_in_place),
        cmocka_unit_test(refuses_malformed_text_and_says_where),
        cmocka_unit_test(takes_exactly_the_alphabet),
        cmocka_unit_test(appends_nothing_past_the_limit_of_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
