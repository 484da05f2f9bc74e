/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_CODER_H
#define CLI_FILES_FILE_CODER_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/base/file_name.h"
#include "sockfeed.h"

struct file_gzip;
struct file_zstd;

/*
 * How lines become the bytes of a file: compressed in pieces of whole lines,
 * each of which can be read without the others. So a file that was broken off
 * reads to the end of its last piece, and a piece that does not fit on the
 * disk leaves the others whole.
 */
struct file_coder {
    enum file_coding coding;
    struct file_gzip *gzip; /* owned, of GZIP */
    struct file_zstd *zstd; /* owned, of ZSTD */
    struct buf coded;       /* the piece at hand */
};

/* SYSTEM with `*reason` set where a library is missing, NOMEM;
 * file_coder_deinit fits both. */
enum sockfeed_result file_coder_init(struct file_coder *coder,
                                     enum file_coding coding,
                                     const char **reason) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void file_coder_deinit(struct file_coder *coder);

/* Makes a piece; views `text` or the coder until the next call. NOMEM. */
enum sockfeed_result file_coder_code(struct file_coder *coder,
                                     struct span *piece,
                                     struct span text) SOCKFEED_CHECK;

#endif
