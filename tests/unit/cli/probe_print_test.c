/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is(struct buf *out, const char *text)
{
    assert_string_equal(buf_text(out), text);
    buf_deinit(out);
}

static struct buf empty(void)
{
    struct buf out;

    buf_init(&out, 1000);
    return out;
}

static void lines_stand_in_columns(void **state)
{
    struct buf out = empty();

    (void)state;
    probe_print_line(&out, "tls", 3100, "%s", "TLSv1.3");
    probe_print_line(&out, "websocket", 1234567, "%d", 101);
    probe_print_line(&out, "verdict", PROBE_PRINT_NO_TIME, "%s", "it works");
    is(&out, "tls               3.1 ms TLSv1.3\n"
             "websocket      1234.5 ms 101\n"
             "verdict                  it works\n");
}

static void what_a_terminal_would_act_on_is_made_visible(void **state)
{
    struct buf out = empty();

    (void)state;
    probe_print_line(&out, "engine", 0, "%s", "\x1b[2Jsid");
    is(&out, "engine            0.0 ms \\x1b[2Jsid\n");
}

static void seconds_have_decimals_where_they_are_not_whole(void **state)
{
    char text[PROBE_PRINT_SECONDS];

    (void)state;
    assert_string_equal(probe_print_seconds(25000, text), "25 s");
    assert_string_equal(probe_print_seconds(300, text), "0.300 s");
    assert_string_equal(probe_print_seconds(0, text), "0 s");
}

static void members_are_json_whatever_a_server_says(void **state)
{
    struct buf out = empty();

    (void)state;
    probe_print_member(&out, "server", "a\"b\n", ",");
    probe_print_optional(&out, "phrase", "", ",");
    probe_print_optional(&out, "subprotocol", "v1", "");
    is(&out, "\"server\":\"a\\\"b\\n\",\"phrase\":null,\"subprotocol\":\"v1\"");
}

static void dates_are_those_of_rfc_3339(void **state)
{
    struct buf out = empty();

    (void)state;
    probe_print_date(&out, "not_after", 1795442400);
    probe_print_date(&out, "far", INT64_MAX);
    is(&out, ",\"not_after\":\"2026-11-23T14:00:00Z\",\"far\":null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_stand_in_columns),
        cmocka_unit_test(what_a_terminal_would_act_on_is_made_visible),
        cmocka_unit_test(seconds_have_decimals_where_they_are_not_whole),
        cmocka_unit_test(members_are_json_whatever_a_server_says),
        cmocka_unit_test(dates_are_those_of_rfc_3339),
    };

    return cmocka_run_group_tests_name("cli/probe_print", tests, NULL, NULL);
}
