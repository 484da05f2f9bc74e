/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_ZSTD_H
#define CLI_FILES_FILE_ZSTD_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed.h"

/* Makes Zstandard frames (RFC 8878), each of which can be read by itself.
 * libzstd is loaded with the first of these: nobody else waits for it. */
struct file_zstd;

/* SYSTEM where libzstd cannot be loaded, with `*reason` a static text, NOMEM. */
enum sockfeed_result file_zstd_new(struct file_zstd **zstd,
                                   const char **reason) SOCKFEED_CHECK;

/* Fits NULL. */
void file_zstd_free(struct file_zstd *zstd);

/* Appends one frame with all of the text. NOMEM. */
enum sockfeed_result file_zstd_append(struct file_zstd *zstd, struct buf *out,
                                      struct span text) SOCKFEED_CHECK;

#endif
