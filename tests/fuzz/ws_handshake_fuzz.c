/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "session/ws_handshake.h"

#include <assert.h>

/* A digest of zeros: the right Sec-WebSocket-Accept is 27 times A and =, which
 * the corpus knows. */
static void zeros(const void *data, size_t size, unsigned char digest[20])
{
    (void)data;
    (void)size;
    memset(digest, 0, 20);
}

/* The failure's text can go to a terminal. */
static void assert_printable(const char *text)
{
    assert(utf8_check(span_text(text)) == strlen(text));
    for (; *text != '\0'; text++) {
        assert((unsigned char)*text >= 0x20 && *text != 0x7f);
    }
}

static enum sockfeed_result run(struct sockfeed_failure *failure,
                                struct span text, size_t step, size_t *start)
{
    static const struct span protocols[] = {
        {"a", 1},
        {"b", 1},
    };
    const struct ws_handshake_request asked = {
        .target = span_text("/"),
        .host = span_text("localhost"),
        .port = 80,
        .protocols = protocols,
        .protocol_count = 2,
    };
    enum sockfeed_result result = SOCKFEED_MORE;
    struct ws_handshake *handshake = NULL;
    struct buf request;
    struct rng rng;

    rng_init_seed(&rng, 1);
    buf_init(&request, 10000);
    result =
        ws_handshake_new(&handshake, &request, failure, &asked, &rng, zeros);
    assert(result == SOCKFEED_OK);
    result = SOCKFEED_MORE;
    *start = 0;
    for (size_t end = 0; result == SOCKFEED_MORE && end < text.size;) {
        size_t used;

        end = end + step < text.size ? end + step : text.size;
        result = ws_handshake_receive(handshake, text.data + *start,
                                      end - *start, &used);
        *start += used;
        assert(*start <= end);
    }
    if (result == SOCKFEED_MORE) {
        result = ws_handshake_end(handshake);
    }
    *failure = *ws_handshake_failure(handshake);
    assert(failure->result == result);
    ws_handshake_free(handshake);
    buf_deinit(&request);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sockfeed_failure whole_failure;
    struct sockfeed_failure pieces_failure;
    enum sockfeed_result whole;
    enum sockfeed_result pieces;
    size_t whole_used;
    size_t pieces_used;
    struct span text;

    if (size == 0) {
        return 0;
    }
    text = span_of((const char *)data + 1, size - 1);
    whole = run(&whole_failure, text, text.size, &whole_used);
    pieces = run(&pieces_failure, text, 1 + data[0] % 40, &pieces_used);
    assert(whole == pieces);
    assert(strcmp(whole_failure.text, pieces_failure.text) == 0);
    assert(whole != SOCKFEED_OK || whole_used == pieces_used);
    assert_printable(whole_failure.text);
    return 0;
}
