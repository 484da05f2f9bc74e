/* SPDX-License-Identifier: MIT */
#include "session/eio_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct eio_request parse(const char *query)
{
    struct eio_request request;

    eio_request_parse(&request, span_text(query));
    return request;
}

static void anything_but_exactly_4_is_revision_3(void **state)
{
    static const char *const others[] = {"",     "EIO=3", "EIO=04", "EIO=5",
                                         "EIO=", "eio=4", "EIO=44"};

    (void)state;
    assert_int_equal(parse("EIO=4").revision, EIO_REVISION_4);
    assert_int_equal(parse("a=b&EIO=4&c").revision, EIO_REVISION_4);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(parse(others[i]).revision, EIO_REVISION_3);
    }
}

static void transports_are_known_by_their_names_alone(void **state)
{
    (void)state;
    assert_int_equal(parse("transport=polling").transport,
                     EIO_TRANSPORT_POLLING);
    assert_int_equal(parse("transport=websocket").transport,
                     EIO_TRANSPORT_WEBSOCKET);
    assert_int_equal(parse("transport=webtransport").transport,
                     EIO_TRANSPORT_UNKNOWN);
    assert_int_equal(parse("").transport, EIO_TRANSPORT_UNKNOWN);
}

static void a_session_is_asked_for_by_its_id(void **state)
{
    struct eio_request request = parse("EIO=4&sid=abc-_9&b64=1");

    (void)state;
    assert_true(request.has_sid);
    assert_true(span_is(request.sid, "abc-_9"));
    assert_true(request.base64);
    request = parse("EIO=4");
    assert_false(request.has_sid);
    assert_false(request.base64);
    assert_true(parse("sid=").has_sid);
}

static void refusals_are_those_of_the_common_servers(void **state)
{
    (void)state;
    assert_string_equal(eio_request_refusal_json(EIO_REFUSAL_SESSION),
                        "{\"code\":1,\"message\":\"Session ID unknown\"}");
    assert_string_equal(
        eio_request_refusal_json(EIO_REFUSAL_UNSUPPORTED),
        "{\"code\":5,\"message\":\"Unsupported protocol version\"}");
    assert_string_equal(eio_request_refusal_text(EIO_REFUSAL_TRANSPORT),
                        "Transport unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_but_exactly_4_is_revision_3),
        cmocka_unit_test(transports_are_known_by_their_names_alone),
        cmocka_unit_test(a_session_is_asked_for_by_its_id),
        cmocka_unit_test(refusals_are_those_of_the_common_servers),
    };

    return cmocka_run_group_tests_name("session/eio_request", tests, NULL,
                                       NULL);
}
