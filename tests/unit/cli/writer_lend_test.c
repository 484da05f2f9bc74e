/* SPDX-License-Identifier: MIT */
/* F_SETPIPE_SZ: small pipes make short writes. */
#define _GNU_SOURCE
#include "cli/output/writer.h"

#include "base/rng.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    SMALL_PIPE = 4096,
    LARGE_PIPE = 1048576,
    LINES_MAX = 200,
    LINE = 1500,
    TURNS = 100000 /* more than any test takes */
};

/* A writer, what it was given, and what has come out at the other end. */
struct scene {
    struct sockfeed_loop *loop;
    struct writer writer;
    int ends[2]; /* read, write */
    struct buf given;
    struct buf got;
    char room[LINES_MAX * LINE];
    struct sockfeed_text lines[LINES_MAX];
    unsigned listened; /* lines told to who listens */
};

static struct scene scene;

static void ignore(void *user)
{
    (void)user;
}

static void on_dropped(void *user, uint64_t count)
{
    (void)user;
    (void)count;
}

static void on_line(void *user, struct span line)
{
    (void)user;
    (void)line;
    scene.listened++;
}

static void begin(int descriptor, size_t limit, bool drop, bool listens)
{
    const struct writer_config config = {
        .descriptor = descriptor,
        .limit = limit,
        .drop = drop,
        .terminator = '\n',
        .room = ignore,
        .ended = ignore,
        .dropped = on_dropped,
        .line = listens ? on_line : NULL,
    };

    buf_init(&scene.given, SIZE_MAX / 2);
    buf_init(&scene.got, SIZE_MAX / 2);
    assert_int_equal(sockfeed_loop_new(&scene.loop, 1), SOCKFEED_OK);
    assert_int_equal(writer_init(&scene.writer, scene.loop, &config),
                     SOCKFEED_OK);
}

static void begin_pipe(int size, size_t limit, bool drop)
{
    assert_int_equal(pipe(scene.ends), 0);
    assert_true(fcntl(scene.ends[1], F_SETPIPE_SZ, size) > 0);
    assert_int_equal(fcntl(scene.ends[0], F_SETFL, O_NONBLOCK), 0);
    begin(scene.ends[1], limit, drop, false);
}

static int forget(void **state)
{
    (void)state;
    scene = (struct scene){
        .ends = {-1, -1}
    };
    return 0;
}

static int end(void **state)
{
    (void)state;
    writer_deinit(&scene.writer);
    sockfeed_loop_free(scene.loop);
    buf_deinit(&scene.given);
    buf_deinit(&scene.got);
    for (int i = 0; i < 2; i++) {
        if (scene.ends[i] >= 0) {
            (void)close(scene.ends[i]);
        }
    }
    return 0;
}

/* Makes lines of that size, each of a letter of its own. */
static void make_lines(size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        char *at = scene.room + i * LINE;

        memset(at, 'a' + (int)((scene.given.size + i) % 26), size);
        scene.lines[i] = (struct sockfeed_text){.data = at, .size = size};
    }
}

static void give(struct span line)
{
    buf_append_span(&scene.given, line);
    buf_append_byte(&scene.given, '\n');
}

/* Lends them; their memory is another's at once. */
static bool lend(size_t count)
{
    bool lent = writer_lend(&scene.writer, scene.lines, count);

    if (lent) {
        for (size_t i = 0; i < count; i++) {
            give(span_of(scene.lines[i].data, scene.lines[i].size));
        }
    }
    memset(scene.room, '#', sizeof scene.room);
    return lent;
}

static void copy(const char *line)
{
    (void)writer_copy(&scene.writer, line, strlen(line));
    give(span_text(line));
}

static size_t read_some(size_t count)
{
    char *to = buf_reserve(&scene.got, count);
    ssize_t size = read(scene.ends[0], to, count);

    assert_non_null(to);
    scene.got.size += size > 0 ? (size_t)size : 0;
    return size > 0 ? (size_t)size : 0;
}

static void drain(void)
{
    int turns = 0;

    while (writer_pending(&scene.writer) > 0) {
        assert_true(turns++ < TURNS);
        (void)read_some(SMALL_PIPE);
        sockfeed_loop_step(scene.loop);
    }
    while (read_some(SMALL_PIPE) > 0) {
        assert_true(turns++ < TURNS);
    }
}

static void assert_all_came(void)
{
    drain();
    assert_int_equal(scene.writer.written, scene.given.size);
    assert_true(span_equal(buf_span(&scene.got), buf_span(&scene.given)));
}

static void long_lines_are_written_from_where_they_are(void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, false);
    make_lines(40, LINE);
    assert_true(lend(40));
    assert_int_equal(writer_pending(&scene.writer), 0);
    assert_int_equal(scene.writer.lines.out.capacity, 0);
    assert_all_came();
}

static void more_of_them_than_one_call_takes_are_written_too(void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, false);
    make_lines(LINES_MAX, LINE);
    assert_true(lend(LINES_MAX));
    assert_int_equal(writer_pending(&scene.writer), 0);
    assert_all_came();
}

static void what_was_collected_comes_before_them(void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, false);
    copy("before");
    make_lines(40, LINE);
    assert_true(lend(40));
    copy("behind");
    assert_int_equal(writer_flush(&scene.writer), WRITER_OPEN);
    assert_all_came();
}

static void short_or_few_lines_are_left_to_be_copied(void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, false);
    make_lines(LINES_MAX, WRITER_LONG - 1);
    assert_false(lend(LINES_MAX));
    make_lines(20, LINE);
    assert_false(lend(20));
    assert_false(lend(0));
    assert_int_equal(scene.writer.written, 0);
}

static void lines_that_may_be_dropped_or_that_others_want_are_copied(
    void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, true);
    make_lines(40, LINE);
    assert_false(lend(40));
    (void)end(state);
    (void)forget(state);
    assert_int_equal(pipe(scene.ends), 0);
    begin(scene.ends[1], 1000000, false, true);
    make_lines(40, LINE);
    assert_false(lend(40));
    assert_int_equal(scene.listened, 0);
}

static void what_a_pipe_does_not_take_waits(void **state)
{
    (void)state;
    begin_pipe(SMALL_PIPE, 1000000, false);
    make_lines(40, LINE);
    assert_true(lend(40));
    assert_int_equal(writer_pending(&scene.writer),
                     scene.given.size - SMALL_PIPE);
    assert_int_equal(scene.writer.state, WRITER_OPEN);
    make_lines(40, LINE);
    assert_false(lend(40));
    copy("behind");
    assert_all_came();
}

static void what_waits_above_the_limit_makes_it_full(void **state)
{
    (void)state;
    begin_pipe(SMALL_PIPE, 10000, false);
    make_lines(LINES_MAX, LINE);
    assert_true(lend(LINES_MAX));
    assert_int_equal(scene.writer.state, WRITER_FULL);
    assert_all_came();
    assert_int_equal(scene.writer.state, WRITER_OPEN);
}

static void a_socket_gets_copies(void **state)
{
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, scene.ends), 0);
    assert_int_equal(fcntl(scene.ends[0], F_SETFL, O_NONBLOCK), 0);
    begin(scene.ends[1], 1000000, false, false);
    make_lines(40, LINE);
    assert_false(lend(40));
}

static void a_reader_that_has_gone_is_no_failure(void **state)
{
    (void)state;
    begin_pipe(LARGE_PIPE, 1000000, false);
    assert_int_equal(close(scene.ends[0]), 0);
    scene.ends[0] = -1;
    make_lines(LINES_MAX, LINE);
    assert_true(lend(LINES_MAX));
    assert_int_equal(scene.writer.state, WRITER_GONE);
    assert_int_equal(writer_pending(&scene.writer), 0);
    make_lines(40, LINE);
    assert_false(lend(40));
}

static void a_full_device_fails_with_its_reason(void **state)
{
    (void)state;
    scene.ends[1] = open("/dev/full", O_WRONLY);
    begin(scene.ends[1], 1000000, false, false);
    make_lines(40, LINE);
    assert_true(lend(40));
    assert_int_equal(scene.writer.state, WRITER_FAILED);
    assert_string_equal(scene.writer.failure,
                        "standard output: No space left on device");
}

/* A file that may have so many bytes, and has then what are whole lines. */
static void assert_file_takes(int most, off_t whole)
{
    char name[] = "/tmp/writer_lend_test.XXXXXX";
    struct rlimit old;
    struct rlimit small;

    scene.ends[1] = mkstemp(name);
    assert_true(scene.ends[1] >= 0);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){.rlim_cur = (rlim_t)most, .rlim_max = old.rlim_max};
    begin(scene.ends[1], 1000000, false, false);
    make_lines(100, LINE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_true(lend(100));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(scene.writer.state, WRITER_FAILED);
    assert_int_equal(lseek(scene.ends[1], 0, SEEK_END), whole);
}

static void a_full_file_ends_with_a_whole_line(void **state)
{
    static const int over[] = {0, 1, 700, LINE};

    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++) {
        assert_file_takes(10 * (LINE + 1) + over[i], 10 * (LINE + 1));
        (void)end(state);
        (void)forget(state);
    }
    /* In the second call. */
    assert_file_takes(70 * (LINE + 1) + 5, 70 * (LINE + 1));
}

static void whatever_the_reader_does_all_lines_come(void **state)
{
    struct rng rng;

    rng_init_seed(&rng, 7);
    for (int round = 0; round < 20; round++) {
        begin_pipe(SMALL_PIPE << rng_below(&rng, 6),
                   1 + rng_below(&rng, 400000), false);
        for (int turn = 0; turn < 50; turn++) {
            size_t count = 1 + rng_below(&rng, LINES_MAX);

            make_lines(count, 1000 + rng_below(&rng, LINE - 1000));
            if (!lend(count)) {
                copy("a short one");
            }
            if (rng_below(&rng, 2) == 0) {
                (void)writer_flush(&scene.writer);
            }
            (void)read_some(1 + rng_below(&rng, 200000));
            sockfeed_loop_step(scene.loop);
        }
        (void)writer_flush(&scene.writer);
        assert_all_came();
        (void)end(state);
        (void)forget(state);
    }
    begin_pipe(SMALL_PIPE, 1, false);
}

#define LEND_TEST(test) cmocka_unit_test_setup_teardown(test, forget, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEND_TEST(long_lines_are_written_from_where_they_are),
        LEND_TEST(more_of_them_than_one_call_takes_are_written_too),
        LEND_TEST(what_was_collected_comes_before_them),
        LEND_TEST(short_or_few_lines_are_left_to_be_copied),
        LEND_TEST(lines_that_may_be_dropped_or_that_others_want_are_copied),
        LEND_TEST(what_a_pipe_does_not_take_waits),
        LEND_TEST(what_waits_above_the_limit_makes_it_full),
        LEND_TEST(a_socket_gets_copies),
        LEND_TEST(a_reader_that_has_gone_is_no_failure),
        LEND_TEST(a_full_device_fails_with_its_reason),
        LEND_TEST(a_full_file_ends_with_a_whole_line),
        LEND_TEST(whatever_the_reader_does_all_lines_come),
    };

    /* As in the program, where signals.c sees to it. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
        signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
