/* SPDX-License-Identifier: MIT */
#include "codec/ws_partial.h"

#include "codec/ws_frame.h"

enum {
    OPCODE = 0x0f,    /* of the first byte */
    LENGTH_16 = 126,  /* of the second: two bytes of length follow */
    LENGTH_64 = 127,  /* eight do; what is higher still has a mask */
    HEADER_SHORT = 2, /* bytes before the payload, with each of the three */
    HEADER_16 = 4,
    HEADER_64 = 10,
};

static size_t header_size(unsigned char second)
{
    if (second < LENGTH_16) {
        return HEADER_SHORT;
    }
    return second == LENGTH_16 ? HEADER_16 : HEADER_64;
}

bool ws_partial_check(struct ws_partial *partial, struct span come,
                      const struct utf8_state *text)
{
    const unsigned char *at = (const unsigned char *)come.data;
    enum ws_opcode opcode;
    struct span fresh;
    size_t known;

    if (come.size < HEADER_SHORT || at[1] > LENGTH_64 ||
        (at[0] & (WS_RSV1 | WS_RSV2 | WS_RSV3)) != 0) {
        return true;
    }
    opcode = (enum ws_opcode)(at[0] & OPCODE);
    known = header_size(at[1]) + partial->seen;
    if ((opcode != WS_OPCODE_TEXT &&
         (opcode != WS_OPCODE_CONTINUATION || text == NULL)) ||
        come.size <= known) {
        return true;
    }
    if (partial->seen == 0) {
        partial->utf8 =
            opcode == WS_OPCODE_CONTINUATION ? *text : (struct utf8_state){0};
    }
    fresh = span_skip(come, known);
    partial->seen += fresh.size;
    return utf8_feed(&partial->utf8, fresh) == fresh.size;
}
