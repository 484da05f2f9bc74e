/* SPDX-License-Identifier: MIT */
#include "cli/choose/latest.h"

#include "base/buf.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct latest *begin(const char *pointer, size_t keys, size_t limit)
{
    struct latest *latest;
    struct output_error error;

    assert_int_equal(latest_new(&latest, pointer, keys, limit, &error),
                     SOCKFEED_OK);
    return latest;
}

static void put(struct latest *latest, const char *key, const char *line)
{
    assert_int_equal(latest_put(latest, span_text(key), span_text(line)),
                     SOCKFEED_OK);
}

/* Takes everything out, with a comma behind each line. */
static void takes(struct latest *latest, const char *expected)
{
    struct buf all;
    struct span line;

    buf_init(&all, 100000);
    while (latest_take(latest, &line)) {
        buf_append_span(&all, line);
        buf_append_byte(&all, ',');
    }
    assert_string_equal(buf_text(&all), expected);
    buf_deinit(&all);
}

static void the_newest_line_of_each_key_is_kept(void **state)
{
    struct latest *latest = begin("/s", 10, 1000);

    (void)state;
    put(latest, "b", "b1");
    put(latest, "a", "a1");
    put(latest, "b", "b2");
    takes(latest, "b2,a1,");
    takes(latest, "");
    put(latest, "a", "a2, longer than before");
    takes(latest, "a2, longer than before,");
    put(latest, "c", "c1");
    put(latest, "b", "b3");
    takes(latest, "c1,b3,");
    latest_free(latest);
}

static void the_key_is_the_value_at_the_pointer(void **state)
{
    struct latest *latest = begin("/s", 10, 1000);

    (void)state;
    assert_true(span_is(latest_key(latest, span_text("{\"s\": [1] }")), "[1]"));
    assert_null(latest_key(latest, span_text("{\"t\":1}")).data);
    latest_free(latest);
}

static void full_of_keys_it_must_be_emptied(void **state)
{
    struct latest *latest = begin("/s", 2, 1000);

    (void)state;
    put(latest, "a", "a1");
    put(latest, "b", "b1");
    put(latest, "b", "b2");
    assert_int_equal(latest_put(latest, span_text("c"), span_text("c1")),
                     SOCKFEED_FULL);
    takes(latest, "a1,b2,");
    put(latest, "c", "c1");
    put(latest, "a", "a3");
    takes(latest, "c1,a3,");
    latest_free(latest);
}

static void full_of_bytes_it_must_be_emptied(void **state)
{
    struct latest *latest = begin("/s", 100, 20);

    (void)state;
    put(latest, "a", "0123456789");
    assert_int_equal(
        latest_put(latest, span_text("b"), span_text("0123456789")),
        SOCKFEED_FULL);
    takes(latest, "0123456789,");
    put(latest, "b", "0123456789012345678901234567890123456789");
    takes(latest, "0123456789012345678901234567890123456789,");
    latest_free(latest);
}

static void a_pointer_that_is_none_is_refused(void **state)
{
    struct latest *latest;
    struct output_error error = {""};

    (void)state;
    assert_int_equal(latest_new(&latest, "s", 1, 1, &error), SOCKFEED_INVALID);
    assert_null(latest);
    assert_non_null(strstr(error.text, "(column 1)"));
}

/* Against a list that is searched from its front. */
static void behaves_as_a_plain_list_would(void **state)
{
    enum {
        KEYS = 300
    };
    struct latest *latest = begin("/s", KEYS, 1000000);
    unsigned values[KEYS];
    unsigned order[KEYS];
    size_t count = 0;
    struct rng rng;

    (void)state;
    rng_init_seed(&rng, 3);
    for (unsigned round = 0; round < 50000; round++) {
        char key[16];
        char line[16];
        unsigned which = rng_below(&rng, 1 + rng_below(&rng, KEYS));
        size_t at = 0;

        (void)snprintf(key, sizeof key, "k%u", which);
        (void)snprintf(line, sizeof line, "%u", round);
        put(latest, key, line);
        while (at < count && order[at] != which) {
            at++;
        }
        order[at] = which;
        count += at == count;
        values[which] = round;
        if (rng_below(&rng, 500) == 0) {
            struct span text;

            for (size_t i = 0; i < count; i++) {
                (void)snprintf(line, sizeof line, "%u", values[order[i]]);
                assert_true(latest_take(latest, &text));
                assert_true(span_is(text, line));
            }
            assert_false(latest_take(latest, &text));
            count = 0;
        }
    }
    latest_free(latest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_line_of_each_key_is_kept),
        cmocka_unit_test(the_key_is_the_value_at_the_pointer),
        cmocka_unit_test(full_of_keys_it_must_be_emptied),
        cmocka_unit_test(full_of_bytes_it_must_be_emptied),
        cmocka_unit_test(a_pointer_that_is_none_is_refused),
        cmocka_unit_test(behaves_as_a_plain_list_would),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
