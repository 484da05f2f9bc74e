/* SPDX-License-Identifier: MIT */
#include "cli/choose/sequence.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The holes that were told of, "expected/got" each. */
static char holes[200];

static void on_gap(void *user, const struct output_gap *gap)
{
    size_t size = strlen(holes);

    (void)user;
    (void)snprintf(holes + size, sizeof holes - size, "%s%.*s%s/%s",
                   size == 0 ? "" : " ", (int)gap->key_size,
                   gap->key == NULL ? "" : gap->key, gap->expected, gap->got);
}

static struct sequence *made(const char *text)
{
    static const struct output_callbacks callbacks = {.gap = on_gap};
    struct output_error error = {""};
    struct sequence *sequence;

    assert_int_equal(sequence_new(&sequence, text, &callbacks, &error),
                     SOCKFEED_OK);
    return sequence;
}

static void assert_told(const char *wanted)
{
    assert_string_equal(holes, wanted == NULL ? "" : wanted);
    holes[0] = '\0';
}

/* What is told at a message: "expected/got", or NULL for no hole. */
static void assert_hole(struct sequence *sequence, unsigned source,
                        const char *data, const char *wanted)
{
    const struct sequence_from from = {.source = source, .connection = 1};

    assert_int_equal(sequence_take(sequence, &from, span_text(data), 7),
                     SOCKFEED_OK);
    assert_told(wanted);
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
    assert_hole(sequence, 0, "{\"s\":\"b\",\"n\":9}", "\"b\"8/9");
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
    assert_hole(sequence, 0, "{\"s\":0,\"n\":3}", "02/3");
    sequence_free(sequence);
}

static void one_or_two_pointers_are_taken(void **state)
{
    static const char *const bad[] = {"x", "/a,b", "/a,/b,/c", "/~2"};
    struct output_error error = {""};
    struct sequence *sequence;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(sequence_new(&sequence, bad[i], NULL, &error),
                         SOCKFEED_INVALID);
    }
}

/* ---- Two connections ----------------------------------------------------- */

enum {
    SECOND = 1000000000 /* ns */
};

static int64_t now = 100 * (int64_t)SECOND;

/* The number comes on one of connections 1 and 2, which are both open. */
static void assert_beside(struct sequence *sequence, unsigned connection,
                          unsigned number, const char *wanted)
{
    const struct sequence_from from = {
        .connection = connection, .beside = 3 - connection, .overlaps = true};
    char data[20];

    (void)snprintf(data, sizeof data, "{\"n\":%u}", number);
    assert_int_equal(sequence_take(sequence, &from, span_text(data), now),
                     SOCKFEED_OK);
    assert_told(wanted);
}

/* The other one has gone. */
static void assert_after(struct sequence *sequence, unsigned number,
                         const char *wanted)
{
    const struct sequence_from from = {.connection = 2, .beside = 1};
    char data[20];

    (void)snprintf(data, sizeof data, "{\"n\":%u}", number);
    assert_int_equal(sequence_take(sequence, &from, span_text(data), now),
                     SOCKFEED_OK);
    assert_told(wanted);
}

static void what_both_connections_bring_is_no_repetition(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 7, NULL);
    assert_beside(sequence, 2, 7, NULL);
    assert_beside(sequence, 2, 8, NULL);
    assert_beside(sequence, 2, 9, NULL);
    assert_beside(sequence, 1, 8, NULL);
    assert_beside(sequence, 1, 9, NULL);
    assert_beside(sequence, 1, 10, NULL);
    assert_beside(sequence, 1, 11, NULL);
    assert_beside(sequence, 2, 10, NULL);
    /* It is behind the one that has gone, and catches up. */
    sequence_settle(sequence, 0);
    assert_after(sequence, 11, NULL);
    assert_after(sequence, 12, NULL);
    assert_after(sequence, 12, "13/12");
    assert_after(sequence, 14, "13/14");
    sequence_free(sequence);
}

static void what_the_other_one_fills_is_no_hole(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 7, NULL);
    /* The new one is ahead. */
    assert_beside(sequence, 2, 10, NULL);
    assert_beside(sequence, 2, 11, NULL);
    assert_beside(sequence, 1, 8, NULL);
    assert_beside(sequence, 1, 9, NULL);
    assert_beside(sequence, 1, 10, NULL);
    assert_beside(sequence, 1, 11, NULL);
    sequence_settle(sequence, 0);
    assert_after(sequence, 12, NULL);
    sequence_free(sequence);
}

static void several_holes_are_filled_in_turn(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 2, NULL);
    /* All that the new one has sent is read first. */
    assert_beside(sequence, 2, 5, NULL);
    assert_beside(sequence, 2, 7, NULL);
    assert_beside(sequence, 2, 10, NULL);
    assert_beside(sequence, 2, 12, NULL);
    assert_beside(sequence, 1, 3, NULL);
    assert_beside(sequence, 1, 4, NULL);
    assert_beside(sequence, 1, 5, NULL);
    /* 6 is in neither; 8 is. */
    assert_beside(sequence, 1, 8, "6/7");
    sequence_settle(sequence, 0);
    assert_told("9/10 11/12");
    sequence_free(sequence);
}

static void of_too_many_holes_the_first_is_told(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 1, NULL);
    for (unsigned i = 1; i <= 64; i++) {
        assert_beside(sequence, 2, 1 + 2 * i, NULL);
    }
    assert_beside(sequence, 2, 131, "2/3");
    assert_beside(sequence, 1, 4, NULL);
    sequence_free(sequence);
}

static void what_neither_brings_is_a_hole_told_once(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 7, NULL);
    assert_beside(sequence, 2, 10, NULL);
    assert_beside(sequence, 1, 10, "8/10");
    assert_beside(sequence, 1, 12, NULL);
    assert_beside(sequence, 2, 13, "11/12");
    /* Filled in part. */
    assert_beside(sequence, 1, 18, NULL);
    assert_beside(sequence, 2, 14, NULL);
    assert_beside(sequence, 2, 16, "15/16");
    assert_beside(sequence, 2, 17, NULL);
    assert_beside(sequence, 2, 18, NULL);
    assert_beside(sequence, 1, 19, NULL);
    sequence_free(sequence);
}

static void a_hole_is_told_when_nobody_can_fill_it(void **state)
{
    struct sequence *sequence = made("/n,/s");
    const struct sequence_from from = {
        .connection = 2, .beside = 1, .overlaps = true};

    (void)state;
    assert_int_equal(
        sequence_take(sequence, &from, span_text("{\"s\":\"a\",\"n\":1}"), now),
        SOCKFEED_OK);
    assert_int_equal(
        sequence_take(sequence, &from, span_text("{\"s\":\"a\",\"n\":3}"), now),
        SOCKFEED_OK);
    assert_told(NULL);
    sequence_settle(sequence, 1);
    assert_told(NULL);
    sequence_settle(sequence, 0);
    assert_told("\"a\"2/3");
    sequence_settle(sequence, 0);
    assert_told(NULL);
    sequence_free(sequence);
}

static void a_hole_is_told_when_it_was_waited_for_too_long(void **state)
{
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 1, NULL);
    assert_beside(sequence, 1, 3, NULL);
    now += 11 * (int64_t)SECOND;
    assert_beside(sequence, 1, 4, "2/3");
    /* And what begins anew is told of, be it that long after. */
    now += 11 * (int64_t)SECOND;
    assert_beside(sequence, 2, 1, "5/1");
    sequence_free(sequence);
}

static void what_came_before_fills_but_is_not_news(void **state)
{
    struct sequence_from from = {
        .connection = 1, .beside = 2, .overlaps = true, .again = true};
    struct sequence *sequence = made("/n");

    (void)state;
    assert_beside(sequence, 1, 7, NULL);
    assert_beside(sequence, 2, 9, NULL);
    assert_int_equal(
        sequence_take(sequence, &from, span_text("{\"n\":9}"), now),
        SOCKFEED_OK);
    assert_told("8/9");
    from.overlaps = false;
    assert_int_equal(
        sequence_take(sequence, &from, span_text("{\"n\":9}"), now),
        SOCKFEED_OK);
    assert_told(NULL);
    sequence_free(sequence);
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
        cmocka_unit_test(what_both_connections_bring_is_no_repetition),
        cmocka_unit_test(what_the_other_one_fills_is_no_hole),
        cmocka_unit_test(several_holes_are_filled_in_turn),
        cmocka_unit_test(of_too_many_holes_the_first_is_told),
        cmocka_unit_test(what_neither_brings_is_a_hole_told_once),
        cmocka_unit_test(a_hole_is_told_when_nobody_can_fill_it),
        cmocka_unit_test(a_hole_is_told_when_it_was_waited_for_too_long),
        cmocka_unit_test(what_came_before_fills_but_is_not_news),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
