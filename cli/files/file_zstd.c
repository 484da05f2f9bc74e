/* SPDX-License-Identifier: MIT */
#include "cli/files/file_zstd.h"

#include "cli/base/shared_library.h"

#include <stdlib.h>
#include <zstd.h>

enum {
    LEVEL = 3 /* zstd's own default */
};

struct file_zstd {
    void *library;
    ZSTD_CCtx *context;
    ZSTD_CCtx *(*create)(void);
    size_t (*release)(ZSTD_CCtx *context);
    size_t (*bound)(size_t size);
    size_t (*compress)(ZSTD_CCtx *context, void *to, size_t room,
                       const void *from, size_t size, int level);
    unsigned (*is_error)(size_t code);
};

static bool load(struct file_zstd *zstd)
{
    zstd->library = shared_library_open("libzstd.so.1");
    return zstd->library != NULL &&
           shared_library_find(zstd->library, "ZSTD_createCCtx",
                               &zstd->create) &&
           shared_library_find(zstd->library, "ZSTD_freeCCtx",
                               &zstd->release) &&
           shared_library_find(zstd->library, "ZSTD_compressBound",
                               &zstd->bound) &&
           shared_library_find(zstd->library, "ZSTD_compressCCtx",
                               &zstd->compress) &&
           shared_library_find(zstd->library, "ZSTD_isError", &zstd->is_error);
}

enum sockfeed_result file_zstd_new(struct file_zstd **zstd, const char **reason)
{
    struct file_zstd *created = calloc(1, sizeof *created);

    *zstd = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (!load(created)) {
        *reason = "Zstandard's library, libzstd.so.1, cannot be loaded";
        file_zstd_free(created);
        return SOCKFEED_SYSTEM;
    }
    created->context = created->create();
    if (created->context == NULL) {
        file_zstd_free(created);
        return SOCKFEED_NOMEM;
    }
    *zstd = created;
    return SOCKFEED_OK;
}

void file_zstd_free(struct file_zstd *zstd)
{
    if (zstd == NULL) {
        return;
    }
    if (zstd->context != NULL) {
        (void)zstd->release(zstd->context);
    }
    shared_library_close(zstd->library);
    free(zstd);
}

enum sockfeed_result file_zstd_append(struct file_zstd *zstd, struct buf *out,
                                      struct span text)
{
    size_t room = zstd->bound(text.size);
    char *to = buf_reserve(out, room);
    size_t size;

    if (to == NULL) {
        return buf_result(out);
    }
    size = zstd->compress(zstd->context, to, room, text.data, text.size, LEVEL);
    if (zstd->is_error(size) != 0) {
        return SOCKFEED_NOMEM;
    }
    out->size += size;
    return SOCKFEED_OK;
}
