/* SPDX-License-Identifier: MIT */
#include "cli/files/file_coder.h"

#include "cli/files/file_gzip.h"
#include "cli/files/file_zstd.h"

enum sockfeed_result file_coder_init(struct file_coder *coder,
                                     enum file_coding coding,
                                     const char **reason)
{
    *coder = (struct file_coder){.coding = coding};
    buf_init(&coder->coded, SIZE_MAX / 2);
    switch (coding) {
    case FILE_CODING_NONE:
        break;
    case FILE_CODING_GZIP:
        return file_gzip_new(&coder->gzip);
    case FILE_CODING_ZSTD:
        return file_zstd_new(&coder->zstd, reason);
    }
    return SOCKFEED_OK;
}

void file_coder_deinit(struct file_coder *coder)
{
    file_gzip_free(coder->gzip);
    file_zstd_free(coder->zstd);
    buf_deinit(&coder->coded);
    *coder = (struct file_coder){.coding = FILE_CODING_NONE};
}

enum sockfeed_result file_coder_code(struct file_coder *coder,
                                     struct span *piece, struct span text)
{
    enum sockfeed_result result = SOCKFEED_OK;

    buf_clear(&coder->coded);
    switch (coder->coding) {
    case FILE_CODING_NONE:
        *piece = text;
        return SOCKFEED_OK;
    case FILE_CODING_GZIP:
        result = file_gzip_append(coder->gzip, &coder->coded, text);
        break;
    case FILE_CODING_ZSTD:
        result = file_zstd_append(coder->zstd, &coder->coded, text);
        break;
    }
    *piece = buf_span(&coder->coded);
    return result;
}
