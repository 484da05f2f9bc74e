/* SPDX-License-Identifier: MIT */
/* An acceptor whose client polls, upgrades, and breaks the rules of both. */
#include "session/eio_acceptor.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    INTERVAL = 600,
    TIMEOUT = 400,
    CONNECT_TIMEOUT = 5000,
    MAX_QUEUE = 4096,
};

/* What the acceptor does is written down, one to a line: answers to a GET as
 * "GET type body", messages on the WebSocket as "WS text". */
struct scene {
    struct eio_acceptor *server;
    struct buf log;
    int64_t now;
};

static void note(struct scene *scene, const char *what, struct span text)
{
    buf_append_text(&scene->log, what);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte >= ' ' && byte < 0x7f) {
            buf_append_byte(&scene->log, text.data[i]);
        } else {
            buf_append_format(&scene->log, "\\x%02x", byte);
        }
    }
    buf_append_byte(&scene->log, '\n');
}

static enum sockfeed_result on_send(void *user, bool binary, struct span text)
{
    note(user, binary ? "WS bytes " : "WS ", text);
    return SOCKFEED_OK;
}

static void on_send_probe(void *user, struct span text)
{
    note(user, "probe ", text);
}

static void on_upgraded(void *user)
{
    note(user, "upgraded", span_text(NULL));
}

static void on_end_probe(void *user)
{
    note(user, "probe closed", span_text(NULL));
}

static void on_answer(void *user, const struct eio_answer *answer)
{
    struct scene *scene = user;

    assert_int_equal(answer->status, 200);
    note(scene, answer->content_type[0] == 't' ? "GET " : "GET bytes ",
         answer->body);
}

static struct span on_refuses(void *user, struct span space)
{
    (void)user;
    return span_is(space, "/secret") ? span_text("\"no\"") : span_text(NULL);
}

static void on_joined(void *user, const char *space)
{
    note(user, "joined ", span_text(space));
}

static void on_event(void *user, const struct sockfeed_message *event)
{
    note(user, "event ", span_of(event->data, event->data_size));
}

static void on_answered(void *user, const struct eio_acceptor_answer *answer)
{
    note(user, "answered ", answer->data);
}

static void on_message(void *user, bool binary, struct span data,
                       struct span frame)
{
    (void)binary;
    (void)frame;
    note(user, "message ", data);
}

static const struct eio_acceptor_handlers handlers = {
    .carrier = {on_send, on_send_probe, on_upgraded, on_end_probe, on_answer},
    .refuses = on_refuses,
    .joined = on_joined,
    .event = on_event,
    .answered = on_answered,
    .left = on_joined,
    .message = on_message,
};

static void start(struct scene *scene, enum eio_revision revision, bool base64)
{
    struct eio_acceptor_config config = {.revision = revision,
                                         .polling = true,
                                         .base64 = base64,
                                         .sid = span_text("SID"),
                                         .ping_interval = INTERVAL,
                                         .ping_timeout = TIMEOUT,
                                         .max_payload = 65536,
                                         .max_queue = MAX_QUEUE,
                                         .connect_timeout = CONNECT_TIMEOUT};

    *scene = (struct scene){.now = 0};
    buf_init(&scene->log, 65536);
    assert_int_equal(
        eio_acceptor_new(&scene->server, &config, &handlers, scene, 0),
        SOCKFEED_OK);
    assert_int_equal(eio_acceptor_open(scene->server, 0), SOCKFEED_OK);
}

static void finish(struct scene *scene)
{
    eio_acceptor_free(scene->server);
    buf_deinit(&scene->log);
}

static void assert_log(struct scene *scene, const char *wanted)
{
    const char *said = buf_text(&scene->log);

    assert_string_equal(said, wanted);
    buf_clear(&scene->log);
}

static void get(struct scene *scene)
{
    assert_int_equal(eio_acceptor_receive_get(scene->server), SOCKFEED_OK);
}

static enum sockfeed_result post(struct scene *scene, const char *body)
{
    return eio_acceptor_receive_post(scene->server, scene->now, false,
                                     span_text(body));
}

static void emit(struct scene *scene, const char *array)
{
    assert_int_equal(
        eio_acceptor_emit(scene->server, span_text("/"), span_text(array)),
        SOCKFEED_OK);
}

/* Past the open packet and the CONNECT. */
static void start_joined(struct scene *scene, enum eio_revision revision,
                         bool base64)
{
    start(scene, revision, base64);
    get(scene);
    if (revision == EIO_REVISION_4) {
        assert_int_equal(post(scene, "40"), SOCKFEED_OK);
        get(scene);
    }
    buf_clear(&scene->log);
}

/* Moves the clock to the acceptor's next deadline and lets it pass. */
static enum sockfeed_result step(struct scene *scene)
{
    scene->now = eio_acceptor_deadline(scene->server);
    assert_true(scene->now < INT64_MAX);
    return eio_acceptor_tick(scene->server, scene->now);
}

/* ---- Polling ------------------------------------------------------------- */

static void opens_as_servers_of_revision_5_do(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4, false);
    get(&scene);
    assert_log(&scene, "GET 0{\"sid\":\"SID\",\"upgrades\":[\"websocket\"],"
                       "\"pingInterval\":600,\"pingTimeout\":400,"
                       "\"maxPayload\":65536}\n");
    assert_int_equal(post(&scene, "40\x1e"
                                  "40/a,"),
                     SOCKFEED_OK);
    get(&scene);
    assert_log(&scene, "joined /\njoined /a\n"
                       "GET 40{\"sid\":\"SID-0\"}\\x1e"
                       "40/a,{\"sid\":\"SID-1\"}\n");
    finish(&scene);
}

static void opens_as_servers_of_revision_4_do(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3, false);
    get(&scene);
    assert_log(&scene, "joined /\n"
                       "GET 95:0{\"sid\":\"SID\",\"upgrades\":[\"websocket\"],"
                       "\"pingInterval\":600,\"pingTimeout\":400,"
                       "\"maxPayload\":65536}2:40\n");
    finish(&scene);
}

static void an_event_goes_to_the_get_that_waits(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    get(&scene);
    assert_log(&scene, "");
    emit(&scene, "[\"a\"]");
    assert_log(&scene, "GET 42[\"a\"]\n");
    emit(&scene, "[\"b\"]");
    emit(&scene, "[\"c\"]");
    assert_log(&scene, "");
    assert_true(eio_acceptor_waiting(scene.server) > 0);
    get(&scene);
    assert_log(&scene, "GET 42[\"b\"]\\x1e"
                       "42[\"c\"]\n");
    assert_int_equal(eio_acceptor_waiting(scene.server), 0);
    finish(&scene);
}

static void attachments_come_with_their_packet(void **state)
{
    static const char array[] = "[\"e\",{\"$base64\":\"AQID\"}]";
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    get(&scene);
    emit(&scene, array);
    assert_log(&scene, "GET 451-[\"e\",{\"_placeholder\":true,\"num\":0}]"
                       "\\x1e"
                       "bAQID\n");
    finish(&scene);

    start_joined(&scene, EIO_REVISION_3, false);
    get(&scene);
    emit(&scene, array);
    assert_log(&scene, "GET bytes \\x00\\x03\\x09\\xff"
                       "451-[\"e\",{\"_placeholder\":true,\"num\":0}]"
                       "\\x01\\x04\\xff\\x04\\x01\\x02\\x03\n");
    finish(&scene);

    start_joined(&scene, EIO_REVISION_3, true);
    get(&scene);
    emit(&scene, array);
    assert_log(&scene, "GET 39:451-[\"e\",{\"_placeholder\":true,\"num\":0}]"
                       "6:b4AQID\n");
    finish(&scene);
}

static void takes_both_forms_of_body_of_revision_3(void **state)
{
    static const char bytes[] = "\x00\x07\xff"
                                "42[\"a\"]"
                                "\x00\x01\xff"
                                "2";
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_3, false);
    assert_int_equal(post(&scene, "12:42[\"a\",\"😀\"]1:2"), SOCKFEED_OK);
    assert_int_equal(
        eio_acceptor_receive_post(scene.server, 0, true,
                                  span_of(bytes, sizeof bytes - 1)),
        SOCKFEED_OK);
    get(&scene);
    assert_log(&scene, "event [\"a\",\"\\xf0\\x9f\\x98\\x80\"]\n"
                       "event [\"a\"]\n"
                       "GET 1:31:3\n");
    finish(&scene);
}

static void a_body_that_is_none_ends_the_session(void **state)
{
    static const char *const bodies[] = {
        "", "\x1e", "4\x1e", "9", "42[\"a\"", "42[\"connect\"]", "2"};

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct scene scene;

        start_joined(&scene, EIO_REVISION_4, false);
        get(&scene);
        assert_int_equal(post(&scene, bodies[i]), SOCKFEED_PROTOCOL);
        assert_log(&scene, "GET 1\n");
        assert_true(eio_acceptor_gone(scene.server));
        assert_int_equal(post(&scene, "3"), SOCKFEED_PROTOCOL);
        finish(&scene);
    }
}

static void revision_4_has_no_body_of_bytes(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    assert_int_equal(
        eio_acceptor_receive_post(scene.server, 0, true, span_text("3")),
        SOCKFEED_INVALID);
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void a_second_get_ends_the_session(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    get(&scene);
    assert_int_equal(eio_acceptor_receive_get(scene.server), SOCKFEED_STATE);
    assert_log(&scene, "GET 1\n");
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void its_heartbeat_goes_by_polling_too(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    for (int i = 0; i < 20; i++) {
        get(&scene);
        assert_int_equal(step(&scene), SOCKFEED_OK);
        assert_log(&scene, "GET 2\n");
        assert_int_equal(post(&scene, "3"), SOCKFEED_OK);
    }
    assert_int_equal(step(&scene), SOCKFEED_OK);
    assert_int_equal(step(&scene), SOCKFEED_LOST);
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void more_than_may_wait_is_refused(void **state)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct scene scene;
    int count = 0;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    while (result == SOCKFEED_OK) {
        result = eio_acceptor_emit(scene.server, span_text("/"),
                                   span_text("[\"0123456789\"]"));
        count++;
    }
    assert_int_equal(result, SOCKFEED_FULL);
    assert_in_range(count, MAX_QUEUE / 64, MAX_QUEUE / 16);
    assert_false(eio_acceptor_over(scene.server));
    get(&scene);
    buf_clear(&scene.log);
    emit(&scene, "[\"a\"]");
    get(&scene);
    assert_log(&scene, "GET 42[\"a\"]\n");
    finish(&scene);
}

/* ---- The end --------------------------------------------------------------- */

static void a_client_that_says_goodbye_is_let_go(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_3, false);
    get(&scene);
    assert_int_equal(post(&scene, "1:1"), SOCKFEED_OK);
    assert_log(&scene, "GET 1:6\n");
    assert_true(eio_acceptor_gone(scene.server));
    assert_int_equal(eio_acceptor_failure(scene.server)->result, SOCKFEED_OK);
    finish(&scene);
}

static void an_end_is_told_to_the_get_that_waits(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    get(&scene);
    eio_acceptor_close(scene.server, 0, true);
    assert_log(&scene, "GET 41\\x1e"
                       "1\n");
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void an_end_waits_for_the_next_get(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4, false);
    get(&scene);
    buf_clear(&scene.log);
    eio_acceptor_close(scene.server, 0, true);
    assert_true(eio_acceptor_over(scene.server));
    assert_false(eio_acceptor_gone(scene.server));
    get(&scene);
    assert_log(&scene, "GET 6\\x1e"
                       "1\n");
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void an_end_that_nobody_fetches_is_forgotten(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    eio_acceptor_close(scene.server, 0, true);
    assert_int_equal(eio_acceptor_deadline(scene.server), 30000);
    (void)!step(&scene);
    assert_true(eio_acceptor_gone(scene.server));
    finish(&scene);
}

static void a_dropped_request_ends_the_session(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_4, false);
    eio_acceptor_drop(scene.server, "a request was dropped");
    assert_true(eio_acceptor_gone(scene.server));
    assert_int_equal(eio_acceptor_failure(scene.server)->result, SOCKFEED_LOST);
    finish(&scene);
}

/* ---- The upgrade ----------------------------------------------------------- */

static void probe(struct scene *scene, const char *frame)
{
    assert_int_equal(eio_acceptor_receive_probe(scene->server, scene->now,
                                                false, span_text(frame)),
                     SOCKFEED_OK);
}

static void start_probed(struct scene *scene)
{
    start_joined(scene, EIO_REVISION_4, false);
    get(scene);
    assert_int_equal(eio_acceptor_probe(scene->server, scene->now),
                     SOCKFEED_OK);
    probe(scene, "2probe");
    assert_log(scene, "probe 3probe\n");
}

static void upgrades_without_losing_anything(void **state)
{
    struct scene scene;

    (void)state;
    start_probed(&scene);
    emit(&scene, "[\"a\"]");
    assert_log(&scene, "GET 42[\"a\"]\n");
    get(&scene);
    assert_int_equal(eio_acceptor_deadline(scene.server), 100);
    (void)!step(&scene);
    assert_log(&scene, "GET 6\n");
    emit(&scene, "[\"b\",{\"$base64\":\"AQID\"}]");
    emit(&scene, "[\"c\"]");
    assert_log(&scene, "");
    probe(&scene, "5");
    assert_log(&scene, "upgraded\n"
                       "WS 451-[\"b\",{\"_placeholder\":true,\"num\":0}]\n"
                       "WS bytes \\x01\\x02\\x03\n"
                       "WS 42[\"c\"]\n");
    assert_false(eio_acceptor_polling(scene.server));
    emit(&scene, "[\"d\"]");
    assert_log(&scene, "WS 42[\"d\"]\n");
    assert_int_equal(eio_acceptor_receive_text(scene.server, scene.now,
                                               span_text("42[\"up\"]")),
                     SOCKFEED_OK);
    assert_log(&scene, "event [\"up\"]\n");
    assert_int_equal(eio_acceptor_receive_get(scene.server), SOCKFEED_STATE);
    assert_false(eio_acceptor_over(scene.server));
    finish(&scene);
}

static void a_get_that_waits_is_told_of_the_upgrade(void **state)
{
    struct scene scene;

    (void)state;
    start_probed(&scene);
    probe(&scene, "5");
    assert_log(&scene, "GET 1\nupgraded\n");
    finish(&scene);
}

static void a_probe_that_says_something_else_is_closed(void **state)
{
    struct scene scene;

    (void)state;
    start_probed(&scene);
    assert_int_equal(eio_acceptor_probe(scene.server, 0), SOCKFEED_STATE);
    probe(&scene, "42[\"x\"]");
    assert_log(&scene, "probe closed\n");
    emit(&scene, "[\"a\"]");
    assert_log(&scene, "GET 42[\"a\"]\n");
    /* There may be another one. */
    assert_int_equal(eio_acceptor_probe(scene.server, 0), SOCKFEED_OK);
    eio_acceptor_probe_gone(scene.server);
    assert_int_equal(eio_acceptor_probe(scene.server, 0), SOCKFEED_OK);
    finish(&scene);
}

static void a_probe_that_says_nothing_is_closed_in_time(void **state)
{
    struct scene scene;

    (void)state;
    start_joined(&scene, EIO_REVISION_3, false);
    assert_int_equal(eio_acceptor_probe(scene.server, 0), SOCKFEED_OK);
    while (scene.now < 10000) {
        assert_log(&scene, "");
        scene.now += TIMEOUT;
        assert_int_equal(eio_acceptor_tick(scene.server, scene.now),
                         SOCKFEED_OK);
        assert_int_equal(post(&scene, "1:2"), SOCKFEED_OK);
    }
    assert_log(&scene, "probe closed\n");
    assert_false(eio_acceptor_over(scene.server));
    finish(&scene);
}

static void a_session_that_ends_closes_its_probe(void **state)
{
    struct scene scene;

    (void)state;
    start_probed(&scene);
    eio_acceptor_close(scene.server, 0, true);
    assert_log(&scene, "probe closed\nGET 41\\x1e"
                       "1\n");
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_as_servers_of_revision_5_do),
        cmocka_unit_test(opens_as_servers_of_revision_4_do),
        cmocka_unit_test(an_event_goes_to_the_get_that_waits),
        cmocka_unit_test(attachments_come_with_their_packet),
        cmocka_unit_test(takes_both_forms_of_body_of_revision_3),
        cmocka_unit_test(a_body_that_is_none_ends_the_session),
        cmocka_unit_test(revision_4_has_no_body_of_bytes),
        cmocka_unit_test(a_second_get_ends_the_session),
        cmocka_unit_test(its_heartbeat_goes_by_polling_too),
        cmocka_unit_test(more_than_may_wait_is_refused),
        cmocka_unit_test(a_client_that_says_goodbye_is_let_go),
        cmocka_unit_test(an_end_is_told_to_the_get_that_waits),
        cmocka_unit_test(an_end_waits_for_the_next_get),
        cmocka_unit_test(an_end_that_nobody_fetches_is_forgotten),
        cmocka_unit_test(a_dropped_request_ends_the_session),
        cmocka_unit_test(upgrades_without_losing_anything),
        cmocka_unit_test(a_get_that_waits_is_told_of_the_upgrade),
        cmocka_unit_test(a_probe_that_says_something_else_is_closed),
        cmocka_unit_test(a_probe_that_says_nothing_is_closed_in_time),
        cmocka_unit_test(a_session_that_ends_closes_its_probe),
    };

    return cmocka_run_group_tests_name("session/eio_carrier", tests, NULL,
                                       NULL);
}
