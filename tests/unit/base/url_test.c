/* SPDX-License-Identifier: MIT */
#include "base/url.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

static struct url parsed(const char *text)
{
    struct malformed malformed = {0, ""};
    struct url url;

    if (url_parse(&url, span_text(text), &malformed) != SOCKFEED_OK) {
        fail_msg("%s: %s at %zu", text, malformed.reason, malformed.offset);
    }
    return url;
}

static void assert_span(struct span span, const char *wanted)
{
    if (wanted == NULL) {
        assert_null(span.data);
        return;
    }
    assert_non_null(span.data);
    assert_true(span_is(span, wanted));
}

static void takes_urls_apart(void **state)
{
    static const struct {
        const char *text;
        enum url_scheme scheme;
        const char *user_info;
        const char *host;
        uint16_t port;
        const char *path;
        const char *query;
        const char *fragment;
    } rows[] = {
        {"http://h",                                                    URL_HTTP,  NULL,       "h",                80,    "",            NULL,    NULL },
        {"https://h/",                                                  URL_HTTPS, NULL,       "h",                443,   "/",           NULL,    NULL },
        {"WS://H:8080/a/b",                                             URL_WS,    NULL,       "H",                8080,  "/a/b",        NULL,    NULL },
        {"wss://streamer.example/socket.io/?EIO=3&transport=websocket", URL_WSS,
         NULL,                                                                                 "streamer.example", 443,   "/socket.io/",
         "EIO=3&transport=websocket",                                                                                                             NULL },
        {"http://h?",                                                   URL_HTTP,  NULL,       "h",                80,    "",            "",      NULL },
        {"http://h?a=b?c#d#e",                                          URL_HTTP,  NULL,       "h",                80,    "",            "a=b?c", "d#e"},
        {"http://h#?x",                                                 URL_HTTP,  NULL,       "h",                80,    "",            NULL,    "?x" },
        {"http://h/a?b/c",                                              URL_HTTP,  NULL,       "h",                80,    "/a",          "b/c",   NULL },
        {"http://u:p@h",                                                URL_HTTP,  "u:p",      "h",                80,    "",            NULL,    NULL },
        {"http://u:p@ss:w@h:1/x@y",                                     URL_HTTP,  "u:p@ss:w", "h",                1,     "/x@y",        NULL,
         NULL                                                                                                                                          },
        {"http://@h",                                                   URL_HTTP,  "",         "h",                80,    "",            NULL,    NULL },
        {"ws://[::1]",                                                  URL_WS,    NULL,       "::1",              80,    "",            NULL,    NULL },
        {"wss://a@[2001:DB8::1]:65535/",                                URL_WSS,   "a",        "2001:DB8::1",      65535,
         "/",                                                                                                                            NULL,    NULL },
        {"http://127.0.0.1:00080/",                                     URL_HTTP,  NULL,       "127.0.0.1",        80,    "/",           NULL,
         NULL                                                                                                                                          },
        {"http://h/\xc3\xa9?\xc3\xa9",                                  URL_HTTP,  NULL,       "h",                80,    "/\xc3\xa9",
         "\xc3\xa9",                                                                                                                              NULL },
        {"http://a_b-c.d~e.",                                           URL_HTTP,  NULL,       "a_b-c.d~e.",       80,    "",            NULL,    NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct url url = parsed(rows[i].text);

        assert_int_equal(url.scheme, rows[i].scheme);
        assert_span(url.user_info, rows[i].user_info);
        assert_span(url.host, rows[i].host);
        assert_int_equal(url.port, rows[i].port);
        assert_span(url.path, rows[i].path);
        assert_span(url.query, rows[i].query);
        assert_span(url.fragment, rows[i].fragment);
    }
}

static void refuses_malformed_urls_and_says_where(void **state)
{
    static const char no_scheme[] = "no scheme: write http://, https://, "
                                    "ws:// or wss:// before the host";
    static const char unknown[] =
        "unknown scheme: http, https, ws and wss are known";
    static const char bare_ipv6[] = "IPv6 addresses stand in brackets: [::1]";
    static const struct {
        const char *text;
        size_t offset;
        const char *reason;
    } rows[] = {
        {"",                        0,  no_scheme                                        },
        {"localhost:8080",          0,  no_scheme                                        },
        {"example.com",             0,  no_scheme                                        },
        {"example.com/a://b",       0,  no_scheme                                        },
        {"http:/h",                 0,  no_scheme                                        },
        {"[::1]:80",                0,  no_scheme                                        },
        {"ftp://h",                 0,  unknown                                          },
        {"://h",                    0,  unknown                                          },
        {"httpss://h",              0,  unknown                                          },
        {"http://",                 7,  "no host in URL"                                 },
        {"http:///a",               7,  "no host in URL"                                 },
        {"http://:80",              7,  "no host in URL"                                 },
        {"http://u@/",              9,  "no host in URL"                                 },
        {"http://h:0",              9,  "port is not from 1 to 65535"                    },
        {"http://h:",               9,  "port is not from 1 to 65535"                    },
        {"http://h:65536",          9,  "port is not from 1 to 65535"                    },
        {"http://h:8a",             9,  "port is not from 1 to 65535"                    },
        {"http://[::1]:x",          13, "port is not from 1 to 65535"                    },
        {"http://::1/",             7,  bare_ipv6                                        },
        {"http://fe80::1:80",       7,  bare_ipv6                                        },
        {"http://[::1",             7,  "'[' without ']' in URL"                         },
        {"http://[]",               8,  "malformed IPv6 address"                         },
        {"http://[1.2.3.4]",        8,  "malformed IPv6 address"                         },
        {"http://[::g]",            8,  "malformed IPv6 address"                         },
        {"http://[fe80::1%25eth0]", 8,  "malformed IPv6 address"                         },
        {"http://[::1]80",          12, "':' expected after IPv6 address"                },
        {"http://h h",              8,  "space or control character in URL"              },
        {"http://h/\r\nX: y",       9,  "space or control character in URL"              },
        {"http://h/\x7f",           9,  "space or control character in URL"              },
        {"http://h%41",             8,  "illegal character in host name"                 },
        {"http://h\\x",             8,  "illegal character in host name"                 },
        {"http://b\xc3\xbc"
         "cher",           8,  "host name is not ASCII: write its xn-- form"    },
        {"ws://h/#f",               7,  "a WebSocket URL has no fragment: write # as %23"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct malformed malformed = {99, ""};
        struct url url;

        assert_int_equal(url_parse(&url, span_text(rows[i].text), &malformed),
                         SOCKFEED_INVALID);
        assert_string_equal(malformed.reason, rows[i].reason);
        assert_int_equal(malformed.offset, rows[i].offset);
    }
}

static void refuses_nul_and_the_span_without_bytes(void **state)
{
    struct malformed malformed = {99, ""};
    struct url url;

    (void)state;
    assert_int_equal(url_parse(&url, span_of("http://h\0", 9), &malformed),
                     SOCKFEED_INVALID);
    assert_int_equal(malformed.offset, 8);
    assert_int_equal(url_parse(&url, span_of(NULL, 0), &malformed),
                     SOCKFEED_INVALID);
}

static void accepts_a_url_at_the_limit_and_none_past_it(void **state)
{
    char *text = malloc(LIMIT_URL + 1);
    struct malformed malformed = {99, ""};
    struct url url;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LIMIT_URL + 1);
    memcpy(text, "http://h/", 9);
    assert_int_equal(url_parse(&url, span_of(text, LIMIT_URL), &malformed),
                     SOCKFEED_OK);
    assert_int_equal(url_parse(&url, span_of(text, LIMIT_URL + 1), &malformed),
                     SOCKFEED_INVALID);
    assert_string_equal(malformed.reason, "URL too long");
    free(text);
}

static void accepts_a_host_name_at_the_limit_and_none_past_it(void **state)
{
    char text[7 + 255];
    struct malformed malformed = {99, ""};
    struct url url;

    (void)state;
    memset(text, 'a', sizeof text);
    memcpy(text, "http://", 7);
    assert_int_equal(url_parse(&url, span_of(text, 7 + 254), &malformed),
                     SOCKFEED_OK);
    assert_int_equal(url_parse(&url, span_of(text, 7 + 255), &malformed),
                     SOCKFEED_INVALID);
    assert_string_equal(malformed.reason, "host name too long");
}

static void knows_what_each_scheme_means(void **state)
{
    (void)state;
    assert_string_equal(url_scheme_text(URL_WSS), "wss");
    assert_string_equal(url_scheme_text(URL_HTTP), "http");
    assert_true(url_is_secure(URL_HTTPS) && url_is_secure(URL_WSS));
    assert_false(url_is_secure(URL_HTTP) || url_is_secure(URL_WS));
    assert_true(url_is_websocket(URL_WS) && url_is_websocket(URL_WSS));
    assert_false(url_is_websocket(URL_HTTP) || url_is_websocket(URL_HTTPS));
}

static void tells_addresses_from_names(void **state)
{
    (void)state;
    assert_int_equal(url_host_kind(span_text("127.0.0.1")), URL_HOST_IPV4);
    assert_int_equal(url_host_kind(span_text("::ffff:1.2.3.4")), URL_HOST_IPV6);
    assert_int_equal(url_host_kind(span_text("127.1")), URL_HOST_NAME);
    assert_int_equal(url_host_kind(span_text("1.2.3.4.")), URL_HOST_NAME);
    assert_int_equal(url_host_kind(span_text("[::1]")), URL_HOST_NAME);
    assert_int_equal(url_host_kind(span_text("")), URL_HOST_NAME);
    assert_int_equal(url_host_kind(span_of("::1\0", 4)), URL_HOST_NAME);
    assert_int_equal(
        url_host_kind(span_text("a.name.longer.than.any.address.can.be.in."
                                "either.of.the.two.families.example")),
        URL_HOST_NAME);
}

static void the_authority_leaves_out_the_schemes_own_port(void **state)
{
    static const struct {
        const char *text;
        const char *authority;
    } rows[] = {
        {"http://H.Example/",      "h.example"    },
        {"http://h:80/",           "h"            },
        {"https://h:80/",          "h:80"         },
        {"wss://h:443/",           "h"            },
        {"ws://u:p@[2001:DB8::1]", "[2001:db8::1]"},
        {"ws://[::1]:8080",        "[::1]:8080"   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct url url = parsed(rows[i].text);
        struct buf to;

        buf_init(&to, 256);
        url_append_authority(&to, &url);
        assert_string_equal(buf_text(&to), rows[i].authority);
        buf_deinit(&to);
    }
}

static void walks_the_parameters_of_a_query(void **state)
{
    static const struct {
        const char *key;
        const char *value;
    } wanted[] = {
        {"a",    "1"  },
        {"b",    "2=3"},
        {"c",    ""   },
        {"",     "4"  },
        {"d%20", "%26"},
        {"a",    "5"  },
    };
    struct span query = span_text("&a=1&&b=2=3&c&=4&d%20=%26&a=5&");
    struct url_parameter parameter;

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(url_query_next(&parameter, &query));
        assert_true(span_is(parameter.key, wanted[i].key));
        assert_true(span_is(parameter.value, wanted[i].value));
    }
    assert_false(url_query_next(&parameter, &query));
    assert_false(url_query_next(&parameter, &query));
}

static void finds_the_first_parameter_of_a_key(void **state)
{
    struct span query = span_text("XEIO=1&EIO=3&EIO=4&transport");
    struct span value = {NULL, 0};

    (void)state;
    assert_true(url_query_find(&value, query, "EIO"));
    assert_true(span_is(value, "3"));
    assert_true(url_query_find(&value, query, "transport"));
    assert_int_equal(value.size, 0);
    assert_false(url_query_find(&value, query, "eio"));
    assert_false(url_query_find(&value, span_of(NULL, 0), "EIO"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_urls_apart),
        cmocka_unit_test(refuses_malformed_urls_and_says_where),
        cmocka_unit_test(refuses_nul_and_the_span_without_bytes),
        cmocka_unit_test(accepts_a_url_at_the_limit_and_none_past_it),
        cmocka_unit_test(accepts_a_host_name_at_the_limit_and_none_past_it),
        cmocka_unit_test(knows_what_each_scheme_means),
        cmocka_unit_test(tells_addresses_from_names),
        cmocka_unit_test(the_authority_leaves_out_the_schemes_own_port),
        cmocka_unit_test(walks_the_parameters_of_a_query),
        cmocka_unit_test(finds_the_first_parameter_of_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
