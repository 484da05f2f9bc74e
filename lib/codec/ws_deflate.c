/* SPDX-License-Identifier: MIT */
#include "codec/ws_deflate.h"

#include "base/limits.h"

#include <limits.h>

/* zlib only reads its input. */
#define ZLIB_CONST
#include <zlib.h>

enum {
    CHUNK = 16384,       /* room that is made for output at a time */
    WINDOW = 32768,      /* the largest there is */
    BITS_OF_ZLIB = 9,    /* the least that zlib knows of */
    WORTH = 128,         /* bytes of a message; less does not become less */
    FLUSH_SIZE = 16,     /* what it may take besides */
    MEMORY_LEVEL = 8,    /* zlib's default */
    AT_BLOCK_END = 0x80, /* of data_type: no block is half read */
    BITS_LEFT = 0x3f,    /* of data_type: bits of a byte not used yet */
};

static const char TAIL[WS_DEFLATE_TAIL] = {0, 0, (char)0xff, (char)0xff};

void ws_deflate_init(struct ws_deflate *coder,
                     const struct ws_extension *agreed, size_t max_size)
{
    *coder = (struct ws_deflate){.agreed = *agreed};
    buf_init(&coder->inflater, sizeof(z_stream));
    buf_init(&coder->deflater, sizeof(z_stream));
    buf_init(&coder->window, WINDOW);
    /* One byte more tells a message that is too large from one that fits. */
    buf_init(&coder->plain,
             WS_DEFLATE_BATCH + max_size + 1 + LIMIT_RECEIVE_PAD);
    buf_init(&coder->packed, (size_t)LIMIT_SEND_QUEUE);
}

static z_stream *stream_of(const struct buf *buf)
{
    return (z_stream *)(void *)buf->data;
}

void ws_deflate_deinit(struct ws_deflate *coder)
{
    if (coder->inflater.size > 0) {
        (void)inflateEnd(stream_of(&coder->inflater));
    }
    if (coder->deflater.size > 0) {
        (void)deflateEnd(stream_of(&coder->deflater));
    }
    buf_deinit(&coder->inflater);
    buf_deinit(&coder->deflater);
    buf_deinit(&coder->window);
    buf_deinit(&coder->plain);
    buf_wipe(&coder->packed); /* what is sent may be a secret */
}

/* Five bytes for each stored block, which has at least 16 KiB. */
uint64_t ws_deflate_bound(size_t size)
{
    return (uint64_t)size + size / 1024 + 64;
}

/* Memory for a stream, all zero; the address stays, for zlib remembers it. */
static z_stream *make_stream(struct buf *buf)
{
    char *to = buf_reserve(buf, sizeof(z_stream));

    if (to != NULL) {
        memset(to, 0, sizeof(z_stream));
    }
    return to == NULL ? NULL : (z_stream *)(void *)to;
}

static int raw_bits(unsigned bits)
{
    return -(int)(bits < BITS_OF_ZLIB ? BITS_OF_ZLIB : bits);
}

/* ---- Receiving --------------------------------------------------------- */

static bool begin_inflating(struct ws_deflate *coder)
{
    z_stream *z;

    if (coder->inflater.size > 0) {
        return true;
    }
    z = make_stream(&coder->inflater);
    if (z == NULL ||
        inflateInit2(z, raw_bits(coder->agreed.server_bits)) != Z_OK) {
        return false;
    }
    coder->inflater.size = sizeof *z;
    return true;
}

/* A block may say that it is the last (RFC 7692, 7.2.3.5): what follows is
 * more of the same all the same, with the same window. */
static bool go_on_after_final(struct ws_deflate *coder, z_stream *z)
{
    char *window = buf_reserve(&coder->window, WINDOW);
    uInt size = 0;

    /* Behind such a block no tail is missing. */
    coder->final = z->avail_in == coder->tail;
    return window != NULL &&
           inflateGetDictionary(z, (Bytef *)window, &size) == Z_OK &&
           inflateReset(z) == Z_OK &&
           inflateSetDictionary(z, (const Bytef *)window, size) == Z_OK;
}

static enum sockfeed_result too_large(struct malformed *malformed)
{
    (void)malformed_set(malformed, 0,
                        "a compressed message above the size limit");
    return SOCKFEED_TOO_LARGE;
}

/* One call of inflate, with new room for what comes out. *done: nothing more
 * does. */
static enum sockfeed_result inflate_step(struct ws_deflate *coder,
                                         struct malformed *malformed,
                                         z_stream *z, size_t room, bool *done)
{
    struct buf *plain = &coder->plain;
    size_t left = coder->begun + room + 1 - plain->size;
    size_t chunk = left < CHUNK ? left : CHUNK;
    char *to = buf_reserve(plain, chunk + LIMIT_RECEIVE_PAD);
    int status;

    if (to == NULL) {
        return SOCKFEED_NOMEM;
    }
    z->next_out = (Bytef *)to;
    z->avail_out = (uInt)chunk;
    status = inflate(z, Z_SYNC_FLUSH);
    plain->size += chunk - z->avail_out;
    if (plain->size - coder->begun > room) {
        return too_large(malformed);
    }
    /* At the end of a block nothing is left to come out, and another call
     * would not say again that it is one. */
    *done = z->avail_in == 0 &&
            (z->avail_out > 0 || (z->data_type & AT_BLOCK_END) != 0);
    switch (status) {
    case Z_OK:
    case Z_BUF_ERROR: /* no input is left */
        return SOCKFEED_OK;
    case Z_STREAM_END:
        if (!go_on_after_final(coder, z)) {
            return SOCKFEED_NOMEM;
        }
        *done = *done || coder->final;
        return SOCKFEED_OK;
    case Z_MEM_ERROR:
        return SOCKFEED_NOMEM;
    default:
        return malformed_set(malformed, 0, "a message that is no deflate");
    }
}

static enum sockfeed_result feed(struct ws_deflate *coder,
                                 struct malformed *malformed, struct span input,
                                 size_t room)
{
    z_stream *z = stream_of(&coder->inflater);
    enum sockfeed_result result = SOCKFEED_OK;

    while (input.size > 0 && result == SOCKFEED_OK) {
        size_t part = input.size < UINT_MAX ? input.size : UINT_MAX;
        bool done = false;

        coder->final = false;
        z->next_in = (const Bytef *)input.data;
        z->avail_in = (uInt)part;
        while (result == SOCKFEED_OK && !done) {
            result = inflate_step(coder, malformed, z, room, &done);
        }
        input = span_skip(input, part);
    }
    return result;
}

/* A message's end, payload and tail with one call. */
static enum sockfeed_result feed_both(struct ws_deflate *coder,
                                      struct malformed *malformed,
                                      struct span payload, char *spare,
                                      size_t room)
{
    char behind[WS_DEFLATE_TAIL];
    enum sockfeed_result result;

    memcpy(behind, spare, sizeof behind);
    memcpy(spare, TAIL, sizeof TAIL);
    coder->tail = WS_DEFLATE_TAIL;
    result = feed(coder, malformed,
                  span_of(payload.data, payload.size + sizeof TAIL), room);
    coder->tail = 0;
    memcpy(spare, behind, sizeof behind);
    return result;
}

static enum sockfeed_result feed_last(struct ws_deflate *coder,
                                      struct malformed *malformed,
                                      struct span payload, char *spare,
                                      size_t room)
{
    bool ended = coder->final && payload.size == 0; /* by what came before */
    enum sockfeed_result result;

    if (spare != NULL && !ended && payload.size < UINT_MAX - WS_DEFLATE_TAIL) {
        return feed_both(coder, malformed, payload, spare, room);
    }
    result = feed(coder, malformed, payload, room);
    if (result == SOCKFEED_OK && !coder->final) {
        coder->tail = WS_DEFLATE_TAIL;
        result = feed(coder, malformed, span_of(TAIL, sizeof TAIL), room);
        coder->tail = 0;
    }
    return result;
}

static enum sockfeed_result finish(struct ws_deflate *coder,
                                   struct malformed *malformed,
                                   struct span payload, char *spare,
                                   size_t room)
{
    z_stream *z = stream_of(&coder->inflater);
    enum sockfeed_result result =
        feed_last(coder, malformed, payload, spare, room);

    if (result == SOCKFEED_OK && !coder->final &&
        ((z->data_type & AT_BLOCK_END) == 0 ||
         (z->data_type & BITS_LEFT) != 0)) {
        return malformed_set(malformed, 0,
                             "a compressed message that is cut short");
    }
    coder->final = false;
    if (result == SOCKFEED_OK && coder->agreed.server_restarts) {
        (void)inflateReset(z);
    }
    return result;
}

/* Scanners may look behind a message, as they do in the receive buffer. */
static enum sockfeed_result pad(struct buf *plain)
{
    char *behind = buf_reserve(plain, LIMIT_RECEIVE_PAD);

    if (behind == NULL) {
        return SOCKFEED_NOMEM;
    }
    memset(behind, 0, LIMIT_RECEIVE_PAD);
    return SOCKFEED_OK;
}

void ws_deflate_clear(struct ws_deflate *coder)
{
    if (coder->plain.capacity > LIMIT_RECEIVE_READ) {
        buf_deinit(&coder->plain);
    }
    buf_clear(&coder->plain);
}

enum sockfeed_result ws_deflate_add(struct ws_deflate *coder,
                                    struct malformed *malformed,
                                    struct span payload, char *spare,
                                    size_t room)
{
    enum sockfeed_result result;

    if (!begin_inflating(coder)) {
        return SOCKFEED_NOMEM;
    }
    coder->begun = coder->plain.size;
    result = finish(coder, malformed, payload, spare, room);
    return result == SOCKFEED_OK ? pad(&coder->plain) : result;
}

/* Of a message whose end has not come. */
static enum sockfeed_result add_part(struct ws_deflate *coder,
                                     struct malformed *malformed,
                                     struct span payload, size_t room)
{
    enum sockfeed_result result;

    if (!begin_inflating(coder)) {
        return SOCKFEED_NOMEM;
    }
    coder->begun = coder->plain.size;
    result = feed(coder, malformed, payload, room);
    return result == SOCKFEED_OK ? pad(&coder->plain) : result;
}

enum sockfeed_result ws_deflate_receive(struct ws_deflate *coder,
                                        struct malformed *malformed,
                                        struct ws_frame *frame, char *spare,
                                        size_t room)
{
    bool marked = (frame->rsv & WS_RSV1) != 0;
    enum sockfeed_result result;

    if (frame->opcode != WS_OPCODE_CONTINUATION) {
        coder->compressed = marked;
    } else if (marked) {
        return malformed_set(malformed, 0,
                             "a continuation with a reserved bit set");
    }
    if (!coder->compressed) {
        return SOCKFEED_OK;
    }
    ws_deflate_clear(coder);
    coder->compressed = !frame->fin;
    result = frame->fin
                 ? ws_deflate_add(coder, malformed, frame->payload, spare, room)
                 : add_part(coder, malformed, frame->payload, room);
    frame->payload = buf_span(&coder->plain);
    frame->rsv = 0;
    return result;
}

/* ---- Sending ----------------------------------------------------------- */

static bool begin_deflating(struct ws_deflate *coder)
{
    z_stream *z;

    if (coder->deflater.size > 0) {
        return true;
    }
    z = make_stream(&coder->deflater);
    if (z == NULL || deflateInit2(z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                                  raw_bits(coder->agreed.client_bits),
                                  MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    coder->deflater.size = sizeof *z;
    return true;
}

bool ws_deflate_send(struct ws_deflate *coder, struct span *payload)
{
    struct buf *packed = &coder->packed;
    z_stream *z;
    size_t most;
    char *to;

    if (payload->size < WORTH || payload->size > LIMIT_OUTGOING ||
        coder->agreed.client_bits < BITS_OF_ZLIB || !begin_deflating(coder)) {
        return false;
    }
    if (packed->capacity > LIMIT_RECEIVE_READ) {
        buf_deinit(packed);
    }
    buf_clear(packed);
    z = stream_of(&coder->deflater);
    /* The flush is in no bound. */
    most = deflateBound(z, (uLong)payload->size) + FLUSH_SIZE;
    to = buf_reserve(packed, most);
    if (to == NULL) {
        return false;
    }
    z->next_in = (const Bytef *)payload->data;
    z->avail_in = (uInt)payload->size;
    z->next_out = (Bytef *)to;
    z->avail_out = (uInt)most;
    if (deflate(z, Z_SYNC_FLUSH) != Z_OK || z->avail_out == 0) {
        ws_deflate_unsend(coder);
        return false;
    }
    packed->size = most - z->avail_out - sizeof TAIL;
    if (coder->agreed.client_restarts) {
        ws_deflate_unsend(coder);
    }
    *payload = buf_span(packed);
    return true;
}

void ws_deflate_unsend(struct ws_deflate *coder)
{
    if (coder->deflater.size > 0) {
        (void)deflateReset(stream_of(&coder->deflater));
    }
}
