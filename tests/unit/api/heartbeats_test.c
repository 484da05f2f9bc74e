/* SPDX-License-Identifier: MIT */
#include "api/heartbeats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct sockfeed_outgoing PING = {.data = "ping", .size = 4};

static struct heartbeats made(bool idle)
{
    struct heartbeats heartbeats;

    heartbeats_init(&heartbeats);
    assert_int_equal(heartbeats_add(&heartbeats, 1000, idle, &PING),
                     SOCKFEED_OK);
    return heartbeats;
}

static void one_comes_after_each_interval_in_step(void **state)
{
    struct heartbeats heartbeats = made(false);
    struct beats beats;

    (void)state;
    heartbeats_start(&beats, &heartbeats, 500);
    assert_int_equal(heartbeats_due(&beats), 1500);
    assert_null(heartbeats_take(&beats, 1499, 1499));
    assert_non_null(heartbeats_take(&beats, 1503, 1503));
    assert_null(heartbeats_take(&beats, 1503, 1503));
    assert_int_equal(heartbeats_due(&beats), 2500);
    heartbeats_deinit(&heartbeats);
}

static void beats_that_were_missed_are_not_made_up_for(void **state)
{
    struct heartbeats heartbeats = made(false);
    struct beats beats;

    (void)state;
    heartbeats_start(&beats, &heartbeats, 0);
    assert_non_null(heartbeats_take(&beats, 60000, 0));
    assert_null(heartbeats_take(&beats, 60000, 0));
    assert_int_equal(heartbeats_due(&beats), 61000);
    heartbeats_deinit(&heartbeats);
}

static void an_idle_one_waits_for_silence(void **state)
{
    struct heartbeats heartbeats = made(true);
    struct beats beats;

    (void)state;
    heartbeats_start(&beats, &heartbeats, 0);
    assert_null(heartbeats_take(&beats, 1000, 700));
    assert_int_equal(heartbeats_due(&beats), 1700);
    assert_non_null(heartbeats_take(&beats, 1700, 700));
    assert_int_equal(heartbeats_due(&beats), 2700);
    heartbeats_deinit(&heartbeats);
}

static void there_may_be_so_many_and_no_more(void **state)
{
    struct heartbeats heartbeats;

    (void)state;
    heartbeats_init(&heartbeats);
    for (int i = 0; i < LIMIT_HEARTBEATS; i++) {
        assert_int_equal(heartbeats_add(&heartbeats, 1, false, &PING),
                         SOCKFEED_OK);
    }
    assert_int_equal(heartbeats_add(&heartbeats, 1, false, &PING),
                     SOCKFEED_FULL);
    heartbeats_deinit(&heartbeats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_comes_after_each_interval_in_step),
        cmocka_unit_test(beats_that_were_missed_are_not_made_up_for),
        cmocka_unit_test(an_idle_one_waits_for_silence),
        cmocka_unit_test(there_may_be_so_many_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
