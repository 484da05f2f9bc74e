/* SPDX-License-Identifier: MIT */
#include "session/eio_error.h"

#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/num.h"

static void keep(struct buf *text, struct span body)
{
    if (body.size > text->limit) {
        body.size = text->limit;
    }
    buf_clear(text);
    buf_append_span(text, body);
}

enum eio_error eio_error_read(struct buf *text, struct span body)
{
    struct json_scan_result scan;
    struct malformed ignored;
    uint64_t code = EIO_ERROR_NONE;

    buf_clear(text);
    if (json_scan(&scan, &ignored, body, 0) != SOCKFEED_OK ||
        scan.kind != JSON_OBJECT ||
        num_parse_uint(&code, json_walk_find(scan.value, "code"),
                       EIO_ERROR_VERSION) != SOCKFEED_OK) {
        keep(text, body);
        return EIO_ERROR_NONE;
    }
    if (json_unquote(text, json_walk_find(scan.value, "message")) !=
        SOCKFEED_OK) {
        keep(text, body);
    }
    return (enum eio_error)code;
}
