/* SPDX-License-Identifier: MIT */
#include "net/ws_transport.h"

#include "base/limits.h"
#include "base/rng.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/tls.h"
#include "tests/support/certificate.h"
#include "tests/support/loopback.h"
#include "tests/support/tls_server.h"

#include <errno.h>
#include <poll.h>
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
    unsigned fed; /* calls of receive */
    char subprotocol[32];
    struct sockfeed_failure failure;
    char log[8192];
    int server; /* the accepted connection */
    int listener;
    uint16_t port;
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

static void on_open(void *user, struct span subprotocol)
{
    struct client *client = user;

    assert_false(client->open);
    client->open = true;
    (void)snprintf(client->subprotocol, sizeof(client->subprotocol), "%.*s",
                   (int)subprotocol.size, subprotocol.data);
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
    on_open, on_receive, on_drained, on_writable, on_ended, on_trace};

static int set_up(void **state)
{
    static struct client client;

    client = (struct client){.server = -1};
    rng_init_seed(&client.rng, 1);
    assert_int_equal(loop_new(&client.loop, 8), SOCKFEED_OK);
    assert_int_equal(resolver_new(&client.resolver, client.loop), SOCKFEED_OK);
    client.pool = ws_pool_new();
    client.listener = loopback_listen(&client.port);
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
    loop_free(client->loop);
    if (client->server >= 0) {
        close(client->server);
    }
    close(client->listener);
    return 0;
}

static struct ws_transport_config config_of(struct client *client)
{
    static const struct span protocols[] = {
        {"a", 1},
        {"b", 1}
    };
    static const struct span headers[] = {
        {"Authorization: Bearer top-secret", 32},
        {"X-Plain: shown",                   14}
    };

    return (struct ws_transport_config){
        .loop = client->loop,
        .resolver = client->resolver,
        .pool = client->pool,
        .rng = &client->rng,
        .host = "127.0.0.1",
        .port = client->port,
        .request = {.target = {"/feed?a=b:c", 11},
                    .host = {"127.0.0.1", 9},
                    .port = client->port,
                    .protocols = protocols,
                    .protocol_count = 2,
                    .headers = headers,
                    .header_count = 2},
        .max_message = LIMIT_MESSAGE,
        .deadline = loop_now(client->loop) + PATIENCE_MS,
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

/* -- The server: the other end of the socket, stepped by hand ------------ */

static void server_accept(struct client *client)
{
    for (int i = 0; client->server < 0 && i < PATIENCE_MS; i++) {
        struct pollfd set = {.fd = client->listener, .events = POLLIN};

        loop_step(client->loop);
        if (poll(&set, 1, 1) == 1) {
            client->server = accept(client->listener, NULL, NULL);
        }
    }
    assert_true(client->server >= 0);
}

/* Reads the request and answers what the accept header has to be. */
static void server_read_request(struct client *client, char accept_value[29],
                                char request[2048])
{
    size_t size = 0;
    const char *key;

    request[0] = '\0';
    while (strstr(request, "\r\n\r\n") == NULL) {
        ssize_t count =
            recv(client->server, request + size, 2047 - size, MSG_DONTWAIT);

        if (count < 0) {
            assert_int_equal(errno, EAGAIN);
            loop_step(client->loop);
            continue;
        }
        assert_int_not_equal(count, 0);
        size += (size_t)count;
        request[size] = '\0';
    }
    key = strstr(request, "Sec-WebSocket-Key: ");
    assert_non_null(key);
    ws_handshake_accept(accept_value, span_of(key + 19, WS_HANDSHAKE_KEY_SIZE),
                        tls_sha1);
}

/* Sends it all, while the client's loop goes on. */
static void server_send(struct client *client, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        ssize_t count =
            send(client->server, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (count < 0) {
            assert_int_equal(errno, EAGAIN);
            loop_step(client->loop);
            continue;
        }
        bytes += count;
        size -= (size_t)count;
    }
}

static void answer_text(char text[256], const char *accept_value)
{
    (void)snprintf(text, 256,
                   "HTTP/1.1 101 Switching Protocols\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n"
                   "Sec-WebSocket-Protocol: b\r\n"
                   "Set-Cookie: sid=top-secret\r\n\r\n",
                   accept_value);
}

static void open_it(struct client *client)
{
    char accept_value[29];
    char request[2048];
    char answer[256];

    begin(client);
    server_accept(client);
    server_read_request(client, accept_value, request);
    answer_text(answer, accept_value);
    server_send(client, answer, strlen(answer));
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

static void opens_and_tells_the_steps_without_secrets(void **state)
{
    struct client *client = *state;

    open_it(client);
    assert_string_equal(client->subprotocol, "b");
    assert_int_equal(ws_transport_stage(client->transport),
                     SOCKFEED_STAGE_STREAM);
    assert_non_null(strstr(client->log, "connecting to 127.0.0.1 port "));
    assert_non_null(strstr(client->log, "connected to 127.0.0.1 port "));
    assert_non_null(strstr(client->log, "> GET /feed?a=b:c HTTP/1.1\n"));
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
    char accept_value[29];
    char request[2048];
    char answer[256 + 64];
    size_t size;

    begin(client);
    server_accept(client);
    server_read_request(client, accept_value, request);
    answer_text(answer, accept_value);
    size = strlen(answer);
    size += write_message(answer + size, 0, 20);
    client->expected = 1;
    for (size_t i = 0; i < size; i++) {
        assert_false(client->open && i < size - HEADER - 20);
        server_send(client, answer + i, 1);
        loop_step(client->loop);
    }
    run_until(client, &client->all);
}

static void hands_on_frames_that_came_with_the_answer(void **state)
{
    struct client *client = *state;
    char accept_value[29];
    char request[2048];
    char answer[512];
    size_t size;

    begin(client);
    server_accept(client);
    server_read_request(client, accept_value, request);
    answer_text(answer, accept_value);
    size = strlen(answer);
    size += write_message(answer + size, 0, 5);
    size += write_message(answer + size, 1, 0);
    client->expected = 2;
    server_send(client, answer, size);
    run_until(client, &client->all);
    assert_true(client->drained >= 1);
}

/* Answers the request with this, and closes when asked to. */
static void fail_opening(struct client *client, const char *answer, bool leave)
{
    char accept_value[29];
    char request[2048];

    begin(client);
    server_accept(client);
    server_read_request(client, accept_value, request);
    server_send(client, answer, strlen(answer));
    if (leave) {
        close(client->server);
        client->server = -1;
    }
    run_until(client, &client->ended);
    assert_false(client->open);
}

static void tells_what_a_refusal_says(void **state)
{
    struct client *client = *state;

    fail_opening(client,
                 "HTTP/1.1 403 Forbidden\r\nContent-Length: 14\r\n\r\n"
                 "no such token\n",
                 false);
    assert_int_equal(client->failure.result, SOCKFEED_REFUSED);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
    assert_int_equal(client->failure.http_status, 403);
    assert_non_null(strstr(client->failure.text, "no such token"));
}

static void refuses_an_answer_that_is_no_http(void **state)
{
    struct client *client = *state;

    fail_opening(client, "SSH-2.0-OpenSSH_9.2\r\n\r\n", false);
    assert_int_equal(client->failure.result, SOCKFEED_PROTOCOL);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
}

static void says_that_the_server_left_without_an_answer(void **state)
{
    struct client *client = *state;

    fail_opening(client, "", true);
    assert_int_equal(client->failure.result, SOCKFEED_LOST);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
    assert_string_equal(client->failure.text,
                        "the server closed the connection before it had "
                        "answered the handshake");
}

static void does_not_wait_past_the_deadline(void **state)
{
    struct client *client = *state;
    struct ws_transport_config config = config_of(client);

    config.deadline = loop_now(client->loop) + 60;
    assert_int_equal(
        ws_transport_new(&client->transport, &config, &handlers, client),
        SOCKFEED_OK);
    server_accept(client);
    run_until(client, &client->ended);
    assert_int_equal(client->failure.result, SOCKFEED_TIMEOUT);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_HANDSHAKE);
    assert_string_equal(client->failure.text,
                        "time ran out while waiting for the answer to the "
                        "handshake");
}

static void says_that_nobody_listens(void **state)
{
    struct client *client = *state;
    struct ws_transport_config config = config_of(client);
    int holder = loopback_dead_port(&config.port);

    assert_int_equal(
        ws_transport_new(&client->transport, &config, &handlers, client),
        SOCKFEED_OK);
    run_until(client, &client->ended);
    assert_int_equal(client->failure.result, SOCKFEED_CONNECT);
    assert_int_equal(client->failure.stage, SOCKFEED_STAGE_CONNECT);
    assert_non_null(strstr(client->failure.text, "connection refused"));
    close(holder);
}

static void does_not_send_a_request_that_cannot_be(void **state)
{
    static const struct span evil = {"X: a\r\nY: b", 10};
    struct client *client = *state;
    struct ws_transport_config config = config_of(client);

    config.request.headers = &evil;
    config.request.header_count = 1;
    assert_int_equal(
        ws_transport_new(&client->transport, &config, &handlers, client),
        SOCKFEED_OK);
    assert_false(client->ended);
    run_until(client, &client->ended);
    assert_int_equal(client->failure.result, SOCKFEED_INVALID);
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
        server_send(client, bytes + sent, piece);
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
    server_send(client, bytes, size);
    run_until(client, &client->all);
    /* Once for its head, once for all of it; twice more where the message
     * behind it came later. */
    assert_in_range(client->fed, 2, 6);
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
    server_send(client, bytes, size);
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
    server_send(client, bytes, size);
    close(client->server);
    client->server = -1;
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
        count = recv(client->server, back, sizeof(back), MSG_DONTWAIT);
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
    server_send(client, bytes, write_message(bytes, 0, 12));
    assert_int_equal(setsockopt(client->server, SOL_SOCKET, SO_LINGER, &at_once,
                                sizeof(at_once)),
                     0);
    close(client->server);
    client->server = -1;
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

static void shuts_its_side_and_still_reads(void **state)
{
    struct client *client = *state;
    char bytes[64];
    ssize_t count = -1;

    open_it(client);
    ws_transport_shutdown(client->transport);
    while (count < 0) {
        count = recv(client->server, bytes, sizeof(bytes), MSG_DONTWAIT);
    }
    assert_int_equal(count, 0);
    client->expected = 1;
    server_send(client, bytes, write_message(bytes, 0, 12));
    run_until(client, &client->all);
}

/* -- Freeing inside handlers --------------------------------------------- */

static void can_be_freed_inside_any_handler(void **state)
{
    struct client *client = *state;
    char accept_value[29];
    char request[2048];
    char answer[512];
    size_t size;

    for (int moment = AT_OPEN; moment <= AT_TRACE; moment++) {
        client->free_at = (enum moment)moment;
        client->freed = client->open = client->ended = false;
        begin(client);
        if (client->free_at != AT_TRACE) {
            server_accept(client);
            server_read_request(client, accept_value, request);
            answer_text(answer, accept_value);
            size = strlen(answer);
            client->messages = 0;
            size += write_message(answer + size, 0, 5);
            server_send(client, answer, size);
            if (client->free_at == AT_WRITABLE) {
                run_until(client, &client->open);
                ws_transport_want_write(client->transport, true);
            }
            if (client->free_at == AT_ENDED) {
                run_until(client, &client->open);
                close(client->server);
                client->server = -1;
            }
        }
        run_until(client, &client->freed);
        loop_step(client->loop);
        if (client->server >= 0) {
            close(client->server);
            client->server = -1;
        }
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
    char accept_value[29];
    char request[2048] = "";
    char answer[256];
    int size = 0;
    size_t total = 0;
    const char *key;

    (void)user;
    while (strstr(request, "\r\n\r\n") == NULL) {
        int count = SSL_read(ssl, request + size, 2047 - size);

        if (count <= 0) {
            return;
        }
        size += count;
        request[size] = '\0';
    }
    key = strstr(request, "Sec-WebSocket-Key: ");
    ws_handshake_accept(accept_value, span_of(key + 19, WS_HANDSHAKE_KEY_SIZE),
                        tls_sha1);
    answer_text(answer, accept_value);
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
    const struct tls_options options = {path, false};
    struct client *client = *state;
    struct ws_transport_config config = config_of(client);
    struct tls_server *server;

    certificate_write(&certificate, path);
    assert_int_equal(tls_config_new(&config.tls, &options, &client->failure),
                     SOCKFEED_OK);
    server = tls_server_start(&certificate, TLS1_3_VERSION, &config.port,
                              serve_messages, NULL);
    config.request.secure = true;
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
    tls_config_free(config.tls);
    certificate_free(&certificate);
    (void)unlink(path);
}

#define TRANSPORT_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRANSPORT_TEST(opens_and_tells_the_steps_without_secrets),
        TRANSPORT_TEST(takes_an_answer_that_comes_byte_by_byte),
        TRANSPORT_TEST(hands_on_frames_that_came_with_the_answer),
        TRANSPORT_TEST(tells_what_a_refusal_says),
        TRANSPORT_TEST(refuses_an_answer_that_is_no_http),
        TRANSPORT_TEST(says_that_the_server_left_without_an_answer),
        TRANSPORT_TEST(does_not_wait_past_the_deadline),
        TRANSPORT_TEST(says_that_nobody_listens),
        TRANSPORT_TEST(does_not_send_a_request_that_cannot_be),
        TRANSPORT_TEST(receives_messages_of_all_sizes_in_odd_pieces),
        TRANSPORT_TEST(grows_for_a_huge_message_and_waits_until_it_is_there),
        TRANSPORT_TEST(holds_back_while_paused_and_loses_nothing),
        TRANSPORT_TEST(tells_the_end_after_all_that_came_before_it),
        TRANSPORT_TEST(writes_as_much_as_goes_out_and_says_when_more_does),
        TRANSPORT_TEST(tells_last_words_before_a_failed_write),
        TRANSPORT_TEST(shuts_its_side_and_still_reads),
        TRANSPORT_TEST(can_be_freed_inside_any_handler),
        TRANSPORT_TEST(can_be_freed_at_any_stage),
        TRANSPORT_TEST(receives_over_tls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
