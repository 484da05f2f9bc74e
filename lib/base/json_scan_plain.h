/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_SCAN_PLAIN_H
#define BASE_JSON_SCAN_PLAIN_H

#include "base/json_scan.h"

/*
 * The scanner in portable C, a byte at a time: what json_scan uses where there
 * is no SSE2, for texts that its fast path leaves aside, and to find out what
 * is wrong with a malformed text. Same contract, same answers; never reads
 * past the end, so JSON_SCAN_PADDED means nothing here.
 */
enum sockfeed_result json_scan_plain(struct json_scan_result *result,
                                     struct malformed *malformed,
                                     struct span text,
                                     unsigned flags) SOCKFEED_CHECK;

#endif
