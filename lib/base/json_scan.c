/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include "base/json_scan_plain.h"

enum json_kind json_scan_kind(char first)
{
    switch (first) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
        return JSON_TRUE;
    case 'f':
        return JSON_FALSE;
    case 'n':
        return JSON_NULL;
    default:
        return JSON_NUMBER;
    }
}

enum sockfeed_result json_scan(struct json_scan_result *result,
                               struct malformed *malformed, struct span text,
                               unsigned flags)
{
    return json_scan_plain(result, malformed, text, flags);
}
