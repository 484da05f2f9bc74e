/* SPDX-License-Identifier: MIT */
#include "cli/shape/decode_inflate.h"

#include "base/utf8.h"

/* zlib's input is then const. */
#define ZLIB_CONST
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    RAW = -MAX_WBITS,
    GZIP_OR_ZLIB = MAX_WBITS + 32, /* zlib tells them apart */
    STEP = 16384,                  /* output room asked for at a time */
    KEEP = 1048576                 /* more is given back before the next one */
};

struct decode_inflate {
    z_stream stream;
    struct buf out;
};

enum sockfeed_result decode_inflate_new(struct decode_inflate **inflater)
{
    struct decode_inflate *created = calloc(1, sizeof *created);

    *inflater = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (inflateInit2(&created->stream, GZIP_OR_ZLIB) != Z_OK) {
        free(created);
        return SOCKFEED_NOMEM;
    }
    *inflater = created;
    return SOCKFEED_OK;
}

void decode_inflate_free(struct decode_inflate *inflater)
{
    if (inflater != NULL) {
        (void)inflateEnd(&inflater->stream);
        buf_deinit(&inflater->out);
        free(inflater);
    }
}

/* One call of inflate with all the input and some room for output. Past the
 * limit one byte of room is left, to see whether it is used. */
static int step(struct decode_inflate *inflater, struct span *input)
{
    z_stream *stream = &inflater->stream;
    struct buf *out = &inflater->out;
    size_t left = out->limit - out->size;
    size_t room = left < STEP ? left : STEP;
    uInt given = input->size < UINT_MAX ? (uInt)input->size : UINT_MAX;
    Bytef spare;
    char *to = buf_reserve(out, room);
    int status;

    if (to == NULL) {
        return Z_MEM_ERROR;
    }
    stream->next_in = (const Bytef *)input->data;
    stream->avail_in = given;
    stream->next_out = room > 0 ? (Bytef *)to : &spare;
    stream->avail_out = room > 0 ? (uInt)room : 1;
    status = inflate(stream, Z_NO_FLUSH);
    *input = span_skip(*input, given - stream->avail_in);
    if (room > 0) {
        out->size += room - stream->avail_out;
    } else if (stream->avail_out == 0) {
        out->result = SOCKFEED_FULL;
        return Z_MEM_ERROR;
    }
    return status;
}

static bool ends_in_sync_flush(struct span bytes)
{
    return bytes.size >= 4 &&
           memcmp(bytes.data + bytes.size - 4, "\0\0\xff\xff", 4) == 0;
}

static enum sockfeed_result inflate_as(struct decode_inflate *inflater,
                                       struct span bytes, int window)
{
    struct span input = bytes;
    int status = inflateReset2(&inflater->stream, window);

    buf_clear(&inflater->out);
    while (status == Z_OK) {
        status = step(inflater, &input);
        /* Another gzip member may follow (RFC 1952, 2.2). */
        if (status == Z_STREAM_END && input.size > 0 && window != RAW) {
            status = inflateReset(&inflater->stream);
        }
    }
    if (buf_result(&inflater->out) != SOCKFEED_OK) {
        return buf_result(&inflater->out) == SOCKFEED_FULL ? SOCKFEED_TOO_LARGE
                                                           : SOCKFEED_NOMEM;
    }
    if (status == Z_MEM_ERROR) {
        return SOCKFEED_NOMEM;
    }
    /* Z_BUF_ERROR: the input is used up and the stream is not at its end. */
    if (input.size > 0 ||
        (status != Z_STREAM_END && !(status == Z_BUF_ERROR && window == RAW &&
                                     ends_in_sync_flush(bytes)))) {
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result decode_inflate_run(struct decode_inflate *inflater,
                                        struct span *text, struct span bytes,
                                        size_t limit)
{
    enum sockfeed_result result;

    if (inflater->out.capacity > KEEP) {
        buf_deinit(&inflater->out);
    }
    inflater->out.limit = limit;
    result = inflate_as(inflater, bytes, GZIP_OR_ZLIB);
    if (result == SOCKFEED_INVALID) {
        result = inflate_as(inflater, bytes, RAW);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    *text =
        inflater->out.data == NULL ? span_text("") : buf_span(&inflater->out);
    return utf8_check(*text) == text->size ? SOCKFEED_OK : SOCKFEED_INVALID;
}

const char *decode_inflate_version(void)
{
    return zlibVersion();
}
