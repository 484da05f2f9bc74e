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
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SMALL_PIPE = 4096, /* the least that Linux gives */
    TURNS = 100000,    /* more than any test takes */
    LINE_MAX_SIZE = 3000
};

/* A writer on one end of something, and what the other end has read. */
struct scene {
    struct sockfeed_loop *loop;
    struct writer writer;
    int ends[2]; /* read, write */
    struct buf got;
    unsigned rooms;
    unsigned ends_told;
    uint64_t dropped;
};

static void on_room(void *user)
{
    ((struct scene *)user)->rooms++;
}

static void on_ended(void *user)
{
    ((struct scene *)user)->ends_told++;
}

static void on_dropped(void *user, uint64_t count)
{
    ((struct scene *)user)->dropped += count;
}

static void begin(struct scene *scene, size_t limit, bool drop)
{
    struct writer_config config = {
        .descriptor = scene->ends[1],
        .limit = limit,
        .drop = drop,
        .terminator = '\n',
        .room = on_room,
        .ended = on_ended,
        .dropped = on_dropped,
        .user = scene,
    };

    buf_init(&scene->got, SIZE_MAX / 2);
    assert_int_equal(sockfeed_loop_new(&scene->loop, 1), SOCKFEED_OK);
    assert_int_equal(writer_init(&scene->writer, scene->loop, &config),
                     SOCKFEED_OK);
}

static void begin_pipe(struct scene *scene, size_t limit, bool drop)
{
    *scene = (struct scene){0};
    assert_int_equal(pipe(scene->ends), 0);
    assert_true(fcntl(scene->ends[1], F_SETPIPE_SZ, SMALL_PIPE) > 0);
    begin(scene, limit, drop);
}

static void close_end(struct scene *scene, int end)
{
    if (scene->ends[end] >= 0) {
        assert_int_equal(close(scene->ends[end]), 0);
        scene->ends[end] = -1;
    }
}

static void end(struct scene *scene)
{
    writer_deinit(&scene->writer);
    sockfeed_loop_free(scene->loop);
    buf_deinit(&scene->got);
    close_end(scene, 0);
    close_end(scene, 1);
}

/* Reads at most `count` bytes that are there. */
static size_t read_some(struct scene *scene, size_t count)
{
    char *to = buf_reserve(&scene->got, count);
    int flags = fcntl(scene->ends[0], F_GETFL);
    ssize_t size;

    assert_non_null(to);
    assert_int_equal(fcntl(scene->ends[0], F_SETFL, flags | O_NONBLOCK), 0);
    size = read(scene->ends[0], to, count);
    scene->got.size += size > 0 ? (size_t)size : 0;
    return size > 0 ? (size_t)size : 0;
}

static void put_line(struct scene *scene, struct span line)
{
    buf_append_span(&scene->writer.lines.out, line);
    buf_append_byte(&scene->writer.lines.out, '\n');
    (void)writer_end(&scene->writer, true);
}

static void put_text(struct scene *scene, const char *line)
{
    put_line(scene, span_text(line));
}

/* Lets the loop and the reader take turns until all is through. */
static void drain(struct scene *scene)
{
    int turns = 0;

    while (writer_pending(&scene->writer) > 0) {
        assert_true(turns++ < TURNS);
        (void)read_some(scene, SMALL_PIPE);
        sockfeed_loop_step(scene->loop);
    }
    while (read_some(scene, SMALL_PIPE) > 0) {
        assert_true(turns++ < TURNS);
    }
}

static void got_is(struct scene *scene, const char *expected)
{
    assert_string_equal(buf_text(&scene->got), expected);
}

static void lines_are_written_when_the_read_is_over(void **state)
{
    struct scene scene;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    put_text(&scene, "one");
    put_text(&scene, "two");
    assert_int_equal(read_some(&scene, 100), 0);
    assert_int_equal(writer_flush(&scene.writer), WRITER_OPEN);
    assert_int_equal(read_some(&scene, 100), 8);
    got_is(&scene, "one\ntwo\n");
    assert_int_equal(scene.writer.written, 8);
    end(&scene);
}

static void a_pipe_of_the_usual_size_is_enlarged(void **state)
{
    struct scene scene = {0};

    (void)state;
    assert_int_equal(pipe(scene.ends), 0);
    assert_int_equal(fcntl(scene.ends[1], F_GETPIPE_SZ), 65536);
    begin(&scene, 1000000, false);
    assert_int_equal(fcntl(scene.ends[1], F_GETPIPE_SZ), 262144);
    end(&scene);
}

static void a_pipe_of_another_size_stays_as_it_is(void **state)
{
    struct scene scene;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    assert_int_equal(fcntl(scene.ends[1], F_GETPIPE_SZ), SMALL_PIPE);
    end(&scene);
}

static void the_descriptor_keeps_its_flags(void **state)
{
    struct scene scene;
    int before;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    before = fcntl(scene.ends[1], F_GETFL);
    assert_int_equal(before & O_NONBLOCK, 0);
    for (int i = 0; i < 3000; i++) {
        put_text(&scene, "a line");
    }
    (void)writer_flush(&scene.writer);
    assert_true(writer_pending(&scene.writer) > 0);
    sockfeed_loop_step(scene.loop);
    assert_int_equal(fcntl(scene.ends[1], F_GETFL), before);
    drain(&scene);
    end(&scene);
}

static void a_slow_reader_makes_it_full_until_half_is_read(void **state)
{
    struct scene scene;
    size_t lines = 0;
    int turns = 0;

    (void)state;
    begin_pipe(&scene, 20000, false);
    while (scene.writer.state == WRITER_OPEN) {
        put_text(&scene, "0123456789");
        (void)writer_flush(&scene.writer);
        lines++;
    }
    assert_int_equal(scene.writer.state, WRITER_FULL);
    assert_true(writer_pending(&scene.writer) > 20000);
    assert_true(writer_pending(&scene.writer) < 20020);
    /* What comes all the same is kept. */
    put_text(&scene, "0123456789");
    lines++;
    while (scene.rooms == 0) {
        assert_true(turns++ < TURNS);
        assert_int_equal(scene.writer.state, WRITER_FULL);
        (void)read_some(&scene, 1000);
        sockfeed_loop_step(scene.loop);
    }
    assert_true(writer_pending(&scene.writer) <= 10000);
    assert_true(writer_pending(&scene.writer) > 0);
    assert_int_equal(scene.writer.state, WRITER_OPEN);
    drain(&scene);
    assert_int_equal(scene.rooms, 1);
    assert_int_equal(scene.got.size, 11 * lines);
    end(&scene);
}

/* Puts lines until it is full; answers how many. */
static size_t fill(struct scene *scene)
{
    size_t lines = 0;

    while (scene->writer.state == WRITER_OPEN) {
        put_text(scene, "0123456789");
        (void)writer_flush(&scene->writer);
        lines++;
    }
    assert_int_equal(scene->writer.state, WRITER_FULL);
    return lines;
}

static void a_prompt_reader_is_waited_for_before_much_is_kept(void **state)
{
    struct scene scene;
    size_t lines;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    for (int i = 0; i < 3; i++) {
        lines = fill(&scene);
        assert_in_range(writer_pending(&scene.writer), 262144, 262160);
        drain(&scene);
        assert_int_equal(scene.rooms, i + 1);
        assert_int_equal(scene.got.size, 11 * lines);
        buf_clear(&scene.got);
    }
    end(&scene);
}

static void a_reader_that_stops_gets_all_of_the_limit(void **state)
{
    struct scene scene;
    size_t lines;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    lines = fill(&scene);
    while (scene.rooms == 0) {
        sockfeed_loop_step(scene.loop); /* until patience is at an end */
    }
    assert_int_equal(scene.writer.state, WRITER_OPEN);
    lines += fill(&scene);
    assert_in_range(writer_pending(&scene.writer), 1000000, 1000016);
    drain(&scene);
    assert_int_equal(scene.rooms, 2);
    assert_int_equal(scene.got.size, 11 * lines);
    end(&scene);
}

static void a_block_is_not_kept_until_the_read_is_over(void **state)
{
    struct scene scene;

    (void)state;
    begin_pipe(&scene, 10000000, false);
    for (int i = 0; i < 262144 / 8; i++) {
        put_text(&scene, "1234567");
    }
    assert_true(scene.writer.written > 0);
    drain(&scene);
    assert_int_equal(scene.got.size, 262144);
    end(&scene);
}

static void the_oldest_whole_lines_are_dropped_and_counted(void **state)
{
    struct scene scene;
    size_t lines = 0;

    (void)state;
    begin_pipe(&scene, 1000, true);
    for (; lines < 5000; lines++) {
        char line[16];
        int size = snprintf(line, sizeof line, "%zu", lines);

        put_line(&scene, span_of(line, (size_t)size));
        assert_true(writer_pending(&scene.writer) <= 1000);
    }
    (void)writer_flush(&scene.writer);
    drain(&scene);
    assert_int_equal(scene.writer.state, WRITER_OPEN);
    assert_true(scene.dropped > 0);
    assert_int_equal(scene.dropped, scene.writer.lines.dropped);
    {
        size_t seen = 0;
        size_t last = 0;
        char *at = scene.got.data;
        char *stop = scene.got.data + scene.got.size;

        while (at < stop) {
            char *line_end = memchr(at, '\n', (size_t)(stop - at));
            size_t value = 0;

            assert_non_null(line_end);
            for (; at < line_end; at++) {
                assert_in_range(*at, '0', '9');
                value = 10 * value + (size_t)(*at - '0');
            }
            assert_true(seen == 0 || value > last);
            last = value;
            seen++;
            at = line_end + 1;
        }
        assert_int_equal(last, lines - 1);
        assert_int_equal(seen + scene.dropped, lines);
    }
    end(&scene);
}

static void a_line_larger_than_the_limit_is_dropped_itself(void **state)
{
    struct scene scene;
    char large[2000];

    (void)state;
    begin_pipe(&scene, 1000, true);
    memset(large, 'x', sizeof large);
    /* The pipe takes two of them, then there is no room. */
    for (int i = 0; i < 5; i++) {
        put_line(&scene, span_of(large, sizeof large));
    }
    assert_true(writer_pending(&scene.writer) <= sizeof large);
    drain(&scene);
    assert_int_equal(writer_finish(&scene.writer, -1, -1), WRITER_OPEN);
    assert_int_equal(scene.got.size, (5 - scene.dropped) * (sizeof large + 1));
    assert_true(scene.dropped >= 2);
    end(&scene);
}

static void lines_that_are_no_messages_are_dropped_uncounted(void **state)
{
    struct scene scene;

    (void)state;
    begin_pipe(&scene, 1000, true);
    for (int i = 0; i < 3000; i++) {
        buf_append_text(&scene.writer.lines.out, "record\n");
        (void)writer_end(&scene.writer, false);
    }
    drain(&scene);
    assert_true(scene.got.size < 3000 * 7);
    assert_int_equal(scene.dropped, 0);
    end(&scene);
}

static void a_reader_that_goes_away_is_no_failure(void **state)
{
    struct scene scene;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    close_end(&scene, 0);
    put_text(&scene, "for nobody");
    assert_int_equal(writer_flush(&scene.writer), WRITER_GONE);
    put_text(&scene, "more");
    assert_int_equal(writer_flush(&scene.writer), WRITER_GONE);
    assert_int_equal(writer_pending(&scene.writer), 0);
    assert_int_equal(scene.ends_told, 0);
    end(&scene);
}

static void a_reader_that_goes_away_while_lines_wait_is_told(void **state)
{
    struct scene scene;
    int turns = 0;

    (void)state;
    begin_pipe(&scene, 1000000, false);
    for (int i = 0; i < 2000; i++) {
        put_text(&scene, "a line");
    }
    (void)writer_flush(&scene.writer);
    close_end(&scene, 0);
    while (scene.ends_told == 0) {
        assert_true(turns++ < TURNS);
        sockfeed_loop_step(scene.loop);
    }
    assert_int_equal(scene.writer.state, WRITER_GONE);
    end(&scene);
}

static void a_pipe_without_reader_from_the_start_is_no_failure(void **state)
{
    struct scene scene = {0};

    (void)state;
    assert_int_equal(pipe(scene.ends), 0);
    close_end(&scene, 0);
    begin(&scene, 1000, false);
    put_text(&scene, "for nobody");
    assert_int_equal(writer_flush(&scene.writer), WRITER_GONE);
    end(&scene);
}

static void a_socket_is_written_without_blocking(void **state)
{
    struct scene scene = {0};
    size_t lines = 0;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, scene.ends), 0);
    begin(&scene, 100000, false);
    while (scene.writer.state == WRITER_OPEN) {
        put_text(&scene, "0123456789");
        lines++;
    }
    drain(&scene);
    assert_int_equal(scene.got.size, 11 * lines);
    assert_int_equal(scene.rooms, 1);
    close_end(&scene, 0);
    put_text(&scene, "x");
    assert_int_equal(writer_flush(&scene.writer), WRITER_GONE);
    end(&scene);
}

static void a_shared_description_is_asked_first(void **state)
{
    struct scene scene;
    size_t lines = 0;

    (void)state;
    begin_pipe(&scene, 30000, false);
    /* As where it cannot be opened anew. */
    outlet_close(&scene.writer.outlet);
    scene.writer.outlet.kind = OUTLET_SHARED;
    scene.writer.outlet.descriptor = scene.ends[1];
    while (scene.writer.state == WRITER_OPEN) {
        put_text(&scene, "0123456789");
        (void)writer_flush(&scene.writer);
        lines++;
    }
    drain(&scene);
    assert_int_equal(scene.got.size, 11 * lines);
    end(&scene);
}

/* A file of its own, deleted already. */
static int open_file(int flags)
{
    char path[] = "/tmp/sockfeed-writer-XXXXXX";
    int first = mkstemp(path);
    int file = open(path, O_RDWR | flags);

    assert_true(first >= 0 && file >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(close(first), 0);
    return file;
}

static void file_is(int file, const char *expected)
{
    char content[256] = {0};
    ssize_t size = pread(file, content, sizeof content - 1, 0);

    assert_true(size >= 0);
    assert_string_equal(content, expected);
}

static void a_file_is_written_where_it_stands(void **state)
{
    struct scene scene = {
        .ends = {-1, open_file(0)}
    };
    int file = scene.ends[1];

    (void)state;
    assert_int_equal(write(file, "before\n", 7), 7);
    begin(&scene, 1000, false);
    put_text(&scene, "line");
    assert_int_equal(writer_flush(&scene.writer), WRITER_OPEN);
    assert_int_equal(write(file, "after\n", 6), 6);
    file_is(file, "before\nline\nafter\n");
    end(&scene);
}

static void a_full_device_fails_with_its_reason(void **state)
{
    struct scene scene = {
        .ends = {-1, open("/dev/full", O_WRONLY)}
    };

    (void)state;
    begin(&scene, 1000, false);
    put_text(&scene, "line");
    assert_int_equal(writer_flush(&scene.writer), WRITER_FAILED);
    assert_int_equal(scene.writer.result, SOCKFEED_SYSTEM);
    assert_string_equal(scene.writer.failure,
                        "standard output: No space left on device");
    assert_int_equal(writer_finish(&scene.writer, -1, -1), WRITER_FAILED);
    end(&scene);
}

static void a_full_file_ends_with_a_whole_line(void **state)
{
    struct scene scene = {
        .ends = {-1, open_file(0)}
    };
    struct rlimit old;
    struct rlimit small;

    (void)state;
    assert_int_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){.rlim_cur = 13, .rlim_max = old.rlim_max};
    begin(&scene, 1000, false);
    put_text(&scene, "first");
    put_text(&scene, "second, too long");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(writer_flush(&scene.writer), WRITER_FAILED);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    file_is(scene.ends[1], "first\n");
    end(&scene);
}

static void a_closed_descriptor_is_refused(void **state)
{
    struct writer writer;
    struct writer_config config = {.descriptor = 1000, .limit = 1};

    (void)state;
    assert_int_equal(writer_init(&writer, NULL, &config), SOCKFEED_SYSTEM);
    assert_string_equal(writer.failure, "standard output: Bad file descriptor");
    writer_deinit(&writer);
}

static void the_end_waits_as_long_as_it_may(void **state)
{
    struct scene scene;
    int wake[2];

    (void)state;
    begin_pipe(&scene, 1000000, false);
    for (int i = 0; i < 2000; i++) {
        put_text(&scene, "a line");
    }
    assert_int_equal(writer_finish(&scene.writer, 0, -1), WRITER_FULL);
    assert_int_equal(writer_finish(&scene.writer, 20, -1), WRITER_FULL);
    assert_int_equal(pipe(wake), 0);
    assert_int_equal(write(wake[1], "!", 1), 1);
    assert_int_equal(writer_finish(&scene.writer, -1, wake[0]), WRITER_FULL);
    assert_int_equal(close(wake[0]) | close(wake[1]), 0);
    drain(&scene);
    assert_int_equal(writer_finish(&scene.writer, -1, -1), WRITER_OPEN);
    assert_int_equal(scene.got.size, 2000 * 7);
    end(&scene);
}

/* Lines of random sizes, a reader of random appetite: what comes out is what
 * went in, less whole lines that were counted. */
static void random_stream(struct rng *rng, bool drop, bool use_socket)
{
    struct scene scene = {0};
    struct buf all;
    struct span left;
    uint64_t lines = 0;
    uint64_t seen = 0;
    char line[LINE_MAX_SIZE + 32];

    buf_init(&all, SIZE_MAX / 2);
    if (use_socket) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, scene.ends), 0);
        begin(&scene, 1 + rng_below(rng, 40000), drop);
    } else {
        begin_pipe(&scene, 1 + rng_below(rng, 40000), drop);
    }
    for (int turn = 0; turn < 400; turn++) {
        uint32_t burst = rng_below(rng, 20);

        for (uint32_t i = 0; i < burst; i++) {
            int size = snprintf(line, 32, "%llu ", (unsigned long long)lines++);
            uint32_t more =
                rng_below(rng, rng_below(rng, 10) == 0 ? LINE_MAX_SIZE : 100);

            memset(line + size, 'a' + (int)(lines % 26), more);
            buf_append(&all, line, (size_t)size + more);
            buf_append_byte(&all, '\n');
            put_line(&scene, span_of(line, (size_t)size + more));
        }
        (void)writer_flush(&scene.writer);
        if (rng_below(rng, 3) == 0) {
            (void)read_some(&scene, 1 + rng_below(rng, 9000));
        }
        sockfeed_loop_step(scene.loop);
    }
    drain(&scene);
    assert_int_equal(writer_finish(&scene.writer, -1, -1), WRITER_OPEN);
    left = buf_span(&all);
    while (left.size > 0) {
        size_t size = span_find(left, '\n') + 1;
        struct span got = buf_span(&scene.got);

        if (got.size >= size && memcmp(got.data, left.data, size) == 0) {
            buf_consume(&scene.got, size);
            seen++;
        }
        left = span_skip(left, size);
    }
    assert_int_equal(scene.got.size, 0);
    assert_int_equal(seen + scene.dropped, lines);
    assert_true(drop || scene.dropped == 0);
    buf_deinit(&all);
    end(&scene);
}

static void whatever_the_reader_does_lines_stay_whole(void **state)
{
    struct rng rng;

    (void)state;
    rng_init_seed(&rng, 7);
    for (int round = 0; round < 40; round++) {
        random_stream(&rng, (round & 1) != 0, (round & 2) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_written_when_the_read_is_over),
        cmocka_unit_test(a_pipe_of_the_usual_size_is_enlarged),
        cmocka_unit_test(a_pipe_of_another_size_stays_as_it_is),
        cmocka_unit_test(the_descriptor_keeps_its_flags),
        cmocka_unit_test(a_slow_reader_makes_it_full_until_half_is_read),
        cmocka_unit_test(a_prompt_reader_is_waited_for_before_much_is_kept),
        cmocka_unit_test(a_reader_that_stops_gets_all_of_the_limit),
        cmocka_unit_test(a_block_is_not_kept_until_the_read_is_over),
        cmocka_unit_test(the_oldest_whole_lines_are_dropped_and_counted),
        cmocka_unit_test(a_line_larger_than_the_limit_is_dropped_itself),
        cmocka_unit_test(lines_that_are_no_messages_are_dropped_uncounted),
        cmocka_unit_test(a_reader_that_goes_away_is_no_failure),
        cmocka_unit_test(a_reader_that_goes_away_while_lines_wait_is_told),
        cmocka_unit_test(a_pipe_without_reader_from_the_start_is_no_failure),
        cmocka_unit_test(a_socket_is_written_without_blocking),
        cmocka_unit_test(a_shared_description_is_asked_first),
        cmocka_unit_test(a_file_is_written_where_it_stands),
        cmocka_unit_test(a_full_device_fails_with_its_reason),
        cmocka_unit_test(a_full_file_ends_with_a_whole_line),
        cmocka_unit_test(a_closed_descriptor_is_refused),
        cmocka_unit_test(the_end_waits_as_long_as_it_may),
        cmocka_unit_test(whatever_the_reader_does_lines_stay_whole),
    };

    /* As in the program, where signals.c sees to it. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
