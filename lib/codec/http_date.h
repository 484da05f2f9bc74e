/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_DATE_H
#define CODEC_HTTP_DATE_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/* A date as headers write it, in seconds since the epoch. Read as cookies want
 * it (RFC 6265, 5.1.1), which takes the three forms of HTTP (RFC 9110, 5.6.7)
 * and what servers make of them: the parts in any order, the time zone taken
 * for GMT whatever it says. Years from 1601 to 9999. INVALID for what is no
 * date, or a day that its month does not have. */
enum sockfeed_result http_date_parse(int64_t *seconds,
                                     struct span text) SOCKFEED_CHECK;

#endif
