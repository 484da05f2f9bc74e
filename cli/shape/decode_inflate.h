/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_DECODE_INFLATE_H
#define CLI_SHAPE_DECODE_INFLATE_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed.h"

/*
 * --inflate: messages that are gzip (RFC 1952, also several members), zlib
 * (RFC 1950) or raw deflate (RFC 1951, also one that ends with a sync flush
 * in place of a final block, as streaming servers send).
 */
struct decode_inflate;

/* Gives an inflater; NOMEM. */
enum sockfeed_result decode_inflate_new(struct decode_inflate **inflater)
    SOCKFEED_CHECK;

/* Fits NULL. */
void decode_inflate_free(struct decode_inflate *inflater);

/* Inflates a whole message. OK with *text a view of the inflater, valid until
 * the next call; INVALID where the bytes are nothing of the above, not whole,
 * or no UTF-8; TOO_LARGE above `limit` bytes; NOMEM. */
enum sockfeed_result decode_inflate_run(struct decode_inflate *inflater,
                                        struct span *text, struct span bytes,
                                        size_t limit) SOCKFEED_CHECK;

/* The version of zlib in use, "1.2.13". */
const char *decode_inflate_version(void);

#endif
