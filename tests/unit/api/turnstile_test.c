/* SPDX-License-Identifier: MIT */
#include "api/turnstile.h"

#include "net/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    TURNS = 5
};

/* Who was let in, in order. */
struct scene {
    struct loop *loop;
    struct turnstile turnstile;
    struct caller {
        struct scene *scene;
        struct turn turn;
    } callers[TURNS];
    size_t entered[2 * TURNS];
    size_t count;
};

static void on_turn(void *user)
{
    struct caller *caller = user;
    struct scene *scene = caller->scene;

    scene->entered[scene->count++] = (size_t)(caller - scene->callers);
}

static void scene_open(struct scene *scene, unsigned limit)
{
    *scene = (struct scene){.count = 0};
    assert_int_equal(loop_new(&scene->loop, 1), SOCKFEED_OK);
    turnstile_init(&scene->turnstile, scene->loop);
    turnstile_set_limit(&scene->turnstile, limit);
    for (size_t i = 0; i < TURNS; i++) {
        scene->callers[i].scene = scene;
        turnstile_turn_init(&scene->callers[i].turn, &scene->turnstile, on_turn,
                            &scene->callers[i]);
        turnstile_ask(&scene->callers[i].turn);
    }
    /* Never from inside the function that asked. */
    assert_int_equal(scene->count, 0);
    loop_settle(scene->loop);
}

static void leave(struct scene *scene, size_t caller)
{
    turnstile_leave(&scene->callers[caller].turn);
    loop_settle(scene->loop);
}

static void scene_close(struct scene *scene)
{
    for (size_t i = 0; i < TURNS; i++) {
        turnstile_leave(&scene->callers[i].turn);
    }
    turnstile_deinit(&scene->turnstile);
    loop_free(scene->loop);
}

static void so_many_are_inside_and_who_came_first_goes_first(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, 2);
    assert_int_equal(scene.count, 2);
    leave(&scene, 1);
    assert_int_equal(scene.count, 3);
    leave(&scene, 0);
    leave(&scene, 2);
    assert_int_equal(scene.count, TURNS);
    for (size_t i = 0; i < TURNS; i++) {
        assert_int_equal(scene.entered[i], i);
    }
    scene_close(&scene);
}

static void who_leaves_the_queue_is_not_called(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, 1);
    leave(&scene, 1);
    leave(&scene, 0);
    assert_int_equal(scene.count, 2);
    assert_int_equal(scene.entered[1], 2);
    /* Having left twice changes nothing. */
    leave(&scene, 0);
    assert_int_equal(scene.count, 2);
    scene_close(&scene);
}

static void without_a_limit_all_go_through(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, 0);
    assert_int_equal(scene.count, TURNS);
    scene_close(&scene);
}

static void a_higher_limit_lets_more_in(void **state)
{
    struct scene scene;

    (void)state;
    scene_open(&scene, 1);
    turnstile_set_limit(&scene.turnstile, 4);
    loop_settle(scene.loop);
    assert_int_equal(scene.count, 4);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_inside_and_who_came_first_goes_first),
        cmocka_unit_test(who_leaves_the_queue_is_not_called),
        cmocka_unit_test(without_a_limit_all_go_through),
        cmocka_unit_test(a_higher_limit_lets_more_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
