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
    struct ws_deflate peer;   /* of the frames of the input */
    struct ws_deflate spared; /* the same, with bytes behind them to change */
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
    check(ws_deflate_receive(&scene->them, &malformed, &frame, NULL,
                             MAX_MESSAGE) == SOCKFEED_OK);
    check(span_equal(frame.payload, plain));
}

/* With bytes to change behind the payload it is the same that comes out, or
 * goes wrong, and they are put back. */
static void take_spared(struct scene *scene, struct ws_frame frame, size_t room,
                        const struct ws_frame *wanted,
                        enum sockfeed_result result)
{
    static const char behind[WS_DEFLATE_TAIL] = "next";
    struct malformed malformed;
    size_t size = frame.payload.size;
    char *exact = malloc(size + sizeof behind);

    check(exact != NULL);
    if (size > 0) {
        memcpy(exact, frame.payload.data, size);
    }
    memcpy(exact + size, behind, sizeof behind);
    frame.payload.data = exact;
    check(ws_deflate_receive(&scene->spared, &malformed, &frame, exact + size,
                             room) == result);
    check(memcmp(exact + size, behind, sizeof behind) == 0);
    if (result == SOCKFEED_OK) {
        check(span_equal(frame.payload, wanted->payload));
    }
    free(exact);
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
    const struct ws_frame same = frame;
    size_t room = MAX_MESSAGE - scene->begun;
    enum sockfeed_result result =
        ws_deflate_receive(&scene->peer, &malformed, &frame, NULL, room);

    take_spared(scene, same, room, &frame, result);
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
    ws_deflate_init(&scene.spared, &agreed, MAX_MESSAGE);
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
    ws_deflate_deinit(&scene.spared);
    ws_deflate_deinit(&scene.us);
    ws_deflate_deinit(&scene.them);
    return 0;
}
