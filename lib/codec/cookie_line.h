/* SPDX-License-Identifier: MIT */
#ifndef CODEC_COOKIE_LINE_H
#define CODEC_COOKIE_LINE_H

#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/* A line of the files that browsers and curl keep cookies in, named after
 * Netscape: domain, TRUE where hosts below it get the cookie too, path, TRUE
 * for TLS alone, seconds since the epoch (0: for this session), name, value;
 * a tab between two. Everything is a view of the line. */
struct cookie_line {
    struct span domain; /* without a first dot */
    bool host_only;
    struct span path;
    bool secure;
    int64_t expires; /* seconds since the epoch; 0: for this session */
    struct span name;
    struct span value;
};

/* OK; MORE for a comment or an empty line; PROTOCOL with `malformed`. */
enum sockfeed_result cookie_line_decode(struct cookie_line *cookie,
                                        struct malformed *malformed,
                                        struct span line) SOCKFEED_CHECK;

#endif
