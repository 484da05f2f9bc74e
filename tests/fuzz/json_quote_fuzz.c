/* SPDX-License-Identifier: MIT */
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdint.h>

/* Whatever goes in, a JSON string comes out; what was UTF-8 comes back. */
static void quote_and_unquote(struct span text)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct buf quoted;
    struct buf again;

    buf_init(&quoted, 6 * text.size + 2);
    buf_init(&again, 3 * text.size);
    json_quote(&quoted, text);
    assert(buf_result(&quoted) == SOCKFEED_OK);
    assert(json_scan(&scan, &malformed, buf_span(&quoted), 0) == SOCKFEED_OK);
    assert(scan.kind == JSON_STRING && !scan.multiline);
    assert(json_unquote(&again, buf_span(&quoted)) == SOCKFEED_OK);
    assert(utf8_check(buf_span(&again)) == again.size);
    if (utf8_check(text) == text.size) {
        assert(span_equal(buf_span(&again), text));
    }
    buf_deinit(&quoted);
    buf_deinit(&again);
}

/* Any text as a token: what the scanner calls a string is one. */
static void unquote(struct span token)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct buf text;
    enum sockfeed_result result;

    buf_init(&text, token.size);
    result = json_unquote(&text, token);
    assert(result == SOCKFEED_OK || result == SOCKFEED_INVALID);
    if (json_scan(&scan, &malformed, token, 0) == SOCKFEED_OK &&
        scan.kind == JSON_STRING && scan.value.size == token.size) {
        assert(result == SOCKFEED_OK);
        assert(utf8_check(buf_span(&text)) == text.size);
    } else {
        assert(result == SOCKFEED_INVALID || utf8_check(token) < token.size);
    }
    buf_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    quote_and_unquote(span_of((const char *)data, size));
    unquote(span_of((const char *)data, size));
    return 0;
}
