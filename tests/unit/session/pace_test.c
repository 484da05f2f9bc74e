/* SPDX-License-Identifier: MIT */
#include "session/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    RATE = 3,
    SECOND = 1000,
};

static void there_is_no_limit_without_one(void **state)
{
    struct pace pace;

    (void)state;
    assert_int_equal(pace_init(&pace, 0), SOCKFEED_OK);
    for (int i = 0; i < 1000; i++) {
        assert_true(pace_allows(&pace, 7));
        pace_take(&pace, 7);
    }
    assert_false(pace_is_fresh(&pace));
    pace_deinit(&pace);
}

static void a_window_holds_so_many(void **state)
{
    struct pace pace;

    (void)state;
    assert_int_equal(pace_init(&pace, RATE), SOCKFEED_OK);
    for (int i = 0; i < RATE; i++) {
        assert_true(pace_allows(&pace, i));
        pace_take(&pace, i);
    }
    assert_false(pace_allows(&pace, RATE));
    pace_deinit(&pace);
}

static void a_message_counts_for_the_turn_after_its_own(void **state)
{
    struct pace pace;

    (void)state;
    assert_int_equal(pace_init(&pace, 1), SOCKFEED_OK);
    pace_take(&pace, 10);
    pace_turn(&pace, 10); /* the same turn still */
    assert_true(pace_is_fresh(&pace));
    assert_false(pace_allows(&pace, 10 + 2 * SECOND));
    pace_turn(&pace, 250);
    assert_false(pace_is_fresh(&pace));
    assert_int_equal(pace_due(&pace), 250 + SECOND + 1);
    assert_false(pace_allows(&pace, 250 + SECOND));
    assert_true(pace_allows(&pace, 250 + SECOND + 1));
    pace_deinit(&pace);
}

/* As fast as it lets go, over turns of every length: what was written at the
 * end of each turn keeps the rule wherever the window is laid. */
static void no_window_anywhere_holds_one_more(void **state)
{
    enum {
        COUNT = 200
    };
    struct pace pace;
    int64_t written[COUNT];
    int64_t now = 0;
    size_t sent = 0;

    (void)state;
    assert_int_equal(pace_init(&pace, RATE), SOCKFEED_OK);
    for (unsigned turn = 1; sent < COUNT; turn++) {
        int64_t end = now + 1 + turn * 37 % 90;

        pace_turn(&pace, now);
        while (sent < COUNT && pace_allows(&pace, now)) {
            pace_take(&pace, now);
            written[sent++] = end;
        }
        now = end;
    }
    for (size_t i = RATE; i < COUNT; i++) {
        assert_true(written[i] - written[i - RATE] > SECOND);
    }
    /* And no slower than the rule asks. */
    assert_in_range(written[COUNT - 1], COUNT / RATE * SECOND - SECOND,
                    COUNT / RATE * (SECOND + 200));
    pace_deinit(&pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_no_limit_without_one),
        cmocka_unit_test(a_window_holds_so_many),
        cmocka_unit_test(a_message_counts_for_the_turn_after_its_own),
        cmocka_unit_test(no_window_anywhere_holds_one_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
