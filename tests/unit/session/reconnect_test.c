/* SPDX-License-Identifier: MIT */
#include "session/reconnect.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t DELAYS[] = {1000, 2000, 4000};
static const struct reconnect_end LOST = {.result = SOCKFEED_LOST};

static struct rng rng;

static struct reconnect made(enum sockfeed_reconnect policy, int64_t retries)
{
    struct reconnect_config config = {.policy = policy,
                                      .delays = DELAYS,
                                      .delay_count = 3,
                                      .jitter = 0,
                                      .retries = retries};
    struct reconnect reconnect;

    rng_init_seed(&rng, 7);
    reconnect_init(&reconnect, &config, &rng);
    return reconnect;
}

static void assert_retry(struct reconnect *reconnect, int64_t now,
                         const struct reconnect_end *end, int64_t wanted)
{
    int64_t delay = -1;

    assert_int_equal(reconnect_ended(reconnect, &delay, now, end),
                     SOCKFEED_AGAIN);
    assert_int_equal(delay, wanted);
}

static void assert_given_up(struct reconnect *reconnect, int64_t now,
                            const struct reconnect_end *end)
{
    int64_t delay = -1;

    assert_int_equal(reconnect_ended(reconnect, &delay, now, end), end->result);
    assert_int_equal(delay, -1);
}

static void never_and_lost_give_up_on_a_first_failure(void **state)
{
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_NEVER, -1);

    (void)state;
    assert_given_up(&reconnect, 0, &LOST);
    reconnect_opened(&reconnect, 0);
    reconnect_delivered(&reconnect);
    assert_given_up(&reconnect, 5000, &LOST);
    reconnect = made(SOCKFEED_RECONNECT_LOST, -1);
    assert_given_up(&reconnect, 0, &LOST);
    reconnect = made(SOCKFEED_RECONNECT_ALWAYS, -1);
    assert_retry(&reconnect, 0, &LOST, 1000);
}

static void what_was_up_is_brought_back_with_growing_delays(void **state)
{
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_LOST, -1);

    (void)state;
    reconnect_opened(&reconnect, 0);
    assert_retry(&reconnect, 0, &LOST, 1000);
    assert_retry(&reconnect, 1000, &LOST, 2000);
    assert_retry(&reconnect, 3000, &LOST, 4000);
    assert_retry(&reconnect, 7000, &LOST, 4000);
    assert_int_equal(reconnect_attempts(&reconnect), 4);
}

static void starts_over_once_twice_the_last_delay_was_outlived(void **state)
{
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_LOST, -1);

    (void)state;
    reconnect_opened(&reconnect, 0);
    assert_retry(&reconnect, 0, &LOST, 1000);
    reconnect_opened(&reconnect, 1000);
    assert_retry(&reconnect, 3000, &LOST, 2000);
    reconnect_opened(&reconnect, 5000);
    assert_retry(&reconnect, 9001, &LOST, 1000);
}

static void gives_up_after_so_many_tries_in_a_row(void **state)
{
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_LOST, 2);

    (void)state;
    reconnect_opened(&reconnect, 0);
    reconnect_delivered(&reconnect);
    assert_retry(&reconnect, 0, &LOST, 1000);
    /* Up but without a message: a failed try. */
    reconnect_opened(&reconnect, 1000);
    assert_retry(&reconnect, 1000, &LOST, 2000);
    assert_given_up(&reconnect, 3000, &LOST);
    reconnect = made(SOCKFEED_RECONNECT_LOST, 1);
    for (int64_t now = 0; now < 100000; now += 10000) {
        reconnect_opened(&reconnect, now);
        reconnect_delivered(&reconnect);
        assert_retry(&reconnect, now + 9000, &LOST, 1000);
    }
    reconnect = made(SOCKFEED_RECONNECT_ALWAYS, 0);
    assert_given_up(&reconnect, 0, &LOST);
}

static void the_servers_last_word_is_final_unless_always(void **state)
{
    static const struct reconnect_end ended = {.result = SOCKFEED_CLOSED,
                                               .disconnected = true};
    static const struct reconnect_end closed = {.result = SOCKFEED_CLOSED};
    static const struct reconnect_end refused = {.result = SOCKFEED_NAMESPACE};
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_LOST, -1);

    (void)state;
    reconnect_opened(&reconnect, 0);
    assert_given_up(&reconnect, 10, &ended);
    assert_given_up(&reconnect, 10, &refused);
    assert_retry(&reconnect, 10, &closed, 1000);
    reconnect = made(SOCKFEED_RECONNECT_ALWAYS, -1);
    assert_retry(&reconnect, 0, &ended, 1000);
    assert_retry(&reconnect, 0, &refused, 2000);
}

static void what_no_try_can_cure_is_not_tried(void **state)
{
    static const enum sockfeed_result results[] = {
        SOCKFEED_OK, SOCKFEED_INVALID, SOCKFEED_NOMEM, SOCKFEED_CA_FILE};

    (void)state;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        struct reconnect reconnect = made(SOCKFEED_RECONNECT_ALWAYS, -1);
        struct reconnect_end end = {.result = results[i]};

        reconnect_opened(&reconnect, 0);
        assert_given_up(&reconnect, 0, &end);
    }
}

static void waits_at_least_as_long_as_the_server_asks(void **state)
{
    struct reconnect reconnect = made(SOCKFEED_RECONNECT_ALWAYS, -1);
    struct reconnect_end end = {.result = SOCKFEED_REFUSED,
                                .retry_after = 1500};

    (void)state;
    assert_retry(&reconnect, 0, &end, 1500);
    assert_retry(&reconnect, 0, &end, 2000);
    end.retry_after = INT64_MAX;
    assert_retry(&reconnect, 0, &end, RECONNECT_RETRY_AFTER_MAX);
}

static void spreads_delays_by_the_jitter(void **state)
{
    struct reconnect_config config = {.policy = SOCKFEED_RECONNECT_ALWAYS,
                                      .delays = DELAYS,
                                      .delay_count = 1,
                                      .jitter = 200,
                                      .retries = -1};
    struct reconnect reconnect;
    int64_t least = INT64_MAX;
    int64_t most = 0;

    (void)state;
    rng_init_seed(&rng, 7);
    reconnect_init(&reconnect, &config, &rng);
    for (int i = 0; i < 1000; i++) {
        int64_t delay = 0;

        assert_int_equal(reconnect_ended(&reconnect, &delay, 0, &LOST),
                         SOCKFEED_AGAIN);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    assert_in_range(least, 800, 810);
    assert_in_range(most, 1190, 1200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_and_lost_give_up_on_a_first_failure),
        cmocka_unit_test(what_was_up_is_brought_back_with_growing_delays),
        cmocka_unit_test(starts_over_once_twice_the_last_delay_was_outlived),
        cmocka_unit_test(gives_up_after_so_many_tries_in_a_row),
        cmocka_unit_test(the_servers_last_word_is_final_unless_always),
        cmocka_unit_test(what_no_try_can_cure_is_not_tried),
        cmocka_unit_test(waits_at_least_as_long_as_the_server_asks),
        cmocka_unit_test(spreads_delays_by_the_jitter),
    };

    return cmocka_run_group_tests_name("session/reconnect", tests, NULL, NULL);
}
