/* SPDX-License-Identifier: MIT */
#include "cli/base/file_name.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

/* 2026-11-23T13:53:07Z. */
static const int64_t then = INT64_C(1795441987) * SECOND;

static struct file_name name_of(const char *pattern)
{
    struct option_error error = {""};
    struct file_name name;

    assert_int_equal(file_name_init(&name, pattern, &error), SOCKFEED_OK);
    return name;
}

static void assert_path(const char *pattern, unsigned number, const char *path)
{
    struct file_name name = name_of(pattern);
    struct buf buf;

    buf_init(&buf, (size_t)PATH_MAX * 2);
    assert_string_equal(file_name_path(&name, &buf, then, number), path);
    buf_deinit(&buf);
}

static void fields_are_the_time_in_utc(void **state)
{
    (void)state;
    assert_path("t", 0, "t");
    assert_path("%Y/%m/%d/t-%H%M.ndjson", 0, "2026/11/23/t-1353.ndjson");
    assert_path("%F.gz", 0, "2026-11-23.gz");
    assert_path("%T", 0, "13:53:07");
    assert_path("100%%.txt", 0, "100%.txt");
}

static void a_number_stands_before_the_endings(void **state)
{
    (void)state;
    assert_path("ticks.ndjson.gz", 1, "ticks.1.ndjson.gz");
    assert_path("ticks.zst", 12, "ticks.12.zst");
    assert_path("%H.log", 100, "13.100.log");
    assert_path("ticks", 2, "ticks.2");
    assert_path("a.b/ticks", 2, "a.b/ticks.2");
    assert_path("dir/.hidden", 3, "dir/.hidden.3");
    /* What begins with a digit is no ending. */
    assert_path("v1.2", 1, "v1.2.1");
    assert_path("t-%M.%S", 1, "t-53.07.1");
}

static void the_ending_says_how_it_is_compressed(void **state)
{
    (void)state;
    assert_int_equal(name_of("a.gz").coding, FILE_CODING_GZIP);
    assert_int_equal(name_of("a.zst").coding, FILE_CODING_ZSTD);
    assert_int_equal(name_of("a.ndjson").coding, FILE_CODING_NONE);
    assert_int_equal(name_of(".gz").coding, FILE_CODING_NONE);
    assert_true(file_name_is_partial(&(struct file_name){.rotates = true}));
    assert_false(file_name_is_partial(&(struct file_name){.rotates = false}));
}

static void a_name_lasts_until_it_may_change(void **state)
{
    struct file_name name = name_of("%H");

    (void)state;
    assert_int_equal(file_name_until(&name, then), then + 53 * SECOND);
    name = name_of("%H%M%S");
    assert_int_equal(file_name_until(&name, then), then + SECOND);
    assert_int_equal(file_name_until(&name, then + 5), then + SECOND);
    name = name_of("%%S");
    assert_int_equal(file_name_until(&name, then), INT64_MAX);
}

static void what_is_no_file_is_refused(void **state)
{
    static const char *const patterns[] = {"",    "-",  "folder/", "%",
                                           "a%Q", "%D", "50%off",  "%z"};
    struct option_error error;
    struct file_name name;

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        error.text[0] = '\0';
        assert_int_equal(file_name_init(&name, patterns[i], &error),
                         SOCKFEED_INVALID);
        assert_string_not_equal(error.text, "");
    }
}

static void a_path_longer_than_paths_are_is_none(void **state)
{
    char pattern[PATH_MAX];
    struct file_name name;
    struct buf buf;

    (void)state;
    memset(pattern, 'x', sizeof pattern);
    memcpy(pattern, "%A", 2);
    pattern[sizeof pattern - 1] = '\0';
    name = name_of(pattern);
    buf_init(&buf, (size_t)PATH_MAX * 2);
    assert_null(file_name_path(&name, &buf, then, 0));
    buf_deinit(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_the_time_in_utc),
        cmocka_unit_test(a_number_stands_before_the_endings),
        cmocka_unit_test(the_ending_says_how_it_is_compressed),
        cmocka_unit_test(a_name_lasts_until_it_may_change),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_path_longer_than_paths_are_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
