/* SPDX-License-Identifier: MIT */
#include "net/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void reads_what_curl_reads(void **state)
{
    static const struct {
        const char *text;
        enum proxy_kind kind;
        const char *host;
        int port;
        const char *user; /* NULL: none */
        const char *password;
        const char *shown;
    } rows[] = {
        {"proxy.example",                PROXY_HTTP,    "proxy.example", 1080, NULL,  NULL,
         "http://proxy.example:1080"                                                                                  },
        {"proxy.example:3128",           PROXY_HTTP,    "proxy.example", 3128, NULL,  NULL,
         "http://proxy.example:3128"                                                                                  },
        {"HTTP://Proxy.Example:80/",     PROXY_HTTP,    "proxy.example", 80,   NULL,
         NULL,                                                                               "http://proxy.example:80"},
        {"https://h",                    PROXY_HTTPS,   "h",             443,  NULL,  NULL,  "https://h:443"          },
        {"socks5://h",                   PROXY_SOCKS5,  "h",             1080, NULL,  NULL,  "socks5://h:1080"        },
        {"socks5h://[::1]:9050",         PROXY_SOCKS5H, "::1",           9050, NULL,  NULL,
         "socks5h://[::1]:9050"                                                                                       },
        {"me:a:b@h",                     PROXY_HTTP,    "h",             1080, "me",  "a:b", "http://h:1080"          },
        {"http://me@h:1",                PROXY_HTTP,    "h",             1,    "me",  "",    "http://h:1"             },
        {"socks5://m%40e:%3a%C3%a9@h:1", PROXY_SOCKS5,  "h",             1,    "m@e",
         ":\xc3\xa9",                                                                        "socks5://h:1"           },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct proxy proxy;
        char shown[64];

        assert_null(proxy_parse(&proxy, span_text(rows[i].text)));
        assert_int_equal(proxy.kind, rows[i].kind);
        assert_string_equal(proxy.host.data, rows[i].host);
        assert_int_equal(proxy.port, rows[i].port);
        assert_int_equal(proxy.login, rows[i].user != NULL);
        if (rows[i].user != NULL) {
            assert_true(span_is(buf_span(&proxy.user), rows[i].user));
            assert_true(span_is(buf_span(&proxy.password), rows[i].password));
        }
        proxy_describe(&proxy, shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
        proxy_deinit(&proxy);
    }
}

static void refuses_what_is_no_proxy_without_showing_it(void **state)
{
    static const char *const texts[] = {
        "",           "http://",        "socks4://h", "ftp://u:secret@h",
        "h:0",        "h:65536",        "h:x",        "h:1/path",
        "h:1?secret", "u:%zz@h",        "u:secret@",  "[::1",
        "::1",        "socks5://:pw@h", "h\r\nx",     "u:secret@h h",
        "://h",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct proxy proxy;
        const char *reason = proxy_parse(&proxy, span_text(texts[i]));

        assert_non_null(reason);
        assert_null(strstr(reason, "secret"));
        proxy_deinit(&proxy);
    }
}

static void a_socks_login_has_255_bytes_at_most(void **state)
{
    char text[600];
    struct proxy proxy;

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "socks5://", 9);
    memcpy(text + 9 + 255, ":y@h", 5);
    assert_null(proxy_parse(&proxy, span_text(text)));
    proxy_deinit(&proxy);
    memcpy(text + 9 + 255, "x:y@h", 6);
    assert_non_null(proxy_parse(&proxy, span_text(text)));
    proxy_deinit(&proxy);
}

static void clear_environment(void)
{
    static const char *const names[] = {
        "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
        "ws_proxy",   "WS_PROXY",   "wss_proxy",   "WSS_PROXY",
        "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(unsetenv(names[i]), 0);
    }
}

/* The value, and which variable it is of. */
static void assert_proxy(const char *scheme, const char *value,
                         const char *variable)
{
    const char *name;

    assert_true(span_is(proxy_environment(&name, scheme), value));
    if (variable == NULL) {
        assert_null(name);
    } else {
        assert_string_equal(name, variable);
    }
}

static void reads_the_environment_in_curls_order(void **state)
{
    (void)state;
    clear_environment();
    assert_proxy("http", "", NULL);
    setenv("ALL_PROXY", "8", 1);
    assert_proxy("wss", "8", "ALL_PROXY");
    setenv("all_proxy", "7", 1);
    assert_proxy("http", "7", "all_proxy");
    setenv("HTTP_PROXY", "6", 1);
    assert_proxy("http", "7", "all_proxy");
    setenv("http_proxy", "5", 1);
    setenv("HTTPS_PROXY", "4", 1);
    assert_proxy("ws", "5", "http_proxy");
    assert_proxy("wss", "4", "HTTPS_PROXY");
    setenv("https_proxy", "3", 1);
    setenv("WS_PROXY", "2", 1);
    assert_proxy("https", "3", "https_proxy");
    assert_proxy("wss", "3", "https_proxy");
    assert_proxy("ws", "2", "WS_PROXY");
    assert_proxy("http", "5", "http_proxy");
    setenv("ws_proxy", "", 1);
    assert_proxy("ws", "2", "WS_PROXY");
    assert_proxy("ftp", "", NULL);
    clear_environment();
    assert_true(span_is(proxy_environment_exceptions(), ""));
    setenv("NO_PROXY", "b", 1);
    assert_true(span_is(proxy_environment_exceptions(), "b"));
    setenv("no_proxy", "a", 1);
    assert_true(span_is(proxy_environment_exceptions(), "a"));
    clear_environment();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_curl_reads),
        cmocka_unit_test(refuses_what_is_no_proxy_without_showing_it),
        cmocka_unit_test(a_socks_login_has_255_bytes_at_most),
        cmocka_unit_test(reads_the_environment_in_curls_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
