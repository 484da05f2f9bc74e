/* SPDX-License-Identifier: MIT */
#include "codec/ws_extension.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_agreed(const char *answer, struct ws_extension wanted)
{
    struct malformed malformed = {0, NULL};
    struct ws_extension got;

    assert_int_equal(ws_extension_parse(&got, &malformed, span_text(answer)),
                     SOCKFEED_OK);
    assert_int_equal(got.server_restarts, wanted.server_restarts);
    assert_int_equal(got.client_restarts, wanted.client_restarts);
    assert_int_equal(got.server_bits, wanted.server_bits);
    assert_int_equal(got.client_bits, wanted.client_bits);
}

static void reads_what_the_server_chose(void **state)
{
    (void)state;
    assert_agreed("permessage-deflate",
                  (struct ws_extension){false, false, 15, 15});
    assert_agreed("permessage-deflate; server_no_context_takeover",
                  (struct ws_extension){true, false, 15, 15});
    assert_agreed("permessage-deflate;client_no_context_takeover;"
                  "server_max_window_bits=8;client_max_window_bits=\"9\"",
                  (struct ws_extension){false, true, 8, 9});
    assert_agreed(" , PERMESSAGE-DEFLATE ; Server_Max_Window_Bits = 15 ,",
                  (struct ws_extension){false, false, 15, 15});
}

static void refuses_what_was_not_offered(void **state)
{
    static const char *const answers[] = {
        "",
        ",",
        ";",
        "deflate",
        "permessage-deflate-x",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate, x",
        "permessage-deflate; x",
        "permessage-deflate; =",
        "permessage-deflate; server_no_context_takeover=",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=\"9",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; client_max_window_bits=9;client_max_window_bits=9",
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct malformed malformed = {0, NULL};
        struct ws_extension got;

        if (ws_extension_parse(&got, &malformed, span_text(answers[i])) !=
            SOCKFEED_PROTOCOL) {
            fail_msg("'%s' was taken", answers[i]);
        }
        assert_non_null(malformed.reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_server_chose),
        cmocka_unit_test(refuses_what_was_not_offered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
