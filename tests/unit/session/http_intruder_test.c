/* SPDX-License-Identifier: MIT */
#include "session/http_intruder.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What engine.io 6 says after its 101 to a client that asked for EIO=3. */
static const char answer[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
                             "Content-type: text/html\r\nContent-Length: 28\r\n"
                             "\r\nUnsupported protocol version";

/* Feeds the text in steps. */
static enum sockfeed_result feed(struct http_intruder *intruder,
                                 struct span text, size_t step)
{
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t start = 0;

    for (size_t end = 0; result == SOCKFEED_MORE && end < text.size;) {
        size_t used;

        end = end + step < text.size ? end + step : text.size;
        result = http_intruder_receive(intruder, &used,
                                       span_of(text.data + start, end - start));
        start += used;
    }
    return result;
}

static void tells_status_and_body_however_they_come(void **state)
{
    (void)state;
    for (size_t step = 1; step < sizeof answer; step++) {
        struct sockfeed_failure failure;
        struct http_intruder intruder;

        http_intruder_init(&intruder);
        assert_int_equal(feed(&intruder, span_text(answer), step), SOCKFEED_OK);
        assert_true(http_intruder_tell(&intruder, &failure));
        assert_int_equal(failure.result, SOCKFEED_PROTOCOL);
        assert_int_equal(failure.http_status, 400);
        assert_string_equal(failure.text,
                            "the server answered with HTTP inside the "
                            "WebSocket: 400 Bad Request: Unsupported protocol "
                            "version");
        http_intruder_deinit(&intruder);
    }
}

static void tells_as_much_as_came(void **state)
{
    size_t head = (size_t)(strstr(answer, "\r\n\r\n") - answer) + 4;

    (void)state;
    for (size_t size = 0; size < sizeof answer - 1; size++) {
        struct sockfeed_failure failure;
        struct http_intruder intruder;

        http_intruder_init(&intruder);
        assert_int_equal(feed(&intruder, span_of(answer, size), 1000),
                         SOCKFEED_MORE);
        assert_true(http_intruder_tell(&intruder, &failure) == (size >= head));
        http_intruder_deinit(&intruder);
    }
}

static void knows_what_is_not_http_either(void **state)
{
    struct sockfeed_failure failure;
    struct http_intruder intruder;

    (void)state;
    http_intruder_init(&intruder);
    assert_int_equal(feed(&intruder, span_text("HELO"), 1), SOCKFEED_PROTOCOL);
    assert_false(http_intruder_tell(&intruder, &failure));
    http_intruder_deinit(&intruder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_status_and_body_however_they_come),
        cmocka_unit_test(tells_as_much_as_came),
        cmocka_unit_test(knows_what_is_not_http_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
