/* SPDX-License-Identifier: MIT */
#include "codec/sio_msgpack.h"

#include "base/json_bytes.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "codec/msgpack.h"
#include "codec/msgpack_json.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Any value becomes JSON, unless it is nested too deep; and what is written of
 * that JSON is the same JSON again. */
static void check_value(struct span bytes)
{
    struct malformed malformed = {0, NULL};
    struct json_scan_result scan;
    struct buf packed;
    struct buf again;
    struct buf json;
    size_t skipped = 0;
    size_t at = 0;
    bool absent;

    buf_init(&json, sio_msgpack_text_size(bytes.size));
    buf_init(&packed, json.limit);
    buf_init(&again, json.limit * 2);
    if (msgpack_json_decode(&json, &absent, &malformed, bytes, &at) ==
        SOCKFEED_OK) {
        check(msgpack_skip(&malformed, bytes, &skipped) == SOCKFEED_OK);
        check(skipped == at && at <= bytes.size);
        if (!absent) {
            check(json_scan(&scan, &malformed, buf_span(&json), 0) ==
                  SOCKFEED_OK);
            /* Base64 that the input itself holds may be none, or unpadded. */
            if (!json_bytes_mentioned(bytes) &&
                msgpack_json_encode(&packed, buf_span(&json)) == SOCKFEED_OK) {
                at = 0;
                check(msgpack_json_decode(&again, &absent, &malformed,
                                          buf_span(&packed),
                                          &at) == SOCKFEED_OK);
                check(at == packed.size);
                check(span_equal(buf_span(&again), buf_span(&json)));
            }
        }
    } else {
        check(malformed.reason != NULL && malformed.offset <= bytes.size);
    }
    buf_deinit(&again);
    buf_deinit(&packed);
    buf_deinit(&json);
}

static void check_packet(const struct sio_packet *packet, struct span frame)
{
    static const struct sio_packet_rules rules = {LIMIT_ATTACHMENTS, 0, false};
    struct malformed malformed;
    struct sio_packet plain;
    struct sio_packet again;
    struct buf packed;
    struct buf out;

    check(packet->attachments == 0 && packet->type < SIO_PACKET_BINARY_EVENT);
    check(frame.data[0] == '4');
    check(sio_packet_decode(&plain, &malformed, span_skip(frame, 1), &rules) ==
          SOCKFEED_OK);
    check(plain.type == packet->type && plain.id == packet->id);
    check(span_equal(plain.payload, packet->payload));
    buf_init(&packed, frame.size + 64);
    buf_init(&out, sio_msgpack_text_size(packed.limit));
    if (!json_bytes_mentioned(frame) &&
        sio_msgpack_encode(&packed, packet) == SOCKFEED_OK) {
        check(sio_msgpack_decode(&again, &malformed, &out, buf_span(&packed)) ==
              SOCKFEED_OK);
        check(span_equal(again.payload, packet->payload));
        check(span_equal(again.space, packet->space));
        check(again.type == packet->type && again.has_id == packet->has_id &&
              again.id == packet->id);
    }
    buf_deinit(&out);
    buf_deinit(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of((const char *)data, size);
    struct malformed malformed = {0, NULL};
    struct sio_packet packet;
    enum sockfeed_result result;
    struct buf out;

    check_value(bytes);
    buf_init(&out, sio_msgpack_text_size(size));
    result = sio_msgpack_decode(&packet, &malformed, &out, bytes);
    if (result == SOCKFEED_OK) {
        check_packet(&packet, buf_span(&out));
    } else {
        check(result == SOCKFEED_PROTOCOL);
        check(malformed.reason != NULL && malformed.offset <= size);
    }
    result = sio_msgpack_decode_text(&packet, &malformed, &out, bytes);
    check(result == SOCKFEED_OK || result == SOCKFEED_PROTOCOL);
    buf_deinit(&out);
    return 0;
}
