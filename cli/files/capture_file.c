/* SPDX-License-Identifier: MIT */
#include "cli/files/capture_file.h"

#include "cli/files/capture_gzip.h"
#include "cli/files/capture_zstd.h"

#include <errno.h>
#include <stdlib.h>

static enum sockfeed_result fill(struct capture_file *file, const char **reason)
{
    size_t size = fread(file->block, 1, CAPTURE_FILE_BLOCK, file->file);

    file->left = span_of(file->block, size);
    if (size == 0 && ferror(file->file) != 0) {
        *reason = strerror(errno);
        return SOCKFEED_INVALID;
    }
    return size == 0 ? SOCKFEED_MORE : SOCKFEED_OK;
}

/* RFC 1952, 2.3.1, and RFC 8878, 3.1.1. */
static enum sockfeed_result choose_inflater(struct capture_file *file,
                                            const char **reason)
{
    if (span_starts(file->left, "\x1f\x8b")) {
        return capture_gzip_new(&file->inflater);
    }
    if (span_starts(file->left, "\x28\xb5\x2f\xfd")) {
        return capture_zstd_new(&file->inflater, reason);
    }
    return SOCKFEED_OK;
}

enum sockfeed_result capture_file_open(struct capture_file *file,
                                       const char *path, const char **reason)
{
    enum sockfeed_result result;

    *file = (struct capture_file){.file = fopen(path, "re")};
    if (file->file == NULL) {
        *reason = strerror(errno);
        return SOCKFEED_INVALID;
    }
    file->block = malloc(CAPTURE_FILE_BLOCK);
    if (file->block == NULL) {
        return SOCKFEED_NOMEM;
    }
    file->whole = true;
    result = fill(file, reason);
    return result == SOCKFEED_OK     ? choose_inflater(file, reason)
           : result == SOCKFEED_MORE ? SOCKFEED_OK
                                     : result;
}

void capture_file_close(struct capture_file *file)
{
    if (file->inflater.state != NULL) {
        file->inflater.free(file->inflater.state);
    }
    if (file->file != NULL) {
        (void)fclose(file->file);
    }
    free(file->block);
    *file = (struct capture_file){.file = NULL};
}

static enum sockfeed_result copy_out(struct capture_file *file, char *to,
                                     size_t room, size_t *count)
{
    *count = file->left.size < room ? file->left.size : room;
    memcpy(to, file->left.data, *count);
    file->left = span_skip(file->left, *count);
    return SOCKFEED_OK;
}

enum sockfeed_result capture_file_read(struct capture_file *file, char *to,
                                       size_t room, size_t *count,
                                       const char **reason)
{
    struct capture_inflater *inflater = &file->inflater;
    enum sockfeed_result result = SOCKFEED_OK;

    *count = 0;
    while (result == SOCKFEED_OK && *count == 0) {
        if (file->left.size == 0) {
            result = fill(file, reason);
        }
        if (result != SOCKFEED_OK) {
            break;
        }
        result = inflater->state == NULL
                     ? copy_out(file, to, room, count)
                     : inflater->inflate(inflater->state, &file->left, to, room,
                                         count, &file->whole);
        if (result == SOCKFEED_INVALID) {
            *reason = "the compressed data is damaged";
        }
    }
    return result;
}

void capture_file_rewind(struct capture_file *file)
{
    rewind(file->file);
    file->left = span_text(NULL);
    file->whole = true;
    if (file->inflater.state != NULL) {
        file->inflater.restart(file->inflater.state);
    }
}
