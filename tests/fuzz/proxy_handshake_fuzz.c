/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "session/proxy_handshake.h"

#include <assert.h>

/* The failure's text can go to a terminal. */
static void assert_printable(const char *text)
{
    assert(utf8_check(span_text(text)) == strlen(text));
    for (; *text != '\0'; text++) {
        assert((unsigned char)*text >= 0x20 && *text != 0x7f);
    }
}

/* What a proxy answers, `step` bytes at a time. */
static enum sockfeed_result run(struct sockfeed_failure *failure,
                                struct buf *out, size_t *start,
                                const struct proxy_handshake_request *request,
                                struct span text, size_t step)
{
    enum sockfeed_result result;
    struct proxy_handshake *handshake;

    result = proxy_handshake_new(&handshake, out, request, failure);
    assert(result == SOCKFEED_OK && out->size > 0);
    result = SOCKFEED_MORE;
    *start = 0;
    for (size_t end = 0; result == SOCKFEED_MORE && end < text.size;) {
        size_t used;

        end = end + step < text.size ? end + step : text.size;
        result = proxy_handshake_receive(
            handshake, out, &used, span_of(text.data + *start, end - *start));
        *start += used;
        assert(*start <= end);
    }
    if (result == SOCKFEED_MORE) {
        result = proxy_handshake_end(handshake);
    }
    *failure = *proxy_handshake_failure(handshake);
    assert(failure->result == result);
    assert(buf_result(out) == SOCKFEED_OK);
    proxy_handshake_free(handshake);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proxy_handshake_request request = {
        .host = span_text("h.example"),
        .port = 443,
        .user = span_text("user"),
        .password = span_text("pass"),
    };
    struct sockfeed_failure whole_failure;
    struct sockfeed_failure pieces_failure;
    enum sockfeed_result whole;
    size_t whole_used;
    size_t pieces_used;
    struct buf whole_out;
    struct buf pieces_out;
    struct span text;

    if (size == 0) {
        return 0;
    }
    request.kind =
        (data[0] & 1) != 0 ? PROXY_HANDSHAKE_SOCKS5 : PROXY_HANDSHAKE_HTTP;
    request.login = (data[0] & 2) != 0;
    text = span_of((const char *)data + 1, size - 1);
    buf_init(&whole_out, 4096);
    buf_init(&pieces_out, 4096);
    whole =
        run(&whole_failure, &whole_out, &whole_used, &request, text, text.size);
    assert(run(&pieces_failure, &pieces_out, &pieces_used, &request, text,
               1 + data[0] / 4) == whole);
    assert(strcmp(whole_failure.text, pieces_failure.text) == 0);
    assert(whole != SOCKFEED_OK || whole_used == pieces_used);
    assert(span_equal(buf_span(&whole_out), buf_span(&pieces_out)));
    assert_printable(whole_failure.text);
    buf_deinit(&whole_out);
    buf_deinit(&pieces_out);
    return 0;
}
