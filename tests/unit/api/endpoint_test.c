/* SPDX-License-Identifier: MIT */
#include "api/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *url;
    enum sockfeed_protocol asked;
    enum sockfeed_protocol protocol;
    const char *host;
    int port;
    const char *target;
    const char *space;
};

#define SIO  SOCKFEED_PROTOCOL_SIO
#define WS   SOCKFEED_PROTOCOL_WS
#define EIO  SOCKFEED_PROTOCOL_EIO
#define AUTO SOCKFEED_PROTOCOL_AUTO

static const struct row rows[] = {
    {"http://Example.org",                                   AUTO, SIO, "example.org", 80,
     "/socket.io/?EIO=4&transport=websocket",                                                                                         "/"     },
    {"https://example.org:8443/admin",                       AUTO, SIO, "example.org", 8443,
     "/socket.io/?EIO=4&transport=websocket",                                                                                         "/admin"},
    {"http://h/a%20b?token=x",                               AUTO, SIO, "h",           80,
     "/socket.io/?EIO=4&transport=websocket&token=x",                                                                                 "/a b"  },
    {"ws://h",                                               AUTO, WS,  "h",           80,   "/",                                     "/"     },
    {"wss://[::1]/feed?a=1&EIO",                             AUTO, SIO, "::1",         443,  NULL,                                    "/"     },
    {"wss://h/feed?a=1&b=2",                                 AUTO, WS,  "h",           443,  "/feed?a=1&b=2",                         "/"     },
    {"wss://s.example/socket.io/?EIO=3&transport=websocket", AUTO, SIO,
     "s.example",                                                                      443,  "/socket.io/?EIO=3&transport=websocket", "/"     },
    {"http://h/socket.io",                                   AUTO, SIO, "h",           80,
     "/socket.io/?EIO=4&transport=websocket",                                                                                         "/"     },
    {"http://h/x/socket.io/?k=v",                            AUTO, SIO, "h",           80,
     "/x/socket.io/?EIO=4&transport=websocket&k=v",                                                                                   "/"     },
    {"ws://h/custom?EIO=4",                                  AUTO, SIO, "h",           80,
     "/custom/?EIO=4&transport=websocket",                                                                                            "/"     },
    {"http://h/chat",                                        WS,   WS,  "h",           80,   "/chat",                                 "/"     },
    {"ws://h/chat",                                          SIO,  SIO, "h",           80,   "/socket.io/?EIO=4&transport=websocket",
     "/chat"                                                                                                                                  },
    {"http://h",                                             EIO,  EIO, "h",           80,   "/engine.io/?EIO=4&transport=websocket",
     "/"                                                                                                                                      },
    {"http://h/e",                                           EIO,  EIO, "h",           80,   "/e/?EIO=4&transport=websocket",         "/"     },
    {"http://h/?sid=evil&t=1&x=1",                           AUTO, SIO, "h",           80,
     "/socket.io/?EIO=4&transport=websocket&x=1",                                                                                     "/"     },
};

static void check_row(const struct row *row)
{
    struct sockfeed_options *options = sockfeed_options_new();
    struct endpoint endpoint;

    assert_non_null(options);
    assert_int_equal(
        sockfeed_options_set_text(options, SOCKFEED_OPTION_URL, row->url),
        SOCKFEED_OK);
    assert_int_equal(sockfeed_options_set_number(
                         options, SOCKFEED_OPTION_PROTOCOL, row->asked),
                     SOCKFEED_OK);
    if (row->target == NULL) {
        assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_INVALID);
    } else {
        assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
        assert_int_equal(endpoint.protocol, row->protocol);
        assert_string_equal(buf_text(&endpoint.host), row->host);
        assert_int_equal(endpoint.port, row->port);
        assert_string_equal(buf_text(&endpoint.target), row->target);
        assert_string_equal(buf_text(&endpoint.space), row->space);
    }
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void a_url_says_protocol_target_and_namespace(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
}

static struct sockfeed_options *with_url(const char *url)
{
    struct sockfeed_options *options = sockfeed_options_new();

    assert_non_null(options);
    assert_int_equal(
        sockfeed_options_set_text(options, SOCKFEED_OPTION_URL, url),
        SOCKFEED_OK);
    return options;
}

static void added_parameters_are_encoded(void **state)
{
    struct sockfeed_options *options = with_url("http://h/?u=1");
    struct endpoint endpoint;

    (void)state;
    assert_int_equal(sockfeed_options_set_text(options, SOCKFEED_OPTION_QUERY,
                                               "token=a b&c"),
                     SOCKFEED_OK);
    assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
    assert_string_equal(
        buf_text(&endpoint.target),
        "/socket.io/?EIO=4&transport=websocket&u=1&token=a%20b%26c");
    assert_string_equal(buf_text(&endpoint.query), "u=1&token=a%20b%26c");
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void added_parameters_of_the_protocol_are_refused(void **state)
{
    struct sockfeed_options *options = with_url("http://h/");
    struct endpoint endpoint;

    (void)state;
    assert_int_equal(
        sockfeed_options_set_text(options, SOCKFEED_OPTION_QUERY, "EIO=9"),
        SOCKFEED_OK);
    assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_INVALID);
    assert_non_null(strstr(sockfeed_options_failure(options), "EIO"));
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void a_path_option_replaces_the_standard_one(void **state)
{
    struct sockfeed_options *options = with_url("http://h/admin");
    struct endpoint endpoint;

    (void)state;
    assert_int_equal(
        sockfeed_options_set_text(options, SOCKFEED_OPTION_PATH, "/my/io"),
        SOCKFEED_OK);
    assert_int_equal(
        sockfeed_options_set_number(options, SOCKFEED_OPTION_EIO, 3),
        SOCKFEED_OK);
    assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
    assert_string_equal(buf_text(&endpoint.target),
                        "/my/io/?EIO=3&transport=websocket");
    assert_string_equal(buf_text(&endpoint.space), "/admin");
    assert_true(endpoint.eio_pinned);
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void credentials_stand_in_the_request_of_revision_4(void **state)
{
    static const struct {
        const char *url;
        const char *target;
    } cases[] = {
        {"http://h/?EIO=3",
         "/?EIO=3&transport=websocket&to%20ken=a%26b&n=0.10"       },
        {"http://h/?EIO=4", "/?EIO=4&transport=websocket"          },
        {"http://h",        "/socket.io/?EIO=4&transport=websocket"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockfeed_options *options = with_url(cases[i].url);
        struct endpoint endpoint;

        assert_int_equal(
            sockfeed_options_set_text(options, SOCKFEED_OPTION_AUTH,
                                      "{\"to ken\":\"a&b\",\"n\":0.10}"),
            SOCKFEED_OK);
        assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
        assert_string_equal(buf_text(&endpoint.target), cases[i].target);
        endpoint_deinit(&endpoint);
        sockfeed_options_free(options);
    }
}

static void the_urls_user_becomes_basic_authentication(void **state)
{
    struct sockfeed_options *options =
        with_url("wss://Aladdin:open%20sesame@h/");
    struct endpoint endpoint;

    (void)state;
    assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
    assert_string_equal(buf_text(&endpoint.authorization),
                        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void a_url_pins_the_transport_unless_the_option_does(void **state)
{
    static const struct {
        const char *url;
        int64_t asked;
        enum sockfeed_transport transport;
    } pins[] = {
        {"http://h",                            SOCKFEED_TRANSPORT_AUTO,    SOCKFEED_TRANSPORT_AUTO},
        {"http://h/?EIO=4&transport=polling",   SOCKFEED_TRANSPORT_AUTO,
         SOCKFEED_TRANSPORT_POLLING                                                                },
        {"http://h/?EIO=4&transport=websocket", SOCKFEED_TRANSPORT_AUTO,
         SOCKFEED_TRANSPORT_WEBSOCKET                                                              },
        {"http://h/?EIO=4&transport=websocket", SOCKFEED_TRANSPORT_POLLING,
         SOCKFEED_TRANSPORT_POLLING                                                                },
        {"ws://h/feed?transport=polling",       SOCKFEED_TRANSPORT_AUTO,
         SOCKFEED_TRANSPORT_WEBSOCKET                                                              },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pins / sizeof pins[0]; i++) {
        struct sockfeed_options *options = with_url(pins[i].url);
        struct endpoint endpoint;

        assert_int_equal(sockfeed_options_set_number(
                             options, SOCKFEED_OPTION_TRANSPORT, pins[i].asked),
                         SOCKFEED_OK);
        assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
        assert_int_equal(endpoint.transport, pins[i].transport);
        endpoint_deinit(&endpoint);
        sockfeed_options_free(options);
    }
}

static void the_query_of_engine_io_can_be_another(void **state)
{
    struct sockfeed_options *options = with_url("http://h/?a=1");
    struct endpoint endpoint;
    struct buf target;

    (void)state;
    assert_int_equal(endpoint_init(&endpoint, options), SOCKFEED_OK);
    buf_init(&target, 1000);
    endpoint_append_target(&target, &endpoint, span_text("EIO=4&sid=x"));
    assert_string_equal(buf_text(&target), "/socket.io/?EIO=4&sid=x&a=1");
    buf_deinit(&target);
    endpoint_deinit(&endpoint);
    sockfeed_options_free(options);
}

static void what_cannot_be_spoken_is_refused_with_a_reason(void **state)
{
    static const struct {
        const char *url;
        const char *reason;
    } bad[] = {
        {"http://h/?EIO=2",                  "EIO=2"           },
        {"http://h/?EIO=4&transport=pigeon", "transport=pigeon"},
        {"http://h/a,b",                     "comma"           },
        {"http://h/%zz",                     "path"            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sockfeed_options *options = with_url(bad[i].url);

        assert_int_equal(sockfeed_options_check(options, NULL),
                         SOCKFEED_INVALID);
        assert_non_null(
            strstr(sockfeed_options_failure(options), bad[i].reason));
        sockfeed_options_free(options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_says_protocol_target_and_namespace),
        cmocka_unit_test(added_parameters_are_encoded),
        cmocka_unit_test(added_parameters_of_the_protocol_are_refused),
        cmocka_unit_test(a_path_option_replaces_the_standard_one),
        cmocka_unit_test(credentials_stand_in_the_request_of_revision_4),
        cmocka_unit_test(the_urls_user_becomes_basic_authentication),
        cmocka_unit_test(a_url_pins_the_transport_unless_the_option_does),
        cmocka_unit_test(the_query_of_engine_io_can_be_another),
        cmocka_unit_test(what_cannot_be_spoken_is_refused_with_a_reason),
    };

    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
