/* SPDX-License-Identifier: MIT */
/* Our own client and server, on one loop, by every transport. */
#include "sockfeed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 10000
};

/* What both sides were told, one to a line. */
struct scene {
    struct sockfeed_loop *loop;
    struct sockfeed_server *server;
    struct sockfeed_client *client;
    struct sockfeed_timer *patience;
    struct sockfeed_peer *peer;
    char log[4096];
    const char *last; /* the run ends with this line */
    bool late;
};

static void note(struct scene *scene, const char *what, const char *data,
                 size_t size)
{
    size_t used = strlen(scene->log);

    (void)snprintf(scene->log + used, sizeof scene->log - used, "%s %.*s\n",
                   what, (int)size, data);
    if (scene->last != NULL && strcmp(scene->log + used, scene->last) == 0) {
        sockfeed_loop_stop(scene->loop);
    }
}

static struct sockfeed_outgoing event(const char *array)
{
    return (struct sockfeed_outgoing){
        .type = SOCKFEED_OUTGOING_EVENT, .data = array, .size = strlen(array)};
}

/* ---- The server: answers, asks in its turn, says goodbye -------------------- */

static void serve_message(struct scene *scene, struct sockfeed_peer *peer,
                          const struct sockfeed_message *message)
{
    static const char answer[] = "[{\"$base64\":\"AQID\"}]";
    const struct sockfeed_acknowledgement acknowledgement = {
        .space = message->space,
        .space_size = message->space_size,
        .id = message->id,
        .data = answer,
        .size = sizeof answer - 1,
    };
    const struct sockfeed_outgoing question = event("[\"question\",\"é\"]");
    uint64_t call;

    note(scene, "server", message->data, message->data_size);
    assert_true(message->has_id);
    assert_int_equal(sockfeed_peer_acknowledge(peer, &acknowledgement),
                     SOCKFEED_OK);
    assert_int_equal(sockfeed_peer_call(peer, &call, &question, PATIENCE_MS),
                     SOCKFEED_OK);
    assert_int_equal(call, 1);
}

static void on_peer(struct sockfeed_server *server, struct sockfeed_peer *peer,
                    const struct sockfeed_peer_event *told, void *user)
{
    struct scene *scene = user;

    (void)server;
    scene->peer = peer;
    switch (told->type) {
    case SOCKFEED_PEER_OPEN:
        note(scene, "server: joined", told->u.open.space,
             strlen(told->u.open.space));
        break;
    case SOCKFEED_PEER_MESSAGE:
        serve_message(scene, peer, &told->u.message);
        break;
    case SOCKFEED_PEER_ANSWER:
        assert_int_equal(told->u.answer.call, 1);
        assert_int_equal(told->u.answer.result, SOCKFEED_OK);
        note(scene, "server: answer", told->u.answer.data,
             told->u.answer.data_size);
        sockfeed_peer_close(peer, 1000, "");
        break;
    case SOCKFEED_PEER_LEFT:
    case SOCKFEED_PEER_DRAINED:
        break;
    case SOCKFEED_PEER_CLOSED:
        note(scene, "server: closed", "", 0);
        break;
    }
}

/* ---- The client: asks, answers ----------------------------------------------- */

static void answer_question(struct sockfeed_client *client,
                            const struct sockfeed_event *told)
{
    const struct sockfeed_message *message = &told->u.message;
    const struct sockfeed_acknowledgement acknowledgement = {
        .connection = told->connection,
        .space = message->space,
        .space_size = message->space_size,
        .id = message->id,
        .data = "[42]",
        .size = 4,
    };

    assert_true(message->has_id);
    assert_int_equal(sockfeed_client_acknowledge(client, &acknowledgement),
                     SOCKFEED_OK);
}

static void on_client(struct sockfeed_client *client,
                      const struct sockfeed_event *told, void *user)
{
    struct scene *scene = user;
    const struct sockfeed_outgoing question =
        event("[\"ask\",{\"$base64\":\"/w==\"}]");
    uint64_t call;

    switch ((int)told->type) {
    case SOCKFEED_EVENT_OPEN:
        note(scene, "client: open", told->u.open.transport,
             strlen(told->u.open.transport));
        assert_int_equal(
            sockfeed_client_call(client, &call, &question, PATIENCE_MS),
            SOCKFEED_OK);
        break;
    case SOCKFEED_EVENT_MESSAGE:
        note(scene, "client", told->u.message.data, told->u.message.data_size);
        answer_question(client, told);
        break;
    case SOCKFEED_EVENT_ANSWER:
        assert_int_equal(told->u.answer.result, SOCKFEED_OK);
        note(scene, "client: answer", told->u.answer.data,
             told->u.answer.data_size);
        break;
    case SOCKFEED_EVENT_CLOSED:
        note(scene, "client: closed", "", 0);
        break;
    default:
        break;
    }
}

/* ---- The scene ---------------------------------------------------------------- */

static void on_patience(void *user)
{
    struct scene *scene = user;

    scene->late = true;
    sockfeed_loop_stop(scene->loop);
}

static void start_client(struct scene *scene, int eio,
                         enum sockfeed_transport transport)
{
    struct sockfeed_options *options = sockfeed_options_new();
    char url[64];

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u",
                   (unsigned)sockfeed_server_port(scene->server));
    assert_non_null(options);
    assert_int_equal(
        sockfeed_options_set_text(options, SOCKFEED_OPTION_URL, url),
        SOCKFEED_OK);
    assert_int_equal(
        sockfeed_options_set_number(options, SOCKFEED_OPTION_EIO, eio),
        SOCKFEED_OK);
    assert_int_equal(sockfeed_options_set_number(
                         options, SOCKFEED_OPTION_TRANSPORT, transport),
                     SOCKFEED_OK);
    assert_int_equal(sockfeed_options_set_number(options,
                                                 SOCKFEED_OPTION_RECONNECT,
                                                 SOCKFEED_RECONNECT_NEVER),
                     SOCKFEED_OK);
    assert_int_equal(sockfeed_client_new(&scene->client, scene->loop, options,
                                         on_client, scene),
                     SOCKFEED_OK);
    sockfeed_options_free(options);
    assert_int_equal(sockfeed_client_start(scene->client), SOCKFEED_OK);
}

static void run(struct scene *scene)
{
    sockfeed_timer_set(scene->patience, PATIENCE_MS);
    sockfeed_loop_run(scene->loop);
    assert_false(scene->late);
}

static void start(struct scene *scene)
{
    const struct sockfeed_server_config config = {.port = 0};

    *scene = (struct scene){.late = false};
    assert_int_equal(sockfeed_loop_new(&scene->loop, 8), SOCKFEED_OK);
    assert_int_equal(
        sockfeed_timer_new(&scene->patience, scene->loop, on_patience, scene),
        SOCKFEED_OK);
    assert_int_equal(sockfeed_server_new(&scene->server, scene->loop, &config,
                                         on_peer, scene, NULL),
                     SOCKFEED_OK);
}

static void finish(struct scene *scene)
{
    sockfeed_client_free(scene->client);
    sockfeed_server_free(scene->server);
    sockfeed_timer_free(scene->patience);
    sockfeed_loop_free(scene->loop);
}

static void both_ask_and_answer_by(enum sockfeed_transport transport)
{
    for (int eio = 3; eio <= 4; eio++) {
        struct scene scene;

        start(&scene);
        start_client(&scene, eio, transport);
        scene.last = "server: closed \n";
        run(&scene);
        assert_non_null(strstr(scene.log, "server: joined /\n"));
        assert_non_null(
            strstr(scene.log, "server [\"ask\",{\"$base64\":\"/w==\"}]\n"));
        assert_non_null(strstr(scene.log,
                               "client: answer [{\"$base64\":\"AQID\"}]\n"
                               "client [\"question\",\"é\"]\n"
                               "server: answer [42]\n"));
        finish(&scene);
    }
}

static void both_ask_and_answer_by_websocket(void **state)
{
    (void)state;
    both_ask_and_answer_by(SOCKFEED_TRANSPORT_WEBSOCKET);
}

static void both_ask_and_answer_by_polling(void **state)
{
    (void)state;
    both_ask_and_answer_by(SOCKFEED_TRANSPORT_POLLING);
}

static void both_ask_and_answer_through_an_upgrade(void **state)
{
    (void)state;
    both_ask_and_answer_by(SOCKFEED_TRANSPORT_UPGRADE);
}

static void says_why_a_certificate_cannot_be_used(void **state)
{
    const struct sockfeed_server_config config = {.certificate =
                                                      "/nonexistent"};
    struct sockfeed_failure failure;
    struct sockfeed_server *server;
    struct scene scene;

    (void)state;
    start(&scene);
    assert_int_equal(sockfeed_server_new(&server, scene.loop, &config, on_peer,
                                         &scene, &failure),
                     SOCKFEED_OWN_CERTIFICATE);
    assert_string_equal(
        failure.text,
        "certificate file /nonexistent: no such file or directory");
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ask_and_answer_by_websocket),
        cmocka_unit_test(both_ask_and_answer_by_polling),
        cmocka_unit_test(both_ask_and_answer_through_an_upgrade),
        cmocka_unit_test(says_why_a_certificate_cannot_be_used),
    };

    return cmocka_run_group_tests_name("api/server", tests, NULL, NULL);
}
