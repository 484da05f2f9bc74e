/* SPDX-License-Identifier: MIT */
#include "session/sio_recovery.h"

#include "base/limits.h"
#include "tests/support/sio_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sio_packet_rules RULES = {.max_attachments = 10};

static struct sio_packet packet_of(const char *text)
{
    struct sio_packet packet;
    struct malformed malformed;

    assert_int_equal(
        sio_packet_decode(&packet, &malformed, span_text(text), &RULES),
        SOCKFEED_OK);
    return packet;
}

static void has_offset(const char *text, const char *expected)
{
    struct sio_packet packet = packet_of(text);
    struct span offset = sio_recovery_offset(&packet);

    assert_int_equal(offset.size, strlen(expected));
    if (offset.size > 0) {
        assert_memory_equal(offset.data, expected, offset.size);
    }
}

static void an_offset_is_the_last_argument_where_that_is_a_text(void **state)
{
    (void)state;
    has_offset("2[\"e\",1,\"Q88na4Y\"]", "\"Q88na4Y\"");
    has_offset("2[\"e\",\"a\",\"b\"]", "\"b\"");
    has_offset("2[\"e\" , \"x\" ] ", "\"x\"");
    has_offset("2[\"e\",\"\"]", "\"\"");
    has_offset("2[\"e\",\"a\\\"b\"]", "\"a\\\"b\"");
    has_offset("2[\"e\",\"a\\\\\"]", "\"a\\\\\"");
    has_offset("2[\"e\",\"\\\\\\\"\"]", "\"\\\\\\\"\"");
    has_offset("2/n,[\"e\",\"o\"]", "\"o\"");

    has_offset("2[\"e\"]", "");
    has_offset("2[\"e\",1]", "");
    has_offset("2[\"e\",[\"x\"]]", "");
    has_offset("2[\"e\",{\"k\":\"x\"}]", "");
    has_offset("27[\"e\",\"x\"]", ""); /* it asks for an acknowledgement */
    has_offset("2[5]", "");
}

static void strips_to(const char *text, const char *json, const char *args,
                      size_t count)
{
    struct sio_packet packet = packet_of(text);
    struct buf array;

    buf_init(&array, 1000);
    assert_int_equal(
        sio_recovery_strip(&packet, &array, sio_recovery_offset(&packet)),
        SOCKFEED_OK);
    assert_int_equal(packet.payload.size, strlen(json));
    assert_memory_equal(packet.payload.data, json, packet.payload.size);
    assert_int_equal(packet.args.size, strlen(args));
    if (packet.args.size > 0) {
        assert_memory_equal(packet.args.data, args, packet.args.size);
    }
    assert_int_equal(packet.arg_count, count);
    assert_int_equal(packet.name.data - packet.payload.data, 1);
    buf_deinit(&array);
}

static void an_offset_can_be_taken_off(void **state)
{
    (void)state;
    strips_to("2[\"e\",{\"p\":0.10},\"off\"]", "[\"e\",{\"p\":0.10}]",
              "{\"p\":0.10}", 1);
    strips_to("2[\"e\",1, 2 , \"off\" ]", "[\"e\",1, 2]", "1, 2", 2);
    strips_to("2[\"e\",\"off\"]", "[\"e\"]", "", 0);
}

/* ---- Memory ------------------------------------------------------------ */

struct memory {
    struct sio_recovery recovery;
    struct buf payload;
};

static void begin(struct memory *memory)
{
    sio_recovery_init(&memory->recovery);
    buf_init(&memory->payload, 10000);
}

static void end(struct memory *memory)
{
    sio_recovery_deinit(&memory->recovery);
    buf_deinit(&memory->payload);
}

static struct sio_recovery_space *root(struct memory *memory)
{
    return sio_recovery_find(&memory->recovery, span_text("/"));
}

static bool joined(struct memory *memory, const char *payload)
{
    return sio_recovery_joined(root(memory), span_text(payload));
}

static void delivered(struct memory *memory, const char *offset)
{
    sio_recovery_delivered(root(memory), span_text(offset));
}

/* The payload is this; NULL: nothing is asked. */
static void asks(struct memory *memory, const char *auth, const char *expected)
{
    assert_int_equal(
        sio_recovery_ask(root(memory), &memory->payload, span_text(auth)),
        expected != NULL);
    if (expected != NULL) {
        assert_string_equal(buf_text(&memory->payload), expected);
    }
}

static void asks_with_pid_offset_and_the_auth_payload(void **state)
{
    struct memory memory;

    (void)state;
    begin(&memory);
    asks(&memory, "", NULL);
    assert_false(joined(&memory, "{\"sid\":\"A\",\"pid\":\"P\"}"));
    asks(&memory, "", NULL); /* no offset was ever seen */
    delivered(&memory, "\"o1\"");
    delivered(&memory, "");
    asks(&memory, "", "{\"pid\":\"P\",\"offset\":\"o1\"}");
    asks(&memory, "{ \"t\" : [1], \"u\":\"x\" }",
         "{\"pid\":\"P\",\"offset\":\"o1\",\"t\":[1],\"u\":\"x\"}");
    assert_true(joined(&memory, "{\"sid\":\"A\",\"pid\":\"P\"}"));
    asks(&memory, "", "{\"pid\":\"P\",\"offset\":\"o1\"}");
    end(&memory);
}

static void a_session_that_was_forgotten_begins_anew(void **state)
{
    struct memory memory;

    (void)state;
    begin(&memory);
    (void)joined(&memory, "{\"sid\":\"A\",\"pid\":\"P\"}");
    delivered(&memory, "\"o1\"");
    assert_false(joined(&memory, "{\"sid\":\"B\",\"pid\":\"Q\"}"));
    asks(&memory, "", NULL);
    delivered(&memory, "\"o2\"");
    asks(&memory, "", "{\"pid\":\"Q\",\"offset\":\"o2\"}");
    sio_recovery_forget(root(&memory));
    asks(&memory, "", NULL);
    end(&memory);
}

static void a_server_without_pid_does_not_offer_it(void **state)
{
    struct memory memory;

    (void)state;
    begin(&memory);
    assert_true(sio_recovery_is_offered(span_text("{\"pid\":\"P\"}")));
    assert_false(sio_recovery_is_offered(span_text("{\"sid\":\"P\"}")));
    assert_false(sio_recovery_is_offered(span_text("{\"pid\":null}")));
    assert_false(sio_recovery_is_offered(span_text("")));
    assert_false(joined(&memory, "{\"sid\":\"A\"}"));
    delivered(&memory, "\"o\"");
    asks(&memory, "", NULL);
    assert_false(joined(&memory, "{\"sid\":\"A\"}"));
    end(&memory);
}

static void what_is_too_long_is_not_kept(void **state)
{
    struct memory memory;
    struct buf offset;

    (void)state;
    begin(&memory);
    buf_init(&offset, (size_t)LIMIT_SID + 10);
    (void)joined(&memory, "{\"sid\":\"A\",\"pid\":\"P\"}");
    delivered(&memory, "\"o1\"");
    buf_append_byte(&offset, '"');
    while (offset.size < LIMIT_SID) {
        buf_append_byte(&offset, 'x');
    }
    buf_append_byte(&offset, '"');
    sio_recovery_delivered(root(&memory), buf_span(&offset));
    asks(&memory, "", NULL);
    delivered(&memory, "\"o2\"");
    asks(&memory, "", "{\"pid\":\"P\",\"offset\":\"o2\"}");
    delivered(&memory, "\"not \x01 checked\"");
    asks(&memory, "", NULL);
    buf_deinit(&offset);
    end(&memory);
}

static void so_many_namespaces_are_remembered_and_no_more(void **state)
{
    struct memory memory;
    char name[] = "/aa";

    (void)state;
    begin(&memory);
    for (int i = 0; i < LIMIT_NAMESPACES; i++) {
        name[1] = (char)('a' + i / 26);
        name[2] = (char)('a' + i % 26);
        assert_non_null(sio_recovery_find(&memory.recovery, span_text(name)));
    }
    assert_null(sio_recovery_find(&memory.recovery, span_text("/more")));
    assert_non_null(sio_recovery_find(&memory.recovery, span_text("/aa")));
    sio_recovery_delivered(NULL, span_text("\"x\""));
    sio_recovery_forget(NULL);
    assert_false(sio_recovery_joined(NULL, span_text("{}")));
    assert_false(sio_recovery_ask(NULL, &memory.payload, span_text("")));
    end(&memory);
}

/* ---- A session, and the next one --------------------------------------- */

/* A scene whose first session has seen an offset, and was lost. */
static void lose(struct sio_scene *scene, struct sio_recovery *recovery)
{
    sio_scene_prepare(scene, EIO_REVISION_4);
    scene->config.recovery = recovery;
    sio_scene_start(scene);
    sio_scene_take(scene, SIO_SCENE_OPEN_4);
    sio_scene_take(scene, "40{\"sid\":\"A\",\"pid\":\"P\"}");
    sio_scene_take(scene, "42[\"a\",1,\"o1\"]");
    sio_scene_take(scene, "421[\"asks\",\"no offset\"]");
    sio_scene_assert_log(scene, "send 40\njoined /\nready\n"
                                "event / [\"a\",1,\"o1\"]\n"
                                "event / [\"asks\",\"no offset\"]\n");
    assert_false(sio_session_recovered(scene->session, span_text("/")));
    assert_false(sio_session_all_recovered(scene->session));
    sio_session_free(scene->session);
    sio_scene_start(scene);
    sio_scene_take(scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(scene, "send 40{\"pid\":\"P\",\"offset\":\"o1\"}\n");
}

static void what_was_missed_comes_before_the_connect(void **state)
{
    struct sio_recovery recovery;
    struct sio_scene scene;

    (void)state;
    sio_recovery_init(&recovery);
    lose(&scene, &recovery);
    sio_scene_take(&scene, "42[\"b\",2,\"o2\"]");
    sio_scene_take(&scene, "42[\"c\",3,\"o3\"]");
    sio_scene_take(&scene, "40{\"sid\":\"A\",\"pid\":\"P\"}");
    sio_scene_take(&scene, "42[\"d\",4,\"o4\"]");
    sio_scene_assert_log(&scene, "event / [\"b\",2,\"o2\"]\n"
                                 "event / [\"c\",3,\"o3\"]\n"
                                 "joined /\nready\n"
                                 "event / [\"d\",4,\"o4\"]\n");
    assert_true(sio_session_recovered(scene.session, span_text("/")));
    assert_true(sio_session_all_recovered(scene.session));
    sio_session_free(scene.session);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(&scene, "send 40{\"pid\":\"P\",\"offset\":\"o4\"}\n");
    sio_scene_finish(&scene);
    sio_recovery_deinit(&recovery);
}

static void a_server_that_has_forgotten_the_session_begins_anew(void **state)
{
    struct sio_recovery recovery;
    struct sio_scene scene;

    (void)state;
    sio_recovery_init(&recovery);
    lose(&scene, &recovery);
    sio_scene_take(&scene, "40{\"sid\":\"B\",\"pid\":\"Q\"}");
    sio_scene_assert_log(&scene, "joined /\nready\n");
    assert_false(sio_session_recovered(scene.session, span_text("/")));
    assert_false(sio_session_all_recovered(scene.session));
    sio_session_free(scene.session);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(&scene, "send 40\n");
    sio_scene_finish(&scene);
    sio_recovery_deinit(&recovery);
}

static void events_of_a_refused_recovery_are_nobodys(void **state)
{
    struct sio_recovery recovery;
    struct sio_scene scene;

    (void)state;
    sio_recovery_init(&recovery);
    lose(&scene, &recovery);
    (void)!sio_scene_receive(&scene, "44{\"message\":\"no\"}");
    (void)!sio_scene_receive(&scene, "42[\"b\",2,\"o2\"]");
    sio_scene_assert_log(&scene, "refused / no\n");
    sio_scene_finish(&scene);
    sio_recovery_deinit(&recovery);
}

static void a_namespace_that_the_server_ended_is_not_gone_on_with(void **state)
{
    struct sio_recovery recovery;
    struct sio_scene scene;

    (void)state;
    sio_recovery_init(&recovery);
    lose(&scene, &recovery);
    sio_scene_take(&scene, "40{\"sid\":\"A\",\"pid\":\"P\"}");
    (void)!sio_scene_receive(&scene, "41");
    sio_session_free(scene.session);
    buf_clear(&scene.log);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(&scene, "send 40\n");
    sio_scene_finish(&scene);
    sio_recovery_deinit(&recovery);
}

static void offsets_are_taken_off_where_that_is_wanted(void **state)
{
    struct sio_recovery recovery;
    struct sio_scene scene;

    (void)state;
    sio_recovery_init(&recovery);
    sio_scene_prepare(&scene, EIO_REVISION_4);
    scene.config.recovery = &recovery;
    scene.config.strip_offset = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "42[\"early\",\"o0\"]");
    sio_scene_take(&scene, "40{\"sid\":\"A\",\"pid\":\"P\"}");
    sio_scene_take(&scene, "42[\"a\",{\"p\":1},\"o1\"]");
    sio_scene_take(&scene, "42[\"b\",2]");
    sio_scene_assert_log(&scene, "send 40\njoined /\nevent / [\"early\"]\n"
                                 "ready\nevent / [\"a\",{\"p\":1}]\n"
                                 "event / [\"b\",2]\n");
    sio_session_free(scene.session);
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_assert_log(&scene, "send 40{\"pid\":\"P\",\"offset\":\"o1\"}\n");
    sio_scene_finish(&scene);
    sio_recovery_deinit(&recovery);
}

static void without_a_pid_the_last_argument_is_the_servers(void **state)
{
    struct sio_scene scene;

    (void)state;
    sio_scene_prepare(&scene, EIO_REVISION_4);
    scene.config.strip_offset = true;
    sio_scene_start(&scene);
    sio_scene_take(&scene, SIO_SCENE_OPEN_4);
    sio_scene_take(&scene, "40{\"sid\":\"A\"}");
    sio_scene_take(&scene, "42[\"a\",\"text\"]");
    sio_scene_assert_log(&scene, "send 40\njoined /\nready\n"
                                 "event / [\"a\",\"text\"]\n");
    sio_scene_finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offset_is_the_last_argument_where_that_is_a_text),
        cmocka_unit_test(an_offset_can_be_taken_off),
        cmocka_unit_test(asks_with_pid_offset_and_the_auth_payload),
        cmocka_unit_test(a_session_that_was_forgotten_begins_anew),
        cmocka_unit_test(a_server_without_pid_does_not_offer_it),
        cmocka_unit_test(what_is_too_long_is_not_kept),
        cmocka_unit_test(so_many_namespaces_are_remembered_and_no_more),
        cmocka_unit_test(what_was_missed_comes_before_the_connect),
        cmocka_unit_test(a_server_that_has_forgotten_the_session_begins_anew),
        cmocka_unit_test(events_of_a_refused_recovery_are_nobodys),
        cmocka_unit_test(a_namespace_that_the_server_ended_is_not_gone_on_with),
        cmocka_unit_test(offsets_are_taken_off_where_that_is_wanted),
        cmocka_unit_test(without_a_pid_the_last_argument_is_the_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
