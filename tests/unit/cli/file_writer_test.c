/* SPDX-License-Identifier: MIT */
/* nftw */
#define _GNU_SOURCE
#include "cli/files/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

enum {
    CONTENT_MAX = 65536,
    TURNS = 100000 /* more than any test takes */
};

/* 2100-01-01T00:00:00Z: the wall clock rotates nothing meanwhile. */
static const int64_t then = INT64_C(4102444800) * SECOND;

/* A folder, in which the test stands, and a writer into it. */
struct scene {
    char folder[32];
    struct sockfeed_loop *loop;
    struct file_writer *writer;
    unsigned failures;
};

/* What was read last. */
static char read_last[CONTENT_MAX];

static void on_failed(void *user)
{
    ((struct scene *)user)->failures++;
}

static void begin(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    (void)snprintf(scene->folder, sizeof scene->folder, "/tmp/files.XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    assert_int_equal(chdir(scene->folder), 0);
    assert_int_equal(sockfeed_loop_new(&scene->loop, 1), SOCKFEED_OK);
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static void end(struct scene *scene)
{
    file_writer_free(scene->writer);
    sockfeed_loop_free(scene->loop);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(nftw(scene->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS),
                     0);
}

static enum sockfeed_result open_with(struct scene *scene,
                                      struct file_writer_config config)
{
    struct option_error error = {""};

    config.mode = 0644;
    config.terminator = '\n';
    config.failed = on_failed;
    config.user = scene;
    return file_writer_new(&scene->writer, scene->loop, &config, &error);
}

static void open_path(struct scene *scene, const char *path)
{
    assert_int_equal(
        open_with(scene, (struct file_writer_config){.path = path}),
        SOCKFEED_OK);
}

static enum sockfeed_result put(struct scene *scene, int64_t time,
                                const char *line)
{
    buf_append_text(file_writer_begin(scene->writer, time), line);
    return file_writer_end(scene->writer);
}

static void finish(struct scene *scene)
{
    assert_int_equal(file_writer_finish(scene->writer), SOCKFEED_OK);
    file_writer_free(scene->writer);
    scene->writer = NULL;
}

/* A file as it is, or "" where there is none. */
static const char *content(const char *path)
{
    int descriptor = open(path, O_RDONLY);
    ssize_t size =
        descriptor < 0 ? 0 : read(descriptor, read_last, CONTENT_MAX - 1);

    assert_true(size >= 0);
    read_last[size] = '\0';
    if (descriptor >= 0) {
        assert_int_equal(close(descriptor), 0);
    }
    return read_last;
}

static const char *unzipped(const char *path)
{
    gzFile file = gzopen(path, "rb");
    int size;

    assert_non_null(file);
    size = gzread(file, read_last, CONTENT_MAX - 1);
    assert_true(size >= 0);
    read_last[size] = '\0';
    assert_int_equal(gzclose(file), Z_OK);
    return read_last;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_plain_file_grows_under_its_own_name(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "t");
    assert_int_equal(put(&scene, then, "one\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "two\n"), SOCKFEED_OK);
    for (int i = 0; i < TURNS && content("t")[0] == '\0'; i++) {
        sockfeed_loop_step(scene.loop);
    }
    assert_string_equal(content("t"), "one\ntwo\n");
    finish(&scene);
    /* What is there is gone on with; a torn line gets its end. */
    write_file("t", "torn");
    open_path(&scene, "t");
    assert_int_equal(put(&scene, then, "three\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("t"), "torn\nthree\n");
    end(&scene);
}

static void a_rotated_file_has_its_name_when_it_is_complete(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "%Y/t-%H%M");
    assert_int_equal(put(&scene, then, "one\n"), SOCKFEED_OK);
    assert_false(exists("2100/t-0000"));
    assert_true(exists("2100/t-0000.part"));
    assert_int_equal(put(&scene, then + 59 * SECOND, "two\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 60 * SECOND, "three\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("2100/t-0000"), "one\ntwo\n");
    assert_string_equal(content("2100/t-0001"), "three\n");
    assert_false(exists("2100/t-0001.part"));
    end(&scene);
}

static void a_file_lasts_as_long_as_its_name(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "%F-%H");
    assert_int_equal(put(&scene, then, "one\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 60 * SECOND, "two\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 3599 * SECOND, "three\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 3600 * SECOND, "four\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("2100-01-01-00"), "one\ntwo\nthree\n");
    assert_string_equal(content("2100-01-01-01"), "four\n");
    assert_false(exists("2100-01-01-00.1"));
    end(&scene);
}

static void a_clock_that_is_set_back_loses_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "%H");
    assert_int_equal(put(&scene, then + 3600 * SECOND, "one\n"), SOCKFEED_OK);
    /* By a little: no file for a moment of the past. */
    assert_int_equal(put(&scene, then + 3599 * SECOND, "two\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 3601 * SECOND, "three\n"), SOCKFEED_OK);
    /* By an hour, and on again. */
    assert_int_equal(put(&scene, then + 60 * SECOND, "four\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 3660 * SECOND, "five\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("01"), "one\ntwo\nthree\n");
    assert_string_equal(content("00"), "four\n");
    assert_string_equal(content("01.1"), "five\n");
    end(&scene);
}

static void a_file_that_is_there_is_never_written_over(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    write_file("00.txt", "complete\n");
    write_file("00.1.txt.part", "left behind\n");
    open_path(&scene, "%H.txt");
    assert_int_equal(put(&scene, then, "new\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("00.txt"), "complete\n");
    assert_string_equal(content("00.1.txt.part"), "left behind\n");
    assert_string_equal(content("00.2.txt"), "new\n");
    end(&scene);
}

static void a_name_taken_meanwhile_leaves_both(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "%H.txt");
    assert_int_equal(put(&scene, then, "mine\n"), SOCKFEED_OK);
    write_file("00.txt", "theirs\n");
    assert_int_equal(file_writer_finish(scene.writer), SOCKFEED_SYSTEM);
    assert_non_null(strstr(file_writer_failure(scene.writer), "00.txt.part"));
    assert_string_equal(content("00.txt"), "theirs\n");
    assert_string_equal(content("00.txt.part"), "mine\n");
    assert_int_equal(scene.failures, 0); /* it was answered */
    end(&scene);
}

static void nothing_written_leaves_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "%H.gz");
    finish(&scene);
    assert_int_equal(rmdir(scene.folder), 0);
    assert_int_equal(mkdir(scene.folder, 0700), 0);
    end(&scene);
}

static void append_header(void *user, struct buf *out)
{
    (void)user;
    buf_append_text(out, "a,b\n");
}

static void every_new_file_begins_with_the_header(void **state)
{
    const struct file_writer_config config = {.path = "%M.csv",
                                              .begin = append_header};
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(open_with(&scene, config), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "1,2\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "3,4\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then + 60 * SECOND, "5,6\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("00.csv"), "a,b\n1,2\n3,4\n");
    assert_string_equal(content("01.csv"), "a,b\n5,6\n");
    end(&scene);
}

static void a_compressed_file_is_what_was_put(void **state)
{
    struct scene scene;
    char line[101];
    size_t size = 0;

    (void)state;
    begin(&scene);
    memset(line, 'x', sizeof line);
    line[99] = '\n';
    line[100] = '\0';
    open_path(&scene, "t.gz");
    while (size < (size_t)CONTENT_MAX - sizeof line) {
        assert_int_equal(put(&scene, then, line), SOCKFEED_OK);
        size += 100;
    }
    finish(&scene);
    assert_int_equal(strlen(unzipped("t.gz")), size);
    assert_memory_equal(read_last, line, 100);
    open_path(&scene, "t.gz");
    assert_int_equal(put(&scene, then, "again\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(unzipped("t.1.gz"), "again\n");
    end(&scene);
}

/* The disk is full at so many bytes of a file. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};

    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_whole_lines(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    open_path(&scene, "t");
    limit_files(10);
    assert_int_equal(put(&scene, then, "one\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "two\n"), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "three\n"), SOCKFEED_OK);
    for (int i = 0; i < TURNS && scene.failures == 0; i++) {
        sockfeed_loop_step(scene.loop);
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(scene.failures, 1);
    assert_int_equal(put(&scene, then, "four\n"), SOCKFEED_SYSTEM);
    assert_int_equal(file_writer_finish(scene.writer), SOCKFEED_SYSTEM);
    assert_string_equal(content("t"), "one\ntwo\n");
    assert_non_null(strstr(file_writer_failure(scene.writer), "t: "));
    end(&scene);
}

/* Text that does not compress to nothing. */
static void put_block(struct scene *scene, unsigned seed)
{
    struct buf *to = file_writer_begin(scene->writer, then);

    for (unsigned i = 0; i < 40000; i++) {
        seed = seed * 1664525U + 1013904223U;
        buf_append_byte(to, (char)('0' + (seed >> 24) % 64));
    }
    buf_append_byte(to, '\n');
    (void)!file_writer_end(scene->writer);
}

static void a_full_disk_leaves_whole_pieces(void **state)
{
    struct scene scene;
    size_t written;

    (void)state;
    begin(&scene);
    open_path(&scene, "t.gz");
    limit_files(250000);
    for (unsigned i = 0;
         i < 20 && file_writer_result(scene.writer) == SOCKFEED_OK; i++) {
        put_block(&scene, i);
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(file_writer_finish(scene.writer), SOCKFEED_SYSTEM);
    assert_false(exists("t.gz"));
    written = strlen(unzipped("t.gz.part"));
    assert_int_equal(written, CONTENT_MAX - 1); /* more than is looked at */
    end(&scene);
}

static void a_torn_line_of_our_own_is_cut_off(void **state)
{
    const struct file_writer_config config = {.path = "c",
                                              .signature = "{\"t\":"};
    struct scene scene;

    (void)state;
    begin(&scene);
    write_file("c", "{\"t\":1}\n{\"t\":2");
    assert_int_equal(open_with(&scene, config), SOCKFEED_OK);
    assert_int_equal(put(&scene, then, "{\"t\":3}\n"), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("c"), "{\"t\":1}\n{\"t\":3}\n");
    write_file("c", "{\"");
    assert_int_equal(open_with(&scene, config), SOCKFEED_OK);
    finish(&scene);
    assert_string_equal(content("c"), "");
    write_file("c", "a letter\nto a friend");
    assert_int_equal(open_with(&scene, config), SOCKFEED_INVALID);
    assert_string_equal(content("c"), "a letter\nto a friend");
    end(&scene);
}

static void what_could_hold_up_the_loop_is_no_file(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(
        open_with(&scene, (struct file_writer_config){.path = "pipe"}),
        SOCKFEED_SYSTEM);
    assert_int_equal(
        open_with(&scene, (struct file_writer_config){.path = "no/such"}),
        SOCKFEED_SYSTEM);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_file_grows_under_its_own_name),
        cmocka_unit_test(a_rotated_file_has_its_name_when_it_is_complete),
        cmocka_unit_test(a_file_lasts_as_long_as_its_name),
        cmocka_unit_test(a_clock_that_is_set_back_loses_nothing),
        cmocka_unit_test(a_file_that_is_there_is_never_written_over),
        cmocka_unit_test(a_name_taken_meanwhile_leaves_both),
        cmocka_unit_test(nothing_written_leaves_nothing),
        cmocka_unit_test(every_new_file_begins_with_the_header),
        cmocka_unit_test(a_compressed_file_is_what_was_put),
        cmocka_unit_test(a_full_disk_leaves_whole_lines),
        cmocka_unit_test(a_full_disk_leaves_whole_pieces),
        cmocka_unit_test(a_torn_line_of_our_own_is_cut_off),
        cmocka_unit_test(what_could_hold_up_the_loop_is_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
