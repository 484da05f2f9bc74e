/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_DEFLATE_H
#define CODEC_WS_DEFLATE_H

#include "base/buf.h"
#include "codec/ws_extension.h"
#include "codec/ws_frame.h"

/*
 * permessage-deflate (RFC 7692) on the client's side: messages whose first
 * frame has reserved bit 1 set are compressed as a whole, all frames of them.
 * What is needed for either direction is made when its first message comes.
 */
struct ws_deflate {
    struct ws_extension agreed;
    bool compressed;     /* the message that has begun to come is */
    bool final;          /* the last block that came said it was the last */
    unsigned tail;       /* bytes of the input's end that no sender sends */
    size_t begun;        /* bytes of `plain` that were there before it */
    struct buf inflater; /* zlib's z_stream, or empty: its header is one only
                            the .c sees */
    struct buf deflater; /* likewise */
    struct buf window;   /* what messages inflated to last, while it is kept */
    struct buf plain;    /* what payloads inflate to */
    struct buf packed;   /* a message deflated */
};

/* `max_size`: of a message inflated. */
void ws_deflate_init(struct ws_deflate *coder,
                     const struct ws_extension *agreed, size_t max_size);
void ws_deflate_deinit(struct ws_deflate *coder);

/* The largest payload of a frame that may inflate to `size` bytes: what cannot
 * be compressed becomes a little longer. */
uint64_t ws_deflate_bound(size_t size);

/* What a sender takes off a message's end, and zlib is to see (RFC 7692,
 * 7.2.2). Where so many bytes behind a payload are the caller's to change, as
 * in a receive buffer they are, both are inflated with one call. */
enum {
    WS_DEFLATE_TAIL = 4,
    WS_DEFLATE_BATCH = 16384 /* bytes of `plain` to which more is added */
};

/*
 * Takes a data frame. If its message is compressed its payload becomes what it
 * inflates to, a view of the coder until the next frame, with
 * LIMIT_RECEIVE_PAD bytes behind it.
 * `spare`: the payload's end, where WS_DEFLATE_TAIL bytes are changed and put
 * back, or NULL.
 * OK. PROTOCOL: reserved bit 1 in a continuation, data that is no deflate, or
 * is cut short. TOO_LARGE: it inflates to more than `room` bytes; no more than
 * that is kept. Both with `malformed`. NOMEM. After a failure it takes no more.
 */
enum sockfeed_result ws_deflate_receive(struct ws_deflate *coder,
                                        struct malformed *malformed,
                                        struct ws_frame *frame, char *spare,
                                        size_t room) SOCKFEED_CHECK;

/*
 * The short way for messages that come whole in one frame: `payload` is one's
 * with reserved bit 1, while no other has begun. What it inflates to is added
 * to coder->plain, as long as that has not yet WS_DEFLATE_BATCH bytes;
 * LIMIT_RECEIVE_PAD bytes behind it can be read. ws_deflate_clear empties it.
 * Results as of ws_deflate_receive.
 */
void ws_deflate_clear(struct ws_deflate *coder);
enum sockfeed_result ws_deflate_add(struct ws_deflate *coder,
                                    struct malformed *malformed,
                                    struct span payload, char *spare,
                                    size_t room) SOCKFEED_CHECK;

/* Compresses a message that is to be sent in one frame with reserved bit 1:
 * true, and *payload views the coder until the next one. False: it is to be
 * sent as it is, being short, or because the server's window for us is one
 * that zlib does not have, or out of memory. */
bool ws_deflate_send(struct ws_deflate *coder, struct span *payload);

/* What was last compressed is not sent after all: nothing may refer to it. */
void ws_deflate_unsend(struct ws_deflate *coder);

#endif
