/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_CAPTURE_GZIP_H
#define CLI_FILES_CAPTURE_GZIP_H

#include "cli/files/capture_file.h"

/* Reads gzip (RFC 1952), piece after piece. */

/* NOMEM. */
enum sockfeed_result capture_gzip_new(struct capture_inflater *inflater)
    SOCKFEED_CHECK;

#endif
