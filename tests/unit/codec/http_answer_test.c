/* SPDX-License-Identifier: MIT */
#include "codec/http_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ANSWER "HTTP/1.1 200 OK\r\n"

/* "hello, hello, hello" as gzip and as zlib. */
static const char gzip[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8"
    "\x40\xa2\x00\x9f\xa1\xca\x09\x13\x00\x00\x00";
static const char zlib[] =
    "\x78\x9c\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x00\x44\x28\x06\xd5";

/* Gives the data in pieces of `step` bytes, keeping what is not used. */
static enum sockfeed_result read_in_steps(struct http_answer *answer,
                                          struct span data, size_t step,
                                          unsigned *heads)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t start = 0;
    size_t end = 0;

    *heads = 0;
    while (result == SOCKFEED_MORE && end < data.size) {
        end = end + step < data.size ? end + step : data.size;
        do {
            size_t used;

            result =
                http_answer_receive(answer, &used, &malformed,
                                    span_of(data.data + start, end - start));
            start += used;
            *heads += result == SOCKFEED_AGAIN ? 1 : 0;
        } while (result == SOCKFEED_AGAIN);
    }
    assert_true(result != SOCKFEED_PROTOCOL || malformed.reason != NULL);
    return result;
}

static void assert_answer(struct span data, size_t limit,
                          enum sockfeed_result wanted, const char *content)
{
    for (size_t step = 1; step <= data.size; step++) {
        struct http_answer answer;
        unsigned heads;

        http_answer_init(&answer, limit);
        assert_int_equal(read_in_steps(&answer, data, step, &heads), wanted);
        if (wanted == SOCKFEED_OK) {
            assert_int_equal(heads, 1);
            assert_true(span_is(buf_span(&answer.content), content));
        }
        http_answer_deinit(&answer);
    }
}

static void assert_text(const char *text, enum sockfeed_result wanted,
                        const char *content)
{
    assert_answer(span_text(text), 100, wanted, content);
}

static void reads_head_and_body_however_they_are_cut(void **state)
{
    (void)state;
    assert_text(ANSWER "Content-Length: 5\r\n\r\nhello", SOCKFEED_OK, "hello");
    assert_text(ANSWER "Content-Length: 0\r\n\r\n", SOCKFEED_OK, "");
    assert_text(ANSWER "Transfer-Encoding: chunked\r\n\r\n"
                       "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nA: b\r\n\r\n",
                SOCKFEED_OK, "hello");
    assert_text(ANSWER "Content-Length: 5\r\n\r\nhell", SOCKFEED_MORE, NULL);
    assert_text("HTTP/1.1 204 No Content\r\n\r\n", SOCKFEED_OK, "");
}

static void passes_over_what_comes_before_the_answer(void **state)
{
    (void)state;
    assert_text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                "Link: x\r\n\r\n" ANSWER "Content-Length: 1\r\n\r\nx",
                SOCKFEED_OK, "x");
    assert_text("HTTP/1.1 101 Switching Protocols\r\n\r\n", SOCKFEED_PROTOCOL,
                NULL);
}

/* An answer with this coding and these bytes. */
static void assert_coding(const char *coding, struct span bytes, size_t limit,
                          enum sockfeed_result wanted)
{
    struct buf text;

    buf_init(&text, 1000);
    buf_append_format(&text,
                      ANSWER "Content-Encoding: %s\r\n"
                             "Content-Length: %zu\r\n\r\n",
                      coding, bytes.size);
    buf_append_span(&text, bytes);
    assert_answer(buf_span(&text), limit, wanted, "hello, hello, hello");
    buf_deinit(&text);
}

static void inflates_both_codings(void **state)
{
    struct span packed = span_of(gzip, sizeof gzip - 1);

    (void)state;
    assert_coding("gzip", packed, 100, SOCKFEED_OK);
    assert_coding("X-GZIP", packed, 19, SOCKFEED_OK);
    assert_coding("deflate", span_of(zlib, sizeof zlib - 1), 19, SOCKFEED_OK);
}

static void refuses_what_does_not_inflate(void **state)
{
    struct span packed = span_of(gzip, sizeof gzip - 1);

    (void)state;
    assert_coding("gzip", span_of(gzip, 20), 100, SOCKFEED_PROTOCOL);
    assert_coding("gzip", span_text("hello"), 100, SOCKFEED_PROTOCOL);
    assert_coding("br", packed, 100, SOCKFEED_PROTOCOL);
    assert_coding("gzip, gzip", packed, 100, SOCKFEED_PROTOCOL);
}

static void holds_content_to_its_limit(void **state)
{
    static const char five[] = ANSWER "Content-Length: 5\r\n\r\nhello";

    (void)state;
    assert_answer(span_text(five), 5, SOCKFEED_OK, "hello");
    assert_answer(span_text(five), 4, SOCKFEED_FULL, NULL);
    assert_coding("gzip", span_of(gzip, sizeof gzip - 1), 18, SOCKFEED_FULL);
}

static void ends_with_the_connection_where_nothing_says_how_long(void **state)
{
    static const char open_end[] = ANSWER "\r\nhello";
    static const char length[] = ANSWER "Content-Length: 9\r\n\r\nhello";
    struct http_answer answer;
    unsigned heads;

    (void)state;
    http_answer_init(&answer, 100);
    assert_int_equal(http_answer_end(&answer), SOCKFEED_MORE);
    assert_int_equal(read_in_steps(&answer, span_text(open_end), 1000, &heads),
                     SOCKFEED_MORE);
    assert_false(answer.keeps);
    assert_int_equal(http_answer_end(&answer), SOCKFEED_OK);
    assert_true(span_is(buf_span(&answer.content), "hello"));
    http_answer_deinit(&answer);

    http_answer_init(&answer, 100);
    assert_int_equal(read_in_steps(&answer, span_text(length), 1000, &heads),
                     SOCKFEED_MORE);
    assert_int_equal(http_answer_end(&answer), SOCKFEED_MORE);
    http_answer_deinit(&answer);
}

static void says_whether_the_connection_lasts(void **state)
{
    static const struct {
        const char *head;
        bool keeps;
        unsigned keeps_for;
    } rows[] = {
        {ANSWER "Content-Length: 0\r\n\r\n",                                  true,  0 },
        {ANSWER "Content-Length: 0\r\nKeep-Alive: timeout=5\r\n\r\n",         true,  5 },
        {ANSWER "Content-Length: 0\r\nKeep-Alive: max=2, timeout=75\r\n\r\n",
         true,                                                                       75},
        {ANSWER "Content-Length: 0\r\nKeep-Alive: timeout=x\r\n\r\n",         true,  0 },
        {ANSWER "Content-Length: 0\r\nConnection: Close\r\n\r\n",             false, 0 },
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",                      false, 0 },
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n"
         "\r\n",                                                     true,  0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_answer answer;
        unsigned heads;

        http_answer_init(&answer, 100);
        assert_int_equal(
            read_in_steps(&answer, span_text(rows[i].head), 1000, &heads),
            SOCKFEED_OK);
        assert_int_equal(answer.keeps, rows[i].keeps);
        assert_int_equal(answer.keeps_for, rows[i].keeps_for);
        http_answer_deinit(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_head_and_body_however_they_are_cut),
        cmocka_unit_test(passes_over_what_comes_before_the_answer),
        cmocka_unit_test(inflates_both_codings),
        cmocka_unit_test(refuses_what_does_not_inflate),
        cmocka_unit_test(holds_content_to_its_limit),
        cmocka_unit_test(ends_with_the_connection_where_nothing_says_how_long),
        cmocka_unit_test(says_whether_the_connection_lasts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
