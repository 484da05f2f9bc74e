/* SPDX-License-Identifier: MIT */
#include "session/eio_acceptor.h"

#include "session/eio_session.h"
#include "session/sio_session.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    INTERVAL = 600,
    TIMEOUT = 400,
    CONNECT_TIMEOUT = 5000,
};

/* A client and an acceptor, wired in memory. Messages lie in the two buffers,
 * each behind its kind and size, until `settle` carries them over. What both sides tell
 * is written down, one to a line. */
struct scene {
    struct sio_session *client; /* NULL where frames are written by hand */
    struct eio_acceptor *server;
    struct buf to_client;
    struct buf to_server;
    struct buf log;
    int64_t now;
    bool server_unheard; /* what it sends is lost */
    bool free_on_event;
};

static void note(struct scene *scene, const char *what, struct span first,
                 struct span second)
{
    buf_append_text(&scene->log, what);
    buf_append_byte(&scene->log, ' ');
    buf_append_span(&scene->log, first);
    if (second.size > 0) {
        buf_append_byte(&scene->log, ' ');
        buf_append_span(&scene->log, second);
    }
    buf_append_byte(&scene->log, '\n');
}

static const struct span NONE = {NULL, 0};

static void put(struct buf *queue, bool binary, struct span packet)
{
    buf_append(queue, &binary, sizeof binary);
    buf_append(queue, &packet.size, sizeof packet.size);
    buf_append_span(queue, packet);
}

static bool take_message(struct buf *queue, bool *binary, struct buf *message)
{
    size_t size;

    if (queue->size == 0) {
        return false;
    }
    memcpy(binary, queue->data, sizeof *binary);
    memcpy(&size, queue->data + sizeof *binary, sizeof size);
    buf_clear(message);
    buf_append(message, queue->data + sizeof *binary + sizeof size, size);
    buf_consume(queue, sizeof *binary + sizeof size + size);
    return true;
}

/* ---- The client's side ----------------------------------------------------- */

static enum sockfeed_result client_send(void *user, bool binary,
                                        struct span packet)
{
    struct scene *scene = user;

    put(&scene->to_server, binary, packet);
    return SOCKFEED_OK;
}

static void client_events(void *user, const struct sockfeed_message *events,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        note(user, "client: event",
             span_of(events[i].space, events[i].space_size),
             span_of(events[i].data, events[i].data_size));
    }
}

static void client_joined(void *user, const char *space)
{
    note(user, "client: joined", span_text(space), NONE);
}

static void client_refused(void *user, const char *space, const char *reason)
{
    note(user, "client: refused", span_text(space), span_text(reason));
}

static void client_left(void *user, const char *space)
{
    note(user, "client: left", span_text(space), NONE);
}

static void client_ready(void *user)
{
    (void)user;
}

static void client_notice(void *user, const char *text)
{
    note(user, "client: notice", span_text(text), NONE);
}

static void client_answered(void *user, const struct sio_answer *answer)
{
    struct scene *scene = user;

    buf_append_format(&scene->log, "client: answered %d ", (int)answer->id);
    note(scene, "", span_text(answer->space),
         answer->result == SOCKFEED_OK
             ? answer->args
             : span_text(sockfeed_result_text(answer->result)));
}

/* ---- The server's side ----------------------------------------------------- */

static enum sockfeed_result server_send(void *user, bool binary,
                                        struct span packet)
{
    struct scene *scene = user;

    if (!scene->server_unheard) {
        put(&scene->to_client, binary, packet);
    }
    return SOCKFEED_OK;
}

/* Nothing here polls: see eio_carrier_test.c. */
static void server_send_probe(void *user, struct span text)
{
    (void)user;
    (void)text;
}

static void server_upgraded(void *user)
{
    (void)user;
}

static void server_answer(void *user, const struct eio_answer *answer)
{
    (void)user;
    (void)answer;
}

static struct span server_refuses(void *user, struct span space)
{
    (void)user;
    return span_is(space, "/secret") ? span_text("\"no\"") : span_text(NULL);
}

static void server_joined(void *user, const char *space)
{
    note(user, "server: joined", span_text(space), NONE);
}

static void server_event(void *user, const struct sockfeed_message *event)
{
    struct scene *scene = user;

    note(scene, "server: event", span_of(event->space, event->space_size),
         span_of(event->data, event->data_size));
    if (scene->free_on_event) {
        eio_acceptor_free(scene->server);
        scene->server = NULL;
    }
}

static void server_answered(void *user,
                            const struct eio_acceptor_answer *answer)
{
    struct scene *scene = user;

    buf_append_format(&scene->log, "server: answered %d %d ", (int)answer->id,
                      (int)answer->result);
    note(scene, "", answer->data, answer->args);
}

static void server_message(void *user, bool binary, struct span data,
                           struct span frame)
{
    note(user, binary ? "server: bytes" : "server: text", data, frame);
}

static void server_left(void *user, const char *space)
{
    note(user, "server: left", span_text(space), NONE);
}

static const struct eio_acceptor_handlers server_handlers = {
    .carrier = {server_send, server_send_probe, server_upgraded,
                server_upgraded, server_answer},
    .refuses = server_refuses,
    .joined = server_joined,
    .event = server_event,
    .answered = server_answered,
    .left = server_left,
    .message = server_message,
};

/* ---- The scene ------------------------------------------------------------- */

static void start_server(struct scene *scene, enum eio_revision revision)
{
    struct eio_acceptor_config config = {.revision = revision,
                                         .sid = span_text("SID"),
                                         .ping_interval = INTERVAL,
                                         .ping_timeout = TIMEOUT,
                                         .max_payload = 65536,
                                         .connect_timeout = CONNECT_TIMEOUT};

    *scene = (struct scene){.now = 0};
    buf_init(&scene->to_client, 65536);
    buf_init(&scene->to_server, 65536);
    buf_init(&scene->log, 65536);
    assert_int_equal(
        eio_acceptor_new(&scene->server, &config, &server_handlers, scene, 0),
        SOCKFEED_OK);
}

static void open_server(struct scene *scene, enum eio_revision revision)
{
    start_server(scene, revision);
    assert_int_equal(eio_acceptor_open(scene->server, 0), SOCKFEED_OK);
}

static void start(struct scene *scene, enum eio_revision revision,
                  const struct span *spaces, size_t count)
{
    static const struct sio_session_handlers handlers = {
        .send = client_send,
        .events = client_events,
        .joined = client_joined,
        .refused = client_refused,
        .left = client_left,
        .ready = client_ready,
        .notice = client_notice,
        .answered = client_answered,
    };
    struct sio_session_config config = {.asked = revision,
                                        .pinned = true,
                                        .namespaces = spaces,
                                        .namespace_count = count,
                                        .auth = span_text("{\"t\":\"x\"}"),
                                        .open_timeout = 10000,
                                        .connect_timeout = 10000,
                                        .max_message = 65536};

    start_server(scene, revision);
    assert_int_equal(
        sio_session_new(&scene->client, &config, &handlers, scene, 0),
        SOCKFEED_OK);
    assert_int_equal(eio_acceptor_open(scene->server, 0), SOCKFEED_OK);
}

static void finish(struct scene *scene)
{
    sio_session_free(scene->client);
    eio_acceptor_free(scene->server);
    buf_deinit(&scene->to_client);
    buf_deinit(&scene->to_server);
    buf_deinit(&scene->log);
}

/* Carries messages until none is on its way. */
static void settle(struct scene *scene)
{
    struct buf message;
    bool moved = true;
    bool binary;

    buf_init(&message, 65536);
    while (moved) {
        moved = false;
        if (take_message(&scene->to_client, &binary, &message)) {
            moved = true;
            (void)!(binary ? sio_session_receive_binary(
                                 scene->client, scene->now, buf_span(&message))
                           : sio_session_receive_text(scene->client, scene->now,
                                                      buf_span(&message)));
        }
        if (take_message(&scene->to_server, &binary, &message)) {
            moved = true;
            (void)!(binary
                        ? eio_acceptor_receive_binary(scene->server, scene->now,
                                                      buf_span(&message))
                        : eio_acceptor_receive_text(scene->server, scene->now,
                                                    buf_span(&message)));
        }
    }
    buf_deinit(&message);
}

/* Moves the clock to the next deadline of either and lets it pass. */
static void step(struct scene *scene)
{
    int64_t client = sio_session_deadline(scene->client);
    int64_t server = eio_acceptor_deadline(scene->server);

    scene->now = client < server ? client : server;
    assert_true(scene->now < INT64_MAX);
    (void)!eio_acceptor_tick(scene->server, scene->now);
    (void)!sio_session_tick(scene->client, scene->now);
    settle(scene);
}

static void assert_log(struct scene *scene, const char *wanted)
{
    assert_string_equal(buf_text(&scene->log), wanted);
    buf_clear(&scene->log);
}

static const struct span BOTH[] = {
    {"/",      1},
    {"/admin", 6}
};
static const enum eio_revision REVISIONS[] = {EIO_REVISION_3, EIO_REVISION_4};

static void client_and_acceptor_talk(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        assert_int_equal(sio_session_state(scene.client), SIO_SESSION_READY);
        assert_true(eio_acceptor_joined(scene.server, BOTH[1]));
        buf_clear(&scene.log);
        assert_int_equal(
            sio_session_emit(scene.client, BOTH[1], span_text("[\"up\",1]")),
            SOCKFEED_OK);
        assert_int_equal(eio_acceptor_emit(scene.server, BOTH[1],
                                           span_text("[\"down\",{}]")),
                         SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "client: event /admin [\"down\",{}]\n"
                           "server: event /admin [\"up\",1]\n");
        sio_session_close(scene.client);
        settle(&scene);
        assert_log(&scene, "server: left /\nserver: left /admin\n");
        assert_false(eio_acceptor_over(scene.server));
        finish(&scene);
    }
}

static void attachments_go_both_ways(void **state)
{
    static const char array[] =
        "[\"e\",{\"$base64\":\"AQID\"},{\"x\":{\"$base64\":\"\"}}]";

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        buf_clear(&scene.log);
        assert_int_equal(
            sio_session_emit(scene.client, BOTH[1], span_text(array)),
            SOCKFEED_OK);
        assert_int_equal(
            eio_acceptor_emit(scene.server, BOTH[0], span_text(array)),
            SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "client: event / [\"e\",{\"$base64\":\"AQID\"},"
                           "{\"x\":{\"$base64\":\"\"}}]\n"
                           "server: event /admin [\"e\",{\"$base64\":\"AQID\"},"
                           "{\"x\":{\"$base64\":\"\"}}]\n");
        finish(&scene);
    }
}

/* Each asks the other, in one namespace by the same ids. */
static void client_and_acceptor_answer_each_other(void **state)
{
    static const char array[] = "[1,{\"$base64\":\"AQID\"}]";

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        buf_clear(&scene.log);
        for (uint64_t id = 0; id < 2; id++) {
            assert_int_equal(sio_session_call(scene.client, BOTH[1],
                                              span_text("[\"q\"]"), id,
                                              scene.now + 300),
                             SOCKFEED_OK);
        }
        assert_int_equal(eio_acceptor_call(scene.server, BOTH[1],
                                           span_text("[\"p\"]"), 0, INT64_MAX),
                         SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "client: event /admin [\"p\"]\n"
                           "server: event /admin [\"q\"]\n"
                           "server: event /admin [\"q\"]\n");
        assert_int_equal(eio_acceptor_acknowledge(scene.server, BOTH[1], 1,
                                                  span_text(array)),
                         SOCKFEED_OK);
        assert_int_equal(
            sio_session_acknowledge(scene.client, BOTH[1], 0, span_text(array)),
            SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "client: answered 1  /admin "
                           "1,{\"$base64\":\"AQID\"}\n"
                           "server: answered 0 0  "
                           "[1,{\"$base64\":\"AQID\"}] "
                           "1,{\"$base64\":\"AQID\"}\n");
        scene.now += 300;
        assert_int_equal(sio_session_tick(scene.client, scene.now),
                         SOCKFEED_OK);
        assert_log(&scene, "client: answered 0  /admin time ran out\n");
        /* It comes late. */
        assert_int_equal(
            eio_acceptor_acknowledge(scene.server, BOTH[1], 0, span_text("[]")),
            SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "");
        finish(&scene);
    }
}

static void client_and_acceptor_keep_each_other_alive(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        for (int k = 0; k < 100; k++) {
            step(&scene);
        }
        assert_int_equal(sio_session_state(scene.client), SIO_SESSION_READY);
        assert_false(eio_acceptor_over(scene.server));
        assert_true(scene.now >= 40 * (INTERVAL));
        finish(&scene);
    }
}

static void each_notices_that_the_other_has_gone_silent(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        scene.server_unheard = true;
        for (int k = 0;
             k < 10 && sio_session_state(scene.client) == SIO_SESSION_READY;
             k++) {
            step(&scene);
        }
        assert_int_equal(sio_session_failure(scene.client)->result,
                         SOCKFEED_LOST);
        assert_true(scene.now <= INTERVAL + TIMEOUT);
        while (!eio_acceptor_over(scene.server)) {
            scene.now = eio_acceptor_deadline(scene.server);
            (void)!eio_acceptor_tick(scene.server, scene.now);
        }
        assert_int_equal(eio_acceptor_failure(scene.server)->result,
                         SOCKFEED_LOST);
        finish(&scene);
    }
}

static void a_paused_client_is_not_given_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;
        struct buf message;
        bool binary;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        sio_session_pause(scene.client, scene.now);
        buf_init(&message, 65536);
        for (int k = 0; k < 50; k++) {
            int64_t client = sio_session_deadline(scene.client);
            int64_t server = eio_acceptor_deadline(scene.server);

            scene.now = client < server ? client : server;
            (void)!sio_session_tick(scene.client, scene.now);
            (void)!eio_acceptor_tick(scene.server, scene.now);
            while (take_message(&scene.to_server, &binary, &message)) {
                assert_int_equal(eio_acceptor_receive_text(scene.server,
                                                           scene.now,
                                                           buf_span(&message)),
                                 SOCKFEED_OK);
            }
            assert_false(eio_acceptor_over(scene.server));
        }
        sio_session_resume(scene.client, scene.now);
        settle(&scene);
        for (int k = 0; k < 10; k++) {
            step(&scene);
        }
        assert_int_equal(sio_session_state(scene.client), SIO_SESSION_READY);
        buf_deinit(&message);
        finish(&scene);
    }
}

static void acceptor_ends_namespaces(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;

        start(&scene, REVISIONS[i], BOTH, 2);
        settle(&scene);
        buf_clear(&scene.log);
        assert_int_equal(eio_acceptor_disconnect(scene.server, BOTH[1]),
                         SOCKFEED_OK);
        assert_int_equal(eio_acceptor_disconnect(scene.server, BOTH[1]),
                         SOCKFEED_STATE);
        /* This crosses the DISCONNECT on its way. */
        assert_int_equal(
            sio_session_emit(scene.client, BOTH[1], span_text("[\"x\"]")),
            SOCKFEED_OK);
        settle(&scene);
        assert_log(&scene, "client: left /admin\n");
        assert_false(eio_acceptor_over(scene.server));
        eio_acceptor_close(scene.server, scene.now, true);
        settle(&scene);
        assert_log(&scene, "client: left /\n");
        assert_int_equal(sio_session_failure(scene.client)->result,
                         SOCKFEED_CLOSED);
        finish(&scene);
    }
}

/* ---- Frames written by hand -------------------------------------------------- */

static enum sockfeed_result receive(struct scene *scene, const char *frame)
{
    return eio_acceptor_receive_text(scene->server, scene->now,
                                     span_text(frame));
}

static void takes(struct scene *scene, const char *frame)
{
    assert_int_equal(receive(scene, frame), SOCKFEED_OK);
}

static void assert_sent(struct scene *scene, const char *wanted)
{
    struct buf message;
    bool binary;

    buf_init(&message, 65536);
    assert_true(take_message(&scene->to_client, &binary, &message));
    assert_false(binary);
    assert_string_equal(buf_text(&message), wanted);
    buf_deinit(&message);
}

static void answers_as_servers_of_revision_5_do(void **state)
{
    struct scene scene;

    (void)state;
    start_server(&scene, EIO_REVISION_4);
    assert_int_equal(receive(&scene, "40"), SOCKFEED_STATE);
    assert_int_equal(eio_acceptor_open(scene.server, 0), SOCKFEED_OK);
    assert_sent(&scene,
                "0{\"sid\":\"SID\",\"upgrades\":[],\"pingInterval\":600,"
                "\"pingTimeout\":400,\"maxPayload\":65536}");
    takes(&scene, "40");
    assert_sent(&scene, "40{\"sid\":\"SID-0\"}");
    takes(&scene, "40/a?b=1,{\"t\":1}");
    assert_sent(&scene, "40/a?b=1,{\"sid\":\"SID-1\"}");
    takes(&scene, "41/a?b=1,");
    takes(&scene, "40/a?b=1,");
    assert_sent(&scene, "40/a?b=1,{\"sid\":\"SID-1\"}");
    finish(&scene);
}

static void answers_as_servers_of_revision_4_do(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_3);
    assert_sent(&scene,
                "0{\"sid\":\"SID\",\"upgrades\":[],\"pingInterval\":600,"
                "\"pingTimeout\":400,\"maxPayload\":65536}");
    assert_sent(&scene, "40");
    takes(&scene, "40/a?b=1,");
    assert_sent(&scene, "40/a,");
    takes(&scene, "2hello");
    assert_sent(&scene, "3");
    assert_log(&scene, "server: joined /\nserver: joined /a\n");
    finish(&scene);
}

static void ends_connections_that_break_the_rules(void **state)
{
    static const struct {
        enum eio_revision revision;
        const char *frame;
    } rows[] = {
        {EIO_REVISION_4, "2"              },
        {EIO_REVISION_3, "3"              },
        {EIO_REVISION_4, "40"             },
        {EIO_REVISION_3, "40"             },
        {EIO_REVISION_4, "42/b,[\"x\"]"   },
        {EIO_REVISION_4, "43/b,1[]"       },
        {EIO_REVISION_4, "44{}"           },
        {EIO_REVISION_4, "42[\"connect\"]"},
        {EIO_REVISION_4, "42"             },
        {EIO_REVISION_4, "4"              },
        {EIO_REVISION_4, ""               },
        {EIO_REVISION_4, "x"              },
        {EIO_REVISION_4, "bAQID"          },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        open_server(&scene, rows[i].revision);
        if (rows[i].revision == EIO_REVISION_4) {
            takes(&scene, "40");
        }
        assert_int_equal(receive(&scene, rows[i].frame), SOCKFEED_PROTOCOL);
        assert_true(eio_acceptor_over(scene.server));
        assert_int_equal(receive(&scene, "6"), SOCKFEED_PROTOCOL);
        assert_int_equal(
            eio_acceptor_emit(scene.server, BOTH[0], span_text("[\"x\"]")),
            SOCKFEED_STATE);
        assert_true(eio_acceptor_deadline(scene.server) == INT64_MAX);
        finish(&scene);
    }
}

static void ends_connections_that_join_nothing(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_4);
    while (!eio_acceptor_over(scene.server)) {
        scene.now = eio_acceptor_deadline(scene.server);
        if (eio_acceptor_tick(scene.server, scene.now) == SOCKFEED_OK) {
            takes(&scene, "3");
        }
    }
    assert_int_equal(scene.now, CONNECT_TIMEOUT);
    assert_int_equal(eio_acceptor_failure(scene.server)->result,
                     SOCKFEED_TIMEOUT);
    finish(&scene);
}

static void may_be_freed_inside_a_handler(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_3);
    scene.free_on_event = true;
    assert_int_equal(receive(&scene, "42[\"x\"]"), SOCKFEED_CLOSED);
    finish(&scene);
}

static void refuses_what_its_owner_refuses(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_4);
    buf_clear(&scene.to_client);
    takes(&scene, "40/secret,");
    assert_sent(&scene, "44/secret,{\"message\":\"no\"}");
    assert_false(eio_acceptor_joined(scene.server, span_text("/secret")));
    assert_int_equal(receive(&scene, "42/secret,[\"x\"]"), SOCKFEED_PROTOCOL);
    finish(&scene);
    open_server(&scene, EIO_REVISION_3);
    buf_clear(&scene.to_client);
    takes(&scene, "40/secret,");
    assert_sent(&scene, "44/secret,\"no\"");
    finish(&scene);
}

static void a_call_is_answered_once(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_4);
    assert_int_equal(
        eio_acceptor_call(scene.server, BOTH[0], span_text("[\"q\"]"), 0, 100),
        SOCKFEED_STATE);
    takes(&scene, "40");
    takes(&scene, "40/admin,");
    buf_clear(&scene.to_client);
    buf_clear(&scene.log);
    assert_int_equal(eio_acceptor_call(scene.server, BOTH[0],
                                       span_text("[\"q\"]"), 7, INT64_MAX),
                     SOCKFEED_OK);
    assert_sent(&scene, "427[\"q\"]");
    assert_int_equal(eio_acceptor_call(scene.server, BOTH[0],
                                       span_text("[\"q\"]"), 7, INT64_MAX),
                     SOCKFEED_INVALID);
    /* Another namespace, another id: nobody waits there. */
    takes(&scene, "43/admin,7[1]");
    takes(&scene, "438[1]");
    assert_log(&scene, "");
    takes(&scene, "437[1,\"x\"]");
    takes(&scene, "437[2]");
    assert_log(&scene, "server: answered 7 0  [1,\"x\"] 1,\"x\"\n");
    finish(&scene);
}

static void a_call_is_given_up_in_time_or_with_its_namespace(void **state)
{
    struct scene scene;

    (void)state;
    open_server(&scene, EIO_REVISION_3);
    buf_clear(&scene.log);
    assert_int_equal(
        eio_acceptor_call(scene.server, BOTH[0], span_text("[\"q\"]"), 0, 100),
        SOCKFEED_OK);
    assert_int_equal(eio_acceptor_call(scene.server, BOTH[0],
                                       span_text("[\"q\"]"), 1, INT64_MAX),
                     SOCKFEED_OK);
    assert_int_equal(eio_acceptor_deadline(scene.server), 100);
    assert_int_equal(eio_acceptor_tick(scene.server, 100), SOCKFEED_OK);
    assert_log(&scene, "server: answered 0 -8  \n");
    takes(&scene, "41");
    assert_log(&scene, "server: answered 1 -17  \nserver: left /\n");
    finish(&scene);
}

static void without_socket_io_messages_are_bare(void **state)
{
    struct eio_acceptor_config config = {.revision = EIO_REVISION_3,
                                         .bare = true,
                                         .sid = span_text("SID"),
                                         .ping_interval = INTERVAL,
                                         .ping_timeout = TIMEOUT,
                                         .max_payload = 65536,
                                         .connect_timeout = CONNECT_TIMEOUT};
    struct scene scene = {.now = 0};

    (void)state;
    buf_init(&scene.to_client, 65536);
    buf_init(&scene.log, 65536);
    assert_int_equal(
        eio_acceptor_new(&scene.server, &config, &server_handlers, &scene, 0),
        SOCKFEED_OK);
    assert_int_equal(eio_acceptor_send(scene.server, false, span_text("x")),
                     SOCKFEED_STATE);
    assert_int_equal(eio_acceptor_open(scene.server, 0), SOCKFEED_OK);
    buf_clear(&scene.to_client);
    assert_int_equal(eio_acceptor_send(scene.server, false, span_text("x")),
                     SOCKFEED_OK);
    assert_sent(&scene, "4x");
    takes(&scene, "4hello");
    takes(&scene, "b4AQID");
    assert_log(&scene, "server: text hello 4hello\n"
                       "server: bytes \001\002\003 b4AQID\n");
    finish(&scene);
}

static void refuses_a_configuration_that_cannot_be(void **state)
{
    struct eio_acceptor_config config = {.revision = EIO_REVISION_4,
                                         .sid = span_text("S"),
                                         .ping_interval = 1,
                                         .ping_timeout = 0};
    struct eio_acceptor *acceptor;

    (void)state;
    assert_int_equal(
        eio_acceptor_new(&acceptor, &config, &server_handlers, NULL, 0),
        SOCKFEED_INVALID);
    config.ping_timeout = 1;
    config.sid = NONE;
    assert_int_equal(
        eio_acceptor_new(&acceptor, &config, &server_handlers, NULL, 0),
        SOCKFEED_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_and_acceptor_talk),
        cmocka_unit_test(attachments_go_both_ways),
        cmocka_unit_test(client_and_acceptor_answer_each_other),
        cmocka_unit_test(client_and_acceptor_keep_each_other_alive),
        cmocka_unit_test(each_notices_that_the_other_has_gone_silent),
        cmocka_unit_test(a_paused_client_is_not_given_up),
        cmocka_unit_test(acceptor_ends_namespaces),
        cmocka_unit_test(answers_as_servers_of_revision_5_do),
        cmocka_unit_test(answers_as_servers_of_revision_4_do),
        cmocka_unit_test(ends_connections_that_break_the_rules),
        cmocka_unit_test(ends_connections_that_join_nothing),
        cmocka_unit_test(may_be_freed_inside_a_handler),
        cmocka_unit_test(refuses_what_its_owner_refuses),
        cmocka_unit_test(a_call_is_answered_once),
        cmocka_unit_test(a_call_is_given_up_in_time_or_with_its_namespace),
        cmocka_unit_test(without_socket_io_messages_are_bare),
        cmocka_unit_test(refuses_a_configuration_that_cannot_be),
    };

    return cmocka_run_group_tests_name("session/eio_acceptor", tests, NULL,
                                       NULL);
}
