/* SPDX-License-Identifier: MIT */
/* A client's life as its owner sees it: relay, link, sender and approach do
 * their work behind these functions and events. */
#include "tests/support/feed_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void subscribe(struct feed_scene *scene, const char *text)
{
    struct sockfeed_outgoing message = feed_scene_text(text);

    assert_int_equal(sockfeed_client_subscribe(scene->client, &message),
                     SOCKFEED_OK);
}

static void send(struct feed_scene *scene, const char *text)
{
    struct sockfeed_outgoing message = feed_scene_text(text);

    assert_int_equal(sockfeed_client_send(scene->client, &message),
                     SOCKFEED_OK);
}

/* A scene whose client comes back at once, as often as it takes. */
static void prepare_returning(struct feed_scene *scene)
{
    feed_scene_prepare(scene);
    feed_scene_set_number(scene, SOCKFEED_OPTION_RECONNECT,
                          SOCKFEED_RECONNECT_LOST);
    feed_scene_set_text(scene, SOCKFEED_OPTION_DELAY, "1");
}

/* ---- Subscriptions ---------------------------------------------------- */

static void subscribes_again_after_a_loss_in_the_same_order(void **state)
{
    struct feed_scene scene;

    (void)state;
    prepare_returning(&scene);
    feed_scene_make(&scene);
    subscribe(&scene, "a");
    subscribe(&scene, "b");
    feed_scene_start(&scene);
    feed_scene_server_hears(&scene, "message b");
    feed_scene_client_hears(&scene, "subscribed 2");
    feed_scene_take(&scene.client_log, "open 1\nsubscribed 2\n");
    sockfeed_peer_close(scene.peer, 1012, "restart");
    feed_scene_client_hears(&scene, "subscribed 2");
    feed_scene_take(&scene.client_log,
                    "lost the server closed the connection: 1012 "
                    "service restart: restart\n"
                    "retry 1\n"
                    "open 2 again\n"
                    "gap\n"
                    "subscribed 2\n");
    feed_scene_server_hears(&scene, "closed");
    buf_clear(&scene.server_log);
    subscribe(&scene, "c");
    feed_scene_server_hears(&scene, "message c");
    feed_scene_finish(&scene);
}

static void what_is_unsubscribed_is_not_sent_again(void **state)
{
    struct sockfeed_outgoing a = feed_scene_text("a");
    struct feed_scene scene;

    (void)state;
    prepare_returning(&scene);
    feed_scene_make(&scene);
    subscribe(&scene, "a");
    subscribe(&scene, "b");
    feed_scene_start(&scene);
    feed_scene_server_hears(&scene, "message b");
    feed_scene_take(&scene.server_log, "open\nmessage a\nmessage b\n");
    assert_int_equal(sockfeed_client_unsubscribe(scene.client, &a),
                     SOCKFEED_OK);
    assert_int_equal(sockfeed_client_unsubscribe(scene.client, &a),
                     SOCKFEED_INVALID);
    sockfeed_peer_close(scene.peer, 1012, "");
    feed_scene_server_hears(&scene, "message b");
    assert_null(strstr(buf_text(&scene.server_log), "message a"));
    feed_scene_finish(&scene);
}

static void nothing_passes_a_barrier_but_answers(void **state)
{
    struct sockfeed_outgoing answer = feed_scene_text("answer");
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    subscribe(&scene, "login");
    assert_int_equal(sockfeed_client_await(scene.client), SOCKFEED_OK);
    subscribe(&scene, "feed");
    send(&scene, "kept");
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "awaiting 0");
    assert_int_equal(sockfeed_client_answer(scene.client, 1, &answer),
                     SOCKFEED_OK);
    feed_scene_server_hears(&scene, "message answer");
    feed_scene_take(&scene.server_log, "open\nmessage login\nmessage answer\n");
    assert_int_equal(sockfeed_client_unsent(scene.client), 1);
    sockfeed_client_proceed(scene.client, 2); /* there is none */
    sockfeed_client_proceed(scene.client, 1);
    feed_scene_server_hears(&scene, "message kept");
    feed_scene_take(&scene.server_log, "message feed\nmessage kept\n");
    assert_int_equal(sockfeed_client_unsent(scene.client), 0);
    feed_scene_finish(&scene);
}

static void a_barrier_that_is_not_passed_is_a_failure(void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_set_number(&scene, SOCKFEED_OPTION_AWAIT_TIMEOUT, 1);
    feed_scene_make(&scene);
    assert_int_equal(sockfeed_client_await(scene.client), SOCKFEED_OK);
    feed_scene_start(&scene);
    feed_scene_client_hears(
        &scene, "closed the awaited message did not come within 0.001 s");
    feed_scene_server_hears(&scene, "closed");
    feed_scene_finish(&scene);
}

/* ---- Sending ---------------------------------------------------------- */

static void what_is_given_before_the_start_goes_behind_subscriptions(
    void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    send(&scene, "early");
    subscribe(&scene, "feed");
    assert_int_equal(sockfeed_client_unsent(scene.client), 1);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "sent");
    feed_scene_server_hears(&scene, "message early");
    feed_scene_take(&scene.server_log, "open\nmessage feed\nmessage early\n");
    feed_scene_take(&scene.client_log, "open 1\nsubscribed 1\nsent\n");
    feed_scene_finish(&scene);
}

static void heartbeats_go_as_long_as_the_connection_lives(void **state)
{
    struct sockfeed_outgoing beat = feed_scene_text("beat");
    struct feed_scene scene;

    (void)state;
    prepare_returning(&scene);
    feed_scene_make(&scene);
    assert_int_equal(sockfeed_client_heartbeat(scene.client, 1, false, &beat),
                     SOCKFEED_OK);
    feed_scene_start(&scene);
    for (int connection = 1; connection <= 2; connection++) {
        for (int i = 0; i < 3; i++) {
            feed_scene_server_hears(&scene, "message beat");
            buf_clear(&scene.server_log);
        }
        sockfeed_peer_close(scene.peer, 1012, "");
        feed_scene_server_hears(&scene, "open");
        buf_clear(&scene.server_log);
    }
    feed_scene_finish(&scene);
}

static void a_ping_is_answered(void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    assert_int_equal(sockfeed_client_ping(scene.client), SOCKFEED_STATE);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "open 1");
    assert_int_equal(sockfeed_client_ping(scene.client), SOCKFEED_OK);
    feed_scene_client_hears(&scene, "pong");
    feed_scene_finish(&scene);
}

static void what_cannot_be_is_refused(void **state)
{
    const struct sockfeed_outgoing event = {SOCKFEED_OUTGOING_EVENT, NULL,
                                            "[\"a\"]", 5};
    const struct sockfeed_outgoing text = feed_scene_text("a");
    const struct sockfeed_acknowledgement answer = {1, "/", 1, 1, "[]", 2};
    struct feed_scene scene;
    uint64_t call;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    assert_int_equal(sockfeed_client_subscribe(scene.client, &event),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_client_send(scene.client, &event),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_client_call(scene.client, &call, &event, 1),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_client_heartbeat(scene.client, 0, false, &text),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_client_heartbeat(scene.client, 1, false, &event),
                     SOCKFEED_INVALID);
    assert_int_equal(sockfeed_client_answer(scene.client, 1, &text),
                     SOCKFEED_STATE);
    assert_int_equal(sockfeed_client_acknowledge(scene.client, &answer),
                     SOCKFEED_STATE);
    assert_int_equal(sockfeed_client_prepare(scene.client, 1, scene.options),
                     SOCKFEED_STATE);
    assert_int_equal(sockfeed_client_close_with(scene.client, 1006, 1),
                     SOCKFEED_INVALID);
    feed_scene_start(&scene);
    assert_int_equal(sockfeed_client_start(scene.client), SOCKFEED_STATE);
    assert_int_equal(sockfeed_client_heartbeat(scene.client, 1, false, &text),
                     SOCKFEED_STATE);
    feed_scene_client_hears(&scene, "open 1");
    sockfeed_client_close(scene.client, 10000);
    assert_int_equal(sockfeed_client_send(scene.client, &text), SOCKFEED_STATE);
    feed_scene_server_hears(&scene, "closed");
    feed_scene_finish(&scene);
}

static void the_seventeenth_heartbeat_is_one_too_many(void **state)
{
    const struct sockfeed_outgoing beat = feed_scene_text("beat");
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(
            sockfeed_client_heartbeat(scene.client, 1000, true, &beat),
            SOCKFEED_OK);
    }
    assert_int_equal(sockfeed_client_heartbeat(scene.client, 1000, true, &beat),
                     SOCKFEED_FULL);
    feed_scene_finish(&scene);
}

/* ---- Connections come and go ------------------------------------------ */

static void asks_for_what_is_fresh_before_each_connection(void **state)
{
    struct sockfeed_options *fresh = sockfeed_options_new();
    struct feed_scene scene;

    (void)state;
    assert_non_null(fresh);
    prepare_returning(&scene);
    feed_scene_set_number(&scene, SOCKFEED_OPTION_PREPARE, 1);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    for (unsigned connection = 1; connection <= 2; connection++) {
        feed_scene_client_hears(&scene, "prepare");
        assert_null(scene.peer);
        assert_int_equal(
            sockfeed_client_prepare(scene.client, connection, fresh),
            SOCKFEED_OK);
        assert_int_equal(
            sockfeed_client_prepare(scene.client, connection, fresh),
            SOCKFEED_STATE);
        buf_clear(&scene.client_log);
        feed_scene_client_hears(&scene,
                                connection == 1 ? "open 1" : "open 2 again");
        buf_clear(&scene.server_log);
        sockfeed_peer_close(scene.peer, 1012, "");
        feed_scene_server_hears(&scene, "closed");
    }
    sockfeed_options_free(fresh);
    feed_scene_finish(&scene);
}

static void a_connection_that_is_declined_has_failed_for_that_reason(
    void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_set_number(&scene, SOCKFEED_OPTION_PREPARE, 1);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "prepare");
    sockfeed_client_decline(scene.client, 7, SOCKFEED_SYSTEM, "not this one");
    sockfeed_client_decline(scene.client, 1, SOCKFEED_SYSTEM, "no token");
    feed_scene_client_hears(&scene, "closed no token");
    feed_scene_assert_log(&scene.server_log, "");
    feed_scene_finish(&scene);
}

static void an_old_connection_is_replaced_by_one_that_is_subscribed(
    void **state)
{
    struct feed_scene scene;

    (void)state;
    prepare_returning(&scene);
    feed_scene_set_number(&scene, SOCKFEED_OPTION_MAX_AGE, 50);
    feed_scene_make(&scene);
    subscribe(&scene, "feed");
    feed_scene_start(&scene);
    feed_scene_server_hears(&scene, "message feed");
    feed_scene_take(&scene.server_log, "open\nmessage feed\n");
    feed_scene_client_hears(&scene, "replaced 1");
    feed_scene_take(&scene.client_log, "open 1\nsubscribed 1\nopen 2 again\n"
                                       "subscribed 1\nreplaced 1\n");
    feed_scene_server_hears(&scene, "message feed");
    /* The old one says goodbye by itself. */
    feed_scene_server_hears(&scene, "closed");
    feed_scene_finish(&scene);
}

static void silence_is_a_loss(void **state)
{
    struct feed_scene scene;

    (void)state;
    prepare_returning(&scene);
    feed_scene_set_number(&scene, SOCKFEED_OPTION_IDLE_TIMEOUT, 1);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "open 2 again");
    assert_non_null(strstr(buf_text(&scene.client_log), "lost "));
    feed_scene_finish(&scene);
}

static void a_message_that_is_rejected_ends_the_connection_with_its_code(
    void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    scene.greeting = "large";
    feed_scene_make(&scene);
    sockfeed_client_reject(scene.client, SOCKFEED_TOO_LARGE, "not connected");
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "message large");
    sockfeed_client_reject(scene.client, SOCKFEED_TOO_LARGE, "it is too large");
    feed_scene_client_hears(&scene, "closed it is too large");
    feed_scene_server_hears(&scene, "closed");
    feed_scene_finish(&scene);
}

static void a_client_that_pauses_hears_nothing_until_it_resumes(void **state)
{
    struct sockfeed_outgoing hello = feed_scene_text("hello");
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "open 1");
    buf_clear(&scene.client_log);
    sockfeed_client_pause(scene.client);
    assert_int_equal(sockfeed_peer_send(scene.peer, &hello), SOCKFEED_OK);
    /* Round trips of another client: time enough for the message to come. */
    for (int i = 0; i < 3; i++) {
        struct sockfeed_client *paused = scene.client;
        struct sockfeed_peer *peer = scene.peer;

        feed_scene_make(&scene);
        feed_scene_start(&scene);
        feed_scene_client_hears(&scene, "open 1");
        feed_scene_assert_log(&scene.client_log, "open 1\n");
        buf_clear(&scene.client_log);
        sockfeed_client_free(scene.client);
        scene.client = paused;
        scene.peer = peer;
    }
    sockfeed_client_resume(scene.client);
    feed_scene_client_hears(&scene, "message hello");
    feed_scene_finish(&scene);
}

static void a_close_waits_for_the_goodbye_of_the_server(void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "open 1");
    sockfeed_client_close(scene.client, 30000);
    sockfeed_client_close(scene.client, 30000); /* it is closing already */
    feed_scene_client_hears(&scene, "closed ");
    feed_scene_server_hears(&scene, "closed");
    feed_scene_assert_log(&scene.client_log, "open 1\nclosed \n");
    feed_scene_finish(&scene);
}

static void a_close_before_it_is_open_ends_it_too(void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_make(&scene);
    feed_scene_start(&scene);
    sockfeed_client_close(scene.client, 30000);
    feed_scene_client_hears(&scene, "closed ");
    feed_scene_assert_log(&scene.client_log, "closed \n");
    feed_scene_finish(&scene);
}

/* ---- Freeing ---------------------------------------------------------- */

/* Everything that can happen to a client, in one life. */
static void prepare_eventful(struct feed_scene *scene)
{
    feed_scene_set_number(scene, SOCKFEED_OPTION_RECONNECT,
                          SOCKFEED_RECONNECT_LOST);
    feed_scene_set_text(scene, SOCKFEED_OPTION_DELAY, "1");
    scene->greeting = "greeting";
    feed_scene_make(scene);
    subscribe(scene, "login");
    assert_int_equal(sockfeed_client_await(scene->client), SOCKFEED_OK);
    subscribe(scene, "feed");
    send(scene, "kept");
}

/* Leads the client up to the event in which it is freed. The scene ends the
 * program if one more comes. */
static void is_freed_in(struct feed_scene *scene, const char *line)
{
    static const char *const late[] = {"lost", "retry", "open 2", "gap"};
    bool lost = false;

    for (size_t i = 0; i < sizeof late / sizeof late[0]; i++) {
        lost = lost || strcmp(late[i], line) == 0;
    }
    prepare_eventful(scene);
    scene->free_client_on = line;
    feed_scene_start(scene);
    if (lost || strcmp(line, "subscribed") == 0 || strcmp(line, "sent") == 0) {
        feed_scene_client_hears(scene, "awaiting 0");
        sockfeed_client_proceed(scene->client, 1);
    }
    if (lost) {
        feed_scene_server_hears(scene, "message kept");
        sockfeed_peer_close(scene->peer, 1012, "");
    }
    feed_scene_client_hears(scene, line);
    assert_null(scene->client);
    feed_scene_finish(scene);
}

static const char *const eventful[] = {
    "open 1", "message greeting", "awaiting", "subscribed", "sent", "lost",
    "retry",  "open 2",           "gap"};

static void no_event_comes_after_the_one_in_which_it_is_freed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof eventful / sizeof eventful[0]; i++) {
        struct feed_scene scene;

        feed_scene_prepare(&scene);
        is_freed_in(&scene, eventful[i]);
    }
}

static void nor_where_another_transport_carries_it(void **state)
{
    static const enum sockfeed_transport transports[] = {
        SOCKFEED_TRANSPORT_WEBSOCKET, SOCKFEED_TRANSPORT_POLLING,
        SOCKFEED_TRANSPORT_UPGRADE, SOCKFEED_TRANSPORT_AUTO};

    (void)state;
    for (size_t k = 0; k < sizeof transports / sizeof transports[0]; k++) {
        for (size_t i = 0; i < sizeof eventful / sizeof eventful[0]; i++) {
            struct feed_scene scene;

            feed_scene_prepare_engine_io(&scene, transports[k]);
            is_freed_in(&scene, eventful[i]);
        }
    }
}

static void it_may_be_freed_as_it_is_upgraded(void **state)
{
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare_engine_io(&scene, SOCKFEED_TRANSPORT_UPGRADE);
    is_freed_in(&scene, "upgraded");
}

/* ---- Other transports ------------------------------------------------- */

static void messages_go_both_ways_by(enum sockfeed_transport transport)
{
    struct feed_scene scene;

    feed_scene_prepare_engine_io(&scene, transport);
    scene.echo = true;
    feed_scene_make(&scene);
    subscribe(&scene, "feed");
    send(&scene, "kept");
    feed_scene_start(&scene);
    feed_scene_client_hears(&scene, "message feed");
    feed_scene_client_hears(&scene, "message kept");
    if (transport == SOCKFEED_TRANSPORT_UPGRADE) {
        feed_scene_client_hears(&scene, "upgraded");
    }
    send(&scene, "later");
    feed_scene_client_hears(&scene, "message later");
    feed_scene_take(&scene.server_log,
                    "open\nmessage feed\nmessage kept\nmessage later\n");
    sockfeed_client_close(scene.client, 30000);
    feed_scene_client_hears(&scene, "closed");
    feed_scene_server_hears(&scene, "closed");
    feed_scene_finish(&scene);
}

static void messages_go_both_ways_by_polling(void **state)
{
    (void)state;
    messages_go_both_ways_by(SOCKFEED_TRANSPORT_POLLING);
}

static void messages_go_both_ways_through_an_upgrade(void **state)
{
    (void)state;
    messages_go_both_ways_by(SOCKFEED_TRANSPORT_UPGRADE);
}

static void a_server_may_be_freed_in_each_event_of_a_peer(void **state)
{
    static const char *const lines[] = {"open", "message hello", "closed"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct feed_scene scene;

        feed_scene_prepare(&scene);
        scene.free_server_on = lines[i];
        feed_scene_make(&scene);
        subscribe(&scene, "hello");
        feed_scene_start(&scene);
        if (i == 2) {
            feed_scene_server_hears(&scene, "message hello");
            sockfeed_client_close(scene.client, 30000);
        }
        feed_scene_server_hears(&scene, lines[i]);
        assert_null(scene.server);
        feed_scene_finish(&scene);
    }
}

static void nothing_is_made_of_options_that_do_not_hold_together(void **state)
{
    struct sockfeed_client *client;
    struct feed_scene scene;

    (void)state;
    feed_scene_prepare(&scene);
    feed_scene_set_text(&scene, SOCKFEED_OPTION_URL, "ftp://h.example/");
    assert_int_equal(
        sockfeed_client_new(&client, scene.loop, scene.options, NULL, NULL),
        SOCKFEED_INVALID);
    assert_null(client);
    feed_scene_finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subscribes_again_after_a_loss_in_the_same_order),
        cmocka_unit_test(what_is_unsubscribed_is_not_sent_again),
        cmocka_unit_test(nothing_passes_a_barrier_but_answers),
        cmocka_unit_test(a_barrier_that_is_not_passed_is_a_failure),
        cmocka_unit_test(
            what_is_given_before_the_start_goes_behind_subscriptions),
        cmocka_unit_test(heartbeats_go_as_long_as_the_connection_lives),
        cmocka_unit_test(a_ping_is_answered),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(the_seventeenth_heartbeat_is_one_too_many),
        cmocka_unit_test(asks_for_what_is_fresh_before_each_connection),
        cmocka_unit_test(
            a_connection_that_is_declined_has_failed_for_that_reason),
        cmocka_unit_test(
            an_old_connection_is_replaced_by_one_that_is_subscribed),
        cmocka_unit_test(silence_is_a_loss),
        cmocka_unit_test(
            a_message_that_is_rejected_ends_the_connection_with_its_code),
        cmocka_unit_test(a_client_that_pauses_hears_nothing_until_it_resumes),
        cmocka_unit_test(a_close_waits_for_the_goodbye_of_the_server),
        cmocka_unit_test(a_close_before_it_is_open_ends_it_too),
        cmocka_unit_test(no_event_comes_after_the_one_in_which_it_is_freed),
        cmocka_unit_test(nor_where_another_transport_carries_it),
        cmocka_unit_test(it_may_be_freed_as_it_is_upgraded),
        cmocka_unit_test(messages_go_both_ways_by_polling),
        cmocka_unit_test(messages_go_both_ways_through_an_upgrade),
        cmocka_unit_test(a_server_may_be_freed_in_each_event_of_a_peer),
        cmocka_unit_test(nothing_is_made_of_options_that_do_not_hold_together),
    };

    return cmocka_run_group_tests_name("api/client", tests, NULL, NULL);
}
