/* SPDX-License-Identifier: MIT */
#include "codec/ws_deflate.h"

#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    MAX_MESSAGE = 4096
};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Frames, each with a byte of flags and one of its size before it; the input's
 * first byte is what was agreed. Whatever inflates is sent back and inflates
 * to the same. */
struct scene {
    struct ws_deflate peer; /* of the frames of the input */
    struct ws_deflate us;
    struct ws_deflate them;
    size_t begun; /* bytes of the message so far */
};

static void send_back(struct scene *scene, struct span plain)
{
    struct malformed malformed;
    struct ws_frame frame = {
        .opcode = WS_OPCODE_BINARY, .fin = true, .payload = plain};

    if (ws_deflate_send(&scene->us, &frame.payload)) {
        check(frame.payload.size <= ws_deflate_bound(plain.size));
        frame.rsv = WS_RSV1;
    }
    check(ws_deflate_receive(&scene->them, &malformed, &frame, MAX_MESSAGE) ==
          SOCKFEED_OK);
    check(span_equal(frame.payload, plain));
}

/* False: it has failed. */
static bool take(struct scene *scene, unsigned flags, struct span payload)
{
    struct malformed malformed = {0, NULL};
    struct ws_frame frame = {
        .opcode = (flags & 1) != 0 ? WS_OPCODE_CONTINUATION : WS_OPCODE_BINARY,
        .fin = (flags & 2) != 0,
        .rsv = (flags & 4) != 0 ? WS_RSV1 : 0,
        .payload = payload,
    };
    size_t room = MAX_MESSAGE - scene->begun;
    enum sockfeed_result result =
        ws_deflate_receive(&scene->peer, &malformed, &frame, room);

    if (result != SOCKFEED_OK) {
        check(result == SOCKFEED_PROTOCOL || result == SOCKFEED_TOO_LARGE);
        check(malformed.reason != NULL);
        return false;
    }
    if (frame.payload.size > room) {
        check(frame.payload.data == payload.data);
        return false;
    }
    scene->begun = frame.fin ? 0 : scene->begun + frame.payload.size;
    send_back(scene, frame.payload);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ws_extension agreed;
    struct scene scene = {.begun = 0};
    bool going = size > 0;

    if (size == 0) {
        return 0;
    }
    agreed = (struct ws_extension){
        .server_restarts = (data[0] & 1) != 0,
        .client_restarts = (data[0] & 2) != 0,
        .server_bits = 8 + (data[0] >> 2 & 7),
        .client_bits = 8 + (data[0] >> 5 & 7),
    };
    ws_deflate_init(&scene.peer, &agreed, MAX_MESSAGE);
    agreed.server_bits = agreed.client_bits;
    agreed.server_restarts = agreed.client_restarts;
    ws_deflate_init(&scene.us, &agreed, MAX_MESSAGE);
    ws_deflate_init(&scene.them, &agreed, MAX_MESSAGE);
    for (size_t at = 1; going && at + 1 < size;) {
        size_t most = size - at - 2;
        size_t part = data[at + 1] < most ? data[at + 1] : most;

        going =
            take(&scene, data[at], span_of((const char *)data + at + 2, part));
        at += 2 + part;
    }
    ws_deflate_deinit(&scene.peer);
    ws_deflate_deinit(&scene.us);
    ws_deflate_deinit(&scene.them);
    return 0;
}
