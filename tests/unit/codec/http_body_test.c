/* SPDX-License-Identifier: MIT */
#include "codec/http_body.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum sockfeed_result init(struct http_body *body, const char *head)
{
    struct http_response response;
    struct malformed malformed;
    size_t used;

    http_response_init(&response);
    assert_int_equal(
        http_response_decode(&response, &used, &malformed, span_text(head)),
        SOCKFEED_OK);
    return http_body_init(body, &malformed, &response);
}

/* Feeds the text in pieces of at most `step` bytes, keeping what is not used,
 * and collects the content. */
static enum sockfeed_result read_in_steps(struct http_body body,
                                          struct buf *content, struct span text,
                                          size_t step)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t start = 0;

    buf_clear(content);
    for (size_t end = 0; result == SOCKFEED_MORE && end < text.size;) {
        end = end + step < text.size ? end + step : text.size;
        do {
            struct span piece;
            size_t used;

            result = http_body_decode(&body, &piece, &used, &malformed,
                                      span_of(text.data + start, end - start));
            buf_append_span(content, piece);
            start += used;
        } while (result == SOCKFEED_AGAIN);
    }
    return result;
}

static void assert_body(const char *head, const char *text,
                        enum sockfeed_result wanted, const char *content)
{
    struct span span = span_text(text);
    struct http_body body;
    struct buf read;

    buf_init(&read, 10000);
    assert_int_equal(init(&body, head), SOCKFEED_OK);
    for (size_t step = 1; step <= span.size + 1; step++) {
        assert_int_equal(read_in_steps(body, &read, span, step), wanted);
        if (content != NULL) {
            assert_true(span_is(buf_span(&read), content));
        }
    }
    buf_deinit(&read);
}

static const char chunked[] =
    "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n";

static void reads_a_body_by_its_length(void **state)
{
    static const char five[] = "HTTP/1.1 400 x\r\nContent-Length: 5\r\n\r\n";
    static const char none[] = "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n";

    (void)state;
    assert_body(five, "helloHTTP", SOCKFEED_OK, "hello");
    assert_body(five, "hell", SOCKFEED_MORE, "hell");
    assert_body(none, "HTTP", SOCKFEED_OK, "");
}

static void reads_a_body_up_to_the_end(void **state)
{
    (void)state;
    assert_body("HTTP/1.1 400 x\r\n\r\n", "hello", SOCKFEED_MORE, "hello");
}

static void reads_a_body_in_chunks(void **state)
{
    (void)state;
    assert_body(chunked, "5\r\nhello\r\n0\r\n\r\n", SOCKFEED_OK, "hello");
    assert_body(chunked, "1\r\nh\r\n04;x=y\r\nello\r\n000\r\nT: u\r\n\r\nmore",
                SOCKFEED_OK, "hello");
    assert_body(chunked, "a \r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
                SOCKFEED_OK, "01234567890123456789");
    assert_body(chunked, "0\r\n\r\n", SOCKFEED_OK, "");
    assert_body(chunked, "5\r\nhello\r\n0\r\n", SOCKFEED_MORE, NULL);
}

static void refuses_malformed_chunks(void **state)
{
    static const char *const wrong[] = {
        "\r\n",
        "x\r\n",
        "-1\r\n",
        " 5\r\nhello\r\n",
        "5 5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhellox\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "1000000000000000\r\n",
        "ffffffffffffffff\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_body(chunked, wrong[i], SOCKFEED_PROTOCOL, NULL);
    }
}

static void refuses_lines_without_end(void **state)
{
    char line[2048];
    struct http_body body;
    struct buf content;

    (void)state;
    memset(line, '0', sizeof line);
    buf_init(&content, 100);
    assert_int_equal(init(&body, chunked), SOCKFEED_OK);
    assert_int_equal(read_in_steps(body, &content, span_of(line, 1023), 1),
                     SOCKFEED_MORE);
    assert_int_equal(read_in_steps(body, &content, span_of(line, 1024), 1),
                     SOCKFEED_PROTOCOL);
    buf_deinit(&content);
}

static void refuses_a_trailer_without_end(void **state)
{
    struct http_body body;
    struct buf text;
    struct buf content;

    (void)state;
    buf_init(&content, 100);
    buf_init(&text, LIMIT_HTTP_HEAD + 100);
    buf_append_text(&text, "0\r\n");
    while (text.size < LIMIT_HTTP_HEAD + 10) {
        buf_append_text(&text, "T: u\r\n");
    }
    assert_int_equal(init(&body, chunked), SOCKFEED_OK);
    assert_int_equal(read_in_steps(body, &content, buf_span(&text), text.size),
                     SOCKFEED_PROTOCOL);
    buf_deinit(&text);
    buf_deinit(&content);
}

static void knows_answers_without_body(void **state)
{
    static const char *const heads[] = {
        "HTTP/1.1 103 x\r\n\r\n",
        "HTTP/1.1 204 x\r\n\r\n",
        "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n",
    };
    struct http_body body;

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        assert_int_equal(init(&body, heads[i]), SOCKFEED_OK);
        assert_int_equal(body.state, HTTP_BODY_DONE);
    }
}

static void refuses_heads_that_contradict_themselves(void **state)
{
    static const char *const heads[] = {
        "HTTP/1.1 400 x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 400 x\r\nContent-Length: five\r\n\r\n",
        "HTTP/1.1 400 x\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 400 x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 400 x\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
    };
    struct http_body body;

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        assert_int_equal(init(&body, heads[i]), SOCKFEED_PROTOCOL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_body_by_its_length),
        cmocka_unit_test(reads_a_body_up_to_the_end),
        cmocka_unit_test(reads_a_body_in_chunks),
        cmocka_unit_test(refuses_malformed_chunks),
        cmocka_unit_test(refuses_lines_without_end),
        cmocka_unit_test(refuses_a_trailer_without_end),
        cmocka_unit_test(knows_answers_without_body),
        cmocka_unit_test(refuses_heads_that_contradict_themselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
