/* SPDX-License-Identifier: MIT */
#include "codec/http_request.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void writes_a_head(void **state)
{
    struct buf request;

    (void)state;
    buf_init(&request, 1000);
    http_request_begin(&request, "GET", span_text("/a?b=c"));
    http_request_header(&request, span_text("X-Y"), span_text("z"));
    http_request_end(&request);
    assert_string_equal(buf_text(&request),
                        "GET /a?b=c HTTP/1.1\r\nX-Y: z\r\n\r\n");
    buf_deinit(&request);
}

static void leaves_the_default_port_out_of_host(void **state)
{
    static const struct {
        const char *host;
        unsigned port;
        bool secure;
        const char *line;
    } cases[] = {
        {"example.com", 80,   false, "Host: example.com\r\n"    },
        {"example.com", 443,  true,  "Host: example.com\r\n"    },
        {"example.com", 443,  false, "Host: example.com:443\r\n"},
        {"example.com", 80,   true,  "Host: example.com:80\r\n" },
        {"127.0.0.1",   8080, false, "Host: 127.0.0.1:8080\r\n" },
        {"::1",         80,   false, "Host: [::1]\r\n"          },
        {"::1",         81,   false, "Host: [::1]:81\r\n"       },
        {"[::1]",       81,   false, "Host: [::1]:81\r\n"       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf request;

        buf_init(&request, 1000);
        http_request_host(&request, span_text(cases[i].host), cases[i].port,
                          cases[i].secure);
        assert_string_equal(buf_text(&request), cases[i].line);
        buf_deinit(&request);
    }
}

static void refuses_targets_that_would_break_the_request_line(void **state)
{
    static const struct {
        const char *target;
        size_t size;
        size_t offset;
    } cases[] = {
        {"",             0, 0},
        {"a",            1, 0},
        {"/a b",         4, 2},
        {"/a\r\nX: y",   8, 2},
        {"/a\0b",        4, 2},
        {"/caf\xc3\xa9", 6, 4},
        {"/a#b",         4, 2},
        {"/\x7f",        2, 1},
    };
    struct malformed malformed;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            http_request_check_target(span_of(cases[i].target, cases[i].size),
                                      &malformed),
            SOCKFEED_PROTOCOL);
        assert_int_equal(malformed.offset, cases[i].offset);
    }
    assert_int_equal(http_request_check_target(
                         span_text("/socket.io/?EIO=4&x=%20;~[]"), &malformed),
                     SOCKFEED_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_head),
        cmocka_unit_test(leaves_the_default_port_out_of_host),
        cmocka_unit_test(refuses_targets_that_would_break_the_request_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
