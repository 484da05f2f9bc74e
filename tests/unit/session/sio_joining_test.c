/* SPDX-License-Identifier: MIT */
#include "session/sio_joining.h"

#include "session/eio_session.h"
#include "tests/support/sio_scene.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int revision(const struct sio_scene *scene)
{
    return (int)eio_session_revision(sio_session_engine(scene->session));
}

/* ---- Revision 5 ---------------------------------------------------------- */

static void joins_the_root_of_revision_5(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_open(&scene);
    sio_scene_assert_log(&scene, "send 40\n");
    assert_false(sio_session_joined(scene.session, span_text("/")));
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_STATE);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    sio_scene_assert_log(&scene, "joined /\nready\n");
    assert_int_equal(sio_session_state(scene.session), SIO_SESSION_READY);
    sio_scene_take(&scene, "42[\"m\",0.10]");
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_OK);
    sio_scene_assert_log(&scene, "event / [\"m\",0.10]\nsend 42[\"a\"]\n");
    sio_session_close(scene.session);
    sio_scene_assert_log(&scene, "send 41\n");
    assert_int_equal(sio_scene_receive(&scene, "42[\"m\"]"), SOCKFEED_STATE);
    sio_scene_assert_log(&scene, "");
    sio_scene_finish(&scene);
}

static void sends_credentials_as_the_payload_in_revision_5(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    scene.config.auth = span_text("{\"token\":\"x\"}");
    scene.config.query = span_text("a=1");
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(
        &scene, "send 40{\"token\":\"x\"}\nsend 40/admin,{\"token\":\"x\"}\n");
    sio_scene_take(&scene, "40/admin,{\"sid\":\"y\"}");
    sio_scene_assert_log(&scene, "joined /admin\n");
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    sio_scene_assert_log(&scene, "joined /\nready\n");
    sio_scene_take(&scene, "42/admin,[\"m\"]");
    assert_int_equal(sio_session_emit(scene.session, span_text("/admin"),
                                      span_text("[\"a\"]")),
                     SOCKFEED_OK);
    sio_scene_assert_log(&scene,
                         "event /admin [\"m\"]\nsend 42/admin,[\"a\"]\n");
    sio_session_close(scene.session);
    sio_scene_assert_log(&scene, "send 41\nsend 41/admin,\n");
    sio_scene_finish(&scene);
}

static void does_not_need_the_root_in_revision_5(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, &SIO_SCENE_SPACES[1], 1);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40/admin,{\"sid\":\"y\"}");
    sio_scene_assert_log(&scene, "send 40/admin,\njoined /admin\nready\n");
    sio_scene_finish(&scene);
}

/* ---- Revision 4, and telling the two apart -------------------------------- */

static void recognises_revision_4_by_a_bare_connect(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(&scene, "joined /\nready\n");
    assert_int_equal(revision(&scene), 3);
    assert_int_equal(sio_scene_pass(&scene, 6000), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "send 2\n");
    sio_scene_finish(&scene);
}

/* Asking for the root may make such a server join it twice. */
static void asks_when_no_connect_came_in_time(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    scene.config.pinned = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_assert_log(&scene, "");
    assert_int_equal(sio_scene_pass(&scene, 300), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "send 40\n");
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(
        &scene, "notice the server speaks Engine.IO 3, not 4 as it was asked "
                "for\njoined /\nready\n");
    assert_int_equal(revision(&scene), 3);
    /* A server of Socket.IO 1 answers our CONNECT as well. */
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(&scene, "");
    sio_scene_finish(&scene);
}

static void recognises_revision_5_by_the_sid(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    assert_int_equal(sio_scene_pass(&scene, 300), SOCKFEED_OK);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    sio_scene_assert_log(&scene, "send 40\njoined /\nready\n");
    assert_int_equal(revision(&scene), 4);
    assert_int_equal(sio_scene_pass(&scene, 10000), SOCKFEED_LOST);
    sio_scene_finish(&scene);
}

static void joins_namespaces_of_revision_4_with_a_query(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    scene.config.auth = span_text("{\"to ken\":\"a,b\",\"n\":0.10}");
    scene.config.query = span_text("q=1,2,");
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_assert_log(&scene, "");
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(
        &scene, "joined /\nsend 40/admin?q=1%2C2%2C&to%20ken=a%2Cb&n=0.10,\n");
    sio_scene_take(&scene, "40/admin");
    sio_scene_assert_log(&scene, "joined /admin\nready\n");
    sio_scene_finish(&scene);
}

static void passes_through_the_root_in_revision_4(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    sio_scene_want(&scene, &SIO_SCENE_SPACES[1], 1);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_take(&scene, "40");
    sio_scene_take(&scene, "42[\"root\"]");
    sio_scene_take(&scene, "40/admin,");
    sio_scene_assert_log(&scene, "send 40/admin,\njoined /admin\nready\n");
    sio_session_close(scene.session);
    sio_scene_assert_log(&scene, "send 41/admin,\n");
    sio_scene_finish(&scene);
}

/* Credentials look different in the two revisions, and what is sent first
 * counts. */
static void holds_credentials_back_until_the_revision_is_known(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, &SIO_SCENE_SPACES[1], 1);
    scene.config.auth = span_text("{\"t\":1}");
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_assert_log(&scene, "");
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(&scene, "send 40/admin?t=1,\n");
    sio_scene_finish(&scene);

    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    scene.config.auth = span_text("{\"t\":1}");
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    assert_int_equal(sio_scene_pass(&scene, 300), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "send 40{\"t\":1}\nsend 40/admin,{\"t\":1}\n");
    sio_scene_finish(&scene);
}

/* The root of revision 4 is judged by the request. */
static void is_late_with_credentials_for_revision_4(void **state)
{
    static const char *const answers[] = {"40", "44\"no\"",
                                          "44{\"message\":\"no\"}"};

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct sio_scene scene;

        sio_scene_prepare(&scene, EIO_REVISION_4);
        scene.config.auth = span_text("{\"t\":1}");
        sio_scene_start(&scene);
        sio_scene_take(&scene, SIO_SCENE_OPEN);
        assert_int_equal(sio_scene_receive(&scene, answers[i]),
                         SOCKFEED_CLOSED);
        assert_true(sio_session_is_late(scene.session));
        sio_scene_assert_log(&scene, "");
        sio_scene_finish(&scene);
    }
}

/* By then the server may have joined the root twice, or a namespace without
 * the query. */
static void is_late_when_revision_4_shows_after_the_connect(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sio_scene scene;

        sio_scene_prepare(&scene, EIO_REVISION_4);
        sio_scene_want(&scene, &SIO_SCENE_SPACES[i], 1);
        sio_scene_start(&scene);
        sio_scene_take(&scene, SIO_SCENE_OPEN);
        assert_int_equal(sio_scene_pass(&scene, 300), SOCKFEED_OK);
        assert_int_equal(sio_scene_receive(&scene, "40"), SOCKFEED_CLOSED);
        assert_true(sio_session_is_late(scene.session));
        sio_scene_finish(&scene);
    }
}

static void is_not_late_where_the_root_was_not_asked_for(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, &SIO_SCENE_SPACES[1], 1);
    scene.config.auth = span_text("{\"t\":1}");
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_take(&scene, "40");
    sio_scene_take(&scene, "40/admin");
    assert_false(sio_session_is_late(scene.session));
    sio_scene_finish(&scene);
}

static void says_that_credentials_came_too_late_for_a_pinned_one(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    scene.config.auth = span_text("{\"t\":1}");
    scene.config.pinned = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_take(&scene, "40");
    assert_false(sio_session_is_late(scene.session));
    sio_scene_assert_log(
        &scene, "notice the server speaks Engine.IO 3, not 4 as it was asked "
                "for\n"
                "notice the server speaks Socket.IO 2, which has joined the "
                "root namespace before the auth payload could be sent\n"
                "joined /\nready\n");
    sio_scene_finish(&scene);
}

/* Servers of Socket.IO 3.0 answer EIO=3 in the newer revision and wait. */
static void asks_anyway_when_revision_3_was_pinned_in_vain(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    scene.config.pinned = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    sio_scene_assert_log(&scene, "");
    assert_int_equal(sio_scene_pass(&scene, 2000), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "send 40\n");
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    sio_scene_assert_log(
        &scene, "notice the server speaks Engine.IO 4, not 3 as it was asked "
                "for\njoined /\nready\n");
    assert_int_equal(revision(&scene), 4);
    sio_scene_finish(&scene);
}

static void never_sends_connect_for_the_root_of_revision_4(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40");
    sio_scene_assert_log(&scene, "joined /\nready\n");
    assert_int_equal(sio_scene_pass(&scene, 6000), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "send 2\n");
    sio_scene_finish(&scene);
}

static void reports_a_connect_without_a_sid(void **state)
{
    static const char *const frames[] = {"40", "40{\"SID\":\"x\"}",
                                         "40{\"sid\":7}"};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct sio_scene scene;

        sio_scene_open(&scene);
        assert_int_equal(sio_scene_receive(&scene, frames[i]),
                         SOCKFEED_PROTOCOL);
        sio_scene_assert_failed(&scene, SOCKFEED_PROTOCOL, "no sid");
        sio_scene_finish(&scene);
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
        struct sio_scene scene;

        sio_scene_prepare(&scene, EIO_REVISION_4);
        sio_scene_start(&scene);
        sio_scene_take(&scene, SIO_SCENE_OPEN);
        assert_int_equal(sio_scene_receive(&scene, rows[i].frame),
                         SOCKFEED_NAMESPACE);
        sio_scene_assert_failed(&scene, SOCKFEED_NAMESPACE, rows[i].reason);
        sio_scene_finish(&scene);
    }
}

static void lives_on_with_the_namespaces_that_were_not_refused(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    sio_scene_take(&scene,
                   "44/admin,{\"message\":\"no\",\"data\":{\"code\":1}}");
    sio_scene_assert_log(&scene, "refused /admin no\nready\n");
    /* Neither what comes for it nor what it is refused again matters. */
    sio_scene_take(&scene, "42/admin,[\"m\"]");
    sio_scene_take(&scene, "44/admin,{\"message\":\"no\"}");
    sio_scene_take(&scene, "44/other,{\"message\":\"no\"}");
    sio_scene_assert_log(&scene, "");
    sio_scene_finish(&scene);
}

static void gives_all_up_when_the_root_of_revision_4_is_refused(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    sio_scene_want(&scene, &SIO_SCENE_SPACES[1], 1);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    assert_int_equal(sio_scene_receive(&scene, "44\"nope\""),
                     SOCKFEED_NAMESPACE);
    sio_scene_assert_log(&scene, "refused /admin nope\n");
    sio_scene_assert_failed(&scene, SOCKFEED_NAMESPACE, "nope");
    sio_scene_finish(&scene);
}

static void takes_a_late_refusal_for_the_end_of_the_namespace(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_join(&scene);
    assert_int_equal(sio_scene_receive(&scene, "44{\"message\":\"expired\"}"),
                     SOCKFEED_NAMESPACE);
    sio_scene_assert_log(&scene, "refused / expired\n");
    sio_scene_assert_failed(&scene, SOCKFEED_NAMESPACE, "expired");
    sio_scene_finish(&scene);
}

static void is_over_when_the_server_ends_the_last_namespace(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    sio_scene_take(&scene, "40/admin,{\"sid\":\"y\"}");
    buf_clear(&scene.log);
    sio_scene_take(&scene, "41/admin");
    sio_scene_assert_log(&scene, "left /admin\n");
    assert_int_equal(sio_session_emit(scene.session, span_text("/admin"),
                                      span_text("[\"a\"]")),
                     SOCKFEED_STATE);
    sio_scene_take(&scene, "41/admin,");
    sio_scene_take(&scene, "42/admin,[\"late\"]");
    sio_scene_assert_log(&scene, "");
    assert_int_equal(sio_scene_receive(&scene, "41"), SOCKFEED_CLOSED);
    sio_scene_assert_log(&scene, "left /\n");
    sio_scene_assert_failed(&scene, SOCKFEED_CLOSED, "ended the namespace /");
    sio_scene_finish(&scene);
}

static void waits_no_longer_than_it_was_told_to(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene.log);
    assert_int_equal(sio_scene_pass(&scene, 5000), SOCKFEED_OK);
    sio_scene_assert_log(
        &scene, "refused /admin the server did not answer CONNECT in time\n"
                "ready\n");
    sio_scene_finish(&scene);

    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_start(&scene);
    assert_int_equal(sio_scene_pass(&scene, 10000), SOCKFEED_TIMEOUT);
    sio_scene_assert_failed(&scene, SOCKFEED_TIMEOUT, "open packet");
    sio_scene_finish(&scene);

    sio_scene_open(&scene);
    assert_int_equal(sio_scene_pass(&scene, 5000), SOCKFEED_TIMEOUT);
    sio_scene_assert_failed(&scene, SOCKFEED_TIMEOUT, "CONNECT");
    sio_scene_finish(&scene);
}

static void does_not_count_the_time_it_is_paused(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_open(&scene);
    sio_session_pause(scene.session, 1000);
    assert_int_equal(sio_scene_pass(&scene, 3000), SOCKFEED_OK);
    sio_session_resume(scene.session, 4000);
    buf_clear(&scene.log);
    assert_int_equal(sio_scene_pass(&scene, 8000), SOCKFEED_TIMEOUT);
    sio_scene_finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_the_root_of_revision_5),
        cmocka_unit_test(sends_credentials_as_the_payload_in_revision_5),
        cmocka_unit_test(does_not_need_the_root_in_revision_5),
        cmocka_unit_test(recognises_revision_4_by_a_bare_connect),
        cmocka_unit_test(asks_when_no_connect_came_in_time),
        cmocka_unit_test(recognises_revision_5_by_the_sid),
        cmocka_unit_test(joins_namespaces_of_revision_4_with_a_query),
        cmocka_unit_test(passes_through_the_root_in_revision_4),
        cmocka_unit_test(holds_credentials_back_until_the_revision_is_known),
        cmocka_unit_test(is_late_with_credentials_for_revision_4),
        cmocka_unit_test(is_late_when_revision_4_shows_after_the_connect),
        cmocka_unit_test(is_not_late_where_the_root_was_not_asked_for),
        cmocka_unit_test(says_that_credentials_came_too_late_for_a_pinned_one),
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
    };

    return cmocka_run_group_tests_name("session/sio_joining", tests, NULL,
                                       NULL);
}
