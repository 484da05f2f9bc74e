/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

/* Whole, code point by code point, byte by byte and in two parts at every
 * place: all say the same of a text. */

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Valid up to here, one code point after the other. */
static size_t decode_all(struct span text)
{
    size_t at = 0;

    while (at < text.size) {
        uint32_t point = 0;
        char bytes[4];
        size_t size = utf8_decode(&point, span_skip(text, at));

        if (size == 0) {
            break;
        }
        require(utf8_encode(bytes, point) == size);
        require(memcmp(bytes, text.data + at, size) == 0);
        at += size;
    }
    return at;
}

static size_t feed_bytes(struct utf8_state *state, struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (utf8_feed(state, span_of(text.data + i, 1)) == 0) {
            return i;
        }
    }
    return text.size;
}

static void check_cut(struct span text, size_t cut, size_t refused,
                      bool complete)
{
    struct utf8_state state = {0};
    size_t at = utf8_feed(&state, span_of(text.data, cut));

    if (at == cut) {
        at += utf8_feed(&state, span_skip(text, cut));
    }
    require(at == refused);
    require(utf8_complete(&state) == complete);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct utf8_state state = {0};
    size_t valid = utf8_check(text);
    size_t refused = feed_bytes(&state, text);

    require(valid == decode_all(text));
    require(utf8_complete(&state) == (valid == size));
    /* The sequence that cannot be begins at or before its impossible byte. */
    require(valid <= refused && refused <= valid + 4);
    for (size_t cut = 0; cut <= size; cut++) {
        check_cut(text, cut, refused, valid == size);
    }
    require(utf8_utf16_length(span_of(text.data, valid)) <= valid);
    return 0;
}
