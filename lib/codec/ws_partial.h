/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_PARTIAL_H
#define CODEC_WS_PARTIAL_H

#include "base/span.h"
#include "base/utf8.h"

/*
 * A frame from a server that has come in part. A text is refused by its first
 * byte that cannot be (RFC 6455, 8.1), not when all of a long frame has come.
 * All zero bytes are the state before a frame.
 */
struct ws_partial {
    struct utf8_state utf8;
    size_t seen; /* bytes of the payload that were looked at */
};

/* Looks at what is new in `come`, the frame from its first byte as far as it
 * has come; that byte was judged before. `text` is the state of the text that
 * the frame continues, NULL where it does not continue one that can be looked
 * at. False: it cannot become UTF-8. */
bool ws_partial_check(struct ws_partial *partial, struct span come,
                      const struct utf8_state *text);

#endif
