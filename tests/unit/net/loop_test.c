/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    MANY = 1000,
    /* More turns than anything here takes; a test that needs them fails. */
    TURNS = 10000,
};

/* Most systems let a process have 1024 descriptors until it asks for more. */
static int raise_limit(void **state)
{
    struct rlimit limit;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return 0;
}

static int set_up(void **state)
{
    struct loop *loop = NULL;

    assert_int_equal(loop_new(&loop, 8), SOCKFEED_OK);
    *state = loop;
    return 0;
}

static int tear_down(void **state)
{
    loop_free(*state);
    return 0;
}

/* What a callback has seen, and what it is to do. */
struct record {
    struct loop *loop;
    struct loop_watch *watch;
    struct loop_watch *victim; /* freed by the callback */
    unsigned calls;
    unsigned ready; /* of the last call */
    unsigned stop_at;
};

static void on_ready(void *user, unsigned ready)
{
    struct record *record = user;

    record->calls++;
    record->ready = ready;
    if (record->victim != NULL) {
        loop_watch_free(record->victim);
        record->victim = NULL;
    }
    if (record->calls == record->stop_at) {
        loop_stop(record->loop);
    }
}

static void open_pipe(int ends[2])
{
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
}

static void watch(struct record *record, struct loop *loop, int descriptor,
                  unsigned wanted)
{
    *record = (struct record){.loop = loop};
    assert_int_equal(loop_watch_new(&record->watch, loop, descriptor, wanted,
                                    on_ready, record),
                     SOCKFEED_OK);
}

static void put(int descriptor)
{
    assert_int_equal(write(descriptor, "x", 1), 1);
}

static void reports_what_is_wanted_and_ready(void **state)
{
    struct loop *loop = *state;
    struct record record;
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    watch(&record, loop, pair[0], SOCKFEED_READABLE);
    loop_step(loop);
    assert_int_equal(record.calls, 0);

    put(pair[1]);
    loop_step(loop);
    assert_int_equal(record.calls, 1);
    assert_int_equal(record.ready, SOCKFEED_READABLE);

    loop_watch_want(record.watch, SOCKFEED_READABLE | SOCKFEED_WRITABLE);
    loop_step(loop);
    assert_int_equal(record.ready, SOCKFEED_READABLE | SOCKFEED_WRITABLE);

    loop_watch_want(record.watch, 0);
    loop_step(loop);
    assert_int_equal(record.calls, 2);

    loop_watch_want(record.watch, SOCKFEED_WRITABLE);
    loop_step(loop);
    assert_int_equal(record.ready, SOCKFEED_WRITABLE);
    loop_watch_free(record.watch);
    close(pair[1]);
}

static void refuses_a_regular_file(void **state)
{
    struct loop_watch *none = NULL;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    assert_true(file >= 0);
    assert_int_equal(
        loop_watch_new(&none, *state, file, SOCKFEED_READABLE, on_ready, NULL),
        SOCKFEED_INVALID);
    assert_null(none);
    /* It was not taken. */
    assert_int_equal(close(file), 0);
}

static void closes_what_it_took_and_releases_what_is_asked_back(void **state)
{
    struct record record;
    int ends[2];

    open_pipe(ends);
    watch(&record, *state, ends[0], SOCKFEED_READABLE);
    assert_int_equal(loop_watch_release(record.watch), ends[0]);
    watch(&record, *state, ends[0], SOCKFEED_READABLE);
    loop_watch_free(record.watch);
    assert_int_equal(fcntl(ends[0], F_GETFD), -1);
    close(ends[1]);
}

static void reports_a_hang_up_as_readiness(void **state)
{
    struct loop *loop = *state;
    struct record record;
    int ends[2];

    open_pipe(ends);
    put(ends[1]);
    close(ends[1]);
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    /* Again and again, like any readiness that is not acted upon. */
    for (unsigned i = 1; i <= 5; i++) {
        loop_step(loop);
        assert_int_equal(record.calls, i);
        assert_int_equal(record.ready, SOCKFEED_READABLE);
    }
    loop_watch_free(record.watch);
}

static void reports_a_pipe_without_reader_to_its_full_writer(void **state)
{
    struct loop *loop = *state;
    struct record record;
    static const char block[4096];
    int ends[2];

    open_pipe(ends);
    while (write(ends[1], block, sizeof(block)) > 0) {
    }
    watch(&record, loop, ends[1], SOCKFEED_WRITABLE);
    loop_step(loop);
    assert_int_equal(record.calls, 0);
    close(ends[0]);
    loop_step(loop);
    assert_int_equal(record.calls, 1);
    assert_int_equal(record.ready, SOCKFEED_WRITABLE);
    loop_watch_free(record.watch);
}

static void stop_from_timer(void *user)
{
    loop_stop(user);
}

static void sleeps_while_a_hang_up_is_not_wanted(void **state)
{
    struct loop *loop = *state;
    struct record record;
    struct pollfd set = {.fd = loop_descriptor(loop), .events = POLLIN};
    int ends[2];

    open_pipe(ends);
    watch(&record, loop, ends[0], 0);
    close(ends[1]);
    loop_step(loop);
    loop_step(loop);
    assert_int_equal(record.calls, 0);
    assert_int_equal(poll(&set, 1, 0), 0);

    loop_watch_want(record.watch, SOCKFEED_READABLE);
    loop_step(loop);
    assert_int_equal(record.calls, 1);
    loop_watch_free(record.watch);
}

static void lets_a_callback_free_its_own_watch(void **state)
{
    struct loop *loop = *state;
    struct record record;
    int ends[2];

    open_pipe(ends);
    put(ends[1]);
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    record.victim = record.watch;
    loop_step(loop);
    loop_step(loop);
    assert_int_equal(record.calls, 1);
    close(ends[1]);
}

static void lets_a_callback_free_another_ready_watch(void **state)
{
    struct loop *loop = *state;
    struct record first;
    struct record second;
    int one[2];
    int two[2];

    open_pipe(one);
    open_pipe(two);
    put(one[1]);
    put(two[1]);
    watch(&first, loop, one[0], SOCKFEED_READABLE);
    watch(&second, loop, two[0], SOCKFEED_READABLE);
    first.victim = second.watch;
    second.victim = first.watch;
    loop_step(loop);
    /* Whichever came first has freed the other. */
    assert_int_equal(first.calls + second.calls, 1);
    loop_watch_free(first.calls == 1 ? first.watch : second.watch);
    close(one[1]);
    close(two[1]);
}

static void serves_a_thousand_watches(void **state)
{
    static struct record records[MANY];
    static int writers[MANY];
    struct loop *loop = *state;
    unsigned turns = 0;
    unsigned served = 0;

    for (size_t i = 0; i < MANY; i++) {
        int ends[2];

        open_pipe(ends);
        watch(&records[i], loop, ends[0], SOCKFEED_READABLE);
        writers[i] = ends[1];
        put(ends[1]);
    }
    while (served < MANY && turns < TURNS) {
        loop_step(loop);
        turns++;
        served = 0;
        for (size_t i = 0; i < MANY; i++) {
            served += records[i].calls > 0;
        }
    }
    assert_int_equal(served, MANY);
    for (size_t i = 0; i < MANY; i++) {
        loop_watch_free(records[i].watch);
        close(writers[i]);
    }
}

/* -- Timers -- */

struct ticks {
    struct loop *loop;
    struct loop_timer timers[3];
    char order[8];
    size_t count;
};

static void tick(struct ticks *ticks, char name)
{
    ticks->order[ticks->count++] = name;
    if (ticks->count == 3) {
        loop_stop(ticks->loop);
    }
}

static void tick_a(void *user)
{
    tick(user, 'a');
}

static void tick_b(void *user)
{
    tick(user, 'b');
}

static void tick_c(void *user)
{
    tick(user, 'c');
}

static void fires_timers_in_the_order_of_their_times(void **state)
{
    struct ticks ticks = {.loop = *state};
    int64_t start = loop_now(*state);

    loop_timer_init(&ticks.timers[0], *state, tick_a, &ticks);
    loop_timer_init(&ticks.timers[1], *state, tick_b, &ticks);
    loop_timer_init(&ticks.timers[2], *state, tick_c, &ticks);
    loop_timer_set(&ticks.timers[0], start + 9);
    loop_timer_set(&ticks.timers[1], start + 6);
    loop_timer_set(&ticks.timers[2], start + 60000);
    loop_timer_set(&ticks.timers[2], start + 3);
    loop_run(*state);
    assert_memory_equal(ticks.order, "cba", 3);
    assert_true(loop_now(*state) >= start + 9);
}

static void tick_b_and_move_the_others(void *user)
{
    struct ticks *ticks = user;
    int64_t now = loop_now(ticks->loop);

    loop_timer_set(&ticks->timers[0], now + 9);
    loop_timer_set(&ticks->timers[2], now + 3);
    tick(ticks, 'b');
}

static void waits_for_what_the_first_timer_has_become(void **state)
{
    struct ticks ticks = {.loop = *state};
    int64_t start = loop_now(*state);

    loop_timer_init(&ticks.timers[0], *state, tick_a, &ticks);
    loop_timer_init(&ticks.timers[1], *state, tick_b_and_move_the_others,
                    &ticks);
    loop_timer_init(&ticks.timers[2], *state, tick_c, &ticks);
    loop_timer_set(&ticks.timers[0], start + 6);
    loop_timer_set(&ticks.timers[1], start + 3);
    loop_timer_set(&ticks.timers[2], start + 60000);
    loop_run(*state);
    assert_memory_equal(ticks.order, "bca", 3);
    assert_true(loop_now(*state) >= start + 12);
}

static void does_not_fire_a_cleared_timer(void **state)
{
    struct ticks ticks = {.loop = *state};
    struct loop_timer stop;
    int64_t start = loop_now(*state);

    loop_timer_init(&ticks.timers[0], *state, tick_a, &ticks);
    loop_timer_init(&stop, *state, stop_from_timer, *state);
    loop_timer_set(&ticks.timers[0], start + 1);
    loop_timer_set(&stop, start + 4);
    loop_timer_clear(&ticks.timers[0]);
    loop_timer_clear(&ticks.timers[0]);
    loop_run(*state);
    assert_int_equal(ticks.count, 0);
}

static void set_for_now_again(void *user)
{
    struct record *record = user;
    static struct loop_timer again;

    if (++record->calls == 3) {
        loop_stop(record->loop);
        return;
    }
    loop_timer_init(&again, record->loop, set_for_now_again, record);
    loop_timer_set(&again, loop_now(record->loop));
}

static void ends_the_turn_although_a_timer_is_always_due(void **state)
{
    struct record record = {.loop = *state};

    set_for_now_again(&record);
    loop_step(*state);
    assert_int_equal(record.calls, 2);
    loop_run(*state);
    assert_int_equal(record.calls, 3);
}

static void a_busy_descriptor_does_not_starve_timers(void **state)
{
    struct loop *loop = *state;
    struct record record;
    struct loop_timer timer;
    int ends[2];

    open_pipe(ends);
    put(ends[1]);
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    loop_timer_init(&timer, loop, stop_from_timer, loop);
    loop_timer_set(&timer, loop_now(loop) + 5);
    loop_run(loop);
    assert_true(record.calls > 0);
    loop_watch_free(record.watch);
    close(ends[1]);
}

/* -- Tasks -- */

struct chore {
    struct loop_task task;
    unsigned calls;
    unsigned again; /* posts itself so many times */
    struct loop_task *cancel;
};

static void do_chore(void *user)
{
    struct chore *chore = user;

    chore->calls++;
    if (chore->again > 0) {
        chore->again--;
        loop_task_post(&chore->task);
    }
    if (chore->cancel != NULL) {
        loop_task_cancel(chore->cancel);
    }
}

static void runs_tasks_at_the_end_of_the_turn(void **state)
{
    struct chore chore = {.again = 1};
    struct loop *loop = *state;

    loop_task_init(&chore.task, loop, do_chore, &chore);
    loop_task_post(&chore.task);
    loop_task_post(&chore.task);
    assert_int_equal(chore.calls, 0);
    assert_int_equal(loop_deadline(loop), 0);
    loop_step(loop);
    assert_int_equal(chore.calls, 1);
    loop_step(loop);
    assert_int_equal(chore.calls, 2);
    loop_step(loop);
    assert_int_equal(chore.calls, 2);
    assert_int_equal(loop_deadline(loop), -1);
}

static void lets_a_task_cancel_another(void **state)
{
    struct chore first = {0};
    struct chore second = {0};

    loop_task_init(&first.task, *state, do_chore, &first);
    loop_task_init(&second.task, *state, do_chore, &second);
    first.cancel = &second.task;
    loop_task_post(&first.task);
    loop_task_post(&second.task);
    loop_step(*state);
    assert_int_equal(first.calls, 1);
    assert_int_equal(second.calls, 0);
}

/* -- Running -- */

static void *put_from_thread(void *user)
{
    const int *descriptor = user;

    put(*descriptor);
    return NULL;
}

static void wakes_for_a_byte_from_another_thread(void **state)
{
    struct loop *loop = *state;
    struct record record;
    pthread_t thread;
    int ends[2];

    open_pipe(ends);
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    record.stop_at = 1;
    assert_int_equal(pthread_create(&thread, NULL, put_from_thread, &ends[1]),
                     0);
    loop_run(loop);
    assert_int_equal(record.calls, 1);
    pthread_join(thread, NULL);
    loop_watch_free(record.watch);
    close(ends[1]);
}

static int written_by_signal;

/* What stops the process for longer than a timer waits, while data come. */
static void hold_up(int number)
{
    static const struct timespec nap = {.tv_nsec = 20000000};

    (void)number;
    (void)!write(written_by_signal, "x", 1);
    (void)nanosleep(&nap, NULL);
}

struct order {
    const struct record *record;
    unsigned calls; /* when the timer was due */
};

static void note_order(void *user)
{
    struct order *order = user;

    order->calls = order->record->calls;
    loop_stop(order->record->loop);
}

static void reads_what_came_while_it_was_held_up_before_timers(void **state)
{
    struct loop *loop = *state;
    const struct sigaction action = {.sa_handler = hold_up};
    const struct itimerspec soon = {.it_value.tv_nsec = 5000000};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGUSR1};
    struct loop_timer timer;
    struct record record;
    struct order order = {.record = &record};
    timer_t alarm;
    int ends[2];

    open_pipe(ends);
    written_by_signal = ends[1];
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &alarm), 0);
    loop_timer_init(&timer, loop, note_order, &order);
    loop_timer_set(&timer, loop_now(loop) + 10);
    assert_int_equal(timer_settime(alarm, 0, &soon, NULL), 0);
    loop_run(loop);
    assert_true(order.calls > 0);
    assert_int_equal(timer_delete(alarm), 0);
    loop_watch_free(record.watch);
    close(ends[1]);
}

static void a_stop_before_the_run_ends_it_at_once(void **state)
{
    loop_stop(*state);
    loop_run(*state);
}

static void can_be_driven_by_descriptor_and_deadline(void **state)
{
    struct loop *loop = *state;
    struct pollfd set = {.fd = loop_descriptor(loop), .events = POLLIN};
    struct ticks ticks = {.loop = loop};
    struct record record;
    int ends[2];
    unsigned turns = 0;

    open_pipe(ends);
    watch(&record, loop, ends[0], SOCKFEED_READABLE);
    assert_int_equal(loop_deadline(loop), -1);
    assert_int_equal(poll(&set, 1, 0), 0);
    put(ends[1]);
    assert_int_equal(poll(&set, 1, 0), 1);
    loop_step(loop);
    assert_int_equal(record.calls, 1);
    loop_watch_free(record.watch);

    loop_timer_init(&ticks.timers[0], loop, tick_a, &ticks);
    loop_timer_set(&ticks.timers[0], loop_now(loop) + 5);
    assert_in_range(loop_deadline(loop), 0, 5);
    while (ticks.count == 0 && turns++ < TURNS) {
        (void)poll(&set, 1, (int)loop_deadline(loop));
        loop_step(loop);
    }
    assert_int_equal(ticks.count, 1);
    close(ends[1]);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(reports_what_is_wanted_and_ready),
        LOOP_TEST(refuses_a_regular_file),
        LOOP_TEST(closes_what_it_took_and_releases_what_is_asked_back),
        LOOP_TEST(reports_a_hang_up_as_readiness),
        LOOP_TEST(reports_a_pipe_without_reader_to_its_full_writer),
        LOOP_TEST(sleeps_while_a_hang_up_is_not_wanted),
        LOOP_TEST(lets_a_callback_free_its_own_watch),
        LOOP_TEST(lets_a_callback_free_another_ready_watch),
        LOOP_TEST(serves_a_thousand_watches),
        LOOP_TEST(fires_timers_in_the_order_of_their_times),
        LOOP_TEST(waits_for_what_the_first_timer_has_become),
        LOOP_TEST(does_not_fire_a_cleared_timer),
        LOOP_TEST(ends_the_turn_although_a_timer_is_always_due),
        LOOP_TEST(a_busy_descriptor_does_not_starve_timers),
        LOOP_TEST(runs_tasks_at_the_end_of_the_turn),
        LOOP_TEST(lets_a_task_cancel_another),
        LOOP_TEST(wakes_for_a_byte_from_another_thread),
        LOOP_TEST(reads_what_came_while_it_was_held_up_before_timers),
        LOOP_TEST(a_stop_before_the_run_ends_it_at_once),
        LOOP_TEST(can_be_driven_by_descriptor_and_deadline),
    };

    return cmocka_run_group_tests(tests, raise_limit, NULL);
}
