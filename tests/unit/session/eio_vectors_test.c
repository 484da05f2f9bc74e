/* SPDX-License-Identifier: MIT */
/* All vectors of Engine.IO in WebSocket messages, through a whole session, in
 * all pieces; see sio_vectors_test.c. */
#include "base/limits.h"
#include "session/eio_session.h"
#include "tests/support/pieces.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    FIELD_REVISION,
    FIELD_KIND,
    FIELD_CLIENT,
    FIELD_WIRE,
};

static const char OPEN[] =
    "0{\"sid\":\"S\",\"pingInterval\":6000,\"pingTimeout\":4000}";

struct scene {
    struct eio_session *session;
    struct buf log;
};

/* Of the vector that is being checked. */
static enum eio_revision revision;

static void note(struct scene *scene, const char *what, struct span data)
{
    buf_append_text(&scene->log, what);
    buf_append_span(&scene->log, data);
    buf_append_byte(&scene->log, '\n');
}

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    note(user, binary ? "send-binary " : "send ", packet);
    return SOCKFEED_OK;
}

static void on_open(void *user, const struct eio_handshake *handshake)
{
    note(user, "open ", span_text(handshake->sid));
}

static void on_text(void *user, struct span data, struct span frame)
{
    (void)frame;
    note(user, "message ", data);
}

static void on_binary(void *user, struct span data, struct span frame)
{
    (void)frame;
    note(user, "binary ", data);
}

static void *start(void)
{
    static const struct eio_session_handlers handlers = {
        .send = on_send,
        .open = on_open,
        .message = on_text,
        .binary = on_binary,
    };
    struct eio_session_config config = {
        .asked = revision, .open_timeout = 10000, .max_message = 65536};
    struct scene *scene = malloc(sizeof *scene);

    assert_non_null(scene);
    buf_init(&scene->log, LIMIT_MESSAGE);
    scene->session = eio_session_new(&config, &handlers, scene, 0);
    assert_non_null(scene->session);
    return scene;
}

static void on_message(void *user, bool binary, struct span payload)
{
    struct scene *scene = user;

    (void)!(binary ? eio_session_receive_binary(scene->session, 0, payload)
                   : eio_session_receive_text(scene->session, 0, payload));
}

static void finish(void *user, struct buf *text)
{
    struct scene *scene = user;
    const struct sockfeed_failure *failure =
        eio_session_failure(scene->session);

    buf_append_span(text, buf_span(&scene->log));
    buf_append_format(text, "%d %s\n", (int)failure->result, failure->text);
    eio_session_free(scene->session);
    buf_deinit(&scene->log);
    free(scene);
}

/* Behind an open packet, for most of them would be wrong before one. */
static void check_vector(const struct vector_file *vectors, bool binary)
{
    static const struct pieces_user user = {start, on_message, finish};
    struct buf message;
    struct buf stream;
    struct buf texts[2];

    buf_init(&message, LIMIT_MESSAGE);
    vector_file_bytes(&message, vectors->fields[FIELD_WIRE]);
    for (int fragmented = 0; fragmented < 2; fragmented++) {
        buf_init(&texts[fragmented], LIMIT_MESSAGE);
        buf_init(&stream, LIMIT_MESSAGE);
        pieces_append(&stream, false, false, span_text(OPEN));
        pieces_append(&stream, fragmented != 0, binary, buf_span(&message));
        pieces_check(&user, buf_span(&stream), &texts[fragmented]);
        buf_deinit(&stream);
    }
    assert_string_equal(buf_text(&texts[1]), buf_text(&texts[0]));
    buf_deinit(&texts[1]);
    buf_deinit(&texts[0]);
    buf_deinit(&message);
}

static void every_vector_comes_to_the_same_in_all_pieces(void **state)
{
    struct vector_file vectors;
    size_t count = 0;

    (void)state;
    vector_file_open(&vectors, "tests/vectors/engineio.txt");
    while (vector_file_next(&vectors)) {
        bool binary = span_is(vectors.fields[FIELD_KIND], "frame-binary");

        if (binary || span_is(vectors.fields[FIELD_KIND], "frame-text")) {
            revision = span_is(vectors.fields[FIELD_REVISION], "3")
                           ? EIO_REVISION_3
                           : EIO_REVISION_4;
            check_vector(&vectors, binary);
            count++;
        }
    }
    vector_file_close(&vectors);
    assert_true(count > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_comes_to_the_same_in_all_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
