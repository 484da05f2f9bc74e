/* SPDX-License-Identifier: MIT */
#include "codec/http_inflate.h"

enum {
    GZIP_OR_ZLIB = MAX_WBITS + 32, /* zlib tells them apart */
    STEP = 16384,                  /* output room asked for at a time */
};

enum sockfeed_result http_inflate_init(struct http_inflate *inflate)
{
    *inflate = (struct http_inflate){.begun = false};
    if (inflateInit2(&inflate->stream, GZIP_OR_ZLIB) != Z_OK) {
        return SOCKFEED_NOMEM;
    }
    inflate->begun = true;
    return SOCKFEED_OK;
}

void http_inflate_deinit(struct http_inflate *inflate)
{
    if (inflate->begun) {
        (void)inflateEnd(&inflate->stream);
        inflate->begun = false;
    }
}

/* One call of inflate with some room for output. At the limit there is one
 * byte of it, to see whether it is used. */
static int step(struct http_inflate *inflater, struct buf *to)
{
    z_stream *stream = &inflater->stream;
    size_t left = to->limit - to->size;
    size_t room = left < STEP ? left : STEP;
    char *at = buf_reserve(to, room);
    Bytef spare;
    int status;

    if (at == NULL) {
        return Z_MEM_ERROR;
    }
    stream->next_out = room > 0 ? (Bytef *)at : &spare;
    stream->avail_out = room > 0 ? (uInt)room : 1;
    status = inflate(stream, Z_NO_FLUSH);
    if (room > 0) {
        to->size += room - stream->avail_out;
    } else if (stream->avail_out == 0) {
        to->result = SOCKFEED_FULL;
    }
    return status;
}

enum sockfeed_result http_inflate_decode(struct http_inflate *inflate,
                                         struct buf *to,
                                         struct malformed *malformed,
                                         struct span piece)
{
    z_stream *stream = &inflate->stream;
    int status = Z_OK;

    if (piece.size > UINT32_MAX) {
        return malformed_set(malformed, 0, "too large a piece");
    }
    stream->next_in = (const Bytef *)piece.data;
    stream->avail_in = (uInt)piece.size;
    while (!inflate->ended && status == Z_OK && buf_result(to) == SOCKFEED_OK) {
        status = step(inflate, to);
        inflate->ended = status == Z_STREAM_END;
    }
    if (buf_result(to) != SOCKFEED_OK) {
        return buf_result(to);
    }
    if (status == Z_MEM_ERROR) {
        return SOCKFEED_NOMEM;
    }
    if (inflate->ended && stream->avail_in == 0) {
        return SOCKFEED_OK;
    }
    /* Z_BUF_ERROR: the piece is used up and the data goes on. */
    return !inflate->ended && status == Z_BUF_ERROR
               ? SOCKFEED_MORE
               : malformed_set(malformed, piece.size - stream->avail_in,
                               "damaged compressed data");
}
