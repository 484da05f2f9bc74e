/* SPDX-License-Identifier: MIT */
#include "net/ws_opening.h"

#include "base/limits.h"
#include "base/rng.h"
#include "net/loop.h"
#include "net/receive_buffer.h"
#include "net/resolver.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/ws_pool.h"
#include "tests/support/loopback.h"
#include "tests/support/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 20000
};

struct client {
    struct loop *loop;
    struct resolver *resolver;
    struct receive_buffer received;
    struct rng rng;
    struct peer peer;
    struct ws_opening *opening;
    bool over;
    struct stream *stream;
    struct sockfeed_failure failure;
    char subprotocol[8];
    char log[8192];
};

static void on_opened(void *user, struct stream *stream,
                      const struct ws_handshake_agreed *agreed)
{
    struct client *client = user;

    assert_false(client->over);
    client->over = true;
    client->stream = stream;
    (void)snprintf(client->subprotocol, sizeof(client->subprotocol), "%.*s",
                   (int)agreed->protocol.size, agreed->protocol.data);
    ws_opening_free(client->opening);
    client->opening = NULL;
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct client *client = user;

    assert_false(client->over);
    client->over = true;
    client->failure = *failure;
    ws_opening_free(client->opening);
    client->opening = NULL;
}

static void on_trace(void *user, const char *line)
{
    struct client *client = user;
    size_t used = strlen(client->log);

    (void)snprintf(client->log + used, sizeof(client->log) - used, "%s\n",
                   line);
}

static const struct ws_opening_handlers handlers = {on_opened, on_failed,
                                                    on_trace, NULL};

static int set_up(void **state)
{
    static struct client client;

    memset(&client, 0, sizeof(client));
    rng_init_seed(&client.rng, 1);
    assert_int_equal(loop_new(&client.loop, 8), SOCKFEED_OK);
    assert_int_equal(resolver_new(&client.resolver, client.loop), SOCKFEED_OK);
    client.received.pool = ws_pool_new();
    client.received.limit = LIMIT_MESSAGE;
    peer_init(&client.peer, client.loop);
    *state = &client;
    return 0;
}

static int tear_down(void **state)
{
    struct client *client = *state;

    ws_opening_free(client->opening);
    stream_free(client->stream);
    receive_buffer_deinit(&client->received);
    ws_pool_free(client->received.pool);
    peer_deinit(&client->peer);
    resolver_free(client->resolver);
    loop_free(client->loop);
    return 0;
}

static struct ws_opening_config config_of(struct client *client)
{
    static const struct span protocols[] = {
        {"a", 1},
        {"b", 1}
    };
    static const struct span headers[] = {
        {"Authorization: Bearer top-secret", 32},
        {"X-Plain: shown",                   14}
    };

    return (struct ws_opening_config){
        .dial = {.loop = client->loop,
                 .resolver = client->resolver,
                 .host = "127.0.0.1",
                 .port = client->peer.port},
        .rng = &client->rng,
        .request = { .target = {"/feed?a=b:c", 11},
                 .host = {"127.0.0.1", 9},
                 .port = client->peer.port,
                 .protocols = protocols,
                 .protocol_count = 2,
                 .headers = headers,
                 .header_count = 2},
        .deadline = loop_now(client->loop) + PATIENCE_MS,
    };
}

static void begin(struct client *client, const struct ws_opening_config *config)
{
    assert_int_equal(ws_opening_new(&client->opening, config, &client->received,
                                    &handlers, client),
                     SOCKFEED_OK);
    assert_false(client->over);
}

static void run_until_over(struct client *client)
{
    assert_true(loopback_run(client->loop, &client->over, PATIENCE_MS));
}

/* Up to the answer, which is not yet sent. */
static void ask(struct client *client, char answer[PEER_ANSWER])
{
    struct ws_opening_config config = config_of(client);
    char request[PEER_REQUEST];

    begin(client, &config);
    peer_accept(&client->peer);
    peer_read_request(&client->peer, request, answer);
}

static void opens_and_tells_the_steps_without_secrets(void **state)
{
    struct client *client = *state;
    char answer[PEER_ANSWER];

    ask(client, answer);
    assert_int_equal(ws_opening_stage(client->opening),
                     SOCKFEED_STAGE_HANDSHAKE);
    peer_send(&client->peer, answer, strlen(answer));
    run_until_over(client);
    assert_non_null(client->stream);
    assert_string_equal(client->subprotocol, "b");
    assert_non_null(strstr(client->log, "connecting to 127.0.0.1 port "));
    assert_non_null(strstr(client->log, "connected to 127.0.0.1 port "));
    assert_non_null(strstr(client->log, "> GET /feed?a=*** HTTP/1.1\n"));
    assert_non_null(strstr(client->log, "> X-Plain: shown\n"));
    assert_non_null(strstr(client->log, "> Authorization: ***\n"));
    assert_non_null(
        strstr(client->log, "< HTTP/1.1 101 Switching Protocols\n"));
    assert_non_null(strstr(client->log, "< Set-Cookie: ***\n"));
    assert_null(strstr(client->log, "top-secret"));
}

static void takes_an_answer_that_comes_byte_by_byte(void **state)
{
    struct client *client = *state;
    char answer[PEER_ANSWER];
    size_t size;

    ask(client, answer);
    size = strlen(answer);
    for (size_t i = 0; i < size; i++) {
        assert_false(client->over);
        peer_send(&client->peer, answer + i, 1);
        loop_step(client->loop);
    }
    run_until_over(client);
    assert_non_null(client->stream);
    assert_int_equal(client->received.size, 0);
}

static void keeps_what_came_behind_the_answer(void **state)
{
    struct client *client = *state;
    char answer[PEER_ANSWER + 16];

    ask(client, answer);
    memcpy(answer + strlen(answer), "frames", 7);
    peer_send(&client->peer, answer, strlen(answer));
    run_until_over(client);
    assert_int_equal(client->received.size, 6);
    assert_memory_equal(client->received.kept, "frames", 6);
}

/* Answers the request with this, and closes when asked to. */
static void fail_opening(struct client *client, const char *bytes, bool leave)
{
    char answer[PEER_ANSWER];

    ask(client, answer);
    peer_send(&client->peer, bytes, strlen(bytes));
    if (leave) {
        peer_hang_up(&client->peer);
    }
    run_until_over(client);
    assert_null(client->stream);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
}

static void tells_what_a_refusal_says(void **state)
{
    struct client *client = *state;

    fail_opening(client,
                 "HTTP/1.1 403 Forbidden\r\nContent-Length: 14\r\n\r\n"
                 "no such token\n",
                 false);
    assert_int_equal(client->failure.result, SOCKFEED_REFUSED);
    assert_int_equal(client->failure.http_status, 403);
    assert_non_null(strstr(client->failure.text, "no such token"));
}

static void tells_a_refusal_whose_body_ends_with_the_stream(void **state)
{
    struct client *client = *state;

    fail_opening(client, "HTTP/1.1 503 Busy\r\n\r\ncome back later", true);
    assert_int_equal(client->failure.result, SOCKFEED_REFUSED);
    assert_int_equal(client->failure.http_status, 503);
    assert_non_null(strstr(client->failure.text, "come back later"));
}

static void refuses_an_answer_that_is_no_http(void **state)
{
    struct client *client = *state;

    fail_opening(client, "SSH-2.0-OpenSSH_9.2\r\n\r\n", false);
    assert_int_equal(client->failure.result, SOCKFEED_PROTOCOL);
}

static void says_that_the_server_left_without_an_answer(void **state)
{
    struct client *client = *state;

    fail_opening(client, "", true);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
    assert_string_equal(client->failure.text,
                        "the server closed the connection before it had "
                        "answered the handshake");
}

/* Time runs out after the server has said this much; a machine that does not
 * come so far within it is given more. */
static void run_out_of_time(struct client *client, const char *said,
                            enum sockfeed_result result)
{
    for (int64_t time = 60; time < PATIENCE_MS; time *= 2) {
        struct ws_opening_config config = config_of(client);

        config.deadline = loop_now(client->loop) + time;
        client->over = false;
        peer_hang_up(&client->peer);
        begin(client, &config);
        peer_accept(&client->peer);
        peer_send(&client->peer, said, strlen(said));
        run_until_over(client);
        if (client->failure.result == result &&
            client->failure.stage == SOCKFEED_STAGE_HANDSHAKE) {
            return;
        }
    }
}

static void does_not_wait_past_the_deadline(void **state)
{
    struct client *client = *state;

    run_out_of_time(client, "", SOCKFEED_TIMEOUT);
    assert_int_equal(client->failure.result, SOCKFEED_TIMEOUT);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
    assert_string_equal(client->failure.text,
                        "time ran out while waiting for the answer to the "
                        "handshake");
}

static void tells_a_refusal_that_is_cut_off_by_the_deadline(void **state)
{
    struct client *client = *state;

    run_out_of_time(client, "HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n",
                    SOCKFEED_REFUSED);
    assert_int_equal(client->failure.result, SOCKFEED_REFUSED);
    assert_int_equal(client->failure.http_status, 500);
}

static void says_that_nobody_listens(void **state)
{
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);
    int holder = loopback_dead_port(&config.dial.port);

    begin(client, &config);
    run_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_CONNECT);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_CONNECT);
    assert_non_null(strstr(client->failure.text, "connection refused"));
    close(holder);
}

static void tells_the_addresses_of_a_name(void **state)
{
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);
    int holder = loopback_dead_port(&config.dial.port);

    config.dial.host = "localhost";
    begin(client, &config);
    run_until_over(client);
    assert_non_null(strstr(client->log, "localhost: "));
    assert_non_null(strstr(client->log, "127.0.0.1 port "));
    close(holder);
}

static void says_that_there_is_no_such_host(void **state)
{
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);

    config.dial.host = "no..such";
    begin(client, &config);
    assert_int_equal(ws_opening_stage(client->opening), SOCKFEED_STAGE_RESOLVE);
    run_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_RESOLVE);
}

static void says_that_the_server_does_not_speak_tls(void **state)
{
    static const char no[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    const struct tls_options options = {.insecure = true};
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);
    struct sockfeed_failure failure;

    assert_int_equal(tls_config_new(&config.dial.tls, &options, &failure),
                     SOCKFEED_OK);
    config.request.secure = true;
    begin(client, &config);
    peer_accept(&client->peer);
    peer_send(&client->peer, no, sizeof(no) - 1);
    run_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_TLS);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_TLS);
    tls_config_free(config.dial.tls);
}

static void does_not_send_a_request_that_cannot_be(void **state)
{
    static const struct span evil = {"X: a\r\nY: b", 10};
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);

    config.request.headers = &evil;
    config.request.header_count = 1;
    begin(client, &config);
    run_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_INVALID);
}

static void can_be_freed_at_any_stage(void **state)
{
    struct client *client = *state;
    struct ws_opening_config config = config_of(client);

    for (int steps = 0; steps < 6; steps++) {
        begin(client, &config);
        for (int i = 0; i < steps; i++) {
            loop_step(client->loop);
        }
        ws_opening_free(client->opening);
        client->opening = NULL;
    }
    assert_false(client->over);
}

#define OPENING_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPENING_TEST(opens_and_tells_the_steps_without_secrets),
        OPENING_TEST(takes_an_answer_that_comes_byte_by_byte),
        OPENING_TEST(keeps_what_came_behind_the_answer),
        OPENING_TEST(tells_what_a_refusal_says),
        OPENING_TEST(tells_a_refusal_whose_body_ends_with_the_stream),
        OPENING_TEST(refuses_an_answer_that_is_no_http),
        OPENING_TEST(says_that_the_server_left_without_an_answer),
        OPENING_TEST(does_not_wait_past_the_deadline),
        OPENING_TEST(tells_a_refusal_that_is_cut_off_by_the_deadline),
        OPENING_TEST(says_that_nobody_listens),
        OPENING_TEST(tells_the_addresses_of_a_name),
        OPENING_TEST(says_that_there_is_no_such_host),
        OPENING_TEST(says_that_the_server_does_not_speak_tls),
        OPENING_TEST(does_not_send_a_request_that_cannot_be),
        OPENING_TEST(can_be_freed_at_any_stage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
