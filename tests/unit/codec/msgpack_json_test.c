/* SPDX-License-Identifier: MIT */
#include "codec/msgpack_json.h"

#include "base/limits.h"
#include "codec/msgpack.h"
#include "tests/support/guard_page.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static enum sockfeed_result decode(struct buf *json, struct span bytes)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result;
    bool absent;
    size_t at = 0;

    buf_clear(json);
    result = msgpack_json_decode(json, &absent, &malformed, bytes, &at);
    if (result == SOCKFEED_PROTOCOL) {
        assert_non_null(malformed.reason);
        assert_true(malformed.offset <= bytes.size);
    }
    if (result == SOCKFEED_OK) {
        size_t skipped = 0;

        assert_int_equal(msgpack_skip(&malformed, bytes, &skipped),
                         SOCKFEED_OK);
        assert_int_equal(skipped, at);
        if (absent) {
            buf_append_text(json, "(undefined)");
        }
    }
    return result;
}

/* What the bytes, in hexadecimal, are in JSON; NULL: they are refused. Each
 * piece of them from the start is not enough, and no byte behind is read. */
static void assert_json(const char *hex, const char *wanted)
{
    struct guard_page guard;
    struct buf bytes;
    struct buf json;
    char *placed;

    buf_init(&bytes, LIMIT_MESSAGE);
    buf_init(&json, LIMIT_MESSAGE);
    vector_file_bytes(&bytes, span_text(hex));
    guard_page_init(&guard, bytes.size);
    for (size_t size = 0; size < bytes.size; size++) {
        placed = guard_page_place(&guard, bytes.data, size);
        assert_int_equal(decode(&json, span_of(placed, size)),
                         SOCKFEED_PROTOCOL);
    }
    placed = guard_page_place(&guard, bytes.data, bytes.size);
    assert_int_equal(decode(&json, span_of(placed, bytes.size)),
                     wanted == NULL ? SOCKFEED_PROTOCOL : SOCKFEED_OK);
    if (wanted != NULL) {
        assert_string_equal(buf_text(&json), wanted);
    }
    guard_page_deinit(&guard);
    buf_deinit(&json);
    buf_deinit(&bytes);
}

static void integers_are_exact(void **state)
{
    (void)state;
    assert_json("00", "0");
    assert_json("7f", "127");
    assert_json("e0", "-32");
    assert_json("ff", "-1");
    assert_json("ccff", "255");
    assert_json("cdffff", "65535");
    assert_json("ceffffffff", "4294967295");
    assert_json("cf0020000000000001", "9007199254740993");
    assert_json("cfffffffffffffffff", "18446744073709551615");
    assert_json("d080", "-128");
    assert_json("d18000", "-32768");
    assert_json("d280000000", "-2147483648");
    assert_json("d38000000000000000", "-9223372036854775808");
    assert_json("d37fffffffffffffff", "9223372036854775807");
}

static void other_numbers_are_as_short_as_can_be(void **state)
{
    (void)state;
    assert_json("cb3fb999999999999a", "0.1");
    assert_json("cb8000000000000000", "-0");
    assert_json("ca3f000000", "0.5");
    assert_json("ca3dcccccd", "0.10000000149011612");
    assert_json("cb7ff0000000000000", "null");
    assert_json("cb7ff8000000000000", "null");
    assert_json("caff800000", "null");
}

static void texts_are_quoted(void **state)
{
    (void)state;
    assert_json("a0", "\"\"");
    assert_json("a3666f6f", "\"foo\"");
    assert_json("a3610022", "\"a\\u0000\\\"\"");
    assert_json("d904f09f9880", "\"\xf0\x9f\x98\x80\"");
    assert_json("da0001ff", NULL);
    assert_json("a2c328", NULL);
}

static void bytes_are_base64(void **state)
{
    (void)state;
    assert_json("c403010203", "{\"$base64\":\"AQID\"}");
    assert_json("c400", "{\"$base64\":\"\"}");
    assert_json("c50001ff", "{\"$base64\":\"/w==\"}");
    assert_json("c600000001ff", "{\"$base64\":\"/w==\"}");
    assert_json("c7020001ff", "{\"$base64\":\"Af8=\"}");
    assert_json("c800010001", "{\"$base64\":\"AQ==\"}");
}

static void times_are_rfc_3339(void **state)
{
    (void)state;
    assert_json("d7000000019faf2e6ffb", "\"2026-07-29T18:41:23.963Z\"");
    assert_json("d700ffffffffffffffff", "\"1969-12-31T23:59:59.999Z\"");
    assert_json("d6ff00000000", "\"1970-01-01T00:00:00.000Z\"");
    assert_json("d7ff0000000400000001", "\"1970-01-01T00:00:01.000000001Z\"");
    assert_json("c70cff3b9ac9ffffffffffffffffff",
                "\"1969-12-31T23:59:59.999999999Z\"");
}

/* Years of five digits, and nanoseconds that make more than a second. */
static void what_is_no_time_stays_an_extension(void **state)
{
    (void)state;
    assert_json("d7007fffffffffffffff", "[0,{\"$base64\":\"f/////////8=\"}]");
    assert_json("d7008000000000000000", "[0,{\"$base64\":\"gAAAAAAAAAA=\"}]");
    assert_json("d7ffffffffff00000000", "[-1,{\"$base64\":\"/////wAAAAA=\"}]");
    assert_json("d5050102", "[5,{\"$base64\":\"AQI=\"}]");
    assert_json("d48001", "[-128,{\"$base64\":\"AQ==\"}]");
    assert_json("c70105ff", "[5,{\"$base64\":\"/w==\"}]");
    assert_json("d50001ff", "[0,{\"$base64\":\"Af8=\"}]");
}

static void undefined_is_absent(void **state)
{
    (void)state;
    assert_json("d40000", "(undefined)");
    assert_json("92d4000001", "[null,1]");
    assert_json("83a161d40000a16201a163d40000", "{\"b\":1}");
    assert_json("81a161d40000", "{}");
}

static void containers_keep_their_order(void **state)
{
    (void)state;
    assert_json("90", "[]");
    assert_json("80", "{}");
    assert_json("93c0c2c3", "[null,false,true]");
    assert_json("dc000101", "[1]");
    assert_json("dd0000000101", "[1]");
    assert_json("82a16201a16102", "{\"b\":1,\"a\":2}");
    assert_json("de0001a16101", "{\"a\":1}");
    assert_json("df00000001a16101", "{\"a\":1}");
    assert_json("8405010702cb3ff80000000000000303c3",
                "{\"5\":1,\"7\":2,\"1.5\":3,\"3\":true}");
}

static void refuses_what_no_value_begins_with(void **state)
{
    (void)state;
    assert_json("c1", NULL);
    assert_json("91c1", NULL);
    assert_json("819000", NULL);
    assert_json("81c400c0", NULL);
}

static void nesting_has_an_end(void **state)
{
    char hex[2 * (LIMIT_JSON_DEPTH + 2) + 1];
    struct buf bytes;
    struct buf json;

    (void)state;
    buf_init(&bytes, LIMIT_MESSAGE);
    buf_init(&json, LIMIT_MESSAGE);
    for (int i = 0; i < LIMIT_JSON_DEPTH; i++) {
        memcpy(hex + 2 * i, "91", 2);
    }
    memcpy(hex + (size_t)2 * (LIMIT_JSON_DEPTH - 1), "90", 3);
    vector_file_bytes(&bytes, span_text(hex));
    assert_int_equal(decode(&json, buf_span(&bytes)), SOCKFEED_OK);
    memcpy(hex + (size_t)2 * (LIMIT_JSON_DEPTH - 1), "9190", 5);
    buf_clear(&bytes);
    vector_file_bytes(&bytes, span_text(hex));
    assert_int_equal(decode(&json, buf_span(&bytes)), SOCKFEED_PROTOCOL);
    buf_deinit(&json);
    buf_deinit(&bytes);
}

static void a_count_beyond_the_input_costs_nothing(void **state)
{
    (void)state;
    assert_json("ddffffffff", NULL);
    assert_json("dfffffffff", NULL);
    assert_json("91ddffffffffdfffffffff", NULL);
    assert_json("c6ffffffff", NULL);
}

static void the_ceiling_of_the_output_holds(void **state)
{
    struct buf json;

    (void)state;
    buf_init(&json, 5);
    assert_int_equal(decode(&json, span_text("\xa3"
                                             "foo")),
                     SOCKFEED_OK);
    assert_int_equal(decode(&json, span_text("\xa4"
                                             "fooo")),
                     SOCKFEED_FULL);
    buf_deinit(&json);
}

/* ---- From JSON --------------------------------------------------------- */

static void assert_bytes(const char *json, const char *hex)
{
    struct buf wanted;
    struct buf bytes;

    buf_init(&wanted, LIMIT_MESSAGE);
    buf_init(&bytes, LIMIT_MESSAGE);
    vector_file_bytes(&wanted, span_text(hex));
    assert_int_equal(msgpack_json_encode(&bytes, span_text(json)), SOCKFEED_OK);
    assert_int_equal(bytes.size, wanted.size);
    assert_memory_equal(bytes.data, wanted.data, wanted.size);
    buf_deinit(&bytes);
    buf_deinit(&wanted);
}

static void writes_the_shortest_formats(void **state)
{
    (void)state;
    assert_bytes("0", "00");
    assert_bytes("127", "7f");
    assert_bytes("128", "cc80");
    assert_bytes("256", "cd0100");
    assert_bytes("65536", "ce00010000");
    assert_bytes("4294967296", "cf0000000100000000");
    assert_bytes("18446744073709551615", "cfffffffffffffffff");
    assert_bytes("-32", "e0");
    assert_bytes("-33", "d0df");
    assert_bytes("-128", "d080");
    assert_bytes("-129", "d1ff7f");
    assert_bytes("-32769", "d2ffff7fff");
    assert_bytes("-2147483649", "d3ffffffff7fffffff");
    assert_bytes("-9223372036854775808", "d38000000000000000");
    assert_bytes("[null,true,false,[],{}]", "95c0c3c29080");
    assert_bytes("{\"a\":{\"b\":\"\"}}", "81a16181a162a0");
}

static void other_numbers_are_doubles(void **state)
{
    (void)state;
    assert_bytes("0.1", "cb3fb999999999999a");
    assert_bytes("-0", "cb8000000000000000");
    assert_bytes("1.0", "cb3ff0000000000000");
    assert_bytes("1e2", "cb4059000000000000");
    assert_bytes("1e400", "cb7ff0000000000000");
    assert_bytes("18446744073709551616", "cb43f0000000000000");
    assert_bytes("-9223372036854775809", "cbc3e0000000000000");
}

static void escapes_and_base64_are_resolved(void **state)
{
    (void)state;
    assert_bytes("\"\\u00e9\\n\"", "a3c3a90a");
    assert_bytes("{\"$base64\":\"AQID\"}", "c403010203");
    assert_bytes("{\"\\u0024base64\":\"\"}", "c400");
    assert_bytes("{\"$base64\":1}", "81a72462617365363401");
    assert_bytes("{\"$base64\":\"\",\"a\":1}", "82a724626173653634a0a16101");
}

static void refuses_what_is_no_base64(void **state)
{
    struct buf bytes;

    (void)state;
    buf_init(&bytes, LIMIT_MESSAGE);
    assert_int_equal(
        msgpack_json_encode(&bytes, span_text("[{\"$base64\":\"?\"}]")),
        SOCKFEED_INVALID);
    buf_deinit(&bytes);
}

/* At each edge between two formats what was written is read again. */
static void long_things_come_back(void **state)
{
    static const size_t sizes[] = {15, 16, 31, 32, 255, 256, 65535, 65536};
    struct buf bytes;
    struct buf json;
    struct buf again;

    (void)state;
    buf_init(&bytes, LIMIT_MESSAGE);
    buf_init(&json, LIMIT_MESSAGE);
    buf_init(&again, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        buf_clear(&json);
        buf_clear(&bytes);
        buf_append_text(&json, "[\"");
        for (size_t k = 0; k < sizes[i]; k++) {
            buf_append_byte(&json, 'x');
        }
        buf_append_text(&json, "\",[0");
        for (size_t k = 1; k < sizes[i]; k++) {
            buf_append_text(&json, ",0");
        }
        buf_append_text(&json, "],{");
        for (size_t k = 0; k < sizes[i]; k++) {
            buf_append_text(&json, k == 0 ? "\"k\":1" : ",\"k\":1");
        }
        buf_append_text(&json, "}]");
        assert_int_equal(msgpack_json_encode(&bytes, buf_span(&json)),
                         SOCKFEED_OK);
        assert_int_equal(decode(&again, buf_span(&bytes)), SOCKFEED_OK);
        assert_true(span_equal(buf_span(&again), buf_span(&json)));
    }
    buf_deinit(&again);
    buf_deinit(&json);
    buf_deinit(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_exact),
        cmocka_unit_test(other_numbers_are_as_short_as_can_be),
        cmocka_unit_test(texts_are_quoted),
        cmocka_unit_test(bytes_are_base64),
        cmocka_unit_test(times_are_rfc_3339),
        cmocka_unit_test(what_is_no_time_stays_an_extension),
        cmocka_unit_test(undefined_is_absent),
        cmocka_unit_test(containers_keep_their_order),
        cmocka_unit_test(refuses_what_no_value_begins_with),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(a_count_beyond_the_input_costs_nothing),
        cmocka_unit_test(the_ceiling_of_the_output_holds),
        cmocka_unit_test(writes_the_shortest_formats),
        cmocka_unit_test(other_numbers_are_doubles),
        cmocka_unit_test(escapes_and_base64_are_resolved),
        cmocka_unit_test(refuses_what_is_no_base64),
        cmocka_unit_test(long_things_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
