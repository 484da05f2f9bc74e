/* SPDX-License-Identifier: MIT */
#include "sockfeed.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct record {
    struct sockfeed_loop *loop;
    unsigned ready;
    unsigned calls;
};

static void on_ready(void *user, unsigned ready)
{
    struct record *record = user;

    record->ready = ready;
    record->calls++;
    sockfeed_loop_stop(record->loop);
}

static void on_time(void *user)
{
    struct record *record = user;

    record->calls++;
    sockfeed_loop_stop(record->loop);
}

static int set_up(void **state)
{
    static struct record record;

    record = (struct record){0};
    assert_int_equal(sockfeed_loop_new(&record.loop, 1), SOCKFEED_OK);
    *state = &record;
    return 0;
}

static int tear_down(void **state)
{
    struct record *record = *state;

    sockfeed_loop_free(record->loop);
    return 0;
}

static void watches_a_descriptor_that_stays_the_caller_s(void **state)
{
    struct record *record = *state;
    struct sockfeed_watch *watch;
    struct sockfeed_watch *other;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(sockfeed_watch_new(&watch, record->loop, ends[0],
                                        SOCKFEED_READABLE, on_ready, record),
                     SOCKFEED_OK);
    /* The same one twice, which epoll would refuse. */
    assert_int_equal(
        sockfeed_watch_new(&other, record->loop, ends[0], 0, on_ready, record),
        SOCKFEED_OK);
    assert_int_equal(write(ends[1], "x", 1), 1);
    sockfeed_loop_run(record->loop);
    assert_int_equal(record->calls, 1);
    assert_int_equal(record->ready, SOCKFEED_READABLE);
    sockfeed_watch_want(watch, 0);
    sockfeed_loop_step(record->loop);
    assert_int_equal(record->calls, 1);
    sockfeed_watch_free(watch);
    sockfeed_watch_free(other);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
}

static void refuses_what_cannot_be_waited_for(void **state)
{
    struct record *record = *state;
    struct sockfeed_watch *watch;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    assert_true(file >= 0);
    assert_int_equal(sockfeed_watch_new(&watch, record->loop, file,
                                        SOCKFEED_READABLE, on_ready, record),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_watch_new(&watch, record->loop, -1,
                                        SOCKFEED_READABLE, on_ready, record),
                     SOCKFEED_INVALID);
    assert_null(watch);
    assert_int_equal(close(file), 0);
}

static void fires_a_timer_once(void **state)
{
    struct record *record = *state;
    struct sockfeed_timer *timer;
    int64_t start = sockfeed_loop_now(record->loop);

    assert_int_equal(sockfeed_timer_new(&timer, record->loop, on_time, record),
                     SOCKFEED_OK);
    assert_int_equal(sockfeed_loop_deadline(record->loop), -1);
    sockfeed_timer_set(timer, 60000);
    sockfeed_timer_set(timer, 3);
    assert_in_range(sockfeed_loop_deadline(record->loop), 0, 3);
    sockfeed_loop_run(record->loop);
    assert_int_equal(record->calls, 1);
    assert_true(sockfeed_loop_now(record->loop) >= start + 3);
    assert_int_equal(sockfeed_loop_deadline(record->loop), -1);
    sockfeed_timer_set(timer, 1);
    sockfeed_timer_clear(timer);
    assert_int_equal(sockfeed_loop_deadline(record->loop), -1);
    sockfeed_timer_free(timer);
}

static void can_be_embedded(void **state)
{
    struct record *record = *state;
    struct sockfeed_timer *timer;
    struct pollfd set = {.fd = sockfeed_loop_descriptor(record->loop),
                         .events = POLLIN};

    assert_true(set.fd >= 0);
    assert_int_equal(sockfeed_timer_new(&timer, record->loop, on_time, record),
                     SOCKFEED_OK);
    sockfeed_timer_set(timer, 2);
    while (record->calls == 0) {
        (void)poll(&set, 1, (int)sockfeed_loop_deadline(record->loop));
        sockfeed_loop_step(record->loop);
    }
    sockfeed_timer_free(timer);
}

static void names_its_versions(void **state)
{
    (void)state;
    assert_string_equal(sockfeed_version(), SOCKFEED_VERSION);
    assert_non_null(strstr(sockfeed_libraries(), "libwebsockets/4."));
    assert_non_null(strstr(sockfeed_libraries(), " OpenSSL/3."));
    assert_non_null(strstr(sockfeed_libraries(), " cJSON/1."));
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(watches_a_descriptor_that_stays_the_caller_s),
        LOOP_TEST(refuses_what_cannot_be_waited_for),
        LOOP_TEST(fires_a_timer_once),
        LOOP_TEST(can_be_embedded),
        LOOP_TEST(names_its_versions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
