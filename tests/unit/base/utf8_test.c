/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct bad_text {
    const char *bytes;
    size_t size;
    size_t sequence; /* where utf8_check puts it */
    size_t byte;     /* where utf8_feed does; size: not before the end */
};

#define BAD(text, sequence, byte)              \
 {                                             \
  (text), sizeof(text) - 1, (sequence), (byte) \
 }

static const struct bad_text bad_texts[] = {
    BAD("\x80", 0, 0),
    BAD("a\xbf", 1, 1),
    BAD("\xc0\x80", 0, 0),
    BAD("\xc1\xbf", 0, 0),
    BAD("\xc3", 0, 1),
    BAD("ab\xc3(", 2, 3),
    BAD("\xe0\x80\x80", 0, 1),
    BAD("\xe0\x9f\xbf", 0, 1),
    BAD("\xe2\x82", 0, 2),
    BAD("\xe2\x82(", 0, 2),
    BAD("\xe2(\xa1", 0, 1),
    BAD("\xed\xa0\x80", 0, 1),
    BAD("\xed\xbf\xbf", 0, 1),
    BAD("\xf0\x80\x80\x80", 0, 1),
    BAD("\xf0\x8f\xbf\xbf", 0, 1),
    BAD("\xf0\x9f\x98", 0, 3),
    BAD("\xf0\x9f\x98(", 0, 3),
    BAD("\xf4\x90\x80\x80", 0, 1),
    BAD("\xf5\x80\x80\x80", 0, 0),
    BAD("\xff", 0, 0),
    BAD("\xe2\x82\xac\xfe", 3, 3),
};

static const char *const good_texts[] = {
    "",
    "a",
    "\x7f",
    "\xc2\x80",
    "\xdf\xbf",
    "\xe0\xa0\x80",
    "\xec\xbf\xbf",
    "\xed\x9f\xbf",
    "\xee\x80\x80",
    "\xef\xbf\xbf",
    "\xf0\x90\x80\x80",
    "\xf3\xbf\xbf\xbf",
    "\xf4\x8f\xbf\xbf",
    "1 \xe2\x82\xac, \xf0\x9f\x98\x80, \xd1\x86\xd0\xb5\xd0\xbd\xd0\xb0 at the end",
};

static const size_t bad_count = sizeof bad_texts / sizeof bad_texts[0];
static const size_t good_count = sizeof good_texts / sizeof good_texts[0];

static void accepts_valid_sequences(void **state)
{
    (void)state;
    for (size_t i = 0; i < good_count; i++) {
        struct span text = span_text(good_texts[i]);

        assert_int_equal(utf8_check(text), text.size);
    }
}

static void finds_the_first_invalid_sequence(void **state)
{
    (void)state;
    for (size_t i = 0; i < bad_count; i++) {
        const struct bad_text *bad = &bad_texts[i];

        assert_int_equal(utf8_check(span_of(bad->bytes, bad->size)),
                         bad->sequence);
    }
}

/* Each text behind 0 to 80 ASCII bytes and before as many, the end against a
 * page that cannot be read: whatever is looked at in blocks has its edges
 * everywhere. */
static void finds_it_at_every_offset_of_a_block(void **state)
{
    struct guard_page guard;
    char bytes[256];

    (void)state;
    guard_page_init(&guard, sizeof bytes);
    for (size_t i = 0; i < bad_count; i++) {
        const struct bad_text *bad = &bad_texts[i];

        for (size_t before = 0; before <= 80; before++) {
            size_t after = before % 19;
            const char *text;

            memset(bytes, 'x', sizeof bytes);
            memcpy(bytes + before, bad->bytes, bad->size);
            text = guard_page_place(&guard, bytes, before + bad->size + after);
            assert_int_equal(
                utf8_check(span_of(text, before + bad->size + after)),
                before + bad->sequence);
        }
    }
    guard_page_deinit(&guard);
}

/* Long enough that it is looked at in the widest blocks first. */
static void finds_it_in_a_long_text(void **state)
{
    enum {
        LONG = 2000
    };
    struct guard_page guard;
    char bytes[LONG];

    (void)state;
    guard_page_init(&guard, sizeof bytes);
    for (size_t before = 0; before + 4 <= LONG; before++) {
        const struct bad_text *bad = &bad_texts[before % bad_count];
        const char *text;

        memset(bytes, 'x', sizeof bytes);
        memcpy(bytes + before, bad->bytes, bad->size);
        text = guard_page_place(&guard, bytes, sizeof bytes);
        assert_int_equal(utf8_check(span_of(text, sizeof bytes)),
                         before + bad->sequence);
        memcpy(bytes + before, "\xf4\x8f\xbf\xbf", 4);
        text = guard_page_place(&guard, bytes, sizeof bytes);
        assert_int_equal(utf8_check(span_of(text, sizeof bytes)), LONG);
    }
    guard_page_deinit(&guard);
}

static void accepts_every_code_point_and_reads_back_what_it_wrote(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x110000; point++) {
        char bytes[4];
        size_t size = utf8_encode(bytes, point);
        uint32_t read = 0;
        bool has_form =
            point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF);

        assert_int_equal(utf8_check(span_of(bytes, size)), size);
        assert_int_equal(utf8_decode(&read, span_of(bytes, size)), size);
        assert_int_equal(read, has_form ? point : 0xFFFD);
    }
}

static void decodes_nothing_where_nothing_is(void **state)
{
    uint32_t point;

    (void)state;
    assert_int_equal(utf8_decode(&point, span_of(NULL, 0)), 0);
    assert_int_equal(utf8_decode(&point, span_text("\xe2\x82")), 0);
}

static void refuses_a_fragment_at_its_first_impossible_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < bad_count; i++) {
        const struct bad_text *bad = &bad_texts[i];
        struct utf8_state utf8 = {0};
        size_t at = utf8_feed(&utf8, span_of(bad->bytes, bad->size));

        assert_int_equal(at, bad->byte);
        assert_false(utf8_complete(&utf8));
        if (bad->byte < bad->size) {
            assert_int_equal(utf8_feed(&utf8, span_text("a")), 0);
        }
    }
}

static void says_the_same_whatever_the_fragments(void **state)
{
    (void)state;
    for (size_t i = 0; i < good_count; i++) {
        struct span text = span_text(good_texts[i]);

        for (size_t cut = 0; cut <= text.size; cut++) {
            struct utf8_state utf8 = {0};

            assert_int_equal(utf8_feed(&utf8, span_of(text.data, cut)), cut);
            assert_int_equal(utf8_feed(&utf8, span_skip(text, cut)),
                             text.size - cut);
            assert_true(utf8_complete(&utf8));
        }
    }
}

static void is_not_complete_inside_a_sequence(void **state)
{
    struct utf8_state utf8 = {0};

    (void)state;
    assert_true(utf8_complete(&utf8));
    assert_int_equal(utf8_feed(&utf8, span_text("\xf0\x9f")), 2);
    assert_false(utf8_complete(&utf8));
    assert_int_equal(utf8_feed(&utf8, span_text("\x98")), 1);
    assert_false(utf8_complete(&utf8));
    assert_int_equal(utf8_feed(&utf8, span_text("\x80")), 1);
    assert_true(utf8_complete(&utf8));
}

static void counts_utf16_units_as_javascript_does(void **state)
{
    (void)state;
    assert_int_equal(utf8_utf16_length(span_text("")), 0);
    assert_int_equal(utf8_utf16_length(span_text("abc")), 3);
    assert_int_equal(utf8_utf16_length(span_text("\xe2\x82\xac")), 1);
    assert_int_equal(utf8_utf16_length(span_text("\xc3\xa9\xf0\x9f\x98\x80")),
                     3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_valid_sequences),
        cmocka_unit_test(finds_the_first_invalid_sequence),
        cmocka_unit_test(finds_it_at_every_offset_of_a_block),
        cmocka_unit_test(finds_it_in_a_long_text),
        cmocka_unit_test(accepts_every_code_point_and_reads_back_what_it_wrote),
        cmocka_unit_test(decodes_nothing_where_nothing_is),
        cmocka_unit_test(refuses_a_fragment_at_its_first_impossible_byte),
        cmocka_unit_test(says_the_same_whatever_the_fragments),
        cmocka_unit_test(is_not_complete_inside_a_sequence),
        cmocka_unit_test(counts_utf16_units_as_javascript_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
