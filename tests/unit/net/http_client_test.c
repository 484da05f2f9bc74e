/* SPDX-License-Identifier: MIT */
#include "net/http_client.h"

#include "base/limits.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/ws_pool.h"
#include "tests/support/loopback.h"
#include "tests/support/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 20000,
    MAX_BODY = 100000
};

#define REQUEST "GET /path?token=hush HTTP/1.1\r\nCookie: hush\r\n\r\n"

struct client {
    struct loop *loop;
    struct resolver *resolver;
    struct ws_pool *pool;
    struct peer peer;
    struct http_client *http;
    bool over; /* answered or failed */
    bool free_in_head;
    unsigned status;
    size_t size;
    char body[64];
    struct sockfeed_failure failure;
    char log[4096];
};

static void on_head(void *user, const struct http_response *head)
{
    struct client *client = user;

    client->status = head->status;
    if (client->free_in_head) {
        http_client_free(client->http);
        client->http = NULL;
        client->over = true;
    }
}

static void on_answered(void *user, struct buf *body)
{
    struct client *client = user;
    char pad = 0;

    assert_false(client->over);
    client->over = true;
    client->size = body->size;
    (void)snprintf(client->body, sizeof client->body, "%.*s", (int)body->size,
                   body->data);
    for (size_t i = 0; i < LIMIT_RECEIVE_PAD; i++) {
        pad = (char)(pad ^ body->data[body->size + i]);
    }
    (void)pad;
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct client *client = user;

    assert_false(client->over);
    client->over = true;
    client->failure = *failure;
}

static void on_trace(void *user, const char *line)
{
    struct client *client = user;
    size_t used = strlen(client->log);

    (void)snprintf(client->log + used, sizeof client->log - used, "%s\n", line);
}

static int set_up(void **state)
{
    static struct client client;
    static const struct http_client_handlers handlers = {
        on_head, on_answered, on_failed, on_trace, NULL};
    struct http_client_config config = {.max_body = MAX_BODY};

    memset(&client, 0, sizeof client);
    assert_int_equal(loop_new(&client.loop, 8), SOCKFEED_OK);
    assert_int_equal(resolver_new(&client.resolver, client.loop), SOCKFEED_OK);
    client.pool = ws_pool_new();
    peer_init(&client.peer, client.loop);
    config.dialer.loop = client.loop;
    config.dialer.resolver = client.resolver;
    config.dialer.host = "127.0.0.1";
    config.dialer.port = client.peer.port;
    config.pool = client.pool;
    client.http = http_client_new(&config, &handlers, &client);
    assert_non_null(client.http);
    *state = &client;
    return 0;
}

static int tear_down(void **state)
{
    struct client *client = *state;

    http_client_free(client->http);
    peer_deinit(&client->peer);
    resolver_free(client->resolver);
    loop_settle(client->loop);
    ws_pool_free(client->pool);
    loop_free(client->loop);
    return 0;
}

static void ask_for(struct client *client, const char *body, bool repeatable)
{
    const struct http_client_request request = {
        .head = span_text(REQUEST),
        .body = span_text(body),
        .repeatable = repeatable,
    };

    client->over = false;
    client->failure = (struct sockfeed_failure){.result = SOCKFEED_OK};
    assert_int_equal(http_client_send(client->http, &request), SOCKFEED_OK);
    assert_true(http_client_is_busy(client->http));
}

static void read_request(struct client *client, const char *body)
{
    char request[PEER_REQUEST];

    assert_string_equal(peer_read(&client->peer, request, strlen(body)), body);
}

static void wait_until_over(struct client *client)
{
    assert_true(loopback_run(client->loop, &client->over, PATIENCE_MS));
    assert_true(client->http == NULL || !http_client_is_busy(client->http));
}

static void answer(struct client *client, const char *text)
{
    peer_send(&client->peer, text, strlen(text));
}

static void assert_body(const struct client *client, const char *wanted)
{
    assert_string_equal(client->failure.text, "");
    assert_string_equal(client->body, wanted);
}

static void asks_again_over_the_same_connection(void **state)
{
    struct client *client = *state;

    ask_for(client, "", true);
    peer_accept(&client->peer);
    for (int i = 0; i < 3; i++) {
        read_request(client, "");
        answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        wait_until_over(client);
        assert_body(client, "hello");
        assert_int_equal(client->status, 200);
        ask_for(client, "", true);
    }
    read_request(client, "");
}

static void opens_another_where_the_server_hung_up(void **state)
{
    struct client *client = *state;
    static const char *const ends[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellorubbish",
        ("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 5\r\n\r\n"
         "hello"),
        "HTTP/1.1 200 OK\r\n\r\nhello",
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        ask_for(client, "body", false);
        peer_accept(&client->peer);
        read_request(client, "body");
        answer(client, ends[i]);
        peer_hang_up(&client->peer);
        wait_until_over(client);
        assert_body(client, "hello");
    }
}

/* The connection that was kept goes while the request is on its way. */
static void cut_at_the_request(struct client *client, bool repeatable)
{
    ask_for(client, "", true);
    peer_accept(&client->peer);
    read_request(client, "");
    answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    wait_until_over(client);
    ask_for(client, "body", repeatable);
    read_request(client, "body");
    peer_hang_up(&client->peer);
}

static void repeats_what_may_be_repeated_once(void **state)
{
    struct client *client = *state;

    cut_at_the_request(client, true);
    peer_accept(&client->peer);
    read_request(client, "body");
    peer_hang_up(&client->peer);
    wait_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
}

static void repeats_nothing_that_may_have_been_read(void **state)
{
    struct client *client = *state;

    cut_at_the_request(client, false);
    wait_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
}

static void fails_where_an_answer_is_cut(void **state)
{
    struct client *client = *state;

    ask_for(client, "", true);
    peer_accept(&client->peer);
    read_request(client, "");
    answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell");
    peer_hang_up(&client->peer);
    wait_until_over(client);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
    assert_non_null(strstr(client->failure.text, "inside its answer"));
}

static void fails_where_an_answer_cannot_be(void **state)
{
    struct client *client = *state;
    static const struct {
        const char *text;
        enum sockfeed_result result;
    } rows[] = {
        {"SSH-2.0\r\n",                                  SOCKFEED_PROTOCOL},
        {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", SOCKFEED_PROTOCOL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
         "Content-Encoding: gzip\r\n\r\nx",     SOCKFEED_PROTOCOL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask_for(client, "", true);
        peer_accept(&client->peer);
        read_request(client, "");
        answer(client, rows[i].text);
        wait_until_over(client);
        assert_int_equal(client->failure.result, rows[i].result);
        peer_hang_up(&client->peer);
    }
}

static void accepts_exactly_as_much_as_it_may(void **state)
{
    struct client *client = *state;
    static char body[MAX_BODY + 1];

    for (size_t size = MAX_BODY; size <= MAX_BODY + 1; size++) {
        char head[80];

        ask_for(client, "", true);
        if (client->peer.socket < 0) {
            peer_accept(&client->peer);
        }
        read_request(client, "");
        (void)snprintf(head, sizeof head,
                       "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
        answer(client, head);
        peer_send(&client->peer, body, size);
        wait_until_over(client);
    }
    assert_int_equal(client->size, MAX_BODY);
    assert_int_equal(client->failure.result, SOCKFEED_TOO_LARGE);
}

static void believes_an_answer_that_comes_before_all_was_read(void **state)
{
    struct client *client = *state;
    static const char text[] =
        "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
    static char body[16 << 20];

    memset(body, 'x', sizeof body - 1);
    ask_for(client, body, false);
    peer_accept(&client->peer);
    peer_send(&client->peer, text, sizeof text - 1);
    wait_until_over(client);
    assert_int_equal(client->status, 413);
    assert_string_equal(client->failure.text, "");
}

static void can_be_freed_inside_a_handler(void **state)
{
    struct client *client = *state;

    client->free_in_head = true;
    ask_for(client, "", true);
    peer_accept(&client->peer);
    read_request(client, "");
    answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    wait_until_over(client);
    assert_null(client->http);
}

static void traces_without_secrets(void **state)
{
    struct client *client = *state;

    ask_for(client, "", true);
    peer_accept(&client->peer);
    read_request(client, "");
    answer(client, "HTTP/1.1 200 OK\r\nSet-Cookie: hush\r\n"
                   "Content-Length: 0\r\n\r\n");
    wait_until_over(client);
    assert_non_null(strstr(client->log, "> GET /path?token=*** HTTP/1.1\n"));
    assert_non_null(strstr(client->log, "< HTTP/1.1 200 OK\n"));
    assert_null(strstr(client->log, "hush"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asks_again_over_the_same_connection,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(opens_another_where_the_server_hung_up,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(repeats_what_may_be_repeated_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(repeats_nothing_that_may_have_been_read,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(fails_where_an_answer_is_cut, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(fails_where_an_answer_cannot_be, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(accepts_exactly_as_much_as_it_may,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            believes_an_answer_that_comes_before_all_was_read, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(can_be_freed_inside_a_handler, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(traces_without_secrets, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
