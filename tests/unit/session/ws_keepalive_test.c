/* SPDX-License-Identifier: MIT */
#include "session/ws_keepalive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void pings_each_interval_while_answered(void **state)
{
    struct ws_keepalive keepalive;

    (void)state;
    ws_keepalive_start(&keepalive, 100, 50, 1000);
    for (int64_t now = 1100; now < 2000; now += 100) {
        assert_int_equal(ws_keepalive_deadline(&keepalive), now);
        assert_int_equal(ws_keepalive_tick(&keepalive, now - 1),
                         WS_KEEPALIVE_WAIT);
        assert_int_equal(ws_keepalive_tick(&keepalive, now), WS_KEEPALIVE_PING);
        assert_int_equal(ws_keepalive_deadline(&keepalive), now + 50);
        ws_keepalive_answered(&keepalive);
    }
}

static void silence_after_a_ping_is_a_loss(void **state)
{
    struct ws_keepalive keepalive;

    (void)state;
    ws_keepalive_start(&keepalive, 100, 50, 0);
    assert_int_equal(ws_keepalive_tick(&keepalive, 100), WS_KEEPALIVE_PING);
    assert_int_equal(ws_keepalive_tick(&keepalive, 149), WS_KEEPALIVE_WAIT);
    assert_int_equal(ws_keepalive_tick(&keepalive, 150), WS_KEEPALIVE_LOST);
}

static void the_first_of_several_pings_counts(void **state)
{
    struct ws_keepalive keepalive;

    (void)state;
    ws_keepalive_start(&keepalive, 100, 250, 0);
    assert_int_equal(ws_keepalive_tick(&keepalive, 100), WS_KEEPALIVE_PING);
    assert_int_equal(ws_keepalive_tick(&keepalive, 200), WS_KEEPALIVE_PING);
    assert_int_equal(ws_keepalive_tick(&keepalive, 300), WS_KEEPALIVE_PING);
    assert_int_equal(ws_keepalive_deadline(&keepalive), 350);
    assert_int_equal(ws_keepalive_tick(&keepalive, 350), WS_KEEPALIVE_LOST);
}

static void a_pause_is_not_held_against_the_peer(void **state)
{
    struct ws_keepalive keepalive;

    (void)state;
    ws_keepalive_start(&keepalive, 100, 50, 0);
    assert_int_equal(ws_keepalive_tick(&keepalive, 100), WS_KEEPALIVE_PING);
    ws_keepalive_pause(&keepalive);
    assert_int_equal(ws_keepalive_deadline(&keepalive), 200);
    assert_int_equal(ws_keepalive_tick(&keepalive, 199), WS_KEEPALIVE_WAIT);
    assert_int_equal(ws_keepalive_tick(&keepalive, 200), WS_KEEPALIVE_PING);
    ws_keepalive_resume(&keepalive, 230);
    assert_int_equal(ws_keepalive_deadline(&keepalive), 280);
    assert_int_equal(ws_keepalive_tick(&keepalive, 280), WS_KEEPALIVE_LOST);
}

static void nothing_happens_where_nothing_is_asked_for(void **state)
{
    struct ws_keepalive keepalive;

    (void)state;
    ws_keepalive_start(&keepalive, 0, 50, 0);
    assert_int_equal(ws_keepalive_deadline(&keepalive), INT64_MAX);
    ws_keepalive_start(&keepalive, 100, 0, 0);
    assert_int_equal(ws_keepalive_tick(&keepalive, 100), WS_KEEPALIVE_PING);
    assert_int_equal(ws_keepalive_deadline(&keepalive), 200);
    ws_keepalive_stop(&keepalive);
    assert_int_equal(ws_keepalive_deadline(&keepalive), INT64_MAX);
    assert_int_equal(ws_keepalive_tick(&keepalive, 1000), WS_KEEPALIVE_WAIT);
}

static void times_do_not_wrap(void **state)
{
    (void)state;
    assert_int_equal(ws_keepalive_later(INT64_MAX - 5, 5), INT64_MAX);
    assert_int_equal(ws_keepalive_later(INT64_MAX - 5, 6), INT64_MAX);
    assert_int_equal(ws_keepalive_later(1, INT64_MAX), INT64_MAX);
    assert_int_equal(ws_keepalive_later(1, 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pings_each_interval_while_answered),
        cmocka_unit_test(silence_after_a_ping_is_a_loss),
        cmocka_unit_test(the_first_of_several_pings_counts),
        cmocka_unit_test(a_pause_is_not_held_against_the_peer),
        cmocka_unit_test(nothing_happens_where_nothing_is_asked_for),
        cmocka_unit_test(times_do_not_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
