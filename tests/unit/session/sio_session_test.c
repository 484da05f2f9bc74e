/* SPDX-License-Identifier: MIT */
#include "session/sio_session.h"

#include "base/limits.h"
#include "session/eio_session.h"
#include "tests/support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A session whose effects are written down, one to a line. */
struct scene {
    struct sio_session *session;
    struct sio_session_config config;
    struct buf log;
    int64_t now;
    const char *free_on; /* the effect in which the session is freed */
    enum sockfeed_result send_result;
};

static void note(struct scene *scene, const char *what, struct span first,
                 struct span second)
{
    buf_append_text(&scene->log, what);
    if (first.size > 0) {
        buf_append_byte(&scene->log, ' ');
        buf_append_span(&scene->log, first);
    }
    if (second.size > 0) {
        buf_append_byte(&scene->log, ' ');
        buf_append_span(&scene->log, second);
    }
    buf_append_byte(&scene->log, '\n');
    if (scene->free_on != NULL && strcmp(scene->free_on, what) == 0) {
        sio_session_free(scene->session);
        scene->session = NULL;
        scene->free_on = NULL;
    }
}

static const struct span NONE = {NULL, 0};

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct scene *scene = user;
    enum sockfeed_result result = scene->send_result;

    note(scene, binary ? "send-binary" : "send", packet, NONE);
    return result;
}

static void on_event(void *user, const struct sio_event *event)
{
    note(user, "event", event->space, event->data);
}

static void on_joined(void *user, const char *space)
{
    note(user, "joined", span_text(space), NONE);
}

static void on_refused(void *user, const char *space, const char *reason)
{
    note(user, "refused", span_text(space), span_text(reason));
}

static void on_left(void *user, const char *space)
{
    note(user, "left", span_text(space), NONE);
}

static void on_ready(void *user)
{
    note(user, "ready", NONE, NONE);
}

static void on_notice(void *user, const char *text)
{
    note(user, "notice", span_text(text), NONE);
}

static const struct sio_session_handlers HANDLERS = {
    .send = on_send,
    .event = on_event,
    .joined = on_joined,
    .refused = on_refused,
    .left = on_left,
    .ready = on_ready,
    .notice = on_notice,
};

static const char OPEN_UNKNOWN[] = "0{\"sid\":\"S\",\"upgrades\":[],"
                                   "\"pingInterval\":6000,"
                                   "\"pingTimeout\":4000}";
static const char OPEN_4[] =
    "0{\"sid\":\"S\",\"upgrades\":[],\"pingInterval\":6000,"
    "\"pingTimeout\":4000,\"maxPayload\":1000000}";

static const struct span ROOT[] = {
    {"/", 1}
};
static const struct span ADMIN[] = {
    {"/admin", 6}
};
static const struct span BOTH[] = {
    {"/",      1},
    {"/admin", 6}
};

/* A scene with what most tests start from. Change the configuration, then
 * call `start`. */
static void prepare(struct scene *scene, enum eio_revision asked)
{
    *scene = (struct scene){
        .config = {.asked = asked,
                   .namespaces = ROOT,
                   .namespace_count = 1,
                   .open_timeout = 10000,
                   .connect_timeout = 5000,
                   .max_message = 65536},
        .send_result = SOCKFEED_OK,
    };
    buf_init(&scene->log, 4 * LIMIT_EARLY_EVENTS);
}

static void want(struct scene *scene, const struct span *spaces, size_t count)
{
    scene->config.namespaces = spaces;
    scene->config.namespace_count = count;
}

static void start(struct scene *scene)
{
    assert_int_equal(
        sio_session_new(&scene->session, &scene->config, &HANDLERS, scene, 0),
        SOCKFEED_OK);
}

static void finish(struct scene *scene)
{
    sio_session_free(scene->session);
    buf_deinit(&scene->log);
}

static enum sockfeed_result receive(struct scene *scene, const char *frame)
{
    return sio_session_receive_text(scene->session, scene->now,
                                    span_text(frame));
}

static void take(struct scene *scene, const char *frame)
{
    if (receive(scene, frame) != SOCKFEED_OK) {
        fail_msg("%s: %s", frame, sio_session_failure(scene->session)->text);
    }
}

/* Moves the clock to the deadline, which is `at`, and lets it pass. */
static enum sockfeed_result pass(struct scene *scene, int64_t at)
{
    assert_int_equal(sio_session_deadline(scene->session), at);
    scene->now = at;
    return sio_session_tick(scene->session, at);
}

static void assert_log(struct scene *scene, const char *wanted)
{
    assert_string_equal(buf_text(&scene->log), wanted);
    buf_clear(&scene->log);
}

static void assert_failed(const struct scene *scene,
                          enum sockfeed_result result, const char *text)
{
    const struct sockfeed_failure *failure =
        sio_session_failure(scene->session);

    assert_int_equal(sio_session_state(scene->session), SIO_SESSION_OVER);
    assert_int_equal(failure->result, result);
    if (strstr(failure->text, text) == NULL) {
        fail_msg("'%s' without '%s'", failure->text, text);
    }
    assert_true(sio_session_deadline(scene->session) == INT64_MAX);
}

static int revision(const struct scene *scene)
{
    return (int)eio_session_revision(sio_session_engine(scene->session));
}

/* ---- Revision 5 ---------------------------------------------------------- */

static void joins_the_root_of_revision_5(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    assert_log(&scene, "send 40\n");
    assert_false(sio_session_joined(scene.session, span_text("/")));
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_STATE);
    take(&scene, "40{\"sid\":\"x\"}");
    assert_log(&scene, "joined /\nready\n");
    assert_int_equal(sio_session_state(scene.session), SIO_SESSION_READY);
    take(&scene, "42[\"m\",0.10]");
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_OK);
    assert_log(&scene, "event / [\"m\",0.10]\nsend 42[\"a\"]\n");
    sio_session_close(scene.session);
    assert_log(&scene, "send 41\n");
    assert_int_equal(receive(&scene, "42[\"m\"]"), SOCKFEED_STATE);
    assert_log(&scene, "");
    finish(&scene);
}

static void sends_credentials_as_the_payload_in_revision_5(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    scene.config.auth = span_text("{\"token\":\"x\"}");
    scene.config.query = span_text("a=1");
    start(&scene);
    take(&scene, OPEN_4);
    assert_log(&scene,
               "send 40{\"token\":\"x\"}\nsend 40/admin,{\"token\":\"x\"}\n");
    take(&scene, "40/admin,{\"sid\":\"y\"}");
    assert_log(&scene, "joined /admin\n");
    take(&scene, "40{\"sid\":\"x\"}");
    assert_log(&scene, "joined /\nready\n");
    take(&scene, "42/admin,[\"m\"]");
    assert_int_equal(sio_session_emit(scene.session, span_text("/admin"),
                                      span_text("[\"a\"]")),
                     SOCKFEED_OK);
    assert_log(&scene, "event /admin [\"m\"]\nsend 42/admin,[\"a\"]\n");
    sio_session_close(scene.session);
    assert_log(&scene, "send 41\nsend 41/admin,\n");
    finish(&scene);
}

static void does_not_need_the_root_in_revision_5(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, ADMIN, 1);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40/admin,{\"sid\":\"y\"}");
    assert_log(&scene, "send 40/admin,\njoined /admin\nready\n");
    finish(&scene);
}

/* ---- Revision 4, and telling the two apart -------------------------------- */

static void recognises_revision_4_by_a_bare_connect(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "40");
    assert_log(&scene, "send 40\njoined /\nready\n");
    assert_int_equal(revision(&scene), 3);
    /* A server of Socket.IO 1 answers our CONNECT as well. */
    take(&scene, "40");
    assert_log(&scene, "");
    assert_int_equal(pass(&scene, 6000), SOCKFEED_OK);
    assert_log(&scene, "send 2\n");
    finish(&scene);
}

static void recognises_revision_5_by_the_sid(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "40{\"sid\":\"x\"}");
    assert_log(&scene, "send 40\njoined /\nready\n");
    assert_int_equal(revision(&scene), 4);
    assert_int_equal(pass(&scene, 10000), SOCKFEED_LOST);
    finish(&scene);
}

static void joins_namespaces_of_revision_4_with_a_query(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_3);
    want(&scene, BOTH, 2);
    scene.config.auth = span_text("{\"to ken\":\"a,b\",\"n\":0.10}");
    scene.config.query = span_text("q=1");
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    assert_log(&scene, "");
    take(&scene, "40");
    assert_log(&scene, "joined /\nsend 40/admin?q=1&to%20ken=a%2Cb&n=0.10,\n");
    take(&scene, "40/admin");
    assert_log(&scene, "joined /admin\nready\n");
    finish(&scene);
}

static void passes_through_the_root_in_revision_4(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_3);
    want(&scene, ADMIN, 1);
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "40");
    take(&scene, "42[\"root\"]");
    take(&scene, "40/admin,");
    assert_log(&scene, "send 40/admin,\njoined /admin\nready\n");
    sio_session_close(scene.session);
    assert_log(&scene, "send 41/admin,\n");
    finish(&scene);
}

/* Credentials look different in the two revisions, and what is sent first
 * counts. */
static void holds_credentials_back_until_the_revision_is_known(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, ADMIN, 1);
    scene.config.auth = span_text("{\"t\":1}");
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    assert_log(&scene, "");
    take(&scene, "40");
    assert_log(&scene, "send 40/admin?t=1,\n");
    finish(&scene);

    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    scene.config.auth = span_text("{\"t\":1}");
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "40{\"sid\":\"x\"}");
    assert_log(&scene, "send 40{\"t\":1}\njoined /\nsend 40/admin,{\"t\":1}\n");
    finish(&scene);

    prepare(&scene, EIO_REVISION_4);
    want(&scene, ADMIN, 1);
    scene.config.auth = span_text("{\"t\":1}");
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    assert_int_equal(pass(&scene, 300), SOCKFEED_OK);
    assert_log(&scene, "send 40/admin,{\"t\":1}\n");
    finish(&scene);
}

static void says_that_credentials_came_too_late(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    scene.config.auth = span_text("{\"t\":1}");
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    take(&scene, "40");
    assert_log(&scene,
               "send 40{\"t\":1}\n"
               "notice the server speaks Socket.IO 2, which has joined the "
               "root namespace before the auth payload could be sent\n"
               "joined /\nready\n");
    finish(&scene);
}

/* Servers of Socket.IO 3.0 answer EIO=3 in the newer revision and wait. */
static void asks_anyway_when_revision_3_was_pinned_in_vain(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_3);
    scene.config.pinned = true;
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    assert_log(&scene, "");
    assert_int_equal(pass(&scene, 2000), SOCKFEED_OK);
    assert_log(&scene, "send 40\n");
    take(&scene, "40{\"sid\":\"x\"}");
    assert_log(&scene,
               "notice the server speaks Engine.IO 4, not 3 as it was asked "
               "for\njoined /\nready\n");
    assert_int_equal(revision(&scene), 4);
    finish(&scene);
}

static void never_sends_connect_for_the_root_of_revision_4(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_3);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40");
    assert_log(&scene, "joined /\nready\n");
    assert_int_equal(pass(&scene, 6000), SOCKFEED_OK);
    assert_log(&scene, "send 2\n");
    finish(&scene);
}

static void reports_a_connect_without_a_sid(void **state)
{
    static const char *const frames[] = {"40", "40{\"SID\":\"x\"}",
                                         "40{\"sid\":7}"};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct scene scene;

        prepare(&scene, EIO_REVISION_4);
        start(&scene);
        take(&scene, OPEN_4);
        assert_int_equal(receive(&scene, frames[i]), SOCKFEED_PROTOCOL);
        assert_failed(&scene, SOCKFEED_PROTOCOL, "no sid");
        finish(&scene);
    }
}

/* ---- Refusals and ends ----------------------------------------------------- */

static void fails_when_its_only_namespace_is_refused(void **state)
{
    static const struct {
        const char *frame;
        const char *reason;
    } rows[] = {
        {"44{\"message\":\"Not \\u0061uthorized\"}", "Not authorized" },
        {"44\"Not authorized\"",                     "Not authorized" },
        {"44[1,2]",                                  "[1,2]"          },
        {"44",                                       "no reason given"},
        {"445",                                      "no reason given"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        prepare(&scene, EIO_REVISION_4);
        start(&scene);
        take(&scene, OPEN_UNKNOWN);
        assert_int_equal(receive(&scene, rows[i].frame), SOCKFEED_NAMESPACE);
        assert_failed(&scene, SOCKFEED_NAMESPACE, rows[i].reason);
        finish(&scene);
    }
}

static void lives_on_with_the_namespaces_that_were_not_refused(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    take(&scene, "44/admin,{\"message\":\"no\",\"data\":{\"code\":1}}");
    assert_log(&scene, "refused /admin no\nready\n");
    /* Neither what comes for it nor what it is refused again matters. */
    take(&scene, "42/admin,[\"m\"]");
    take(&scene, "44/admin,{\"message\":\"no\"}");
    take(&scene, "44/other,{\"message\":\"no\"}");
    assert_log(&scene, "");
    finish(&scene);
}

static void gives_all_up_when_the_root_of_revision_4_is_refused(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_3);
    want(&scene, ADMIN, 1);
    start(&scene);
    take(&scene, OPEN_UNKNOWN);
    assert_int_equal(receive(&scene, "44\"nope\""), SOCKFEED_NAMESPACE);
    assert_log(&scene, "refused /admin nope\n");
    assert_failed(&scene, SOCKFEED_NAMESPACE, "nope");
    finish(&scene);
}

static void takes_a_late_refusal_for_the_end_of_the_namespace(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    assert_int_equal(receive(&scene, "44{\"message\":\"expired\"}"),
                     SOCKFEED_NAMESPACE);
    assert_log(&scene, "refused / expired\n");
    assert_failed(&scene, SOCKFEED_NAMESPACE, "expired");
    finish(&scene);
}

static void is_over_when_the_server_ends_the_last_namespace(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    take(&scene, "40/admin,{\"sid\":\"y\"}");
    buf_clear(&scene.log);
    take(&scene, "41/admin");
    assert_log(&scene, "left /admin\n");
    assert_int_equal(sio_session_emit(scene.session, span_text("/admin"),
                                      span_text("[\"a\"]")),
                     SOCKFEED_STATE);
    take(&scene, "41/admin,");
    take(&scene, "42/admin,[\"late\"]");
    assert_log(&scene, "");
    assert_int_equal(receive(&scene, "41"), SOCKFEED_CLOSED);
    assert_log(&scene, "left /\n");
    assert_failed(&scene, SOCKFEED_CLOSED, "ended the namespace /");
    finish(&scene);
}

static void waits_no_longer_than_it_was_told_to(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    assert_int_equal(pass(&scene, 5000), SOCKFEED_OK);
    assert_log(&scene,
               "refused /admin the server did not answer CONNECT in time\n"
               "ready\n");
    finish(&scene);

    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    assert_int_equal(pass(&scene, 10000), SOCKFEED_TIMEOUT);
    assert_failed(&scene, SOCKFEED_TIMEOUT, "open packet");
    finish(&scene);

    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    assert_int_equal(pass(&scene, 5000), SOCKFEED_TIMEOUT);
    assert_failed(&scene, SOCKFEED_TIMEOUT, "CONNECT");
    finish(&scene);
}

static void does_not_count_the_time_it_is_paused(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    sio_session_pause(scene.session, 1000);
    assert_int_equal(pass(&scene, 3000), SOCKFEED_OK);
    sio_session_resume(scene.session, 4000);
    buf_clear(&scene.log);
    assert_int_equal(pass(&scene, 8000), SOCKFEED_TIMEOUT);
    finish(&scene);
}

/* ---- Events ------------------------------------------------------------------ */

static void keeps_events_until_their_namespace_is_joined(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    start(&scene);
    take(&scene, OPEN_4);
    buf_clear(&scene.log);
    take(&scene, "42/admin,[\"a\",1]");
    take(&scene, "42[\"r\"]");
    take(&scene, "42/admin,7[\"b\", 2]");
    take(&scene, "42/other,[\"c\"]");
    assert_log(&scene, "");
    take(&scene, "40/admin,{\"sid\":\"y\"}");
    assert_log(&scene, "joined /admin\nevent /admin [\"a\",1]\n"
                       "event /admin [\"b\", 2]\n");
    take(&scene, "44{\"message\":\"no\"}");
    assert_log(&scene, "refused / no\nready\n");
    finish(&scene);
}

static void refuses_to_keep_too_many_early_events(void **state)
{
    struct scene scene;
    struct buf frame;
    enum sockfeed_result result = SOCKFEED_OK;
    size_t count = 0;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    want(&scene, BOTH, 2);
    start(&scene);
    take(&scene, OPEN_4);
    buf_init(&frame, 65536);
    buf_append_text(&frame, "42[\"x\",\"");
    for (size_t i = 0; i < 32768; i++) {
        buf_append_byte(&frame, 'x');
    }
    buf_append_text(&frame, "\"]");
    while (result == SOCKFEED_OK && count < 1000) {
        result = sio_session_receive_text(scene.session, 0, buf_span(&frame));
        count++;
    }
    assert_int_equal(count, 32);
    assert_int_equal(result, SOCKFEED_PROTOCOL);
    assert_failed(&scene, SOCKFEED_PROTOCOL, "too many events");
    buf_deinit(&frame);
    finish(&scene);
}

static void ignores_acknowledgements_nobody_waits_for(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    take(&scene, "4312[\"x\"]");
    take(&scene, "43[\"x\"]");
    take(&scene, "4312");
    assert_log(&scene, "");
    finish(&scene);
}

static void fails_on_malformed_packets(void **state)
{
    static const char *const frames[] = {
        "4",    "47",   "42", "42[", "42[]", "42[\"connect\"]",
        "41{}", "40[]", "9",  ""};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct scene scene;

        prepare(&scene, EIO_REVISION_4);
        start(&scene);
        take(&scene, OPEN_4);
        assert_int_equal(receive(&scene, frames[i]), SOCKFEED_PROTOCOL);
        assert_failed(&scene, SOCKFEED_PROTOCOL, "malformed");
        assert_int_equal(receive(&scene, "6"), SOCKFEED_PROTOCOL);
        finish(&scene);
    }
}

/* ---- Its owner --------------------------------------------------------------- */

static void may_be_freed_inside_every_handler(void **state)
{
    static const char *const effects[] = {"send",    "joined", "event", "ready",
                                          "refused", "left",   "notice"};
    static const char *const frames[] = {"42[\"early\"]",
                                         "42/admin,[\"early\"]",
                                         "40",
                                         "44/admin,\"no\"",
                                         "42[\"m\"]",
                                         "41"};

    (void)state;
    for (size_t i = 0; i < sizeof effects / sizeof effects[0]; i++) {
        enum sockfeed_result result;
        struct scene scene;

        prepare(&scene, EIO_REVISION_4);
        want(&scene, BOTH, 2);
        scene.config.pinned = true;
        start(&scene);
        scene.free_on = effects[i];
        result = receive(&scene, OPEN_UNKNOWN);
        for (size_t k = 0;
             k < sizeof frames / sizeof frames[0] && result == SOCKFEED_OK;
             k++) {
            result = receive(&scene, frames[k]);
        }
        assert_int_equal(result, SOCKFEED_CLOSED);
        assert_null(scene.session);
        finish(&scene);
    }
}

static void may_be_freed_while_it_sends(void **state)
{
    struct scene scene;

    (void)state;
    for (int close = 0; close < 2; close++) {
        prepare(&scene, EIO_REVISION_4);
        start(&scene);
        take(&scene, OPEN_4);
        take(&scene, "40{\"sid\":\"x\"}");
        scene.free_on = "send";
        if (close == 1) {
            sio_session_close(scene.session);
        } else {
            assert_int_equal(sio_session_emit(scene.session, span_text("/"),
                                              span_text("[\"a\"]")),
                             SOCKFEED_CLOSED);
        }
        assert_null(scene.session);
        finish(&scene);
    }
}

static void tells_what_sending_answered(void **state)
{
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    take(&scene, OPEN_4);
    take(&scene, "40{\"sid\":\"x\"}");
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_FULL);
    assert_int_equal(sio_session_state(scene.session), SIO_SESSION_READY);
    finish(&scene);

    prepare(&scene, EIO_REVISION_4);
    start(&scene);
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(receive(&scene, OPEN_4), SOCKFEED_FULL);
    assert_failed(&scene, SOCKFEED_FULL, "CONNECT");
    finish(&scene);
}

static void refuses_namespaces_that_cannot_be(void **state)
{
    static const struct span names[] = {
        {"",      0},
        {"admin", 5},
        {"/a,b",  4},
        {"/a\0b", 4}
    };
    struct scene scene;

    (void)state;
    prepare(&scene, EIO_REVISION_4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        want(&scene, &names[i], 1);
        assert_int_equal(sio_session_new(&scene.session, &scene.config,
                                         &HANDLERS, &scene, 0),
                         SOCKFEED_INVALID);
    }
    want(&scene, NULL, 0);
    assert_int_equal(
        sio_session_new(&scene.session, &scene.config, &HANDLERS, &scene, 0),
        SOCKFEED_INVALID);
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_the_root_of_revision_5),
        cmocka_unit_test(sends_credentials_as_the_payload_in_revision_5),
        cmocka_unit_test(does_not_need_the_root_in_revision_5),
        cmocka_unit_test(recognises_revision_4_by_a_bare_connect),
        cmocka_unit_test(recognises_revision_5_by_the_sid),
        cmocka_unit_test(joins_namespaces_of_revision_4_with_a_query),
        cmocka_unit_test(passes_through_the_root_in_revision_4),
        cmocka_unit_test(holds_credentials_back_until_the_revision_is_known),
        cmocka_unit_test(says_that_credentials_came_too_late),
        cmocka_unit_test(asks_anyway_when_revision_3_was_pinned_in_vain),
        cmocka_unit_test(never_sends_connect_for_the_root_of_revision_4),
        cmocka_unit_test(reports_a_connect_without_a_sid),
        cmocka_unit_test(fails_when_its_only_namespace_is_refused),
        cmocka_unit_test(lives_on_with_the_namespaces_that_were_not_refused),
        cmocka_unit_test(gives_all_up_when_the_root_of_revision_4_is_refused),
        cmocka_unit_test(takes_a_late_refusal_for_the_end_of_the_namespace),
        cmocka_unit_test(is_over_when_the_server_ends_the_last_namespace),
        cmocka_unit_test(waits_no_longer_than_it_was_told_to),
        cmocka_unit_test(does_not_count_the_time_it_is_paused),
        cmocka_unit_test(keeps_events_until_their_namespace_is_joined),
        cmocka_unit_test(refuses_to_keep_too_many_early_events),
        cmocka_unit_test(ignores_acknowledgements_nobody_waits_for),
        cmocka_unit_test(fails_on_malformed_packets),
        cmocka_unit_test(may_be_freed_inside_every_handler),
        cmocka_unit_test(may_be_freed_while_it_sends),
        cmocka_unit_test(tells_what_sending_answered),
        cmocka_unit_test(refuses_namespaces_that_cannot_be),
    };

    return cmocka_run_group_tests_name("session/sio_session", tests, NULL,
                                       NULL);
}
