/* SPDX-License-Identifier: MIT */
#include "codec/http_body.h"

enum {
    /* A chunk's size in hexadecimal: 60 bits are beyond every body. */
    CHUNK_DIGITS_MAX = 15,
    /* A chunk's extensions, which nobody uses, and its size. */
    CHUNK_LINE_MAX = 1024,
};

enum sockfeed_result http_body_init(struct http_body *body,
                                    struct malformed *malformed,
                                    const struct http_response *response)
{
    const struct http_header *coding =
        http_response_find(response, "Transfer-Encoding");
    enum sockfeed_result length;

    *body = (struct http_body){.state = HTTP_BODY_DONE};
    if (response->status < 200 || response->status == 204 ||
        response->status == 304) {
        return SOCKFEED_OK;
    }
    length = http_response_length(response, &body->left);
    if (length == SOCKFEED_PROTOCOL) {
        return malformed_set(malformed, 0, "a bad Content-Length");
    }
    if (coding == NULL) {
        body->state =
            length == SOCKFEED_OK ? HTTP_BODY_LENGTH : HTTP_BODY_UNTIL_END;
        return SOCKFEED_OK;
    }
    if (length == SOCKFEED_OK ||
        http_response_count(response, "Transfer-Encoding") != 1 ||
        !span_equal_nocase(coding->value, span_text("chunked"))) {
        return malformed_set(malformed, 0, "a bad Transfer-Encoding");
    }
    body->state = HTTP_BODY_CHUNK_SIZE;
    return SOCKFEED_OK;
}

/* OK with the next state, and the line with its end in *used. */
static enum sockfeed_result take_line(struct span *line, size_t *used,
                                      struct malformed *malformed,
                                      struct span data)
{
    size_t end = span_find(data, '\n');

    if (end >= CHUNK_LINE_MAX) {
        return malformed_set(malformed, 0, "too long a line in a body");
    }
    if (end == data.size) {
        return SOCKFEED_MORE;
    }
    if (end == 0 || data.data[end - 1] != '\r') {
        return malformed_set(malformed, end, "a line that ends without CR");
    }
    *line = span_of(data.data, end - 1);
    *used = end + 1;
    return SOCKFEED_OK;
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* RFC 9112, 7.1: hexadecimal digits, then perhaps extensions, which are
 * passed over. */
static enum sockfeed_result read_chunk_size(struct http_body *body,
                                            struct malformed *malformed,
                                            struct span line)
{
    size_t digits = 0;
    struct span after;

    body->left = 0;
    while (digits < line.size && hex_digit(line.data[digits]) >= 0) {
        body->left = body->left << 4 | (uint64_t)hex_digit(line.data[digits]);
        digits++;
        if (digits > CHUNK_DIGITS_MAX) {
            return malformed_set(malformed, digits, "too large a chunk");
        }
    }
    after = span_trim(span_skip(line, digits));
    if (digits == 0 || (after.size > 0 && after.data[0] != ';')) {
        return malformed_set(malformed, digits, "a malformed chunk size");
    }
    body->state = body->left > 0 ? HTTP_BODY_CHUNK_DATA : HTTP_BODY_TRAILER;
    return SOCKFEED_OK;
}

static enum sockfeed_result read_line(struct http_body *body, size_t *used,
                                      struct malformed *malformed,
                                      struct span data)
{
    struct span line = data;
    enum sockfeed_result result = take_line(&line, used, malformed, data);

    if (result != SOCKFEED_OK) {
        return result;
    }
    if (body->state == HTTP_BODY_CHUNK_SIZE) {
        return read_chunk_size(body, malformed, line);
    }
    if (body->state == HTTP_BODY_CHUNK_END) {
        body->state = HTTP_BODY_CHUNK_SIZE;
        return line.size == 0
                   ? SOCKFEED_OK
                   : malformed_set(malformed, 0, "a chunk without its end");
    }
    body->trailer += *used;
    if (body->trailer > LIMIT_HTTP_HEAD) {
        return malformed_set(malformed, 0, "too large a trailer");
    }
    if (line.size == 0) {
        body->state = HTTP_BODY_DONE;
    }
    return SOCKFEED_OK;
}

static void take_content(struct http_body *body, struct span *piece,
                         size_t *used, struct span data)
{
    *used = body->left < data.size ? (size_t)body->left : data.size;
    *piece = span_of(data.data, *used);
    body->left -= *used;
    if (body->left == 0) {
        body->state = body->state == HTTP_BODY_LENGTH ? HTTP_BODY_DONE
                                                      : HTTP_BODY_CHUNK_END;
    }
}

enum sockfeed_result http_body_decode(struct http_body *body,
                                      struct span *piece, size_t *used,
                                      struct malformed *malformed,
                                      struct span data)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *used = 0;
    *piece = (struct span){0};
    switch (body->state) {
    case HTTP_BODY_LENGTH:
    case HTTP_BODY_CHUNK_DATA:
        take_content(body, piece, used, data);
        break;
    case HTTP_BODY_UNTIL_END:
        *piece = data;
        *used = data.size;
        break;
    case HTTP_BODY_CHUNK_SIZE:
    case HTTP_BODY_CHUNK_END:
    case HTTP_BODY_TRAILER:
        result = read_line(body, used, malformed, data);
        break;
    case HTTP_BODY_DONE:
        break;
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (body->state == HTTP_BODY_DONE) {
        return SOCKFEED_OK;
    }
    return *used < data.size ? SOCKFEED_AGAIN : SOCKFEED_MORE;
}
