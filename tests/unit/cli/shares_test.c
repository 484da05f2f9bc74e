/* SPDX-License-Identifier: MIT */
#include "cli/feeds/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    MOST = 16
};

/* What is given, as letters: m a message, a an await; and for each share which
 * of them it has, as the same letters or dots. */
static void is_shared(const char *given, uint64_t per_connection,
                      const char *const *shares, size_t count)
{
    struct given_message items[MOST] = {{.kind = GIVEN_MESSAGE}};
    struct send_options send = {.per_connection = per_connection};
    size_t size = 0;

    for (; given[size] != '\0'; size++) {
        items[size].kind = given[size] == 'a' ? GIVEN_AWAIT : GIVEN_MESSAGE;
    }
    send.subscriptions.at = items;
    send.subscriptions.count = size;
    assert_int_equal(shares_count(&send), count);
    for (size_t share = 0; share < count; share++) {
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(shares_has(&send, share, i),
                             shares[share][i] != '.');
        }
    }
}

static void one_connection_has_all_unless_it_is_asked_otherwise(void **state)
{
    static const char *const all[] = {"mmmmm"};

    (void)state;
    is_shared("mmmmm", 0, all, 1);
    is_shared("mmmmm", 5, all, 1);
    is_shared("mmmmm", 6, all, 1);
    is_shared("", 2, all, 1);
}

static void each_connection_has_its_part_in_order(void **state)
{
    static const char *const shares[] = {"mm...", "..mm.", "....m"};

    (void)state;
    is_shared("mmmmm", 2, shares, 3);
}

static void what_stands_before_the_last_await_is_everybodys(void **state)
{
    static const char *const shares[] = {"mamamm...", "mama..mm.", "mama....m"};

    (void)state;
    is_shared("mamammmmm", 2, shares, 3);
}

static void a_login_alone_takes_one_connection(void **state)
{
    static const char *const shares[] = {"ma"};

    (void)state;
    is_shared("ma", 1, shares, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_connection_has_all_unless_it_is_asked_otherwise),
        cmocka_unit_test(each_connection_has_its_part_in_order),
        cmocka_unit_test(what_stands_before_the_last_await_is_everybodys),
        cmocka_unit_test(a_login_alone_takes_one_connection),
    };

    return cmocka_run_group_tests_name("cli/shares", tests, NULL, NULL);
}
