/* SPDX-License-Identifier: MIT */
/* All vectors of Socket.IO, as the bytes of a WebSocket, through a whole
 * session: whatever pieces they come in, they come to the same. What they come
 * to is for the tests of the codecs. */
#include "base/limits.h"
#include "base/rng.h"
#include "session/ws_session.h"
#include "tests/support/sio_scene.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    FIELD_DIRECTION,
    FIELD_CLIENT,
    FIELD_WIRE,
};

/* A WebSocket with a Socket.IO session above it. */
struct stack {
    struct ws_session *ws;
    struct sio_scene scene;
    struct buf received; /* not used yet */
    struct rng rng;
};

static void on_message(void *user, enum ws_opcode opcode, struct span payload)
{
    struct stack *stack = user;

    if (sio_session_state(stack->scene.session) == SIO_SESSION_OVER) {
        return;
    }
    (void)!(opcode == WS_OPCODE_BINARY
                ? sio_session_receive_binary(stack->scene.session, 0, payload)
                : sio_session_receive_text(stack->scene.session, 0, payload));
}

static void stack_init(struct stack *stack)
{
    static const struct ws_session_handlers handlers = {.message = on_message};
    struct ws_session_config config = {
        .role = WS_ROLE_CLIENT, .max_message = 65536, .rng = &stack->rng};

    sio_scene_prepare(&stack->scene, EIO_REVISION_4);
    sio_scene_start(&stack->scene);
    rng_init_seed(&stack->rng, 1);
    buf_init(&stack->received, LIMIT_MESSAGE);
    stack->ws = ws_session_new(&config, &handlers, stack, 0);
    assert_non_null(stack->ws);
}

static void stack_deinit(struct stack *stack)
{
    ws_session_free(stack->ws);
    sio_scene_finish(&stack->scene);
    buf_deinit(&stack->received);
}

static void receive(struct stack *stack, struct span bytes)
{
    size_t used = 0;

    buf_append_span(&stack->received, bytes);
    if (stack->received.size >= ws_session_needed(stack->ws)) {
        assert_int_equal(ws_session_receive(stack->ws, 0, stack->received.data,
                                            stack->received.size, &used),
                         SOCKFEED_OK);
        buf_consume(&stack->received, used);
    }
}

/* What has happened, and how it ended. */
static void describe(struct buf *text, const struct stack *stack)
{
    const struct sockfeed_failure *failure =
        sio_session_failure(stack->scene.session);

    assert_int_equal(stack->received.size, 0);
    buf_clear(text);
    buf_append_span(text, buf_span(&stack->scene.log));
    buf_append_format(text, "%d %s", (int)failure->result, failure->text);
}

static void append_frame(struct buf *stream, enum ws_opcode opcode, bool fin,
                         struct span payload)
{
    struct ws_frame frame = {.opcode = opcode, .fin = fin, .payload = payload};
    char *to = buf_reserve(stream, payload.size + WS_FRAME_HEADER_MAX);

    assert_non_null(to);
    stream->size += ws_frame_encode(to, &frame, NULL);
}

/* In one frame; or in one for each byte, with pings between them. */
static void append_message(struct buf *stream, bool fragmented, bool binary,
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

static void build_stream(struct buf *stream, const struct vector_file *vectors,
                         bool fragmented)
{
    struct span wires = vectors->fields[FIELD_WIRE];
    struct span wire;
    struct buf message;

    buf_clear(stream);
    buf_init(&message, LIMIT_MESSAGE);
    append_message(stream, false, false, span_text(SIO_SCENE_OPEN_4));
    append_message(stream, false, false, span_text("40{\"sid\":\"x\"}"));
    while (vector_file_part(&wires, &wire, ' ')) {
        bool binary = wire.data[0] == 'b';

        buf_clear(&message);
        buf_append_text(&message, binary ? "" : "4");
        vector_file_bytes(&message, span_skip(wire, 2));
        append_message(stream, fragmented, binary, buf_span(&message));
    }
    buf_deinit(&message);
}

/* In pieces of `first` and then `step` bytes each. */
static void run(struct buf *text, struct span stream, size_t first, size_t step)
{
    struct stack stack;
    size_t size = first;

    stack_init(&stack);
    while (stream.size > 0) {
        size = size < stream.size ? size : stream.size;
        receive(&stack, span_of(stream.data, size));
        stream = span_skip(stream, size);
        size = step;
    }
    describe(text, &stack);
    stack_deinit(&stack);
}

static void check_vector(const struct vector_file *vectors)
{
    struct buf stream;
    struct buf whole;
    struct buf pieces;

    buf_init(&stream, LIMIT_MESSAGE);
    buf_init(&whole, LIMIT_MESSAGE);
    buf_init(&pieces, LIMIT_MESSAGE);
    build_stream(&stream, vectors, false);
    run(&whole, buf_span(&stream), stream.size, 1);
    for (size_t first = 1; first <= stream.size; first++) {
        run(&pieces, buf_span(&stream), first, stream.size);
        assert_string_equal(buf_text(&pieces), buf_text(&whole));
    }
    run(&pieces, buf_span(&stream), 1, 1);
    assert_string_equal(buf_text(&pieces), buf_text(&whole));
    build_stream(&stream, vectors, true);
    run(&pieces, buf_span(&stream), 1, 1);
    assert_string_equal(buf_text(&pieces), buf_text(&whole));
    run(&pieces, buf_span(&stream), stream.size, 1);
    assert_string_equal(buf_text(&pieces), buf_text(&whole));
    buf_deinit(&pieces);
    buf_deinit(&whole);
    buf_deinit(&stream);
}

static void every_vector_comes_to_the_same_in_all_pieces(void **state)
{
    struct vector_file vectors;
    size_t count = 0;

    (void)state;
    vector_file_open(&vectors, "tests/vectors/socketio.txt");
    while (vector_file_next(&vectors)) {
        if (span_is(vectors.fields[FIELD_DIRECTION], "decode")) {
            check_vector(&vectors);
            count++;
        }
    }
    vector_file_close(&vectors);
    assert_true(count > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_comes_to_the_same_in_all_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
