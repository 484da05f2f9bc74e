/* SPDX-License-Identifier: MIT */
#include "net/listener.h"

#include "codec/ws_frame.h"
#include "net/loop.h"
#include "tests/support/loopback.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 10000,
    BULK = 300000,
    MAX_QUEUE = 1000000,
    MAX_MESSAGE = 400000
};

enum moment {
    NEVER,
    AT_ACCEPT,
    AT_OPEN,
    AT_MESSAGE,
    AT_DRAINED,
    AT_CLOSED,
    AT_REQUEST,
    AT_BODY,
    AT_ABANDONED,
};

struct server {
    struct loop *loop;
    struct listener *listener;
    struct listener_peer *peer;
    enum moment free_at;
    bool freed;
    bool echo;
    bool open;
    bool drained;
    bool closed;
    bool got;
    bool asked;
    bool abandoned;
    bool whole;
    char type[64];
    bool binary;
    char path[64];
    char query[64];
    char message[MAX_MESSAGE];
    size_t size;
    int client; /* the other end */
};

static void free_if(struct server *server, enum moment moment)
{
    assert_false(server->freed);
    if (server->free_at == moment) {
        listener_free(server->listener);
        server->listener = NULL;
        server->freed = true;
    }
}

static enum sockfeed_result on_accept(void *user,
                                      const struct listener_request *request,
                                      struct listener_peer *peer,
                                      void **peer_user, const char **text)
{
    struct server *server = user;

    (void)snprintf(server->path, sizeof(server->path), "%.*s",
                   (int)request->path.size, request->path.data);
    (void)snprintf(server->query, sizeof(server->query), "%.*s",
                   (int)request->query.size, request->query.data);
    free_if(server, AT_ACCEPT);
    if (span_is(request->path, "/refused")) {
        *text = "Transport unknown";
        return SOCKFEED_REFUSED;
    }
    server->peer = peer;
    *peer_user = server;
    return SOCKFEED_OK;
}

static void on_open(void *user, void *peer_user)
{
    struct server *server = user;

    assert_ptr_equal(peer_user, server);
    server->open = true;
    free_if(server, AT_OPEN);
}

static void on_message(void *user, void *peer_user, bool binary,
                       struct span message)
{
    struct server *server = user;

    assert_ptr_equal(peer_user, server);
    assert_in_range(message.size, 0, MAX_MESSAGE);
    memcpy(server->message, message.data, message.size);
    server->size = message.size;
    server->binary = binary;
    server->got = true;
    if (server->echo) {
        assert_int_equal(listener_socket_send(server->peer, binary, message),
                         SOCKFEED_OK);
    }
    free_if(server, AT_MESSAGE);
}

static void on_drained(void *user, void *peer_user)
{
    struct server *server = user;

    assert_ptr_equal(peer_user, server);
    assert_int_equal(listener_socket_queued(server->peer), 0);
    server->drained = true;
    free_if(server, AT_DRAINED);
}

static void on_closed(void *user, void *peer_user)
{
    struct server *server = user;

    assert_ptr_equal(peer_user, server);
    assert_false(server->closed);
    server->closed = true;
    free_if(server, AT_CLOSED);
}

static void *on_request(void *user, const struct listener_request *request,
                        struct listener_peer *peer)
{
    static const char refused[] =
        "{\"code\":0,\"message\":\"Transport unknown\"}";
    struct server *server = user;
    const struct listener_answer answer = {
        400, "application/json", span_of(refused, sizeof refused - 1)};

    (void)snprintf(server->path, sizeof(server->path), "%.*s",
                   (int)request->path.size, request->path.data);
    (void)snprintf(server->type, sizeof(server->type), "%.*s",
                   (int)request->content_type.size, request->content_type.data);
    server->asked = true;
    server->peer = peer;
    free_if(server, AT_REQUEST);
    if (span_is(request->path, "/plain")) {
        listener_http_answer(peer, &answer);
    }
    return server;
}

static void on_body(void *user, void *request_user, bool whole,
                    struct span body)
{
    struct server *server = user;

    assert_ptr_equal(request_user, server);
    server->got = true;
    server->whole = whole;
    server->size = body.size;
    if (body.size > 0) {
        memcpy(server->message, body.data, body.size);
    }
    free_if(server, AT_BODY);
}

static void on_abandoned(void *user, void *request_user)
{
    struct server *server = user;

    assert_ptr_equal(request_user, server);
    server->abandoned = true;
    free_if(server, AT_ABANDONED);
}

static const struct listener_handlers handlers = {
    .accept = on_accept,
    .open = on_open,
    .message = on_message,
    .drained = on_drained,
    .closed = on_closed,
    .request = on_request,
    .body = on_body,
    .abandoned = on_abandoned,
};

static const struct listener_config standard = {
    .max_peers = 2, .max_queue = MAX_QUEUE, .max_message = MAX_MESSAGE};

static void start(struct server *server, const struct listener_config *config)
{
    struct sockfeed_failure failure;

    assert_int_equal(listener_new(&server->listener, server->loop, config,
                                  &handlers, server, &failure),
                     SOCKFEED_OK);
}

static int set_up(void **state)
{
    static struct server server;

    memset(&server, 0, sizeof(server));
    server.client = -1;
    assert_int_equal(loop_new(&server.loop, 8), SOCKFEED_OK);
    start(&server, &standard);
    *state = &server;
    return 0;
}

static int tear_down(void **state)
{
    struct server *server = *state;

    listener_free(server->listener);
    if (server->client >= 0) {
        close(server->client);
    }
    loop_free(server->loop);
    return 0;
}

static void run_until(struct server *server, const bool *condition)
{
    assert_true(loopback_run(server->loop, condition, PATIENCE_MS));
}

/* -- The client, which blocks on nothing ---------------------------------- */

static int dial(const struct server *server)
{
    struct address address = loopback_address(listener_port(server->listener));
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(descriptor >= 0);
    assert_int_equal(connect(descriptor, &address.u.any, address.size), 0);
    return descriptor;
}

static void put(struct server *server, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        ssize_t count =
            send(server->client, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (count < 0) {
            assert_int_equal(errno, EAGAIN);
            loop_step(server->loop);
            continue;
        }
        bytes += count;
        size -= (size_t)count;
    }
}

/* Reads until `size` bytes or the end; answers how many came. */
static size_t get(struct server *server, char *data, size_t size)
{
    struct pollfd sets[] = {
        {.fd = loop_descriptor(server->loop), .events = POLLIN},
        {.fd = server->client,                .events = POLLIN}
    };
    int64_t patience = loop_now(server->loop) + PATIENCE_MS;
    size_t got = 0;

    while (got < size) {
        ssize_t count =
            recv(server->client, data + got, size - got, MSG_DONTWAIT);

        if (count == 0 || (count < 0 && errno == ECONNRESET)) {
            break;
        }
        if (count > 0) {
            got += (size_t)count;
            continue;
        }
        assert_int_equal(errno, EAGAIN);
        assert_true(loop_now(server->loop) < patience);
        (void)poll(sets, 2, (int)loop_deadline(server->loop));
        loop_step(server->loop);
    }
    return got;
}

static void ask(struct server *server, const char *path)
{
    char request[512];

    server->client = dial(server);
    (void)snprintf(request, sizeof(request),
                   "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                   path);
    put(server, request, strlen(request));
}

/* Reads the answer's head, a byte at a time so that nothing behind it is. */
static void get_head(struct server *server, char head[1024])
{
    size_t size = 0;

    head[0] = '\0';
    while (strstr(head, "\r\n\r\n") == NULL) {
        assert_int_not_equal(size, 1023);
        assert_int_equal(get(server, head + size, 1), 1);
        head[++size] = '\0';
    }
}

static void open_it(struct server *server)
{
    char head[1024];

    ask(server, "/socket.io/?EIO=4&transport=websocket");
    get_head(server, head);
    assert_non_null(strstr(head, " 101 "));
    /* RFC 6455, 1.3, for this key. */
    assert_non_null(strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    run_until(server, &server->open);
}

static void send_frame(struct server *server, enum ws_opcode opcode, bool fin,
                       struct span payload)
{
    static const unsigned char key[4] = {1, 2, 3, 4};
    static char bytes[MAX_MESSAGE + WS_FRAME_HEADER_MAX + 1024];
    const struct ws_frame frame = {
        .opcode = opcode, .fin = fin, .payload = payload};

    put(server, bytes, ws_frame_encode(bytes, &frame, key));
}

/* Reads one frame; its payload lies in a buffer of its own. */
static struct ws_frame get_frame(struct server *server)
{
    static char bytes[MAX_MESSAGE + WS_FRAME_HEADER_MAX];
    const struct ws_frame_rules rules = {WS_ROLE_CLIENT, 0, MAX_MESSAGE};
    struct ws_frame frame;
    struct malformed malformed;
    size_t size = 0;
    enum sockfeed_result result = SOCKFEED_MORE;

    frame.size = 2;
    while (result == SOCKFEED_MORE) {
        size_t want = (size_t)frame.size - size;

        assert_int_equal(get(server, bytes + size, want), want);
        size += want;
        result = ws_frame_decode(&frame, &malformed, bytes, size, &rules);
    }
    assert_int_equal(result, SOCKFEED_OK);
    return frame;
}

static void assert_end(struct server *server)
{
    char byte;

    assert_int_equal(get(server, &byte, 1), 0);
}

/* -- Listening ------------------------------------------------------------ */

static void says_that_a_port_is_taken(void **state)
{
    struct server *server = *state;
    struct listener_config config = standard;
    struct listener *second;
    struct sockfeed_failure failure;
    char expected[128];

    config.port = listener_port(server->listener);
    assert_int_not_equal(config.port, 0);
    assert_int_equal(listener_new(&second, server->loop, &config, &handlers,
                                  server, &failure),
                     SOCKFEED_SYSTEM);
    assert_null(second);
    assert_int_equal(failure.system_error, EADDRINUSE);
    (void)snprintf(expected, sizeof(expected),
                   "cannot listen on 127.0.0.1 port %u: address already in "
                   "use",
                   config.port);
    assert_string_equal(failure.text, expected);
}

static void refuses_an_address_that_is_none(void **state)
{
    struct server *server = *state;
    struct listener_config config = standard;
    struct listener *second;
    struct sockfeed_failure failure;

    config.address = "localhost";
    assert_int_equal(listener_new(&second, server->loop, &config, &handlers,
                                  server, &failure),
                     SOCKFEED_INVALID);
    assert_string_equal(failure.text, "localhost is no numeric address");
}

static void closes_connections_above_the_limit(void **state)
{
    struct server *server = *state;
    int first = dial(server);
    int second = dial(server);

    server->client = dial(server);
    assert_end(server);
    close(first);
    close(second);
}

/* -- HTTP ------------------------------------------------------------------ */

static void tells_path_and_query_of_a_handshake(void **state)
{
    struct server *server = *state;

    open_it(server);
    assert_string_equal(server->path, "/socket.io/");
    assert_string_equal(server->query, "EIO=4&transport=websocket");
}

static void answers_a_refused_handshake(void **state)
{
    struct server *server = *state;
    char head[1024];
    char body[32];

    ask(server, "/refused");
    get_head(server, head);
    assert_non_null(strstr(head, "HTTP/1.1 400 "));
    assert_int_equal(get(server, body, sizeof(body)), 17);
    assert_memory_equal(body, "Transport unknown", 17);
    assert_false(server->closed);
}

static void answers_a_plain_request(void **state)
{
    static const char request[] = "POST /plain?x=1 HTTP/1.1\r\nHost: a\r\n"
                                  "Content-Length: 0\r\n\r\n";
    static const char expected[] =
        "{\"code\":0,\"message\":\"Transport unknown\"}";
    struct server *server = *state;
    char head[1024];
    char body[64];

    server->client = dial(server);
    put(server, request, sizeof(request) - 1);
    get_head(server, head);
    assert_non_null(strstr(head, "HTTP/1.1 400 "));
    assert_non_null(strstr(head, "application/json"));
    assert_int_equal(get(server, body, sizeof(body)), sizeof(expected) - 1);
    assert_memory_equal(body, expected, sizeof(expected) - 1);
    assert_string_equal(server->path, "/plain");
}

/* -- Messages --------------------------------------------------------------- */

static void echoes_text_and_binary(void **state)
{
    struct server *server = *state;
    struct ws_frame frame;

    open_it(server);
    server->echo = true;
    send_frame(server, WS_OPCODE_TEXT, true, span_text("gr\xc3\xbc\xc3\x9f"));
    frame = get_frame(server);
    assert_int_equal(frame.opcode, WS_OPCODE_TEXT);
    assert_true(span_is(frame.payload, "gr\xc3\xbc\xc3\x9f"));
    send_frame(server, WS_OPCODE_BINARY, true, span_of("\x00\xff", 2));
    frame = get_frame(server);
    assert_int_equal(frame.opcode, WS_OPCODE_BINARY);
    assert_int_equal(frame.payload.size, 2);
    send_frame(server, WS_OPCODE_TEXT, true, span_text(""));
    frame = get_frame(server);
    assert_int_equal(frame.payload.size, 0);
}

static void joins_fragments(void **state)
{
    struct server *server = *state;

    open_it(server);
    send_frame(server, WS_OPCODE_TEXT, false, span_text("ab"));
    send_frame(server, WS_OPCODE_PING, true, span_text("?"));
    send_frame(server, WS_OPCODE_CONTINUATION, false, span_text("cd"));
    send_frame(server, WS_OPCODE_CONTINUATION, true, span_text("ef"));
    run_until(server, &server->got);
    assert_int_equal(server->size, 6);
    assert_memory_equal(server->message, "abcdef", 6);
    assert_int_equal(get_frame(server).opcode, WS_OPCODE_PONG);
}

static void carries_large_messages_both_ways(void **state)
{
    static char bulk[BULK];
    struct server *server = *state;
    struct ws_frame frame;

    for (size_t i = 0; i < BULK; i++) {
        bulk[i] = (char)(i * 7 >> 4);
    }
    open_it(server);
    server->echo = true;
    send_frame(server, WS_OPCODE_BINARY, true, span_of(bulk, BULK));
    frame = get_frame(server);
    assert_int_equal(frame.payload.size, BULK);
    assert_memory_equal(frame.payload.data, bulk, BULK);
    run_until(server, &server->drained);
}

static unsigned close_code(struct ws_frame frame)
{
    const unsigned char *code = (const unsigned char *)frame.payload.data;

    assert_int_equal(frame.opcode, WS_OPCODE_CLOSE);
    assert_true(frame.payload.size >= 2);
    return (unsigned)code[0] << 8 | code[1];
}

static void closes_on_a_message_that_is_too_large(void **state)
{
    static char bulk[MAX_MESSAGE + 1];
    struct server *server = *state;

    open_it(server);
    send_frame(server, WS_OPCODE_BINARY, true, span_of(bulk, sizeof(bulk)));
    assert_int_equal(close_code(get_frame(server)), 1009);
    assert_false(server->got);
}

static void closes_on_text_that_is_not_utf_8(void **state)
{
    struct server *server = *state;

    open_it(server);
    send_frame(server, WS_OPCODE_TEXT, true, span_text("\xff"));
    assert_int_equal(close_code(get_frame(server)), 1007);
    assert_false(server->got);
}

static void bounds_the_queue_of_a_peer(void **state)
{
    static char bulk[BULK];
    struct server *server = *state;
    size_t messages = 0;

    open_it(server);
    while (listener_socket_send(server->peer, true, span_of(bulk, BULK)) ==
           SOCKFEED_OK) {
        messages++;
    }
    assert_int_equal(messages, MAX_QUEUE / BULK);
    assert_int_equal(listener_socket_queued(server->peer), messages * BULK);
    assert_int_equal(
        listener_socket_send(server->peer, true, span_of(bulk, BULK)),
        SOCKFEED_FULL);
    for (size_t i = 0; i < messages; i++) {
        assert_int_equal(get_frame(server).payload.size, BULK);
    }
    run_until(server, &server->drained);
}

static void writes_many_small_messages_in_order(void **state)
{
    struct server *server = *state;
    char text[32];

    open_it(server);
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof(text), "message %d", i);
        assert_int_equal(
            listener_socket_send(server->peer, false, span_text(text)),
            SOCKFEED_OK);
    }
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof(text), "message %d", i);
        assert_true(span_is(get_frame(server).payload, text));
    }
}

/* -- Ending ------------------------------------------------------------------ */

static void closes_with_code_and_reason_after_what_is_queued(void **state)
{
    struct server *server = *state;
    struct ws_frame frame;

    open_it(server);
    assert_int_equal(
        listener_socket_send(server->peer, false, span_text("last words")),
        SOCKFEED_OK);
    listener_socket_close(server->peer, 1013, span_text("come back later"));
    assert_int_equal(
        listener_socket_send(server->peer, false, span_text("late")),
        SOCKFEED_STATE);
    assert_true(span_is(get_frame(server).payload, "last words"));
    frame = get_frame(server);
    assert_int_equal(close_code(frame), 1013);
    assert_true(span_is(span_skip(frame.payload, 2), "come back later"));
    send_frame(server, WS_OPCODE_CLOSE, true, span_of("\x03\xf5", 2));
    run_until(server, &server->closed);
}

static void closes_without_code(void **state)
{
    struct server *server = *state;
    struct ws_frame frame;

    open_it(server);
    listener_socket_close(server->peer, 0, span_text(NULL));
    frame = get_frame(server);
    assert_int_equal(frame.opcode, WS_OPCODE_CLOSE);
    assert_int_equal(frame.payload.size, 0);
    run_until(server, &server->closed);
}

static void tells_once_that_a_peer_has_gone(void **state)
{
    struct server *server = *state;

    open_it(server);
    close(server->client);
    server->client = -1;
    run_until(server, &server->closed);
    loop_step(server->loop);
}

/* -- Requests that wait --------------------------------------------------- */

#define HELD "GET /held HTTP/1.1\r\nHost: a\r\n\r\n"
static const char held[] = HELD;

static void assert_answered(struct server *server, const char *text)
{
    const struct listener_answer said = {200, "text/plain", span_text(text)};
    char head[1024];
    char body[64];
    size_t size = strlen(text);

    listener_http_answer(server->peer, &said);
    get_head(server, head);
    assert_non_null(strstr(head, "HTTP/1.1 200 "));
    assert_int_equal(get(server, body, size), size);
    assert_memory_equal(body, text, size);
}

static void answers_later_and_keeps_the_connection(void **state)
{
    struct server *server = *state;

    server->client = dial(server);
    for (int i = 0; i < 3; i++) {
        server->asked = false;
        put(server, held, sizeof(held) - 1);
        run_until(server, &server->asked);
        loop_step(server->loop);
        assert_answered(server, "later");
    }
    assert_false(server->abandoned);
}

static void answer_both(struct server *server)
{
    server->asked = false;
    assert_answered(server, "first");
    run_until(server, &server->asked);
    assert_answered(server, "second");
}

static void a_request_that_comes_early_waits_for_its_turn(void **state)
{
    struct server *server = *state;

    server->client = dial(server);
    put(server, held, sizeof(held) - 1);
    run_until(server, &server->asked);
    put(server, held, sizeof(held) - 1);
    for (int i = 0; i < 10; i++) {
        loop_step(server->loop);
    }
    answer_both(server);
}

static void two_requests_of_one_read_are_answered_in_turn(void **state)
{
    static const char both[] = HELD HELD;
    struct server *server = *state;

    server->client = dial(server);
    put(server, both, sizeof(both) - 1);
    run_until(server, &server->asked);
    answer_both(server);
}

static void closes_after_the_answer_where_that_is_asked_for(void **state)
{
    static const char request[] =
        "GET /held HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct server *server = *state;

    server->client = dial(server);
    put(server, request, sizeof(request) - 1);
    run_until(server, &server->asked);
    assert_answered(server, "last");
    assert_end(server);
}

static void tells_that_a_client_has_gone_before_its_answer(void **state)
{
    struct server *server = *state;

    server->client = dial(server);
    put(server, held, sizeof(held) - 1);
    run_until(server, &server->asked);
    close(server->client);
    server->client = -1;
    run_until(server, &server->abandoned);
}

static void takes_a_body_whole(void **state)
{
    static const char head[] = "POST /held?a=b HTTP/1.1\r\nHost: a\r\n"
                               "Content-Type: text/plain\r\n"
                               "Content-Length: 300000\r\n\r\n";
    struct server *server = *state;
    static char body[BULK];

    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (char)('a' + i % 26);
    }
    server->client = dial(server);
    put(server, head, sizeof(head) - 1);
    put(server, body, sizeof body);
    run_until(server, &server->got);
    assert_true(server->whole);
    assert_int_equal(server->size, sizeof body);
    assert_memory_equal(server->message, body, sizeof body);
    assert_string_equal(server->type, "text/plain");
    assert_answered(server, "ok");
}

static void leaves_out_a_body_above_the_limit(void **state)
{
    static const char head[] = "POST /held HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: 400001\r\n\r\n";
    struct server *server = *state;
    static char body[MAX_MESSAGE + 1];

    server->client = dial(server);
    put(server, head, sizeof(head) - 1);
    put(server, body, sizeof body);
    run_until(server, &server->got);
    assert_false(server->whole);
    assert_int_equal(server->size, 0);
    assert_answered(server, "no");
    /* The connection lives on. */
    put(server, held, sizeof(held) - 1);
    server->asked = false;
    run_until(server, &server->asked);
    assert_answered(server, "yes");
}

static void refuses_a_body_without_a_length(void **state)
{
    static const char request[] = "POST /held HTTP/1.1\r\nHost: a\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"
                                  "0\r\n\r\n";
    struct server *server = *state;
    char head[1024];

    server->client = dial(server);
    put(server, request, sizeof(request) - 1);
    get_head(server, head);
    assert_non_null(strstr(head, "HTTP/1.1 411 "));
    assert_false(server->asked);
}

static void tells_scripts_of_other_origins_that_they_may_ask(void **state)
{
    static const char request[] =
        "OPTIONS /held HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n"
        "Access-Control-Request-Headers: x-token\r\n\r\n";
    struct server *server = *state;
    char head[1024];

    server->client = dial(server);
    put(server, request, sizeof(request) - 1);
    get_head(server, head);
    assert_non_null(strstr(head, "HTTP/1.1 204 "));
    assert_non_null(strstr(head, "Access-Control-Allow-Origin: http://b\r\n"));
    assert_non_null(strstr(head, "Access-Control-Allow-Headers: x-token\r\n"));
    assert_false(server->asked);
}

static void can_be_freed_inside_any_handler(void **state)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    static const char post[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                               "Content-Length: 1\r\n\r\nx";
    struct server *server = *state;

    for (int moment = AT_ACCEPT; moment <= AT_ABANDONED; moment++) {
        server->free_at = (enum moment)moment;
        server->freed = server->closed = server->open = false;
        if (server->listener == NULL) {
            start(server, &standard);
        }
        server->echo = moment == AT_DRAINED;
        server->asked = false;
        if (moment >= AT_REQUEST) {
            server->client = dial(server);
            put(server, moment == AT_BODY ? post : request,
                moment == AT_BODY ? sizeof(post) - 1 : sizeof(request) - 1);
        } else {
            ask(server, "/");
        }
        if (moment == AT_MESSAGE || moment == AT_DRAINED) {
            send_frame(server, WS_OPCODE_TEXT, true, span_text("hello"));
        }
        if (moment == AT_CLOSED || moment == AT_ABANDONED) {
            run_until(server,
                      moment == AT_CLOSED ? &server->open : &server->asked);
            close(server->client);
            server->client = -1;
        }
        run_until(server, &server->freed);
        loop_step(server->loop);
        if (server->client >= 0) {
            close(server->client);
            server->client = -1;
        }
    }
}

static void ends_its_peers_without_a_word_when_freed(void **state)
{
    struct server *server = *state;

    open_it(server);
    listener_free(server->listener);
    server->listener = NULL;
    assert_end(server);
    assert_false(server->closed);
}

#define LISTENER_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LISTENER_TEST(says_that_a_port_is_taken),
        LISTENER_TEST(refuses_an_address_that_is_none),
        LISTENER_TEST(closes_connections_above_the_limit),
        LISTENER_TEST(tells_path_and_query_of_a_handshake),
        LISTENER_TEST(answers_a_refused_handshake),
        LISTENER_TEST(answers_a_plain_request),
        LISTENER_TEST(echoes_text_and_binary),
        LISTENER_TEST(joins_fragments),
        LISTENER_TEST(carries_large_messages_both_ways),
        LISTENER_TEST(closes_on_a_message_that_is_too_large),
        LISTENER_TEST(closes_on_text_that_is_not_utf_8),
        LISTENER_TEST(bounds_the_queue_of_a_peer),
        LISTENER_TEST(writes_many_small_messages_in_order),
        LISTENER_TEST(closes_with_code_and_reason_after_what_is_queued),
        LISTENER_TEST(closes_without_code),
        LISTENER_TEST(tells_once_that_a_peer_has_gone),
        LISTENER_TEST(answers_later_and_keeps_the_connection),
        LISTENER_TEST(a_request_that_comes_early_waits_for_its_turn),
        LISTENER_TEST(two_requests_of_one_read_are_answered_in_turn),
        LISTENER_TEST(closes_after_the_answer_where_that_is_asked_for),
        LISTENER_TEST(tells_that_a_client_has_gone_before_its_answer),
        LISTENER_TEST(takes_a_body_whole),
        LISTENER_TEST(leaves_out_a_body_above_the_limit),
        LISTENER_TEST(refuses_a_body_without_a_length),
        LISTENER_TEST(tells_scripts_of_other_origins_that_they_may_ask),
        LISTENER_TEST(can_be_freed_inside_any_handler),
        LISTENER_TEST(ends_its_peers_without_a_word_when_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
