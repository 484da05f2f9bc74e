/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_FILE_GZIP_H
#define CLI_FILES_FILE_GZIP_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed.h"

/* Makes gzip members (RFC 1952), each of which can be read by itself. */
struct file_gzip;

/* NOMEM. */
enum sockfeed_result file_gzip_new(struct file_gzip **gzip) SOCKFEED_CHECK;

/* Fits NULL. */
void file_gzip_free(struct file_gzip *gzip);

/* Appends one member with all of the text. NOMEM. */
enum sockfeed_result file_gzip_append(struct file_gzip *gzip, struct buf *out,
                                      struct span text) SOCKFEED_CHECK;

#endif
