/* SPDX-License-Identifier: MIT */
#include "session/sio_session.h"

#include "base/limits.h"
#include "tests/support/sio_scene.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- Events ------------------------------------------------------------------ */

static void keeps_events_until_their_namespace_is_joined(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    buf_clear(&scene.log);
    sio_scene_take(&scene, "42/admin,[\"a\",1]");
    sio_scene_take(&scene, "42[\"r\"]");
    sio_scene_take(&scene, "42/admin,7[\"b\", 2]");
    sio_scene_take(&scene, "42/other,[\"c\"]");
    sio_scene_assert_log(&scene, "");
    sio_scene_take(&scene, "40/admin,{\"sid\":\"y\"}");
    sio_scene_assert_log(&scene, "joined /admin\nevent /admin [\"a\",1]\n"
                                 "event /admin [\"b\", 2]\n");
    sio_scene_take(&scene, "44{\"message\":\"no\"}");
    sio_scene_assert_log(&scene, "refused / no\nready\n");
    sio_scene_finish(&scene);
}

static void refuses_to_keep_too_many_early_events(void **state)
{
    struct sio_scene scene;
    struct buf frame;
    enum sockfeed_result result = SOCKFEED_OK;
    size_t count = 0;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
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
    sio_scene_assert_failed(&scene, SOCKFEED_PROTOCOL, "too many events");
    buf_deinit(&frame);
    sio_scene_finish(&scene);
}

static void waits_for_attachments_and_nothing_else(void **state)
{
    static const char event[] =
        "452-/admin,[\"e\",{\"_placeholder\":true,\"num\":1}]";
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    /* Before the namespace is joined it is kept like others. */
    sio_scene_take(&scene, event);
    assert_int_equal(sio_scene_receive_binary(&scene, "a"), SOCKFEED_OK);
    sio_scene_take(&scene, "2");
    assert_int_equal(sio_scene_receive_binary(&scene, "hi"), SOCKFEED_OK);
    buf_clear(&scene.log);
    sio_scene_take(&scene, "40/admin,{\"sid\":\"x\"}");
    sio_scene_assert_log(&scene,
                         "joined /admin\n"
                         "event /admin [\"e\",{\"$base64\":\"aGk=\"}]\n");
    sio_scene_take(&scene, event);
    assert_int_equal(sio_scene_receive(&scene, "42/admin,[\"m\"]"),
                     SOCKFEED_PROTOCOL);
    sio_scene_assert_failed(&scene, SOCKFEED_PROTOCOL,
                            "in place of an attachment");
    sio_scene_finish(&scene);

    sio_scene_open(&scene);
    assert_int_equal(sio_scene_receive_binary(&scene, "hi"), SOCKFEED_PROTOCOL);
    sio_scene_assert_failed(&scene, SOCKFEED_PROTOCOL, "belongs to no packet");
    sio_scene_finish(&scene);
}

static void fails_when_an_event_was_sent_in_part(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_open(&scene);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    scene.refuse_binary = true;
    buf_clear(&scene.log);
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"),
                         span_text("[\"e\",{\"$base64\":\"aGk=\"}]")),
        SOCKFEED_FULL);
    sio_scene_assert_log(&scene,
                         "send 451-[\"e\",{\"_placeholder\":true,\"num\":0}]\n"
                         "send-binary hi\n");
    sio_scene_assert_failed(&scene, SOCKFEED_FULL, "attachment");
    sio_scene_finish(&scene);
}

static enum sockfeed_result call(struct sio_scene *scene, size_t space,
                                 uint64_t id, int64_t deadline)
{
    return sio_session_call(scene->session, SIO_SCENE_SPACES[space],
                            span_text("[\"q\"]"), id, deadline);
}

static void join_both(struct sio_scene *scene)
{
    sio_scene_prepare(scene, EIO_REVISION_4);
    sio_scene_want(scene, SIO_SCENE_SPACES, 2);
    sio_scene_start(scene);
    sio_scene_take(scene, SIO_SCENE_OPEN_4);
    sio_scene_take(scene, "40{\"sid\":\"x\"}");
    sio_scene_take(scene, "40/admin,{\"sid\":\"y\"}");
    buf_clear(&scene->log);
}

static void hands_each_answer_to_its_call(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    assert_int_equal(call(&scene, 0, 7, 1000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 1, 7, 1000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 0, 8, 1000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 0, 8, 1000), SOCKFEED_STATE);
    sio_scene_assert_log(&scene, "send 427[\"q\"]\nsend 42/admin,7[\"q\"]\n"
                                 "send 428[\"q\"]\n");
    sio_scene_take(&scene, "43/admin,7[1,2]");
    sio_scene_take(&scene, "43/admin,7[1,2]");
    sio_scene_take(&scene, "43/admin,8[]");
    sio_scene_take(&scene, "438");
    sio_scene_take(&scene, "461-7[{\"_placeholder\":true,\"num\":0}]");
    assert_int_equal(sio_scene_receive_binary(&scene, "hi"), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "answered /admin 1,2\nanswered /\n"
                                 "answered / {\"$base64\":\"aGk=\"}\n");
    sio_scene_finish(&scene);
}

static void gives_calls_up_at_their_deadlines(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    assert_int_equal(call(&scene, 0, 1, 3000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 0, 2, 2000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 0, 3, 3000), SOCKFEED_OK);
    buf_clear(&scene.log);
    assert_int_equal(sio_scene_pass(&scene, 2000), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "unanswered / time ran out\n");
    sio_scene_take(&scene, "432[\"late\"]");
    sio_scene_take(&scene, "431[\"early\"]");
    assert_int_equal(sio_scene_pass(&scene, 3000), SOCKFEED_OK);
    sio_scene_assert_log(&scene, "answered / \"early\"\n"
                                 "unanswered / time ran out\n");
    sio_scene_finish(&scene);
}

static void gives_calls_up_with_their_namespace(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    assert_int_equal(call(&scene, 0, 1, 3000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 1, 1, 3000), SOCKFEED_OK);
    assert_int_equal(call(&scene, 1, 2, 3000), SOCKFEED_OK);
    buf_clear(&scene.log);
    sio_scene_take(&scene, "41/admin,");
    sio_scene_assert_log(&scene, "unanswered /admin the connection was closed\n"
                                 "unanswered /admin the connection was closed\n"
                                 "left /admin\n");
    assert_int_equal(call(&scene, 1, 3, 3000), SOCKFEED_STATE);
    sio_scene_take(&scene, "431[]");
    sio_scene_assert_log(&scene, "answered /\n");
    sio_scene_finish(&scene);
}

static void forgets_calls_that_could_not_be_sent(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(call(&scene, 0, 1, 3000), SOCKFEED_FULL);
    buf_clear(&scene.log);
    sio_scene_take(&scene, "431[]");
    sio_scene_assert_log(&scene, "");
    sio_scene_finish(&scene);
}

static void waits_for_so_many_answers_and_no_more(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    for (uint64_t id = 0; id < LIMIT_ACKS; id++) {
        assert_int_equal(call(&scene, 0, id, 3000), SOCKFEED_OK);
    }
    assert_int_equal(call(&scene, 0, LIMIT_ACKS, 3000), SOCKFEED_FULL);
    sio_scene_take(&scene, "430[]");
    assert_int_equal(call(&scene, 0, LIMIT_ACKS, 3000), SOCKFEED_OK);
    sio_scene_finish(&scene);
}

static void answers_what_the_server_asks(void **state)
{
    struct sio_scene scene;

    (void)state;
    join_both(&scene);
    assert_int_equal(sio_session_acknowledge(scene.session, SIO_SCENE_SPACES[1],
                                             12, span_text("[\"ok\"]")),
                     SOCKFEED_OK);
    assert_int_equal(
        sio_session_acknowledge(scene.session, SIO_SCENE_SPACES[0], 0,
                                span_text("[{\"$base64\":\"aGk=\"}]")),
        SOCKFEED_OK);
    sio_scene_assert_log(&scene,
                         "send 43/admin,12[\"ok\"]\n"
                         "send 461-0[{\"_placeholder\":true,\"num\":0}]\n"
                         "send-binary hi\n");
    sio_scene_finish(&scene);
}

static void ignores_acknowledgements_nobody_waits_for(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_join(&scene);
    sio_scene_take(&scene, "4312[\"x\"]");
    sio_scene_take(&scene, "43[\"x\"]");
    sio_scene_take(&scene, "4312");
    sio_scene_assert_log(&scene, "");
    sio_scene_finish(&scene);
}

static void fails_on_malformed_packets(void **state)
{
    static const char *const frames[] = {
        "4",    "47",   "42", "42[", "42[]", "42[\"connect\"]",
        "41{}", "40[]", "9",  ""};

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct sio_scene scene;

        sio_scene_open(&scene);
        assert_int_equal(sio_scene_receive(&scene, frames[i]),
                         SOCKFEED_PROTOCOL);
        sio_scene_assert_failed(&scene, SOCKFEED_PROTOCOL, "malformed");
        assert_int_equal(sio_scene_receive(&scene, "6"), SOCKFEED_PROTOCOL);
        sio_scene_finish(&scene);
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
        struct sio_scene scene;

        sio_scene_prepare(&scene, EIO_REVISION_4);
        sio_scene_want(&scene, SIO_SCENE_SPACES, 2);
        scene.config.pinned = true;
        sio_scene_start(&scene);
        scene.free_on = effects[i];
        result = sio_scene_receive(&scene, SIO_SCENE_OPEN);
        for (size_t k = 0;
             k < sizeof frames / sizeof frames[0] && result == SOCKFEED_OK;
             k++) {
            result = sio_scene_receive(&scene, frames[k]);
        }
        assert_int_equal(result, SOCKFEED_CLOSED);
        assert_null(scene.session);
        sio_scene_finish(&scene);
    }
}

static void may_be_freed_while_it_sends(void **state)
{
    struct sio_scene scene;

    (void)state;
    for (int close = 0; close < 2; close++) {
        sio_scene_open(&scene);
        sio_scene_take(&scene, "40{\"sid\":\"x\"}");
        scene.free_on = "send";
        if (close == 1) {
            sio_session_close(scene.session);
        } else {
            assert_int_equal(sio_session_emit(scene.session, span_text("/"),
                                              span_text("[\"a\"]")),
                             SOCKFEED_CLOSED);
        }
        assert_null(scene.session);
        sio_scene_finish(&scene);
    }
}

static void tells_what_sending_answered(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_open(&scene);
    sio_scene_take(&scene, "40{\"sid\":\"x\"}");
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(
        sio_session_emit(scene.session, span_text("/"), span_text("[\"a\"]")),
        SOCKFEED_FULL);
    assert_int_equal(sio_session_state(scene.session), SIO_SESSION_READY);
    sio_scene_finish(&scene);

    sio_scene_prepare(&scene, EIO_REVISION_4);
    sio_scene_start(&scene);
    scene.send_result = SOCKFEED_FULL;
    assert_int_equal(sio_scene_receive(&scene, SIO_SCENE_OPEN_4),
                     SOCKFEED_FULL);
    sio_scene_assert_failed(&scene, SOCKFEED_FULL, "CONNECT");
    sio_scene_finish(&scene);
}

/* How many of these frames are taken at once. */
static size_t receive_texts(struct sio_scene *scene, const char *const *texts,
                            size_t count)
{
    struct sockfeed_text frames[64];

    for (size_t i = 0; i < count; i++) {
        frames[i].data = texts[i];
        frames[i].size = strlen(texts[i]);
    }
    return sio_session_receive_texts(scene->session, scene->now, frames, count);
}

static void takes_plain_events_that_come_together(void **state)
{
    static const char *const texts[] = {"42[\"a\",1]", "42[\"b\"]",
                                        "42[\"c\",{},[]]"};
    struct sio_scene scene;

    (void)state;
    sio_scene_join(&scene);
    assert_int_equal(receive_texts(&scene, texts, 3), 3);
    sio_scene_assert_log(&scene, "event / [\"a\",1]\n"
                                 "event / [\"b\"]\n"
                                 "event / [\"c\",{},[]]\n");
    sio_scene_finish(&scene);
}

static void takes_more_of_them_than_it_hands_on_at_once(void **state)
{
    const char *texts[50];
    struct sio_scene scene;
    struct buf wanted;

    (void)state;
    sio_scene_join(&scene);
    buf_init(&wanted, 10000);
    for (size_t i = 0; i < 50; i++) {
        texts[i] = "42[\"a\"]";
        buf_append_text(&wanted, "event / [\"a\"]\n");
    }
    assert_int_equal(receive_texts(&scene, texts, 50), 50);
    sio_scene_assert_log(&scene, buf_text(&wanted));
    buf_deinit(&wanted);
    sio_scene_finish(&scene);
}

static void leaves_all_else_to_be_taken_one_by_one(void **state)
{
    static const char *const others[] = {
        "2",
        "3",
        "42/admin,[\"a\"]",
        "43[1]",
        "427[\"a\"]",
        "41",
        "42 [\"a\"]",
        "42[1]",
        "42[]",
        "42[\"a\"",
        "42[\"a\"] x",
        "4",
        "42[\"connect\"]",
        "6",
        "42",
    };
    struct sio_scene scene;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const char *texts[] = {"42[\"a\"]", others[i], "42[\"b\"]"};

        sio_scene_join(&scene);
        assert_int_equal(receive_texts(&scene, texts, 3), 1);
        sio_scene_assert_log(&scene, "event / [\"a\"]\n");
        sio_scene_finish(&scene);
    }
}

static void takes_none_together_before_the_root_is_joined(void **state)
{
    static const char *const texts[] = {"42[\"a\"]"};
    struct sio_scene scene;

    (void)state;
    sio_scene_open(&scene);
    assert_int_equal(receive_texts(&scene, texts, 1), 0);
    sio_scene_finish(&scene);
}

static void takes_none_together_while_it_is_paused(void **state)
{
    static const char *const texts[] = {"42[\"a\"]"};
    struct sio_scene scene;

    (void)state;
    sio_scene_join(&scene);
    sio_session_pause(scene.session, 0);
    assert_int_equal(receive_texts(&scene, texts, 1), 0);
    sio_session_resume(scene.session, 0);
    assert_int_equal(receive_texts(&scene, texts, 1), 1);
    sio_scene_assert_log(&scene, "event / [\"a\"]\n");
    sio_scene_finish(&scene);
}

static void passes_what_nobody_looks_into_without_a_word(void **state)
{
    static const struct sockfeed_text frames[] = {
        {"42[\"a\",broken]", 14},
        {"42[\"b\"]",        7 },
        {"42[\"c\"",         6 },
    };
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_3);
    scene.config.unchecked = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN);
    assert_int_equal(sio_session_pass_texts(scene.session, 0, frames, 3), 0);
    sio_scene_take(&scene, "40");
    assert_int_equal(sio_scene_pass(&scene, 6000), SOCKFEED_OK);
    buf_clear(&scene.log);
    assert_int_equal(sio_session_pass_texts(scene.session, 7000, frames, 3), 2);
    sio_scene_assert_log(&scene, "");
    /* They are a sign of life, from which 6 + 4 seconds count. */
    assert_int_equal(sio_session_deadline(scene.session), 17000);
    sio_scene_finish(&scene);
}

static void refuses_namespaces_that_cannot_be(void **state)
{
    static const struct span names[] = {
        {"",      0},
        {"admin", 5},
        {"/a,b",  4},
        {"/a\0b", 4}
    };
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        sio_scene_want(&scene, &names[i], 1);
        assert_int_equal(sio_session_new(&scene.session, &scene.config,
                                         &SIO_SCENE_HANDLERS, &scene, 0),
                         SOCKFEED_INVALID);
    }
    sio_scene_want(&scene, NULL, 0);
    assert_int_equal(sio_session_new(&scene.session, &scene.config,
                                     &SIO_SCENE_HANDLERS, &scene, 0),
                     SOCKFEED_INVALID);
    sio_scene_finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_events_until_their_namespace_is_joined),
        cmocka_unit_test(refuses_to_keep_too_many_early_events),
        cmocka_unit_test(waits_for_attachments_and_nothing_else),
        cmocka_unit_test(fails_when_an_event_was_sent_in_part),
        cmocka_unit_test(hands_each_answer_to_its_call),
        cmocka_unit_test(gives_calls_up_at_their_deadlines),
        cmocka_unit_test(gives_calls_up_with_their_namespace),
        cmocka_unit_test(forgets_calls_that_could_not_be_sent),
        cmocka_unit_test(waits_for_so_many_answers_and_no_more),
        cmocka_unit_test(answers_what_the_server_asks),
        cmocka_unit_test(ignores_acknowledgements_nobody_waits_for),
        cmocka_unit_test(fails_on_malformed_packets),
        cmocka_unit_test(may_be_freed_inside_every_handler),
        cmocka_unit_test(may_be_freed_while_it_sends),
        cmocka_unit_test(tells_what_sending_answered),
        cmocka_unit_test(takes_plain_events_that_come_together),
        cmocka_unit_test(takes_more_of_them_than_it_hands_on_at_once),
        cmocka_unit_test(leaves_all_else_to_be_taken_one_by_one),
        cmocka_unit_test(takes_none_together_before_the_root_is_joined),
        cmocka_unit_test(takes_none_together_while_it_is_paused),
        cmocka_unit_test(passes_what_nobody_looks_into_without_a_word),
        cmocka_unit_test(refuses_namespaces_that_cannot_be),
    };

    return cmocka_run_group_tests_name("session/sio_session", tests, NULL,
                                       NULL);
}
