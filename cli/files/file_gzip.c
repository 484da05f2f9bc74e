/* SPDX-License-Identifier: MIT */
#include "cli/files/file_gzip.h"

/* zlib's input is then const. */
#define ZLIB_CONST
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum {
    GZIP = MAX_WBITS + 16, /* a gzip header, not zlib's */
    MEMORY_LEVEL = 8,      /* zlib's default */
    STEP = 65536           /* output room asked for at a time */
};

struct file_gzip {
    z_stream stream;
};

enum sockfeed_result file_gzip_new(struct file_gzip **gzip)
{
    struct file_gzip *created = calloc(1, sizeof *created);

    *gzip = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (deflateInit2(&created->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(created);
        return SOCKFEED_NOMEM;
    }
    *gzip = created;
    return SOCKFEED_OK;
}

void file_gzip_free(struct file_gzip *gzip)
{
    if (gzip != NULL) {
        (void)deflateEnd(&gzip->stream);
        free(gzip);
    }
}

/* One call of deflate with what its counters can hold of the text. */
static int step(struct file_gzip *gzip, struct buf *out, struct span *text)
{
    z_stream *stream = &gzip->stream;
    uInt given = text->size < UINT_MAX ? (uInt)text->size : UINT_MAX;
    char *to = buf_reserve(out, STEP);
    int status;

    if (to == NULL) {
        return Z_MEM_ERROR;
    }
    stream->next_in = (const Bytef *)text->data;
    stream->avail_in = given;
    stream->next_out = (Bytef *)to;
    stream->avail_out = STEP;
    status = deflate(stream, given == text->size ? Z_FINISH : Z_NO_FLUSH);
    *text = span_skip(*text, given - stream->avail_in);
    out->size += STEP - stream->avail_out;
    return status;
}

enum sockfeed_result file_gzip_append(struct file_gzip *gzip, struct buf *out,
                                      struct span text)
{
    int status = deflateReset(&gzip->stream);

    while (status == Z_OK) {
        status = step(gzip, out, &text);
    }
    return status == Z_STREAM_END ? SOCKFEED_OK : SOCKFEED_NOMEM;
}
