/* SPDX-License-Identifier: MIT */
#include "cli/capture_zstd.h"

#include <dlfcn.h>
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

/* ISO C knows no way from dlsym's answer to a function but by its bytes. */
static bool find(const struct zstd *zstd, const char *name, void *function)
{
    void *found = dlsym(zstd->library, name);

    memcpy(function, &found, sizeof found);
    return found != NULL;
}

static bool load(struct zstd *zstd)
{
    zstd->library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    return zstd->library != NULL &&
           find(zstd, "ZSTD_createDStream", &zstd->create) &&
           find(zstd, "ZSTD_freeDStream", &zstd->release) &&
           find(zstd, "ZSTD_initDStream", &zstd->init) &&
           find(zstd, "ZSTD_decompressStream", &zstd->decompress) &&
           find(zstd, "ZSTD_isError", &zstd->is_error);
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
    if (zstd->library != NULL) {
        (void)dlclose(zstd->library);
    }
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
