/* SPDX-License-Identifier: MIT */
#include "cli/options/command.h"

#include "base/limits.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 60000
};

/* One command, and how it ended. */
struct scene {
    struct sockfeed_loop *loop;
    struct command *command;
    unsigned ends;
    enum sockfeed_result result;
    char reason[80];
    char *output;
    size_t size;
    char errors[LIMIT_COMMAND_ERRORS + 1];
    bool free_inside;
};

static void on_end(void *user, const struct command_end *end)
{
    struct scene *scene = user;

    scene->ends++;
    scene->result = end->result;
    (void)snprintf(scene->reason, sizeof scene->reason, "%s",
                   end->reason == NULL ? "" : end->reason);
    scene->size = end->output.size;
    free(scene->output);
    scene->output = malloc(end->output.size + 1);
    assert_non_null(scene->output);
    if (end->output.size > 0) {
        memcpy(scene->output, end->output.data, end->output.size);
    }
    scene->output[end->output.size] = '\0';
    assert_true(end->errors.size < sizeof scene->errors);
    (void)snprintf(scene->errors, sizeof scene->errors, "%.*s",
                   (int)end->errors.size,
                   end->errors.size == 0 ? "" : end->errors.data);
    if (scene->free_inside) {
        command_free(scene->command);
        scene->command = NULL;
    }
    sockfeed_loop_stop(scene->loop);
}

static void begin(struct scene *scene, const char *text, int64_t timeout)
{
    memset(scene, 0, sizeof *scene);
    assert_int_equal(sockfeed_loop_new(&scene->loop, 4), SOCKFEED_OK);
    assert_int_equal(
        command_new(&scene->command, scene->loop, text, timeout, on_end, scene),
        SOCKFEED_OK);
}

static void end(struct scene *scene)
{
    command_free(scene->command);
    sockfeed_loop_free(scene->loop);
    free(scene->output);
}

static void run(struct scene *scene, const char *text)
{
    begin(scene, text, PATIENCE_MS);
    sockfeed_loop_run(scene->loop);
    assert_int_equal(scene->ends, 1);
}

static void what_it_writes_is_its_output(void **state)
{
    struct scene scene;

    (void)state;
    run(&scene, "printf 'one\\n'; printf two; echo aside >&2");
    assert_int_equal(scene.result, SOCKFEED_OK);
    assert_string_equal(scene.output, "one\ntwo");
    assert_string_equal(scene.errors, "aside\n");
    end(&scene);
}

static void it_has_no_standard_input(void **state)
{
    struct scene scene;

    (void)state;
    run(&scene, "cat; echo done");
    assert_int_equal(scene.result, SOCKFEED_OK);
    assert_string_equal(scene.output, "done\n");
    end(&scene);
}

static void its_exit_status_is_told(void **state)
{
    struct scene scene;

    (void)state;
    run(&scene, "echo why >&2; exit 3");
    assert_int_equal(scene.result, SOCKFEED_SYSTEM);
    assert_string_equal(scene.reason, "failed with exit status 3");
    assert_string_equal(scene.errors, "why\n");
    end(&scene);
}

static void the_signal_that_killed_it_is_told(void **state)
{
    struct scene scene;

    (void)state;
    run(&scene, "kill -9 $$");
    assert_int_equal(scene.result, SOCKFEED_SYSTEM);
    assert_string_equal(scene.reason, "was killed by signal 9");
    end(&scene);
}

static void a_command_that_is_not_there_says_so_itself(void **state)
{
    struct scene scene;

    (void)state;
    run(&scene, "/nonexistent/command");
    assert_int_equal(scene.result, SOCKFEED_SYSTEM);
    assert_string_equal(scene.reason, "failed with exit status 127");
    assert_non_null(strstr(scene.errors, "/nonexistent/command"));
    end(&scene);
}

static void it_is_killed_when_its_time_is_up(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "sleep 1000 & wait", 1);
    sockfeed_loop_run(scene.loop);
    assert_int_equal(scene.ends, 1);
    assert_int_equal(scene.result, SOCKFEED_TIMEOUT);
    end(&scene);
}

static void as_much_as_may_be_is_taken_and_no_more(void **state)
{
    struct scene scene;
    char text[80];

    (void)state;
    (void)snprintf(text, sizeof text, "head -c %d /dev/zero | tr '\\0' x",
                   LIMIT_COMMAND_OUTPUT);
    run(&scene, text);
    assert_int_equal(scene.result, SOCKFEED_OK);
    assert_int_equal(scene.size, LIMIT_COMMAND_OUTPUT);
    end(&scene);
    (void)snprintf(text, sizeof text, "head -c %d /dev/zero | tr '\\0' x",
                   LIMIT_COMMAND_OUTPUT + 1);
    run(&scene, text);
    assert_int_equal(scene.result, SOCKFEED_FULL);
    end(&scene);
}

static void of_its_errors_the_beginning_is_kept(void **state)
{
    struct scene scene;
    char text[80];

    (void)state;
    (void)snprintf(text, sizeof text,
                   "head -c %d /dev/zero | tr '\\0' x >&2; exit 1",
                   LIMIT_COMMAND_ERRORS * 4);
    run(&scene, text);
    assert_int_equal(scene.result, SOCKFEED_SYSTEM);
    assert_int_equal(strlen(scene.errors), LIMIT_COMMAND_ERRORS);
    end(&scene);
}

/* A pipe whose end the command inherits is at its end once nothing that came
 * of the command is left. */
static void who_frees_it_kills_all_that_came_of_it(void **state)
{
    struct scene scene;
    int ends[2];
    char byte;
    char text[80];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    (void)snprintf(text, sizeof text, "sleep 1000 & echo >&%d; wait", ends[1]);
    begin(&scene, text, PATIENCE_MS);
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    end(&scene);
    assert_int_equal(scene.ends, 0);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    (void)close(ends[0]);
}

static void it_may_be_freed_when_it_tells_its_end(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene, "echo x", PATIENCE_MS);
    scene.free_inside = true;
    sockfeed_loop_run(scene.loop);
    assert_int_equal(scene.ends, 1);
    assert_null(scene.command);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_writes_is_its_output),
        cmocka_unit_test(it_has_no_standard_input),
        cmocka_unit_test(its_exit_status_is_told),
        cmocka_unit_test(the_signal_that_killed_it_is_told),
        cmocka_unit_test(a_command_that_is_not_there_says_so_itself),
        cmocka_unit_test(it_is_killed_when_its_time_is_up),
        cmocka_unit_test(as_much_as_may_be_is_taken_and_no_more),
        cmocka_unit_test(of_its_errors_the_beginning_is_kept),
        cmocka_unit_test(who_frees_it_kills_all_that_came_of_it),
        cmocka_unit_test(it_may_be_freed_when_it_tells_its_end),
    };

    return cmocka_run_group_tests_name("cli/command", tests, NULL, NULL);
}
