/* SPDX-License-Identifier: MIT */
#include "tests/support/pieces.h"

#include "base/limits.h"
#include "base/rng.h"
#include "session/ws_session.h"

#include <stdio.h>
#include <stdlib.h>

/* Not cmocka's assertions: fuzz targets are linked with this file too. */
static void require(bool holds, const char *wanted)
{
    if (!holds) {
        fprintf(stderr, "not %s\n", wanted);
        abort();
    }
}

/* ---- The stream -------------------------------------------------------- */

static void append_frame(struct buf *stream, enum ws_opcode opcode, bool fin,
                         struct span payload)
{
    struct ws_frame frame = {.opcode = opcode, .fin = fin, .payload = payload};
    char *to = buf_reserve(stream, payload.size + WS_FRAME_HEADER_MAX);

    require(to != NULL, "enough memory");
    stream->size += ws_frame_encode(to, &frame, NULL);
}

void pieces_append(struct buf *stream, bool fragmented, bool binary,
                   struct span payload)
{
    enum ws_opcode opcode = binary ? WS_OPCODE_BINARY : WS_OPCODE_TEXT;

    for (size_t i = 0; fragmented && i < payload.size; i++) {
        append_frame(stream, i == 0 ? opcode : WS_OPCODE_CONTINUATION, false,
                     span_of(payload.data + i, 1));
        append_frame(stream, WS_OPCODE_PING, true, span_text("?"));
    }
    append_frame(stream,
                 fragmented && payload.size > 0 ? WS_OPCODE_CONTINUATION
                                                : opcode,
                 true, fragmented ? span_of(NULL, 0) : payload);
}

/* ---- Its pieces -------------------------------------------------------- */

struct receiver {
    const struct pieces_user *kind;
    void *user;
    struct ws_session *ws;
    struct buf received; /* not used yet */
    struct rng rng;
};

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct receiver *receiver = user;

    receiver->kind->message(receiver->user, opcode == WS_OPCODE_BINARY,
                            payload);
}

static void start(struct receiver *receiver, const struct pieces_user *kind)
{
    static const struct ws_session_handlers handlers = {.message = on_message};
    struct ws_session_config config = {
        .role = WS_ROLE_CLIENT, .max_message = 65536, .rng = &receiver->rng};

    *receiver = (struct receiver){.kind = kind, .user = kind->start()};
    rng_init_seed(&receiver->rng, 1);
    buf_init(&receiver->received, LIMIT_MESSAGE);
    receiver->ws = ws_session_new(&config, &handlers, receiver, 0);
    require(receiver->ws != NULL, "enough memory");
}

static void receive(struct receiver *receiver, struct span bytes)
{
    struct buf *received = &receiver->received;
    size_t used = 0;

    buf_append_span(received, bytes);
    if (received->size < ws_session_needed(receiver->ws)) {
        require(ws_session_arriving(receiver->ws, 0, received->data,
                                    received->size) == SOCKFEED_OK,
                "a good stream");
        return;
    }
    require(ws_session_receive(receiver->ws, 0, received->data, received->size,
                               &used) == SOCKFEED_OK,
            "a good stream");
    buf_consume(received, used);
}

static void finish(struct receiver *receiver, struct buf *text)
{
    require(receiver->received.size == 0, "a stream that is used up");
    receiver->kind->finish(receiver->user, text);
    ws_session_free(receiver->ws);
    buf_deinit(&receiver->received);
}

/* In a piece of `first` bytes, then of `step` bytes each. */
static void run(const struct pieces_user *kind, struct span stream,
                size_t first, size_t step, struct buf *text)
{
    struct receiver receiver;
    size_t size = first;

    start(&receiver, kind);
    while (stream.size > 0) {
        size = size < stream.size ? size : stream.size;
        receive(&receiver, span_of(stream.data, size));
        stream = span_skip(stream, size);
        size = step;
    }
    finish(&receiver, text);
}

void pieces_check(const struct pieces_user *user, struct span stream,
                  struct buf *text)
{
    size_t before = text->size;
    struct span whole;
    struct buf other;

    buf_init(&other, text->limit);
    run(user, stream, stream.size, 1, text);
    whole = span_skip(buf_span(text), before);
    for (size_t first = 0; first <= stream.size; first++) {
        buf_clear(&other);
        run(user, stream, first == 0 ? 1 : first, first == 0 ? 1 : stream.size,
            &other);
        if (!span_equal(buf_span(&other), whole)) {
            fprintf(stderr, "cut at %zu:\n%.*s\nwhole:\n%.*s\n", first,
                    (int)other.size, other.data, (int)whole.size, whole.data);
            abort();
        }
    }
    buf_deinit(&other);
}
