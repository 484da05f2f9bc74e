/* SPDX-License-Identifier: MIT */
#include "cli/sequence.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct sequence *made(const char *text)
{
    struct output_error error = {""};
    struct sequence *sequence;

    assert_int_equal(sequence_new(&sequence, text, &error), SOCKFEED_OK);
    return sequence;
}

/* "expected/got", or NULL where there is no hole. */
static void assert_hole(struct sequence *sequence, unsigned source,
                        const char *data, const char *wanted)
{
    struct output_gap hole;
    char found[100];
    bool gap = false;

    assert_int_equal(
        sequence_take(sequence, source, span_text(data), 7, &hole, &gap),
        SOCKFEED_OK);
    assert_int_equal(gap, wanted != NULL);
    if (gap) {
        (void)snprintf(found, sizeof found, "%s/%s", hole.expected, hole.got);
        assert_string_equal(found, wanted);
    }
}

static void each_number_is_one_more_than_the_last(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_hole(sequence, 0, "{\"n\":8}", NULL);
    assert_hole(sequence, 0, "{\"n\":9}", NULL);
    assert_hole(sequence, 0, "{\"n\":10}", NULL);
    assert_hole(sequence, 0, "{\"n\":13}", "11/13");
    assert_hole(sequence, 0, "{\"n\":14}", NULL);
    assert_hole(sequence, 0, "{\"n\":14}", "15/14");
    assert_hole(sequence, 0, "{\"n\":3}", "15/3");
    assert_hole(sequence, 0, "{\"n\":4}", NULL);
    sequence_free(sequence);
}

static void numbers_keep_all_their_digits(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_hole(sequence, 0, "{\"n\":9007199254740993}", NULL);
    assert_hole(sequence, 0, "{\"n\":9007199254740995}",
                "9007199254740994/9007199254740995");
    assert_hole(sequence, 0, "{\"n\":99999999999999999999999999999999999999}",
                "9007199254740996/99999999999999999999999999999999999999");
    assert_hole(sequence, 0, "{\"n\":0}",
                "100000000000000000000000000000000000000/0");
    sequence_free(sequence);
}

static void strings_hold_numbers_too(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_hole(sequence, 0, "{\"n\":\"0099\"}", NULL);
    assert_hole(sequence, 0, "{\"n\":\"100\"}", NULL);
    assert_hole(sequence, 0, "{\"n\":102}", "101/102");
    sequence_free(sequence);
}

static void what_is_no_whole_number_is_not_looked_at(void **state)
{
    static const char *const others[] = {
        "{}",
        "{\"n\":null}",
        "{\"n\":1.5}",
        "{\"n\":-1}",
        "{\"n\":1e3}",
        "{\"n\":\"x\"}",
        "{\"n\":\"\"}",
        "{\"n\":[1]}",
        "{\"n\":123456789012345678901234567890123456789}",
    };
    struct sequence *sequence = made("/n");

    (void)state;
    assert_hole(sequence, 0, "{\"n\":1}", NULL);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_hole(sequence, 0, others[i], NULL);
    }
    assert_hole(sequence, 0, "{\"n\":2}", NULL);
    sequence_free(sequence);
}

static void keys_and_sources_count_for_themselves(void **state)
{
    struct sequence *sequence = made("/n,/s");

    (void)state;
    assert_hole(sequence, 0, "{\"s\":\"a\",\"n\":1}", NULL);
    assert_hole(sequence, 0, "{\"s\":\"b\",\"n\":7}", NULL);
    assert_hole(sequence, 1, "{\"s\":\"a\",\"n\":70}", NULL);
    assert_hole(sequence, 0, "{\"n\":5}", NULL);
    assert_hole(sequence, 0, "{\"s\":\"a\",\"n\":2}", NULL);
    assert_hole(sequence, 0, "{\"s\":\"b\",\"n\":9}", "8/9");
    assert_hole(sequence, 1, "{\"s\":\"a\",\"n\":71}", NULL);
    assert_hole(sequence, 0, "{\"n\":6}", NULL);
    sequence_free(sequence);
}

static void keys_beyond_the_limit_are_not_looked_at(void **state)
{
    struct sequence *sequence = made("/n,/s");
    char data[40];

    (void)state;
    for (int i = 0; i < LIMIT_SEQUENCE_KEYS; i++) {
        (void)snprintf(data, sizeof data, "{\"s\":%d,\"n\":1}", i);
        assert_hole(sequence, 0, data, NULL);
    }
    assert_false(sequence_take_limit(sequence));
    assert_hole(sequence, 0, "{\"s\":-1,\"n\":1}", NULL);
    assert_hole(sequence, 0, "{\"s\":-1,\"n\":5}", NULL);
    assert_true(sequence_take_limit(sequence));
    assert_false(sequence_take_limit(sequence));
    assert_hole(sequence, 0, "{\"s\":0,\"n\":3}", "2/3");
    sequence_free(sequence);
}

static void one_or_two_pointers_are_taken(void **state)
{
    static const char *const bad[] = {"x", "/a,b", "/a,/b,/c", "/~2"};
    struct output_error error = {""};
    struct sequence *sequence;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(sequence_new(&sequence, bad[i], &error),
                         SOCKFEED_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_one_more_than_the_last),
        cmocka_unit_test(numbers_keep_all_their_digits),
        cmocka_unit_test(strings_hold_numbers_too),
        cmocka_unit_test(what_is_no_whole_number_is_not_looked_at),
        cmocka_unit_test(keys_and_sources_count_for_themselves),
        cmocka_unit_test(keys_beyond_the_limit_are_not_looked_at),
        cmocka_unit_test(one_or_two_pointers_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
