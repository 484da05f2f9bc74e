/* SPDX-License-Identifier: MIT */
#include "net/ws_transport.h"

#include "base/limits.h"
#include "base/rng.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/tls_config.h"
#include "tests/support/certificate.h"
#include "tests/support/loopback.h"
#include "tests/support/peer.h"
#include "tests/support/tls_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 20000,
    SMALL_MESSAGES = 3000,
    HUGE_MESSAGE = 3000000,
    HEADER = 4 /* of a test message: its size, big-endian */
};

/* -- A client that reads length-prefixed test messages ------------------- */

enum moment {
    NEVER,
    AT_OPEN,
    AT_RECEIVE,
    AT_DRAINED,
    AT_WRITABLE,
    AT_ENDED,
    AT_TRACE,
};

struct client {
    struct loop *loop;
    struct resolver *resolver;
    struct ws_pool *pool;
    struct rng rng;
    struct ws_transport *transport;
    enum moment free_at;
    bool freed;
    bool open;
    bool ended;
    bool writable;
    bool all; /* `expected` messages have come */
    bool pause_next;
    unsigned messages;
    unsigned expected;
    unsigned drained;
    unsigned fed;      /* calls of receive */
    unsigned arriving; /* calls of arriving */
    char subprotocol[32];
    struct sockfeed_failure failure;
    char log[4096];
    struct peer peer;
};

static void free_if(struct client *client, enum moment moment)
{
    assert_false(client->freed);
    if (client->free_at == moment) {
        ws_transport_free(client->transport);
        client->transport = NULL;
        client->freed = true;
    }
}

static void on_open(void *user, const struct ws_handshake_agreed *agreed)
{
    struct client *client = user;

    assert_false(client->open);
    client->open = true;
    (void)snprintf(client->subprotocol, sizeof(client->subprotocol), "%.*s",
                   (int)agreed->protocol.size, agreed->protocol.data);
    free_if(client, AT_OPEN);
}

static char pattern(unsigned message, size_t i)
{
    return (char)(message * 7 + i * 13 + (i >> 9));
}

static size_t on_receive(void *user, char *data, size_t size, size_t *need)
{
    struct client *client = user;
    volatile char sum = 0;
    size_t used = 0;

    client->fed++;
    for (size_t i = 0; i < LIMIT_RECEIVE_PAD; i++) {
        sum = (char)(sum ^ data[size + i]);
    }
    free_if(client, AT_RECEIVE);
    *need = HEADER;
    while (!client->freed && size - used >= HEADER) {
        const unsigned char *at = (const unsigned char *)data + used;
        size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 |
                        (size_t)at[2] << 8 | at[3];

        if (size - used < HEADER + length) {
            *need = HEADER + length;
            break;
        }
        for (size_t i = 0; i < length; i++) {
            /* One comparison in place of a million asserts. */
            if (data[used + HEADER + i] != pattern(client->messages, i)) {
                fail_msg("message %u differs at %zu", client->messages, i);
            }
        }
        memset(data + used, 0, HEADER + length); /* writable in place */
        used += HEADER + length;
        client->messages++;
        client->all = client->messages == client->expected;
        if (client->pause_next) {
            client->pause_next = false;
            ws_transport_pause(client->transport);
            break;
        }
    }
    return used;
}

static void on_arriving(void *user, const char *data, size_t size)
{
    struct client *client = user;

    (void)data;
    assert_true(size > 0);
    client->arriving++;
}

static void on_drained(void *user)
{
    struct client *client = user;

    client->drained++;
    free_if(client, AT_DRAINED);
}

static void on_writable(void *user)
{
    struct client *client = user;

    client->writable = true;
    free_if(client, AT_WRITABLE);
}

static void on_ended(void *user, const struct sockfeed_failure *failure)
{
    struct client *client = user;

    assert_false(client->ended);
    client->ended = true;
    client->failure = *failure;
    free_if(client, AT_ENDED);
}

static void on_trace(void *user, const char *line)
{
    struct client *client = user;
    size_t used = strlen(client->log);

    (void)snprintf(client->log + used, sizeof(client->log) - used, "%s\n",
                   line);
    free_if(client, AT_TRACE);
}

static const struct ws_transport_handlers handlers = {
    .open = on_open,
    .receive = on_receive,
    .arriving = on_arriving,
    .drained = on_drained,
    .writable = on_writable,
    .ended = on_ended,
    .trace = on_trace,
};

static int set_up(void **state)
{
    static struct client client;

    memset(&client, 0, sizeof(client));
    rng_init_seed(&client.rng, 1);
    assert_int_equal(loop_new(&client.loop, 8), SOCKFEED_OK);
    assert_int_equal(resolver_new(&client.resolver, client.loop), SOCKFEED_OK);
    client.pool = ws_pool_new();
    peer_init(&client.peer, client.loop);
    *state = &client;
    return 0;
}

static int tear_down(void **state)
{
    struct client *client = *state;

    ws_transport_free(client->transport);
    loop_settle(client->loop);
    resolver_free(client->resolver);
    ws_pool_free(client->pool);
    peer_deinit(&client->peer);
    loop_free(client->loop);
    return 0;
}

static struct ws_transport_config config_of(struct client *client)
{
    static const struct span protocol = {"b", 1};

    return (struct ws_transport_config){
        .opening = {.dial = {.loop = client->loop,
                             .resolver = client->resolver,
                             .host = "127.0.0.1",
                             .port = client->peer.port},
                    .rng = &client->rng,
                    .request = {.target = {"/feed", 5},
                                .host = {"127.0.0.1", 9},
                                .port = client->peer.port,
                                .protocols = &protocol,
                                .protocol_count = 1},
                    .deadline = loop_now(client->loop) + PATIENCE_MS},
        .pool = client->pool,
        .max_message = LIMIT_MESSAGE,
    };
}

static void begin(struct client *client)
{
    struct ws_transport_config config = config_of(client);

    assert_int_equal(
        ws_transport_new(&client->transport, &config, &handlers, client),
        SOCKFEED_OK);
}

static void run_until(struct client *client, const bool *condition)
{
    assert_true(loopback_run(client->loop, condition, PATIENCE_MS));
}

/* -- The server ----------------------------------------------------------- */

static void open_it(struct client *client)
{
    char request[PEER_REQUEST];
    char answer[PEER_ANSWER];

    begin(client);
    peer_accept(&client->peer);
    peer_read_request(&client->peer, request, answer);
    peer_send(&client->peer, answer, strlen(answer));
    run_until(client, &client->open);
}

/* A test message; gives its whole size. */
static size_t write_message(char *to, unsigned number, size_t length)
{
    to[0] = (char)(length >> 24);
    to[1] = (char)(length >> 16);
    to[2] = (char)(length >> 8);
    to[3] = (char)length;
    for (size_t i = 0; i < length; i++) {
        to[HEADER + i] = pattern(number, i);
    }
    return HEADER + length;
}

/* -- Opening ------------------------------------------------------------- */

static void hands_on_frames_that_came_with_the_answer(void **state)
{
    struct client *client = *state;
    char request[PEER_REQUEST];
    char answer[PEER_ANSWER + 64];
    size_t size;

    begin(client);
    peer_accept(&client->peer);
    peer_read_request(&client->peer, request, answer);
    size = strlen(answer);
    size += write_message(answer + size, 0, 5);
    size += write_message(answer + size, 1, 0);
    client->expected = 2;
    peer_send(&client->peer, answer, size);
    run_until(client, &client->all);
    assert_true(client->drained >= 1);
}

static void ends_when_it_cannot_be_opened(void **state)
{
    struct client *client = *state;
    char request[PEER_REQUEST];
    char answer[PEER_ANSWER];
    static const char no[] = "HTTP/1.1 403 Forbidden\r\n\r\nno such token\n";

    begin(client);
    peer_accept(&client->peer);
    peer_read_request(&client->peer, request, answer);
    peer_send(&client->peer, no, sizeof(no) - 1);
    run_until(client, &client->ended);
    assert_false(client->open);
    assert_int_equal(client->failure.result, SOCKFEED_REFUSED);
    assert_int_equal(client->failure.http_status, 403);
}

/* -- Receiving ----------------------------------------------------------- */

static void receives_messages_of_all_sizes_in_odd_pieces(void **state)
{
    static char bytes[8 * 1024 * 1024];
    struct client *client = *state;
    size_t size = 0;
    size_t sent = 0;

    open_it(client);
    for (unsigned i = 0; i < SMALL_MESSAGES; i++) {
        size_t length = i % 10 == 0 ? i * 19 % 21000 : i * 7 % 300;

        size += write_message(bytes + size, i, length);
    }
    client->expected = SMALL_MESSAGES;
    for (unsigned i = 0; sent < size; i++) {
        size_t piece = i % 5 == 0 ? 1 + i % 7 : 1 + i * 997 % 50000;

        if (piece > size - sent) {
            piece = size - sent;
        }
        peer_send(&client->peer, bytes + sent, piece);
        sent += piece;
        loop_step(client->loop);
    }
    run_until(client, &client->all);
    /* One flush for one parse. */
    assert_int_equal(client->drained, client->fed);
}

static void grows_for_a_huge_message_and_waits_until_it_is_there(void **state)
{
    static char bytes[HUGE_MESSAGE + 2 * HEADER + 16];
    struct client *client = *state;
    size_t size = write_message(bytes, 0, HUGE_MESSAGE);

    size += write_message(bytes + size, 1, 10);
    open_it(client);
    client->expected = 2;
    peer_send(&client->peer, bytes, size);
    run_until(client, &client->all);
    /* Once for its head, once for all of it; twice more where the message
     * behind it came later. */
    assert_in_range(client->fed, 2, 6);
    assert_true(client->arriving > 0);
}

static void holds_back_while_paused_and_loses_nothing(void **state)
{
    static char bytes[64 * 1024];
    struct client *client = *state;
    size_t size = 0;
    bool never = false;

    open_it(client);
    for (unsigned i = 0; i < 100; i++) {
        size += write_message(bytes + size, i, 600);
    }
    client->expected = 100;
    client->pause_next = true;
    peer_send(&client->peer, bytes, size);
    (void)loopback_run(client->loop, &never, 20);
    assert_int_equal(client->messages, 1);
    client->pause_next = true;
    ws_transport_resume(client->transport);
    (void)loopback_run(client->loop, &never, 20);
    assert_int_equal(client->messages, 2);
    ws_transport_resume(client->transport);
    run_until(client, &client->all);
}

static void tells_the_end_after_all_that_came_before_it(void **state)
{
    struct client *client = *state;
    char bytes[64];
    size_t size = write_message(bytes, 0, 12);

    open_it(client);
    client->expected = 1;
    peer_send(&client->peer, bytes, size);
    peer_hang_up(&client->peer);
    run_until(client, &client->ended);
    assert_true(client->all);
    assert_int_equal(client->failure.result, SOCKFEED_CLOSED);
}

/* -- Sending ------------------------------------------------------------- */

static void writes_as_much_as_goes_out_and_says_when_more_does(void **state)
{
    static char bytes[16 * 1024 * 1024];
    static char back[65536];
    struct client *client = *state;
    size_t put = 0;
    size_t got = 0;
    unsigned rounds = 0;

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = pattern(3, i);
    }
    open_it(client);
    client->writable = true;
    while (got < sizeof(bytes)) {
        size_t written = 0;
        ssize_t count;

        if (client->writable && put < sizeof(bytes)) {
            client->writable = false;
            assert_true(
                ws_transport_write(client->transport,
                                   span_of(bytes + put, sizeof(bytes) - put),
                                   &written) >= SOCKFEED_OK);
            put += written;
            rounds++;
            ws_transport_want_write(client->transport, put < sizeof(bytes));
        }
        count = recv(client->peer.socket, back, sizeof(back), MSG_DONTWAIT);
        if (count > 0) {
            assert_memory_equal(back, bytes + got, (size_t)count);
            got += (size_t)count;
        }
        loop_step(client->loop);
    }
    assert_true(rounds > 1);
}

static void tells_last_words_before_a_failed_write(void **state)
{
    struct client *client = *state;
    const struct linger at_once = {.l_onoff = 1};
    char bytes[64];
    size_t written;
    bool never = false;

    open_it(client);
    ws_transport_pause(client->transport);
    peer_send(&client->peer, bytes, write_message(bytes, 0, 12));
    assert_int_equal(setsockopt(client->peer.socket, SOL_SOCKET, SO_LINGER,
                                &at_once, sizeof(at_once)),
                     0);
    peer_hang_up(&client->peer);
    (void)loopback_run(client->loop, &never, 5);
    ws_transport_resume(client->transport);
    client->expected = 1;
    assert_int_equal(
        ws_transport_write(client->transport, span_text("too late"), &written),
        SOCKFEED_LOST);
    assert_false(client->ended);
    run_until(client, &client->ended);
    assert_true(client->all);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_STREAM);
}

/* -- Freeing inside handlers --------------------------------------------- */

static void can_be_freed_inside_any_handler(void **state)
{
    struct client *client = *state;
    char request[PEER_REQUEST];
    char answer[PEER_ANSWER + 64];
    size_t size;

    for (int moment = AT_OPEN; moment <= AT_TRACE; moment++) {
        client->free_at = (enum moment)moment;
        client->freed = client->open = client->ended = false;
        begin(client);
        if (client->free_at != AT_TRACE) {
            peer_accept(&client->peer);
            peer_read_request(&client->peer, request, answer);
            size = strlen(answer);
            client->messages = 0;
            size += write_message(answer + size, 0, 5);
            peer_send(&client->peer, answer, size);
            if (client->free_at == AT_WRITABLE) {
                run_until(client, &client->open);
                ws_transport_want_write(client->transport, true);
            }
            if (client->free_at == AT_ENDED) {
                run_until(client, &client->open);
                peer_hang_up(&client->peer);
            }
        }
        run_until(client, &client->freed);
        loop_step(client->loop);
        peer_hang_up(&client->peer);
    }
}

static void can_be_freed_at_any_stage(void **state)
{
    struct client *client = *state;

    for (int steps = 0; steps < 6; steps++) {
        begin(client);
        for (int i = 0; i < steps; i++) {
            loop_step(client->loop);
        }
        ws_transport_free(client->transport);
        client->transport = NULL;
    }
    assert_false(client->ended);
}

/* -- TLS ----------------------------------------------------------------- */

/* Answers the handshake, sends messages, says goodbye. */
static void serve_messages(SSL *ssl, void *user)
{
    static char bytes[4 * 1024 * 1024];
    char request[PEER_REQUEST] = "";
    char answer[PEER_ANSWER];
    int size = 0;
    size_t total = 0;

    (void)user;
    while (strstr(request, "\r\n\r\n") == NULL) {
        int count = SSL_read(ssl, request + size, PEER_REQUEST - 1 - size);

        if (count <= 0) {
            return;
        }
        size += count;
        request[size] = '\0';
    }
    peer_answer(answer, request);
    (void)SSL_write(ssl, answer, (int)strlen(answer));
    for (unsigned i = 0; i < SMALL_MESSAGES; i++) {
        size_t one = write_message(bytes + total, i, i * 7 % 1100);

        /* Half of them in records of their own, the rest in full ones. */
        if (i < SMALL_MESSAGES / 2) {
            (void)SSL_write(ssl, bytes + total, (int)one);
        } else {
            total += one;
        }
    }
    (void)SSL_write(ssl, bytes, (int)total);
    (void)SSL_shutdown(ssl);
}

static void receives_over_tls(void **state)
{
    const struct certificate_wish wish = {"Feed", "IP:127.0.0.1", -1000, 1000,
                                          NULL};
    struct certificate certificate = certificate_make(&wish);
    char path[] = "/tmp/sockfeed-transport-test-XXXXXX";
    const struct tls_options options = {.ca_file = path};
    struct client *client = *state;
    struct ws_transport_config config = config_of(client);
    struct tls_server *server;

    certificate_write(&certificate, path);
    assert_int_equal(
        tls_config_new(&config.opening.dial.tls, &options, &client->failure),
        SOCKFEED_OK);
    server = tls_server_start(&certificate, TLS1_3_VERSION,
                              &config.opening.dial.port, serve_messages, NULL);
    config.opening.request.secure = true;
    client->expected = SMALL_MESSAGES;
    assert_int_equal(
        ws_transport_new(&client->transport, &config, &handlers, client),
        SOCKFEED_OK);
    run_until(client, &client->ended);
    assert_string_equal(client->failure.text,
                        "the server closed the connection");
    assert_true(client->all);
    /* Several records to a parse. */
    assert_true(client->fed < SMALL_MESSAGES / 2);
    assert_non_null(strstr(client->log, "TLSv1.3, "));
    assert_non_null(strstr(client->log, "issued by CN=Feed"));
    ws_transport_free(client->transport);
    client->transport = NULL;
    tls_server_finish(server);
    tls_config_free(config.opening.dial.tls);
    certificate_free(&certificate);
    (void)unlink(path);
}

#define TRANSPORT_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(hands_on_frames_that_came_with_the_answer),
        TRANSPORT_TEST(ends_when_it_cannot_be_opened),
        TRANSPORT_TEST(receives_messages_of_all_sizes_in_odd_pieces),
        TRANSPORT_TEST(grows_for_a_huge_message_and_waits_until_it_is_there),
        TRANSPORT_TEST(holds_back_while_paused_and_loses_nothing),
        TRANSPORT_TEST(tells_the_end_after_all_that_came_before_it),
        TRANSPORT_TEST(writes_as_much_as_goes_out_and_says_when_more_does),
        TRANSPORT_TEST(tells_last_words_before_a_failed_write),
        TRANSPORT_TEST(can_be_freed_inside_any_handler),
        TRANSPORT_TEST(can_be_freed_at_any_stage),
        TRANSPORT_TEST(receives_over_tls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
