/* SPDX-License-Identifier: MIT */
#include "base/json_scan_plain.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* The plain scanner is what the fast one is held against: whatever the text,
 * both say the same. */

enum {
    TEXT_MAX = 262144,
    MUTATIONS = 100000
};

static char bytes[TEXT_MAX + LIMIT_RECEIVE_PAD];

static void assert_span_same(struct span a, struct span b)
{
    assert_ptr_equal(a.data, b.data);
    assert_int_equal(a.size, b.size);
}

static void assert_result_same(const struct json_scan_result *a,
                               const struct json_scan_result *b)
{
    assert_span_same(a->value, b->value);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->multiline, b->multiline);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->first_kind, b->first_kind);
    assert_span_same(a->first, b->first);
    assert_span_same(a->rest, b->rest);
}

/* The text is in `bytes`; what is behind it there is the padding. */
static enum sockfeed_result scan_both(size_t size, unsigned flags)
{
    struct json_scan_result plain;
    struct json_scan_result fast;
    struct malformed plain_malformed;
    struct malformed fast_malformed;
    struct span text = span_of(bytes, size);
    enum sockfeed_result verdict =
        json_scan_plain(&plain, &plain_malformed, text, flags);

    assert_int_equal(json_scan(&fast, &fast_malformed, text, flags), verdict);
    if (verdict == SOCKFEED_OK) {
        assert_result_same(&fast, &plain);
    } else {
        assert_int_equal(fast_malformed.offset, plain_malformed.offset);
        assert_ptr_equal(fast_malformed.reason, plain_malformed.reason);
    }
    return verdict;
}

static enum sockfeed_result scan_same(size_t size)
{
    enum sockfeed_result verdict = scan_both(size, JSON_SCAN_PADDED);

    assert_int_equal(scan_both(size, 0), verdict);
    return verdict;
}

static size_t append(size_t size, const char *text)
{
    size_t more = strlen(text);

    assert_true(size + more <= TEXT_MAX);
    memcpy(bytes + size, text, more);
    return size + more;
}

static const char *const pieces[] = {
    "\"\"",
    "\"abc\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\\\\\\"\\\\\"",
    "\"\\u20ac\"",
    "\"\\ud83d\\ude80\"",
    "\"\\u20a\"",
    "\"\\x\"",
    "\"\xe2\x82\xac\"",
    "\"\xe2\x82\"",
    "\"\n\"",
    "\n",
    "0",
    "12345",
    "1.5",
    "1234567890123.25",
    "12345678901234567890",
    "1.",
    "01",
    "-0.5e-3",
    "true",
    "fals",
    "null",
    "[]",
    "{\"a\":[1,{\"b\":\"c\"}]}",
    "{\"a\" : 1 , \"b\":\t2}",
    "{\"a\":}",
    "\\",
    "\"",
};

enum {
    PIECES = sizeof pieces / sizeof pieces[0]
};

/* Each piece after a string of every length up to two blocks and more, and
 * with strings and white space of several lengths behind it. */
static void agrees_wherever_the_edges_of_blocks_fall(void **state)
{
    (void)state;
    for (size_t before = 0; before <= 140; before++) {
        for (size_t i = 0; i < PIECES; i++) {
            size_t size = append(0, "[\"");

            memset(bytes + size, 'x', before);
            size = append(size + before, "\",");
            size = append(size, pieces[i]);
            (void)scan_same(size);
            size = append(size, "]");
            (void)scan_same(size);
            size = append(size - 1, " , \"tail\"\n]");
            (void)scan_same(size);
        }
    }
}

static void agrees_on_pairs_of_pieces(void **state)
{
    (void)state;
    for (size_t first = 0; first < PIECES; first++) {
        for (size_t second = 0; second < PIECES; second++) {
            size_t size = append(0, "[");

            size = append(size, pieces[first]);
            size = append(size, ",");
            size = append(size, pieces[second]);
            (void)scan_same(append(size, "]"));
        }
    }
}

static void agrees_on_texts_with_any_number_of_strings(void **state)
{
    (void)state;
    for (size_t count = 400; count < 1700; count += 7) {
        size_t size = append(0, "[\"depth\"");

        for (size_t i = 0; i < count; i++) {
            size =
                append(size, i % 5 == 0 ? ",{\"p\":\"1.5\",\"q\":2}" : ",\"\"");
        }
        assert_int_equal(scan_same(append(size, "]")), SOCKFEED_OK);
        assert_int_equal(scan_same(append(size, ",\"]")), SOCKFEED_PROTOCOL);
    }
}

static void agrees_on_deep_keys_where_the_list_of_strings_ends(void **state)
{
    (void)state;
    for (size_t count = 440; count < 520; count++) {
        size_t size = append(0, "[\"depth\"");

        for (size_t i = 0; i < count; i++) {
            size = append(size, ",\"\"");
        }
        size = append(size, ",");
        for (size_t i = 0; i < 40; i++) {
            size = append(size, "{\"k\":");
        }
        size = append(size, "\"v\"");
        for (size_t i = 0; i < 40; i++) {
            size = append(size, "}");
        }
        assert_int_equal(scan_same(append(size, "]")), SOCKFEED_OK);
        assert_int_equal(scan_same(size), SOCKFEED_PROTOCOL);
    }
}

static void agrees_on_large_texts_without_strings(void **state)
{
    size_t size = append(0, "[[");

    (void)state;
    while (size < TEXT_MAX - 64) {
        size = append(size, "1234.5,-6,");
    }
    assert_int_equal(scan_same(append(size, "\"\"]]")), SOCKFEED_OK);
    assert_int_equal(scan_same(append(size, "7]\n]\n\n")), SOCKFEED_OK);
    assert_int_equal(scan_same(append(size, "7]")), SOCKFEED_PROTOCOL);
}

static const char *const seeds[] = {
    "[\"m\",\"5~CCCAGG~BTC~USD~1~7297~1517844555~0.1288158~942.80284~fe9\"]",
    "{\"e\":\"trade\",\"E\":1633998274793,\"s\":\"BTCUSDT\",\"p\":\"297.32\","
    "\"q\":0.50,\"m\":true,\"M\":false,\"x\":null}",
    "[345,[\"5541.30000\",\"2.50700000\"],{\"a\":[[1,2.5],[-3e5]]},\"XBT/USD\"]",
    "[\"a\\\"b\",\"\\u20ac\\ud83d\\ude80\",{\"\\\\\":\"\xe2\x82\xac\xf0\x9f\x98"
    "\x80\"}, 1 ,\n{} ]\n",
    "[[16339,12.5,3],[16340,12.75,1e5],[-1,0.5,0],[],[[]],{},{\"a\":{}}]",
};

enum {
    SEEDS = sizeof seeds / sizeof seeds[0]
};

static uint32_t random_state = 1;

static size_t random_below(size_t limit)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 8) % limit;
}

/* One change where grammar and blocks can break: a byte replaced, taken out,
 * doubled or swapped with one from elsewhere. */
static size_t mutate(size_t size)
{
    static const char alphabet[] = "\"\"\\[]{},:0159.-+eE \n\t\r\0tfnu\x80\xe2";
    size_t at = random_below(size);
    size_t other = random_below(size);
    char kept = bytes[at];

    switch (random_below(4)) {
    case 0:
        bytes[at] = alphabet[random_below(sizeof alphabet)];
        break;
    case 1:
        memmove(bytes + at, bytes + at + 1, size - at - 1);
        return size - 1;
    case 2:
        memmove(bytes + at + 1, bytes + at, size - at);
        return size + 1;
    default:
        bytes[at] = bytes[other];
        bytes[other] = kept;
    }
    return size;
}

static void agrees_on_mutations(void **state)
{
    (void)state;
    for (size_t i = 0; i < MUTATIONS; i++) {
        size_t size = append(0, seeds[random_below(SEEDS)]);

        for (size_t changes = 1 + random_below(3); changes > 0; changes--) {
            size = mutate(size);
        }
        (void)scan_same(size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_wherever_the_edges_of_blocks_fall),
        cmocka_unit_test(agrees_on_pairs_of_pieces),
        cmocka_unit_test(agrees_on_texts_with_any_number_of_strings),
        cmocka_unit_test(agrees_on_deep_keys_where_the_list_of_strings_ends),
        cmocka_unit_test(agrees_on_large_texts_without_strings),
        cmocka_unit_test(agrees_on_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
