/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "codec/http_body.h"
#include "codec/http_response.h"

#include <assert.h>
#include <stdlib.h>

static struct http_response response;

/* Everything in a head lies within the input. */
static void assert_inside(struct span part, struct span input)
{
    assert(part.size <= input.size);
    if (part.size > 0) {
        assert(part.data >= input.data);
        assert(part.data + part.size <= input.data + input.size);
    }
}

static void look_at(struct span head)
{
    struct malformed malformed;

    assert(response.status >= 100 && response.status <= 999);
    assert_inside(response.line, head);
    assert_inside(response.reason, head);
    for (size_t i = 0; i < response.header_count; i++) {
        const struct http_header *header = &response.headers[i];
        struct span list = header->value;
        struct span element;

        assert_inside(header->name, head);
        assert_inside(header->value, head);
        assert(http_header_check_token(header->name, &malformed) ==
               SOCKFEED_OK);
        assert(http_header_check_value(header->value, &malformed) ==
               SOCKFEED_OK);
        while (http_header_next(&list, &element)) {
            assert(element.size > 0);
            assert_inside(element, header->value);
        }
    }
}

static enum sockfeed_result decode(size_t *used, struct span data)
{
    struct malformed malformed = {SIZE_MAX, NULL};
    enum sockfeed_result result =
        http_response_decode(&response, used, &malformed, data);

    if (result == SOCKFEED_PROTOCOL) {
        assert(malformed.offset <= data.size && malformed.reason != NULL);
    }
    assert(*used <= data.size && (result == SOCKFEED_OK) == (*used > 0));
    return result;
}

/* Reads a body in steps and answers with its content. */
static enum sockfeed_result read_body(struct http_body body,
                                      struct buf *content, struct span data,
                                      size_t step)
{
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t start = 0;
    size_t end = 0;

    while (result == SOCKFEED_MORE && end < data.size) {
        end = end + step < data.size ? end + step : data.size;
        do {
            struct malformed malformed;
            struct span piece;
            size_t used;

            result = http_body_decode(&body, &piece, &used, &malformed,
                                      span_of(data.data + start, end - start));
            buf_append_span(content, piece);
            start += used;
            assert(start <= end);
            assert(result != SOCKFEED_AGAIN || used > 0);
        } while (result == SOCKFEED_AGAIN);
    }
    return result;
}

static void compare_bodies(struct span data, size_t step)
{
    struct malformed malformed;
    struct http_body body;
    struct buf whole;
    struct buf pieces;

    if (http_body_init(&body, &malformed, &response) != SOCKFEED_OK) {
        return;
    }
    buf_init(&whole, data.size);
    buf_init(&pieces, data.size);
    assert(read_body(body, &whole, data, data.size + 1) ==
           read_body(body, &pieces, data, step));
    assert(span_equal(buf_span(&whole), buf_span(&pieces)));
    assert(buf_result(&whole) == SOCKFEED_OK);
    buf_deinit(&whole);
    buf_deinit(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text;
    enum sockfeed_result whole;
    enum sockfeed_result pieces = SOCKFEED_MORE;
    size_t step;
    size_t used;
    size_t again = 0;

    if (size == 0) {
        return 0;
    }
    step = 1 + data[0] % 40;
    text = span_of((const char *)data + 1, size - 1);
    http_response_init(&response);
    for (size_t end = 0; pieces == SOCKFEED_MORE && end < text.size;) {
        end = end + step < text.size ? end + step : text.size;
        pieces = decode(&again, span_of(text.data, end));
    }
    http_response_init(&response);
    whole = decode(&used, text);
    assert(whole == pieces && used == again);
    if (whole == SOCKFEED_OK) {
        look_at(span_of(text.data, used));
        compare_bodies(span_skip(text, used), step);
    }
    return 0;
}
