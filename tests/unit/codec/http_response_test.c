/* SPDX-License-Identifier: MIT */
#include "codec/http_response.h"

#include "base/buf.h"
#include "tests/support/guard_page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct guard_page guard;
static struct http_response response;

static int make_guard(void **state)
{
    (void)state;
    guard_page_init(&guard, 2 * LIMIT_HTTP_HEAD);
    return 0;
}

static int drop_guard(void **state)
{
    (void)state;
    guard_page_deinit(&guard);
    return 0;
}

static enum sockfeed_result decode(const char *bytes, size_t size, size_t *used)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result = http_response_decode(
        &response, used, &malformed,
        span_of(guard_page_place(&guard, bytes, size), size));

    assert_true((result == SOCKFEED_PROTOCOL) == (malformed.reason != NULL));
    assert_true(malformed.offset <= size);
    return result;
}

/* The result for the whole text, after the same for every chunking: in one
 * piece, in two, and byte by byte. */
static enum sockfeed_result decode_all_ways(const char *text, size_t size)
{
    enum sockfeed_result whole;
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t used;

    http_response_init(&response);
    whole = decode(text, size, &used);
    for (size_t cut = 0; cut <= size; cut++) {
        http_response_init(&response);
        result = decode(text, cut, &used);
        if (result == SOCKFEED_MORE) {
            result = decode(text, size, &used);
        }
        assert_int_equal(result, whole);
    }
    http_response_init(&response);
    result = SOCKFEED_MORE;
    for (size_t part = 1; part <= size && result == SOCKFEED_MORE; part++) {
        result = decode(text, part, &used);
    }
    assert_int_equal(result, whole);
    return whole;
}

static enum sockfeed_result decode_text(const char *text)
{
    return decode_all_ways(text, strlen(text));
}

static void reads_a_head_and_says_where_it_ends(void **state)
{
    static const char text[] = "HTTP/1.1 101 Switching Protocols\r\n"
                               "Upgrade: websocket\r\n"
                               "Connection: keep-alive, Upgrade\r\n"
                               "X-Empty:\r\n"
                               "\r\n\x81\x05Hello";
    size_t used;

    (void)state;
    assert_int_equal(decode_text(text), SOCKFEED_OK);
    http_response_init(&response);
    assert_int_equal(decode(text, sizeof text - 1, &used), SOCKFEED_OK);
    assert_int_equal(used, sizeof text - 1 - 7);
    assert_int_equal(response.status, 101);
    assert_int_equal(response.minor, 1);
    assert_true(span_is(response.reason, "Switching Protocols"));
    assert_true(span_is(response.line, "HTTP/1.1 101 Switching Protocols"));
    assert_int_equal(response.header_count, 3);
    assert_true(
        span_is(http_response_find(&response, "upgrade")->value, "websocket"));
    assert_true(http_response_has(&response, "connection", "upgrade"));
    assert_false(http_response_has(&response, "connection", "close"));
    assert_int_equal(http_response_find(&response, "X-Empty")->value.size, 0);
    assert_null(http_response_find(&response, "X-Missing"));
}

static void takes_what_servers_leave_out(void **state)
{
    (void)state;
    assert_int_equal(decode_text("HTTP/1.0 204 \r\n\r\n"), SOCKFEED_OK);
    assert_int_equal(response.minor, 0);
    assert_int_equal(decode_text("HTTP/1.1 500\r\n\r\n"), SOCKFEED_OK);
    assert_int_equal(response.status, 500);
    assert_int_equal(response.reason.size, 0);
    assert_int_equal(decode_text("HTTP/1.1 401 Un\x1b\xff\r\n\r\n"),
                     SOCKFEED_OK);
}

static void refuses_what_is_no_response(void **state)
{
    static const char *const wrong[] = {
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n",
        "HTTP/1.1\t200 OK\r\n\r\n",
        " HTTP/1.1 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 O\rK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", /* folded */
        "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(decode_text(wrong[i]), SOCKFEED_PROTOCOL);
    }
    assert_int_equal(decode_all_ways("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25),
                     SOCKFEED_PROTOCOL);
}

static void refuses_a_wrong_protocol_with_its_first_byte(void **state)
{
    size_t used;

    (void)state;
    http_response_init(&response);
    assert_int_equal(decode("\x15", 1, &used), SOCKFEED_PROTOCOL);
    http_response_init(&response);
    assert_int_equal(decode("HTTP/2", 6, &used), SOCKFEED_PROTOCOL);
}

static void takes_as_many_headers_as_the_limit(void **state)
{
    (void)state;
    for (size_t count = LIMIT_HTTP_HEADERS; count <= LIMIT_HTTP_HEADERS + 1;
         count++) {
        struct buf text;
        size_t used;

        buf_init(&text, LIMIT_HTTP_HEAD);
        buf_append_text(&text, "HTTP/1.1 200 OK\r\n");
        for (size_t i = 0; i < count; i++) {
            buf_append_text(&text, "A: b\r\n");
        }
        buf_append_text(&text, "\r\n");
        http_response_init(&response);
        assert_int_equal(decode(text.data, text.size, &used),
                         count == LIMIT_HTTP_HEADERS ? SOCKFEED_OK
                                                     : SOCKFEED_PROTOCOL);
        buf_deinit(&text);
    }
}

/* A head of exactly so many bytes, the empty line included. */
static void fill_head(char *head, size_t size)
{
    static const char start[] = "HTTP/1.1 200 OK\r\nA: ";

    memset(head, 'x', size);
    memcpy(head, start, sizeof start - 1);
    memcpy(head + size - 4, "\r\n\r\n", 4);
}

static void takes_a_head_of_the_largest_size(void **state)
{
    static char head[LIMIT_HTTP_HEAD + 2];
    size_t used;

    (void)state;
    fill_head(head, LIMIT_HTTP_HEAD);
    http_response_init(&response);
    assert_int_equal(decode(head, LIMIT_HTTP_HEAD, &used), SOCKFEED_OK);
    assert_int_equal(used, LIMIT_HTTP_HEAD);
    fill_head(head, LIMIT_HTTP_HEAD + 1);
    http_response_init(&response);
    assert_int_equal(decode(head, LIMIT_HTTP_HEAD + 1, &used),
                     SOCKFEED_PROTOCOL);
    /* Nor does one that has no end keep us waiting. */
    fill_head(head, LIMIT_HTTP_HEAD + 2);
    http_response_init(&response);
    assert_int_equal(decode(head, LIMIT_HTTP_HEAD, &used), SOCKFEED_MORE);
    assert_int_equal(decode(head, LIMIT_HTTP_HEAD + 1, &used),
                     SOCKFEED_PROTOCOL);
}

static void reads_the_length_of_a_body(void **state)
{
    static const struct {
        const char *lines;
        enum sockfeed_result result;
        uint64_t length;
    } cases[] = {
        {"",                                            SOCKFEED_MORE,     0        },
        {"Content-Length: 0\r\n",                       SOCKFEED_OK,       0        },
        {"content-length: 123\r\n",                     SOCKFEED_OK,       123      },
        {"Content-Length: 5\r\nContent-Length: 5\r\n",  SOCKFEED_OK,       5        },
        {"Content-Length: 5\r\nContent-Length: 6\r\n",  SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: \r\n",                        SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: -1\r\n",                      SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: +1\r\n",                      SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: 0x5\r\n",                     SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: 9223372036854775807\r\n",     SOCKFEED_OK,       INT64_MAX},
        {"Content-Length: 9223372036854775808\r\n",     SOCKFEED_PROTOCOL, 0        },
        {"Content-Length: 99999999999999999999999\r\n", SOCKFEED_PROTOCOL, 0        },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf text;
        uint64_t length = 0;
        size_t used;

        buf_init(&text, 1000);
        buf_append_text(&text, "HTTP/1.1 200 OK\r\n");
        buf_append_text(&text, cases[i].lines);
        buf_append_text(&text, "\r\n");
        http_response_init(&response);
        assert_int_equal(decode(text.data, text.size, &used), SOCKFEED_OK);
        assert_int_equal(http_response_length(&response, &length),
                         cases[i].result);
        if (cases[i].result == SOCKFEED_OK) {
            assert_int_equal(length, cases[i].length);
        }
        buf_deinit(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_head_and_says_where_it_ends),
        cmocka_unit_test(takes_what_servers_leave_out),
        cmocka_unit_test(refuses_what_is_no_response),
        cmocka_unit_test(refuses_a_wrong_protocol_with_its_first_byte),
        cmocka_unit_test(takes_as_many_headers_as_the_limit),
        cmocka_unit_test(takes_a_head_of_the_largest_size),
        cmocka_unit_test(reads_the_length_of_a_body),
    };

    return cmocka_run_group_tests(tests, make_guard, drop_guard);
}
