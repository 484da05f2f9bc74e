/* SPDX-License-Identifier: MIT */
/* All vectors of Socket.IO, as the bytes of a WebSocket, through a whole
 * session: whatever pieces they come in, they come to the same. What they come
 * to is for the tests of the codecs. */
#include "base/limits.h"
#include "tests/support/pieces.h"
#include "tests/support/sio_scene.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    FIELD_DIRECTION,
    FIELD_CLIENT,
    FIELD_WIRE,
};

static void *start(void)
{
    struct sio_scene *scene = malloc(sizeof *scene);

    assert_non_null(scene);
    sio_scene_prepare(scene, EIO_REVISION_4);
    sio_scene_start(scene);
    return scene;
}

static void on_message(void *user, bool binary, struct span payload)
{
    struct sio_scene *scene = user;

    (void)!(binary ? sio_session_receive_binary(scene->session, 0, payload)
                   : sio_session_receive_text(scene->session, 0, payload));
}

static void finish(void *user, struct buf *text)
{
    struct sio_scene *scene = user;
    const struct sockfeed_failure *failure =
        sio_session_failure(scene->session);

    buf_append_span(text, buf_span(&scene->log));
    buf_append_format(text, "%d %s\n", (int)failure->result, failure->text);
    sio_scene_finish(scene);
    free(scene);
}

static void build_stream(struct buf *stream, const struct vector_file *vectors,
                         bool fragmented)
{
    struct span wires = vectors->fields[FIELD_WIRE];
    struct span wire;
    struct buf message;

    buf_clear(stream);
    buf_init(&message, LIMIT_MESSAGE);
    pieces_append(stream, false, false, span_text(SIO_SCENE_OPEN_4));
    pieces_append(stream, false, false, span_text("40{\"sid\":\"x\"}"));
    while (vector_file_part(&wires, &wire, ' ')) {
        bool binary = wire.data[0] == 'b';

        buf_clear(&message);
        buf_append_text(&message, binary ? "" : "4");
        vector_file_bytes(&message, span_skip(wire, 2));
        pieces_append(stream, fragmented, binary, buf_span(&message));
    }
    buf_deinit(&message);
}

static void check_vector(const struct vector_file *vectors)
{
    static const struct pieces_user user = {start, on_message, finish};
    struct buf stream;
    struct buf whole;
    struct buf fragments;

    buf_init(&stream, LIMIT_MESSAGE);
    buf_init(&whole, LIMIT_MESSAGE);
    buf_init(&fragments, LIMIT_MESSAGE);
    build_stream(&stream, vectors, false);
    pieces_check(&user, buf_span(&stream), &whole);
    build_stream(&stream, vectors, true);
    pieces_check(&user, buf_span(&stream), &fragments);
    assert_string_equal(buf_text(&fragments), buf_text(&whole));
    buf_deinit(&fragments);
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
