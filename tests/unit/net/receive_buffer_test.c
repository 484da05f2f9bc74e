/* SPDX-License-Identifier: MIT */
#include "net/receive_buffer.h"

#include "base/limits.h"
#include "net/ws_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    LIMIT = 4 * LIMIT_RECEIVE_READ
};

static int set_up(void **state)
{
    static struct receive_buffer buffer;

    buffer = (struct receive_buffer){.pool = ws_pool_new(), .limit = LIMIT};
    *state = &buffer;
    return 0;
}

static int tear_down(void **state)
{
    struct receive_buffer *buffer = *state;

    receive_buffer_deinit(buffer);
    ws_pool_free(buffer->pool);
    return 0;
}

/* Opens, adds `size` bytes that count on from `first`, uses some up. */
static enum sockfeed_result round_of(struct receive_buffer *buffer,
                                     size_t first, size_t size, size_t used,
                                     size_t need)
{
    struct receive_area area;

    assert_int_equal(receive_buffer_open(buffer, &area), SOCKFEED_OK);
    assert_int_equal(area.size, buffer->size);
    assert_in_range(size, 0, area.capacity - area.size);
    for (size_t i = 0; i < size; i++) {
        area.data[area.size + i] = (char)((first + i) * 31 >> 2);
    }
    area.size += size;
    /* The pad is ours to touch. */
    memset(area.data + area.capacity, 0, LIMIT_RECEIVE_PAD);
    return receive_buffer_close(buffer, &area, used, need);
}

static void assert_kept(const struct receive_buffer *buffer, size_t first,
                        size_t size)
{
    assert_int_equal(buffer->size, size);
    for (size_t i = 0; i < size; i++) {
        if (buffer->kept[i] != (char)((first + i) * 31 >> 2)) {
            fail_msg("byte %zu differs", i);
        }
    }
}

static void keeps_nothing_when_all_is_used(void **state)
{
    struct receive_buffer *buffer = *state;

    assert_int_equal(round_of(buffer, 0, 5000, 5000, 0), SOCKFEED_OK);
    assert_null(buffer->kept);
    assert_int_equal(buffer->size, 0);
}

static void puts_the_rest_in_front_of_what_comes_next(void **state)
{
    struct receive_buffer *buffer = *state;

    assert_int_equal(round_of(buffer, 0, 1000, 900, 0), SOCKFEED_OK);
    assert_kept(buffer, 900, 100);
    assert_int_equal(round_of(buffer, 1000, 50, 0, 300), SOCKFEED_OK);
    assert_kept(buffer, 900, 150);
    assert_int_equal(buffer->need, 300);
    assert_int_equal(round_of(buffer, 1050, 0, 140, 0), SOCKFEED_OK);
    assert_kept(buffer, 1040, 10);
    assert_int_equal(buffer->capacity, LIMIT_RECEIVE_FIRST);
}

static void grows_once_for_a_large_need_and_shrinks_back(void **state)
{
    struct receive_buffer *buffer = *state;
    const char *kept;

    assert_int_equal(round_of(buffer, 0, 100, 0, 300000), SOCKFEED_OK);
    assert_int_equal(buffer->capacity, 300000);
    kept = buffer->kept;
    assert_int_equal(round_of(buffer, 100, 200000, 0, 300000), SOCKFEED_OK);
    assert_ptr_equal(buffer->kept, kept);
    assert_int_equal(round_of(buffer, 200100, 99900, 299990, 0), SOCKFEED_OK);
    assert_kept(buffer, 299990, 10);
    assert_int_equal(buffer->capacity, LIMIT_RECEIVE_FIRST);
}

static void has_always_room_for_one_byte_more(void **state)
{
    static const size_t sizes[] = {LIMIT_RECEIVE_FIRST, LIMIT_RECEIVE_READ};
    struct receive_buffer *buffer = *state;

    for (size_t i = 0; i < 2; i++) {
        struct receive_area area;

        assert_int_equal(round_of(buffer, 0, sizes[i], 0, 0), SOCKFEED_OK);
        assert_kept(buffer, 0, sizes[i]);
        assert_int_equal(receive_buffer_open(buffer, &area), SOCKFEED_OK);
        assert_true(area.capacity > area.size);
        assert_int_equal(receive_buffer_close(buffer, &area, area.size, 0),
                         SOCKFEED_OK);
    }
}

static void refuses_to_keep_more_than_its_limit(void **state)
{
    struct receive_buffer *buffer = *state;

    assert_int_equal(round_of(buffer, 0, 10, 0, LIMIT), SOCKFEED_OK);
    assert_int_equal(round_of(buffer, 10, 10, 0, LIMIT + 1), SOCKFEED_FULL);
}

#define BUFFER_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BUFFER_TEST(keeps_nothing_when_all_is_used),
        BUFFER_TEST(puts_the_rest_in_front_of_what_comes_next),
        BUFFER_TEST(grows_once_for_a_large_need_and_shrinks_back),
        BUFFER_TEST(has_always_room_for_one_byte_more),
        BUFFER_TEST(refuses_to_keep_more_than_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
