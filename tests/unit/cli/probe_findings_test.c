/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What each test is about. */
static struct probe_findings findings;

static void refused(enum sockfeed_protocol protocol,
                    enum sockfeed_result result, enum sockfeed_stage stage,
                    int status)
{
    findings = (struct probe_findings){.protocol = protocol};
    findings.websocket.tried = true;
    findings.websocket.failure.result = result;
    findings.websocket.failure.stage = stage;
    findings.websocket.failure.http_status = status;
    (void)snprintf(findings.websocket.failure.text,
                   sizeof findings.websocket.failure.text, "what went wrong");
}

/* The verdict of a failure says what went wrong, and hints at `part`; NULL
 * where nothing is known. */
static void assert_hint(const char *part)
{
    struct probe_verdict verdict;

    probe_findings_judge(&findings, &verdict);
    assert_false(verdict.works);
    assert_int_equal(verdict.result, findings.websocket.failure.result);
    assert_string_equal(verdict.text, "what went wrong");
    if (part == NULL) {
        assert_null(verdict.hint);
    } else {
        assert_non_null(verdict.hint);
        assert_non_null(strstr(verdict.hint, part));
    }
}

static void a_failure_comes_with_what_to_try(void **state)
{
    (void)state;
    refused(SOCKFEED_PROTOCOL_SIO, SOCKFEED_REFUSED, SOCKFEED_STAGE_HANDSHAKE,
            404);
    assert_hint("no Socket.IO at this path");
    refused(SOCKFEED_PROTOCOL_WS, SOCKFEED_REFUSED, SOCKFEED_STAGE_HANDSHAKE,
            404);
    assert_hint("nothing at this path");
    refused(SOCKFEED_PROTOCOL_WS, SOCKFEED_LOST, SOCKFEED_STAGE_OPEN, 0);
    assert_hint(NULL);
}

static void working(int eio, int sio)
{
    findings = (struct probe_findings){
        .protocol = eio == 0 ? SOCKFEED_PROTOCOL_WS : SOCKFEED_PROTOCOL_SIO,
        .eio = eio,
        .sio = sio,
        .pongs = PROBE_PINGS,
        .now = 1000000,
    };

    findings.websocket.tried = true;
    findings.websocket.open = true;
}

static void assert_works(const char *text, const char *part)
{
    struct probe_verdict verdict;

    probe_findings_judge(&findings, &verdict);
    assert_true(verdict.works);
    assert_int_equal(verdict.result, SOCKFEED_OK);
    assert_string_equal(verdict.text, text);
    if (part == NULL) {
        assert_null(verdict.hint);
    } else {
        assert_non_null(verdict.hint);
        assert_non_null(strstr(verdict.hint, part));
    }
}

static void what_works_is_named(void **state)
{
    (void)state;
    working(0, 0);
    assert_works("this is a WebSocket server", NULL);
    working(4, 0);
    assert_works("this is an Engine.IO 4 server, over a WebSocket", NULL);
    working(4, 4);
    assert_works("this is a Socket.IO 4 server, over a WebSocket", NULL);
    working(3, 2);
    assert_works("this is a Socket.IO 2 server, over a WebSocket",
                 "Socket.IO 3 and 4");
}

static void what_works_may_still_be_doubtful(void **state)
{
    (void)state;
    working(0, 0);
    findings.foreign = true;
    assert_works("this is a WebSocket server", "Engine.IO");
    working(0, 0);
    findings.pongs = 0;
    assert_works("this is a WebSocket server", "--ping-interval 0");
    working(4, 4);
    findings.not_after = findings.now + 86400;
    assert_works("this is a Socket.IO 4 server, over a WebSocket",
                 "expires soon");
    findings.not_after = findings.now + 86400 * 20;
    assert_works("this is a Socket.IO 4 server, over a WebSocket", NULL);
}

static void polling_where_the_websocket_fails_is_a_proxy(void **state)
{
    (void)state;
    refused(SOCKFEED_PROTOCOL_SIO, SOCKFEED_REFUSED, SOCKFEED_STAGE_HANDSHAKE,
            502);
    findings.polling.tried = true;
    findings.polling.open = true;
    findings.eio = 4;
    findings.sio = 4;
    assert_works("this is a Socket.IO 4 server, over long-polling",
                 "proxy in between");
}

static void polling_is_tried_where_a_connection_would(void **state)
{
    static const struct {
        enum sockfeed_result result;
        enum sockfeed_stage stage;
        int status;
        bool wanted;
    } cases[] = {
        {SOCKFEED_OK,          SOCKFEED_STAGE_NONE,      0,   true },
        {SOCKFEED_REFUSED,     SOCKFEED_STAGE_HANDSHAKE, 400, true },
        {SOCKFEED_REFUSED,     SOCKFEED_STAGE_HANDSHAKE, 429, false},
        {SOCKFEED_REFUSED,     SOCKFEED_STAGE_HANDSHAKE, 503, false},
        {SOCKFEED_LOST,        SOCKFEED_STAGE_OPEN,      0,   true },
        {SOCKFEED_TIMEOUT,     SOCKFEED_STAGE_CONNECT,   0,   false},
        {SOCKFEED_CONNECT,     SOCKFEED_STAGE_CONNECT,   0,   false},
        {SOCKFEED_CERTIFICATE, SOCKFEED_STAGE_TLS,       0,   false},
        {SOCKFEED_NAMESPACE,   SOCKFEED_STAGE_OPEN,      0,   false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refused(SOCKFEED_PROTOCOL_SIO, cases[i].result, cases[i].stage,
                cases[i].status);
        assert_false(probe_findings_want_polling(&findings));
        findings.both = true;
        assert_int_equal(probe_findings_want_polling(&findings),
                         cases[i].wanted);
        findings.polling.tried = true;
        assert_false(probe_findings_want_polling(&findings));
    }
}

static void polling_alone_is_judged_alone(void **state)
{
    (void)state;
    refused(SOCKFEED_PROTOCOL_SIO, SOCKFEED_OK, SOCKFEED_STAGE_NONE, 0);
    findings.websocket.tried = false;
    findings.polling.tried = true;
    findings.polling.open = true;
    findings.eio = 4;
    findings.sio = 4;
    assert_works("this is a Socket.IO 4 server, over long-polling", NULL);
}

static void a_transport_that_was_chosen_is_the_only_one(void **state)
{
    static const struct {
        const char *url;
        enum sockfeed_protocol protocol;
        enum sockfeed_transport transport;
        bool both, polling;
    } cases[] = {
        {"http://h",                          SOCKFEED_PROTOCOL_SIO, SOCKFEED_TRANSPORT_AUTO,      true,
         false                                                                                                 },
        {"http://h",                          SOCKFEED_PROTOCOL_SIO, SOCKFEED_TRANSPORT_POLLING,   false,
         true                                                                                                  },
        {"http://h",                          SOCKFEED_PROTOCOL_EIO, SOCKFEED_TRANSPORT_WEBSOCKET, false,
         false                                                                                                 },
        {"http://h/?EIO=4&transport=polling", SOCKFEED_PROTOCOL_SIO,
         SOCKFEED_TRANSPORT_AUTO,                                                                  false, true },
        {"http://h/?transport=websocket",     SOCKFEED_PROTOCOL_SIO,
         SOCKFEED_TRANSPORT_AUTO,                                                                  false, false},
        {"http://h/transport=polling",        SOCKFEED_PROTOCOL_SIO,
         SOCKFEED_TRANSPORT_AUTO,                                                                  true,  false},
        {"ws://h/?transport=polling",         SOCKFEED_PROTOCOL_WS,
         SOCKFEED_TRANSPORT_AUTO,                                                                  false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct probe_attempt *first = probe_findings_begin(
            &findings, cases[i].url, cases[i].protocol, cases[i].transport);

        assert_int_equal(findings.both, cases[i].both);
        assert_ptr_equal(first, cases[i].polling ? &findings.polling
                                                 : &findings.websocket);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_comes_with_what_to_try),
        cmocka_unit_test(what_works_is_named),
        cmocka_unit_test(what_works_may_still_be_doubtful),
        cmocka_unit_test(a_transport_that_was_chosen_is_the_only_one),
        cmocka_unit_test(polling_is_tried_where_a_connection_would),
        cmocka_unit_test(polling_alone_is_judged_alone),
        cmocka_unit_test(polling_where_the_websocket_fails_is_a_proxy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
