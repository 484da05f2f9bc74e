/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_CAPTURE_ZSTD_H
#define CLI_FILES_CAPTURE_ZSTD_H

#include "cli/files/capture_file.h"

/* Reads Zstandard (RFC 8878), piece after piece. */

/* NOMEM; INVALID with `*reason` set where libzstd cannot be loaded. */
enum sockfeed_result capture_zstd_new(struct capture_inflater *inflater,
                                      const char **reason) SOCKFEED_CHECK;

#endif
