/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "codec/ws_close.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span payload = span_of((const char *)data, size);
    struct malformed malformed = {SIZE_MAX, NULL};
    char again[WS_CLOSE_PAYLOAD_MAX];
    struct ws_close close;
    size_t written;

    if (ws_close_decode(&close, &malformed, payload) != SOCKFEED_OK) {
        assert(malformed.offset < size && malformed.reason != NULL);
        return 0;
    }
    assert(close.code == 0 || ws_close_code_valid(close.code));
    written = ws_close_encode(again, close.code, close.reason);
    if (size <= WS_CLOSE_PAYLOAD_MAX) {
        assert(span_equal(span_of(again, written), payload));
    } else {
        assert(written > WS_CLOSE_PAYLOAD_MAX - 4 &&
               written <= WS_CLOSE_PAYLOAD_MAX);
        assert(memcmp(again, data, written) == 0);
        assert(utf8_check(span_of(again + 2, written - 2)) == written - 2);
    }
    return 0;
}
