/* SPDX-License-Identifier: MIT */
#include "session/proxy_handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define BYTES(text) span_of(text, sizeof(text) - 1)

static struct proxy_handshake_request asking(enum proxy_handshake_kind kind,
                                             const char *host)
{
    return (struct proxy_handshake_request){
        .kind = kind, .host = span_text(host), .port = 8443};
}

static void log_in(struct proxy_handshake_request *request)
{
    request->login = true;
    request->user = span_text("me");
    request->password = span_text("a:b");
}

static struct sockfeed_failure failure;

/* The result of what a proxy answers, byte by byte; `said` gets all that the
 * client has said. */
static enum sockfeed_result answer(struct buf *said,
                                   const struct proxy_handshake_request *asked,
                                   struct span text)
{
    enum sockfeed_result result = SOCKFEED_MORE;
    struct proxy_handshake *handshake;
    size_t start = 0;

    buf_init(said, 10000);
    assert_int_equal(proxy_handshake_new(&handshake, said, asked, &failure),
                     SOCKFEED_OK);
    for (size_t end = 1; result == SOCKFEED_MORE && end <= text.size; end++) {
        size_t used;

        result = proxy_handshake_receive(
            handshake, said, &used, span_of(text.data + start, end - start));
        start += used;
    }
    if (result == SOCKFEED_MORE) {
        result = proxy_handshake_end(handshake);
    }
    failure = *proxy_handshake_failure(handshake);
    proxy_handshake_free(handshake);
    return result;
}

static void asks_an_http_proxy(void **state)
{
    struct proxy_handshake_request asked =
        asking(PROXY_HANDSHAKE_HTTP, "h.example");
    struct buf said;

    (void)state;
    assert_int_equal(answer(&said, &asked, BYTES("HTTP/1.1 200 x\r\n\r\n")),
                     SOCKFEED_OK);
    assert_string_equal(buf_text(&said), "CONNECT h.example:8443 HTTP/1.1\r\n"
                                         "Host: h.example:8443\r\n\r\n");
    buf_deinit(&said);
    asked.host = span_text("::1");
    log_in(&asked);
    asked.user_agent = span_text("agent");
    assert_int_equal(answer(&said, &asked,
                            BYTES("HTTP/1.1 103 x\r\n\r\n"
                                  "HTTP/1.0 299 x\r\nX: y\r\n\r\n")),
                     SOCKFEED_OK);
    assert_string_equal(buf_text(&said),
                        "CONNECT [::1]:8443 HTTP/1.1\r\n"
                        "Host: [::1]:8443\r\n"
                        "Proxy-Authorization: Basic bWU6YTpi\r\n"
                        "User-Agent: agent\r\n\r\n");
    buf_deinit(&said);
}

static void tells_how_an_http_proxy_refuses(void **state)
{
    static const struct {
        const char *answer;
        bool login;
        int status;
        const char *text;
    } cases[] = {
        {"HTTP/1.1 403 Filtered\r\n\r\n",     false, 403,
         "the proxy refused to connect to h.example port 8443: 403 Filtered"},
        {"HTTP/1.1 407 Authenticate\r\n\r\n", false, 407,
         "the proxy wants a user and a password: 407 Authenticate"          },
        {"HTTP/1.1 407 Authenticate\r\n\r\n", true,  407,
         "the proxy does not accept the user and the password: "
         "407 Authenticate"                                                 },
        {"HTTP/1.1 302 \x1b[2J\r\n\r\n",      false, 302,
         "the proxy refused to connect to h.example port 8443: 302 ?[2J"    },
        {"SSH-2.0-x\r\n\r\n",                 false, 0,
         "the proxy's answer is no HTTP: an answer that is not HTTP/1.1"    },
        {"HTTP/1.1 200 x\r\n",                false, 0,
         "the proxy closed the connection before it had answered"           },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct proxy_handshake_request asked =
            asking(PROXY_HANDSHAKE_HTTP, "h.example");
        struct buf said;

        if (cases[i].login) {
            log_in(&asked);
        }
        assert_int_equal(answer(&said, &asked, span_text(cases[i].answer)),
                         SOCKFEED_PROXY);
        assert_string_equal(failure.text, cases[i].text);
        assert_int_equal(failure.http_status, cases[i].status);
        assert_int_equal(failure.stage, SOCKFEED_STAGE_PROXY);
        buf_deinit(&said);
    }
}

static void asks_a_socks_proxy(void **state)
{
    struct proxy_handshake_request asked = asking(PROXY_HANDSHAKE_SOCKS5, "h");
    struct buf said;

    (void)state;
    assert_int_equal(answer(&said, &asked,
                            BYTES("\x05\x00"
                                  "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")),
                     SOCKFEED_OK);
    assert_int_equal(said.size, 3 + 8);
    buf_deinit(&said);
    log_in(&asked);
    assert_int_equal(answer(&said, &asked,
                            BYTES("\x05\x02\x01\x00"
                                  "\x05\x00\x00\x03\x01x\x00\x50")),
                     SOCKFEED_OK);
    assert_memory_equal(said.data,
                        "\x05\x02\x00\x02\x01\x02me\x03"
                        "a:b\x05\x01\x00\x03\x01h\x20\xfb",
                        4 + 8 + 8);
    buf_deinit(&said);
}

static void tells_how_a_socks_proxy_refuses(void **state)
{
    static const struct {
        struct span answer;
        bool login;
        const char *text;
    } cases[] = {
        {{"\x05\xff", 2},         false, "the proxy wants a user and a password"                             },
        {{"\x05\xff", 2},
         true,                           "the proxy wants to be logged in to in a way that is not known here"},
        {{"\x05\x02\x01\x05", 4},
         true,                           "the proxy does not accept the user and the password"               },
        {{"\x05\x02", 2},
         false,                          "the proxy wants to be logged in to in a way that is not known here"},
        {{"\x05\x00\x05\x02", 4},
         false,                          "the proxy refused to connect to h port 8443: its rules do not allow "
         "that"                                                                               },
        {{"HTTP", 4},
         false,                          "the proxy's answer is no SOCKS 5: another version"                 },
        {{"\x05", 1},
         false,                          "the proxy closed the connection before it had answered"            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct proxy_handshake_request asked =
            asking(PROXY_HANDSHAKE_SOCKS5, "h");
        struct buf said;

        if (cases[i].login) {
            log_in(&asked);
        }
        assert_int_equal(answer(&said, &asked, cases[i].answer),
                         SOCKFEED_PROXY);
        assert_string_equal(failure.text, cases[i].text);
        buf_deinit(&said);
    }
}

static void refuses_a_host_that_cannot_be_asked_for(void **state)
{
    static char name[257];
    static const enum proxy_handshake_kind kinds[] = {PROXY_HANDSHAKE_HTTP,
                                                      PROXY_HANDSHAKE_SOCKS5};
    struct proxy_handshake *handshake;
    struct proxy_handshake_request asked;
    struct buf said;

    (void)state;
    memset(name, 'x', 256);
    buf_init(&said, 10000);
    for (size_t i = 0; i < 2; i++) {
        static const char *const hosts[] = {"", "a b", "a\r\nb", "a\x7f"};

        for (size_t j = 0; j < sizeof hosts / sizeof hosts[0]; j++) {
            asked = asking(kinds[i], hosts[j]);
            assert_int_equal(
                proxy_handshake_new(&handshake, &said, &asked, &failure),
                SOCKFEED_INVALID);
        }
    }
    asked = asking(PROXY_HANDSHAKE_SOCKS5, name);
    assert_int_equal(proxy_handshake_new(&handshake, &said, &asked, &failure),
                     SOCKFEED_INVALID);
    assert_int_equal(said.size, 0);
}

static void a_failure_stays(void **state)
{
    struct proxy_handshake_request asked = asking(PROXY_HANDSHAKE_SOCKS5, "h");
    struct proxy_handshake *handshake;
    struct buf said;
    size_t used;

    (void)state;
    buf_init(&said, 100);
    assert_int_equal(proxy_handshake_new(&handshake, &said, &asked, &failure),
                     SOCKFEED_OK);
    assert_int_equal(
        proxy_handshake_receive(handshake, &said, &used, BYTES("\x04")),
        SOCKFEED_PROXY);
    assert_int_equal(
        proxy_handshake_receive(handshake, &said, &used, BYTES("\x05\x00")),
        SOCKFEED_PROXY);
    assert_int_equal(proxy_handshake_end(handshake), SOCKFEED_PROXY);
    proxy_handshake_free(handshake);
    buf_deinit(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_an_http_proxy),
        cmocka_unit_test(tells_how_an_http_proxy_refuses),
        cmocka_unit_test(asks_a_socks_proxy),
        cmocka_unit_test(tells_how_a_socks_proxy_refuses),
        cmocka_unit_test(refuses_a_host_that_cannot_be_asked_for),
        cmocka_unit_test(a_failure_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
