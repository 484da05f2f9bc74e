/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"
#include "cli/shape/decode_cryptocompare.h"

#include <assert.h>
#include <stdint.h>

/* What is decoded is an object on one line, of anything else nothing is left
 * behind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct buf out;

    buf_init(&out, 100 * size + 10000);
    switch (decode_cryptocompare(&out, span_of((const char *)data, size))) {
    case DECODE_DONE:
        assert(buf_result(&out) == SOCKFEED_OK);
        assert(json_scan(&scan, &malformed, buf_span(&out), 0) == SOCKFEED_OK);
        assert(scan.kind == JSON_OBJECT && !scan.multiline);
        break;
    case DECODE_OTHER:
    case DECODE_DAMAGED:
        assert(out.size == 0);
        break;
    }
    buf_deinit(&out);
    return 0;
}
