/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_SCAN_FAST_H
#define BASE_JSON_SCAN_FAST_H

#include "base/json_scan.h"

/*
 * The fast path of json_scan, where there is SSE2. It says only "this is JSON,
 * and here are its parts". Where it has doubts (scalars alone, deep nesting,
 * anything malformed) json_scan_plain has the say.
 */
#ifdef __SSE2__
# define JSON_SCAN_FAST 1
#else
# define JSON_SCAN_FAST 0
#endif

/* True with *result set as json_scan would, false where it cannot tell. The
 * text is not empty and of less than 4 GiB, and LIMIT_RECEIVE_PAD bytes past
 * its end may be read, whatever they hold. Always false without
 * JSON_SCAN_FAST. */
bool json_scan_fast(struct json_scan_result *result, struct span text,
                    bool known_utf8);

#endif
