/* SPDX-License-Identifier: MIT */
#include "cli/files/capture_gzip.h"

#include <stdlib.h>
#include <zlib.h>

enum {
    WINDOW = 15,    /* the largest there is */
    GZIP_ONLY = 16, /* added to it: no other form */
};

static enum sockfeed_result gzip_inflate(void *state, struct span *in, char *to,
                                         size_t room, size_t *made, bool *whole)
{
    z_stream *stream = state;
    size_t before = in->size;
    int status;

    /* zlib does not write through it, but does not say so. */
    memcpy(&stream->next_in, &in->data, sizeof stream->next_in);
    stream->avail_in = (uInt)in->size;
    stream->next_out = (Bytef *)to;
    stream->avail_out = (uInt)room;
    status = inflate(stream, Z_NO_FLUSH);
    *made = room - stream->avail_out;
    *in = span_skip(*in, before - stream->avail_in);
    *whole = status == Z_STREAM_END;
    if (status == Z_STREAM_END) {
        /* The next piece begins. */
        status = inflateReset(stream);
    }
    return status == Z_OK || status == Z_BUF_ERROR ? SOCKFEED_OK
                                                   : SOCKFEED_INVALID;
}

static void restart(void *state)
{
    (void)inflateReset(state);
}

static void gzip_free(void *state)
{
    (void)inflateEnd(state);
    free(state);
}

enum sockfeed_result capture_gzip_new(struct capture_inflater *inflater)
{
    z_stream *stream = calloc(1, sizeof *stream);

    if (stream == NULL || inflateInit2(stream, WINDOW + GZIP_ONLY) != Z_OK) {
        free(stream);
        return SOCKFEED_NOMEM;
    }
    *inflater =
        (struct capture_inflater){stream, gzip_inflate, restart, gzip_free};
    return SOCKFEED_OK;
}
