/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_INFLATE_H
#define CODEC_HTTP_INFLATE_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/* zlib's input is then const. */
#ifndef ZLIB_CONST
# define ZLIB_CONST
#endif
#include <zlib.h>

/* A body in the content coding gzip (RFC 1952) or deflate, which is zlib's
 * format (RFC 1950), as it arrives in pieces; the two are told apart by their
 * first bytes. What it inflates to is bounded by the buffer it goes to. */
struct http_inflate {
    z_stream stream;
    bool begun; /* the stream is to be freed */
    bool ended; /* the data was complete */
};

/* All zero bytes are one that has not begun. NOMEM. To be deinitialised after
 * each body. */
enum sockfeed_result http_inflate_init(struct http_inflate *inflate)
    SOCKFEED_CHECK;
void http_inflate_deinit(struct http_inflate *inflate);

/* Appends what the piece inflates to. OK: the data has ended; MORE; PROTOCOL
 * with `malformed`, also for bytes behind the end; FULL at the limit of the
 * buffer, however much more there would be; NOMEM. */
enum sockfeed_result http_inflate_decode(struct http_inflate *inflate,
                                         struct buf *to,
                                         struct malformed *malformed,
                                         struct span piece) SOCKFEED_CHECK;

#endif
