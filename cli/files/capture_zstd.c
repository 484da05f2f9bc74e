/* SPDX-License-Identifier: MIT */
#include "cli/files/capture_zstd.h"

#include "cli/base/shared_library.h"

#include <stdlib.h>
#include <zstd.h>

struct zstd {
    void *library;
    ZSTD_DStream *stream;
    ZSTD_DStream *(*create)(void);
    size_t (*release)(ZSTD_DStream *stream);
    size_t (*init)(ZSTD_DStream *stream);
    size_t (*decompress)(ZSTD_DStream *stream, ZSTD_outBuffer *out,
                         ZSTD_inBuffer *in);
    unsigned (*is_error)(size_t code);
};

static bool load(struct zstd *zstd)
{
    zstd->library = shared_library_open("libzstd.so.1");
    return zstd->library != NULL &&
           shared_library_find(zstd->library, "ZSTD_createDStream",
                               &zstd->create) &&
           shared_library_find(zstd->library, "ZSTD_freeDStream",
                               &zstd->release) &&
           shared_library_find(zstd->library, "ZSTD_initDStream",
                               &zstd->init) &&
           shared_library_find(zstd->library, "ZSTD_decompressStream",
                               &zstd->decompress) &&
           shared_library_find(zstd->library, "ZSTD_isError", &zstd->is_error);
}

static enum sockfeed_result zstd_inflate(void *state, struct span *in, char *to,
                                         size_t room, size_t *made, bool *whole)
{
    struct zstd *zstd = state;
    ZSTD_inBuffer from = {in->data, in->size, 0};
    ZSTD_outBuffer out = {to, room, 0};
    size_t status = zstd->decompress(zstd->stream, &out, &from);

    *made = out.pos;
    *in = span_skip(*in, from.pos);
    *whole = status == 0;
    return zstd->is_error(status) == 0 ? SOCKFEED_OK : SOCKFEED_INVALID;
}

static void restart(void *state)
{
    struct zstd *zstd = state;

    (void)zstd->init(zstd->stream);
}

static void zstd_free(void *state)
{
    struct zstd *zstd = state;

    if (zstd->stream != NULL) {
        (void)zstd->release(zstd->stream);
    }
    shared_library_close(zstd->library);
    free(zstd);
}

enum sockfeed_result capture_zstd_new(struct capture_inflater *inflater,
                                      const char **reason)
{
    struct zstd *zstd = calloc(1, sizeof *zstd);

    if (zstd == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (!load(zstd)) {
        *reason = "Zstandard's library, libzstd.so.1, cannot be loaded";
        zstd_free(zstd);
        return SOCKFEED_INVALID;
    }
    zstd->stream = zstd->create();
    if (zstd->stream == NULL) {
        zstd_free(zstd);
        return SOCKFEED_NOMEM;
    }
    restart(zstd);
    *inflater =
        (struct capture_inflater){zstd, zstd_inflate, restart, zstd_free};
    return SOCKFEED_OK;
}
