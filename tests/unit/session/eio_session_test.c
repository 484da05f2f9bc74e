/* SPDX-License-Identifier: MIT */
#include "session/eio_session.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A session whose effects are written down, one to a line. */
struct scene {
    struct eio_session *session;
    struct buf log;
    int64_t now;
    bool free_on_message;
    enum sockfeed_result send_result;
};

static void note(struct scene *scene, const char *what, struct span data)
{
    buf_append_text(&scene->log, what);
    buf_append_byte(&scene->log, ' ');
    buf_append_span(&scene->log, data);
    buf_append_byte(&scene->log, '\n');
}

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct scene *scene = user;

    note(scene, binary ? "send-binary" : "send", packet);
    return scene->send_result;
}

static void on_open(void *user, const struct eio_handshake *handshake)
{
    note(user, "open", span_text(handshake->sid));
}

static void on_message(void *user, struct span data, struct span frame)
{
    struct scene *scene = user;

    assert_true(frame.size > data.size);
    note(scene, "message", data);
    if (scene->free_on_message) {
        eio_session_free(scene->session);
        scene->session = NULL;
    }
}

static void on_binary(void *user, struct span data, struct span frame)
{
    (void)frame;
    note(user, "binary", data);
}

static void on_notice(void *user, const char *text)
{
    note(user, "notice", span_text(text));
}

static const char OPEN_UNKNOWN[] = "0{\"sid\":\"S\",\"upgrades\":[],"
                                   "\"pingInterval\":600,\"pingTimeout\":400}";
static const char OPEN_4[] =
    "0{\"sid\":\"S\",\"upgrades\":[],\"pingInterval\":600,"
    "\"pingTimeout\":400,\"maxPayload\":1000000}";

static void start_with(struct scene *scene, enum eio_revision asked,
                       bool pinned)
{
    static const struct eio_session_handlers handlers = {
        .send = on_send,
        .open = on_open,
        .message = on_message,
        .binary = on_binary,
        .notice = on_notice,
    };
    struct eio_session_config config = {.asked = asked,
                                        .pinned = pinned,
                                        .alone = true,
                                        .open_timeout = 10000,
                                        .max_message = 16};

    *scene = (struct scene){.send_result = SOCKFEED_OK};
    buf_init(&scene->log, 65536);
    scene->session = eio_session_new(&config, &handlers, scene, 0);
    assert_non_null(scene->session);
}

static void start(struct scene *scene, enum eio_revision asked)
{
    start_with(scene, asked, true);
}

static void finish(struct scene *scene)
{
    eio_session_free(scene->session);
    buf_deinit(&scene->log);
}

static enum sockfeed_result receive(struct scene *scene, const char *frame)
{
    return eio_session_receive_text(scene->session, scene->now,
                                    span_text(frame));
}

static void take(struct scene *scene, const char *frame)
{
    assert_int_equal(receive(scene, frame), SOCKFEED_OK);
}

/* Moves the clock to the deadline, which is `at`, and lets it pass. */
static enum sockfeed_result pass(struct scene *scene, int64_t at)
{
    assert_int_equal(eio_session_deadline(scene->session), at);
    scene->now = at;
    return eio_session_tick(scene->session, at);
}

static void assert_log(struct scene *scene, const char *wanted)
{
    assert_string_equal(buf_text(&scene->log), wanted);
    buf_clear(&scene->log);
}

static void assert_failed(const struct scene *scene,
                          enum sockfeed_result result)
{
    assert_int_equal(eio_session_state(scene->session), EIO_SESSION_FAILED);
    assert_int_equal(eio_session_failure(scene->session)->result, result);
    assert_true(eio_session_failure(scene->session)->text[0] != '\0');
    assert_true(eio_session_deadline(scene->session) == INT64_MAX);
}

static void opens_and_exchanges_messages(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    take(&scene, "4hello");
    take(&scene, "4");
    take(&scene, "baGk=");
    assert_int_equal(
        eio_session_receive_binary(scene.session, 0, span_text("\4x")),
        SOCKFEED_OK);
    assert_int_equal(eio_session_send_text(scene.session, span_text("a")),
                     SOCKFEED_OK);
    assert_int_equal(eio_session_send_binary(scene.session, span_text("b")),
                     SOCKFEED_OK);
    memcpy(eio_session_compose_text(scene.session, 3), "cde", 3);
    assert_int_equal(eio_session_send_composed(scene.session), SOCKFEED_OK);
    assert_log(&scene, "open S\nmessage hello\nmessage \nbinary hi\n"
                       "binary \4x\nsend 4a\nsend-binary b\nsend 4cde\n");
    assert_true(eio_session_revision_known(scene.session));
    finish(&scene);
}

static void prefixes_binary_messages_in_revision_3(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3);
    take(&scene, OPEN_UNKNOWN);
    assert_int_equal(
        eio_session_receive_binary(scene.session, 0, span_text("\4x")),
        SOCKFEED_OK);
    assert_int_equal(eio_session_send_binary(scene.session, span_text("b")),
                     SOCKFEED_OK);
    assert_log(&scene, "open S\nbinary x\nsend-binary \4b\n");
    assert_int_equal(
        eio_session_receive_binary(scene.session, 0, span_text("x")),
        SOCKFEED_PROTOCOL);
    assert_failed(&scene, SOCKFEED_PROTOCOL);
    finish(&scene);
}

static void gives_up_when_no_open_packet_comes(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3);
    assert_int_equal(pass(&scene, 10000), SOCKFEED_TIMEOUT);
    assert_failed(&scene, SOCKFEED_TIMEOUT);
    assert_int_equal(eio_session_failure(scene.session)->stage,
                     SOCKFEED_STAGE_OPEN);
    assert_non_null(eio_session_hint(scene.session));
    finish(&scene);
}

static void wants_the_open_packet_first(void **state)
{
    static const char *const frames[] = {"40", "2", "6", "7", "", "0[]"};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct scene scene;

        start(&scene, EIO_REVISION_4);
        assert_int_equal(receive(&scene, frames[i]), SOCKFEED_PROTOCOL);
        assert_failed(&scene, SOCKFEED_PROTOCOL);
        assert_log(&scene, "");
        finish(&scene);
    }
}

static void answers_pings_and_notices_their_absence(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    scene.now = 600;
    take(&scene, "2");
    take(&scene, "2data");
    assert_log(&scene, "open S\nsend 3\nsend 3\n");
    assert_int_equal(pass(&scene, 1600), SOCKFEED_LOST);
    assert_failed(&scene, SOCKFEED_LOST);
    assert_null(eio_session_hint(scene.session));
    finish(&scene);
}

static void pings_in_revision_3(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3);
    take(&scene, OPEN_UNKNOWN);
    assert_int_equal(pass(&scene, 600), SOCKFEED_OK);
    take(&scene, "3");
    assert_int_equal(pass(&scene, 1200), SOCKFEED_OK);
    assert_log(&scene, "open S\nsend 2\nsend 2\n");
    assert_int_equal(pass(&scene, 1600), SOCKFEED_LOST);
    finish(&scene);
}

static void ignores_what_means_nothing_on_a_websocket(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "1");
    take(&scene, "3");
    take(&scene, "5");
    take(&scene, "6");
    assert_log(&scene, "open S\n");
    assert_string_equal(eio_session_handshake(scene.session)->sid, "S");
    assert_int_equal(eio_session_handshake(scene.session)->max_payload,
                     1000000);
    finish(&scene);
}

/* No ping comes in the time in which a server of revision 4 must send one. */
static void takes_silence_for_revision_3(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_UNKNOWN);
    assert_false(eio_session_revision_known(scene.session));
    take(&scene, "4data");
    assert_int_equal(pass(&scene, 800), SOCKFEED_OK);
    assert_log(&scene,
               "open S\nmessage data\n"
               "notice the server speaks Engine.IO 3, not 4 as it was asked "
               "for\nsend 2\n");
    assert_int_equal(eio_session_revision(scene.session), EIO_REVISION_3);
    take(&scene, "3");
    assert_int_equal(pass(&scene, 1400), SOCKFEED_OK);
    assert_log(&scene, "send 2\n");
    finish(&scene);
}

static void takes_a_ping_for_revision_4(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3);
    take(&scene, OPEN_UNKNOWN);
    scene.now = 590;
    take(&scene, "2");
    assert_log(&scene,
               "open S\nnotice the server speaks Engine.IO 4, not 3 as it was "
               "asked for\nsend 3\n");
    assert_int_equal(pass(&scene, 1590), SOCKFEED_LOST);
    finish(&scene);
}

static void take_binary(struct scene *scene, struct span frame)
{
    assert_int_equal(
        eio_session_receive_binary(scene->session, scene->now, frame),
        SOCKFEED_OK);
}

/* Every one of revision 3 has its type before it. */
static void tells_the_revision_by_binary_messages(void **state)
{
    struct scene scene;

    (void)state;
    start_with(&scene, EIO_REVISION_4, false);
    take(&scene, OPEN_UNKNOWN);
    take_binary(&scene, span_text("\x04"
                                  "A"));
    take_binary(&scene, span_text("\x04"
                                  "B"));
    assert_log(&scene, "open S\nnotice the server speaks Engine.IO 3, by the "
                       "look of a binary message\nbinary A\nbinary B\n");
    assert_int_equal(eio_session_revision(scene.session), EIO_REVISION_3);
    /* It was chance. */
    take_binary(&scene, span_text("C"));
    assert_log(&scene, "binary C\n");
    assert_int_equal(eio_session_revision(scene.session), EIO_REVISION_4);
    assert_true(eio_session_revision_known(scene.session));
    take_binary(&scene, span_text("\x04"
                                  "D"));
    assert_log(&scene, "binary \x04"
                       "D\n");
    finish(&scene);

    start_with(&scene, EIO_REVISION_4, false);
    take(&scene, OPEN_UNKNOWN);
    take_binary(&scene, span_text("\x04"
                                  "A"));
    buf_clear(&scene.log);
    take(&scene, "2");
    assert_log(&scene, "send 3\n");
    assert_int_equal(eio_session_revision(scene.session), EIO_REVISION_4);
    finish(&scene);

    start(&scene, EIO_REVISION_4); /* as the user will have it */
    take(&scene, OPEN_UNKNOWN);
    take_binary(&scene, span_text("\x04"
                                  "A"));
    assert_log(&scene, "open S\nbinary \x04"
                       "A\n");
    finish(&scene);
}

static void is_told_the_revision_by_the_layer_above_once(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_UNKNOWN);
    scene.now = 700;
    eio_session_set_revision(scene.session, 700, EIO_REVISION_3);
    eio_session_set_revision(scene.session, 700, EIO_REVISION_4);
    assert_int_equal(eio_session_revision(scene.session), EIO_REVISION_3);
    buf_clear(&scene.log);
    /* What was due by now is due. */
    assert_int_equal(eio_session_deadline(scene.session), 600);
    assert_int_equal(eio_session_tick(scene.session, 700), SOCKFEED_OK);
    assert_log(&scene, "send 2\n");
    finish(&scene);
}

static void lives_on_while_it_is_paused(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_UNKNOWN);
    eio_session_pause(scene.session, 0);
    for (int64_t at = 200; at <= 2000; at += 200) {
        assert_int_equal(pass(&scene, at), SOCKFEED_OK);
    }
    eio_session_resume(scene.session, 2000);
    assert_false(eio_session_revision_known(scene.session));
    scene.now = 2000;
    take(&scene, "2");
    assert_true(eio_session_revision_known(scene.session));
    assert_int_equal(pass(&scene, 3000), SOCKFEED_LOST);
    finish(&scene);
}

static void decodes_base64_up_to_the_limit(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    take(&scene, "bMDEyMzQ1Njc4OWFiY2RlZg==");
    assert_log(&scene, "open S\nbinary 0123456789abcdef\n");
    assert_int_equal(receive(&scene, "bMDEyMzQ1Njc4OWFiY2RlZjA="),
                     SOCKFEED_TOO_LARGE);
    finish(&scene);
}

static void keeps_its_first_failure_and_takes_no_more(void **state)
{
    struct scene scene;
    struct sockfeed_failure other;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    assert_int_equal(receive(&scene, "x"), SOCKFEED_PROTOCOL);
    (void)failure_set(&other, SOCKFEED_LOST, SOCKFEED_STAGE_STREAM, "other");
    eio_session_fail(scene.session, &other);
    assert_int_equal(receive(&scene, "4a"), SOCKFEED_PROTOCOL);
    assert_int_equal(eio_session_tick(scene.session, 99999), SOCKFEED_PROTOCOL);
    assert_int_equal(eio_session_send_text(scene.session, span_text("a")),
                     SOCKFEED_STATE);
    assert_failed(&scene, SOCKFEED_PROTOCOL);
    assert_log(&scene, "open S\n");
    finish(&scene);
}

static void fails_when_a_heartbeat_cannot_be_sent(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(eio_session_send_text(scene.session, span_text("a")),
                     SOCKFEED_FULL);
    assert_int_equal(eio_session_state(scene.session), EIO_SESSION_OPEN);
    assert_int_equal(receive(&scene, "2"), SOCKFEED_FULL);
    assert_failed(&scene, SOCKFEED_FULL);
    assert_string_equal(eio_session_failure(scene.session)->text,
                        "a heartbeat cannot be sent: a buffer is full");
    finish(&scene);
}

static void is_closed_without_a_word(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    eio_session_close(scene.session);
    assert_int_equal(receive(&scene, "4a"), SOCKFEED_STATE);
    assert_int_equal(eio_session_tick(scene.session, 99999), SOCKFEED_STATE);
    assert_int_equal(eio_session_failure(scene.session)->result, SOCKFEED_OK);
    assert_true(eio_session_deadline(scene.session) == INT64_MAX);
    assert_log(&scene, "open S\n");
    finish(&scene);
}

static void may_be_freed_inside_a_handler(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    take(&scene, OPEN_4);
    scene.free_on_message = true;
    assert_int_equal(receive(&scene, "4a"), SOCKFEED_CLOSED);
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_exchanges_messages),
        cmocka_unit_test(prefixes_binary_messages_in_revision_3),
        cmocka_unit_test(gives_up_when_no_open_packet_comes),
        cmocka_unit_test(wants_the_open_packet_first),
        cmocka_unit_test(answers_pings_and_notices_their_absence),
        cmocka_unit_test(pings_in_revision_3),
        cmocka_unit_test(ignores_what_means_nothing_on_a_websocket),
        cmocka_unit_test(takes_silence_for_revision_3),
        cmocka_unit_test(takes_a_ping_for_revision_4),
        cmocka_unit_test(tells_the_revision_by_binary_messages),
        cmocka_unit_test(is_told_the_revision_by_the_layer_above_once),
        cmocka_unit_test(lives_on_while_it_is_paused),
        cmocka_unit_test(decodes_base64_up_to_the_limit),
        cmocka_unit_test(keeps_its_first_failure_and_takes_no_more),
        cmocka_unit_test(fails_when_a_heartbeat_cannot_be_sent),
        cmocka_unit_test(is_closed_without_a_word),
        cmocka_unit_test(may_be_freed_inside_a_handler),
    };

    return cmocka_run_group_tests_name("session/eio_session", tests, NULL,
                                       NULL);
}
