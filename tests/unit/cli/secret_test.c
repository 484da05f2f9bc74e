/* SPDX-License-Identifier: MIT */
#include "cli/input/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void append(struct buf *out, struct span text);

static void assert_masked(append *how, const char *text, const char *masked)
{
    struct buf out;

    buf_init(&out, 4096);
    how(&out, span_text(text));
    assert_string_equal(buf_text(&out), masked);
    buf_deinit(&out);
}

static void the_payload_of_connect_is_masked(void **state)
{
    (void)state;
    assert_masked(secret_append_packet, "40", "40");
    assert_masked(secret_append_packet, "40/admin,", "40/admin,");
    assert_masked(secret_append_packet,
                  "40{\"token\":\"a}\\\"b\",\"n\":{\"x\":1}}",
                  "40{\"token\":\"***\",\"n\":\"***\"}");
    assert_masked(secret_append_packet, "40/admin,{\"token\":1}",
                  "40/admin,{\"token\":\"***\"}");
    assert_masked(secret_append_packet, "40{}", "40{}");
    /* What cannot be read is masked all the more. */
    assert_masked(secret_append_packet, "40{\"token\":", "40***");
}

static void the_query_of_connect_is_masked(void **state)
{
    (void)state;
    assert_masked(secret_append_packet, "40/admin?token=a&b=c",
                  "40/admin?token=***&b=***");
    assert_masked(secret_append_packet, "40?", "40?");
}

static void other_packets_are_as_they_were(void **state)
{
    (void)state;
    assert_masked(secret_append_packet, "42[\"a\",{\"token\":1}]",
                  "42[\"a\",{\"token\":1}]");
    assert_masked(secret_append_packet, "", "");
    assert_masked(secret_append_packet, "4", "4");
}

static void the_query_of_a_url_is_masked(void **state)
{
    (void)state;
    assert_masked(secret_append_url, "ws://h/a", "ws://h/a");
    assert_masked(secret_append_url,
                  "wss://h/s/?EIO=3&transport=websocket&api_key=k&x",
                  "wss://h/s/?EIO=3&transport=websocket&api_key=***&x");
    assert_masked(secret_append_url, "ws://h/?", "ws://h/?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_payload_of_connect_is_masked),
        cmocka_unit_test(the_query_of_connect_is_masked),
        cmocka_unit_test(other_packets_are_as_they_were),
        cmocka_unit_test(the_query_of_a_url_is_masked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
