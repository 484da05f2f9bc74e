/* SPDX-License-Identifier: MIT */
#include "cli/input/input.h"

#include "base/buf.h"
#include "base/limits.h"

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One input on a loop; what it says is written into a log. */
struct scene {
    struct sockfeed_loop *loop;
    struct input *input;
    struct buf log;
    int reading;
    size_t refuse; /* the number of a line that is refused once, or 0 */
};

static bool on_line(void *user, struct span line, size_t number)
{
    struct scene *scene = user;

    if (number == scene->refuse) {
        scene->refuse = 0;
        buf_append_text(&scene->log, "refused|");
        sockfeed_loop_stop(scene->loop);
        return false;
    }
    buf_append_uint(&scene->log, number);
    buf_append_byte(&scene->log, ':');
    buf_append_span(&scene->log, line);
    buf_append_byte(&scene->log, '|');
    return true;
}

static void on_too_long(void *user, size_t number)
{
    struct scene *scene = user;

    buf_append_format(&scene->log, "%zu too long|", number);
}

static void on_end(void *user, int error)
{
    struct scene *scene = user;

    buf_append_format(&scene->log, "end %d", error);
    sockfeed_loop_stop(scene->loop);
}

static void prepare(struct scene *scene, int reading)
{
    const struct input_callbacks callbacks = {
        .line = on_line, .too_long = on_too_long, .end = on_end, .user = scene};

    buf_init(&scene->log, 1048576);
    scene->refuse = 0;
    scene->reading = reading;
    assert_int_equal(sockfeed_loop_new(&scene->loop, 1), SOCKFEED_OK);
    assert_int_equal(input_new(&scene->input, scene->loop, reading, &callbacks),
                     SOCKFEED_OK);
}

static void finish(struct scene *scene, const char *expected)
{
    assert_string_equal(buf_text(&scene->log), expected);
    input_free(scene->input);
    sockfeed_loop_free(scene->loop);
    buf_deinit(&scene->log);
    assert_int_equal(close(scene->reading), 0);
}

static void prepare_pipe(struct scene *scene, const char *text)
{
    int ends[2];
    size_t size = strlen(text);

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, size), size);
    assert_int_equal(close(ends[1]), 0);
    prepare(scene, ends[0]);
}

static void lines_of_a_pipe_come_one_by_one(void **state)
{
    struct scene scene;

    (void)state;
    prepare_pipe(&scene, "a\n\nb c\r\n\r\nlast");
    sockfeed_loop_run(scene.loop);
    finish(&scene, "1:a|2:|3:b c|4:|5:last|end 0");
}

static void an_empty_input_has_no_line(void **state)
{
    struct scene scene;

    (void)state;
    prepare_pipe(&scene, "");
    sockfeed_loop_run(scene.loop);
    finish(&scene, "end 0");
}

static void lines_of_a_file_come_one_by_one(void **state)
{
    FILE *file = tmpfile();
    struct scene scene;

    (void)state;
    assert_non_null(file);
    assert_true(fputs("a\nb\n", file) >= 0);
    rewind(file);
    prepare(&scene, dup(fileno(file)));
    sockfeed_loop_run(scene.loop);
    finish(&scene, "1:a|2:b|end 0");
    assert_int_equal(fclose(file), 0);
}

static void a_refused_line_comes_again(void **state)
{
    struct scene scene;

    (void)state;
    prepare_pipe(&scene, "a\nb\nc");
    scene.refuse = 2;
    sockfeed_loop_run(scene.loop);
    assert_string_equal(buf_text(&scene.log), "1:a|refused|");
    input_resume(scene.input);
    sockfeed_loop_run(scene.loop);
    finish(&scene, "1:a|refused|2:b|3:c|end 0");
}

static void the_last_line_may_be_refused_too(void **state)
{
    struct scene scene;

    (void)state;
    prepare_pipe(&scene, "a\nb");
    scene.refuse = 2;
    sockfeed_loop_run(scene.loop);
    input_resume(scene.input);
    finish(&scene, "1:a|refused|2:b|end 0");
}

static void a_line_past_the_limit_is_skipped(void **state)
{
    FILE *file = tmpfile();
    size_t size = (size_t)LIMIT_OUTGOING + 65536;
    char *line = malloc(size);
    struct scene scene;

    (void)state;
    assert_non_null(file);
    assert_non_null(line);
    memset(line, 'x', size);
    assert_true(fputs("a\n", file) >= 0);
    assert_int_equal(fwrite(line, 1, size, file), size);
    assert_true(fputs("\nb\n", file) >= 0);
    rewind(file);
    free(line);
    prepare(&scene, dup(fileno(file)));
    sockfeed_loop_run(scene.loop);
    finish(&scene, "1:a|2 too long|3:b|end 0");
    assert_int_equal(fclose(file), 0);
}

static void a_failure_to_read_is_told(void **state)
{
    struct scene scene;
    int ends[2];

    (void)state;
    /* The end for writing cannot be read. */
    assert_int_equal(pipe(ends), 0);
    prepare(&scene, ends[1]);
    assert_int_equal(close(ends[0]), 0);
    sockfeed_loop_run(scene.loop);
    finish(&scene, "end 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_a_pipe_come_one_by_one),
        cmocka_unit_test(an_empty_input_has_no_line),
        cmocka_unit_test(lines_of_a_file_come_one_by_one),
        cmocka_unit_test(a_refused_line_comes_again),
        cmocka_unit_test(the_last_line_may_be_refused_too),
        cmocka_unit_test(a_line_past_the_limit_is_skipped),
        cmocka_unit_test(a_failure_to_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
