/* SPDX-License-Identifier: MIT */
#include "net/connector.h"

#include "net/loop.h"
#include "tests/support/loopback.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 10000
};

struct outcome {
    struct connector *connector;
    bool over;
    int socket;
    struct address peer;
    struct sockfeed_failure failure;
    char log[1024];
};

static int set_up(void **state)
{
    struct loop *loop = NULL;

    assert_int_equal(loop_new(&loop, 8), SOCKFEED_OK);
    *state = loop;
    return 0;
}

static int tear_down(void **state)
{
    loop_free(*state);
    return 0;
}

static void on_connected(void *user, int socket, const struct address *peer)
{
    struct outcome *outcome = user;

    assert_false(outcome->over);
    outcome->over = true;
    outcome->socket = socket;
    outcome->peer = *peer;
    connector_free(outcome->connector);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct outcome *outcome = user;

    assert_false(outcome->over);
    outcome->over = true;
    outcome->failure = *failure;
    connector_free(outcome->connector);
}

static void on_trace(void *user, const char *line)
{
    struct outcome *outcome = user;
    size_t used = strlen(outcome->log);

    (void)snprintf(outcome->log + used, sizeof(outcome->log) - used, "%s\n",
                   line);
}

static const struct connector_handlers handlers = {on_connected, on_failed,
                                                   on_trace};

static void begin(struct outcome *outcome, struct loop *loop,
                  const struct address *addresses, size_t count)
{
    const struct connector_config config = {
        .loop = loop, .addresses = addresses, .count = count};

    *outcome = (struct outcome){.socket = -1};
    assert_int_equal(
        connector_new(&outcome->connector, &config, &handlers, outcome),
        SOCKFEED_OK);
    assert_false(outcome->over);
}

static void finish(struct outcome *outcome, struct loop *loop,
                   const struct address *addresses, size_t count)
{
    begin(outcome, loop, addresses, count);
    assert_true(loopback_run(loop, &outcome->over, PATIENCE_MS));
}

static void connects_and_gives_a_socket_that_is_ready_to_use(void **state)
{
    struct outcome outcome;
    uint16_t port;
    int listener = loopback_listen(&port);
    struct address address = loopback_address(port);
    int delay = 0;
    socklen_t size = sizeof(delay);
    char expected[128];

    finish(&outcome, *state, &address, 1);
    assert_true(outcome.socket >= 0);
    assert_true((fcntl(outcome.socket, F_GETFL) & O_NONBLOCK) != 0);
    assert_true((fcntl(outcome.socket, F_GETFD) & FD_CLOEXEC) != 0);
    assert_int_equal(
        getsockopt(outcome.socket, IPPROTO_TCP, TCP_NODELAY, &delay, &size), 0);
    assert_int_not_equal(delay, 0);
    (void)snprintf(expected, sizeof(expected),
                   "connecting to 127.0.0.1 port %u\n"
                   "connected to 127.0.0.1 port %u\n",
                   port, port);
    assert_string_equal(outcome.log, expected);
    close(outcome.socket);
    close(listener);
}

static void says_why_the_only_address_failed(void **state)
{
    struct outcome outcome;
    uint16_t port;
    int holder = loopback_dead_port(&port);
    struct address address = loopback_address(port);
    char expected[128];

    finish(&outcome, *state, &address, 1);
    assert_int_equal(outcome.failure.result, SOCKFEED_CONNECT);
    assert_int_equal(outcome.failure.stage, SOCKFEED_STAGE_CONNECT);
    assert_int_equal(outcome.failure.system_error, ECONNREFUSED);
    (void)snprintf(expected, sizeof(expected),
                   "127.0.0.1 port %u: connection refused", port);
    assert_string_equal(outcome.failure.text, expected);
    close(holder);
}

static void goes_on_at_once_after_a_dead_address(void **state)
{
    struct outcome outcome;
    uint16_t dead;
    uint16_t port;
    int holder = loopback_dead_port(&dead);
    int listener = loopback_listen(&port);
    struct address addresses[] = {loopback_address(dead),
                                  loopback_address(port)};

    finish(&outcome, *state, addresses, 2);
    assert_true(outcome.socket >= 0);
    assert_int_equal(outcome.peer.u.v4.sin_port, htons(port));
    close(outcome.socket);
    close(listener);
    close(holder);
}

static void names_as_many_failures_as_there_is_room_for(void **state)
{
    struct address addresses[20];
    struct outcome outcome;
    uint16_t port;
    int holder = loopback_dead_port(&port);
    size_t length;

    for (size_t i = 0; i < 20; i++) {
        addresses[i] = loopback_address(port);
    }
    finish(&outcome, *state, addresses, 20);
    length = strlen(outcome.failure.text);
    assert_in_range(length, 400, sizeof(outcome.failure.text) - 1);
    assert_non_null(strstr(outcome.failure.text, " more"));
    close(holder);
}

/* Fills the queue of connections that nobody accepts: further ones then wait
 * for an answer that does not come. Gives the sockets that fill it. */
static void fill_backlog(int listener, uint16_t port, int fillers[4])
{
    struct address address = loopback_address(port);

    assert_int_equal(listen(listener, 0), 0);
    for (size_t i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], &address.u.any, address.size);
    }
}

static void overtakes_an_address_that_does_not_answer(void **state)
{
    struct outcome outcome;
    uint16_t silent;
    uint16_t port;
    int holder = loopback_dead_port(&silent);
    int listener = loopback_listen(&port);
    struct address addresses[] = {loopback_address(silent),
                                  loopback_address(port)};
    int64_t start;
    int fillers[4];
    char text[128];
    char expected[128];
    bool never = false;

    fill_backlog(holder, silent, fillers);
    begin(&outcome, *state, addresses, 2);
    start = loop_now(*state);
    (void)loopback_run(*state, &never, 20);
    connector_describe(outcome.connector, text, sizeof(text));
    (void)snprintf(expected, sizeof(expected), "127.0.0.1 port %u", silent);
    /* It is all there is of it until its time is over. */
    if (loop_now(*state) < start + 250) {
        assert_string_equal(text, expected);
    }
    assert_true(loopback_run(*state, &outcome.over, PATIENCE_MS));
    assert_int_equal(outcome.peer.u.v4.sin_port, htons(port));
    assert_true(loop_now(*state) >= start + 250);
    for (size_t i = 0; i < 4; i++) {
        close(fillers[i]);
    }
    close(outcome.socket);
    close(listener);
    close(holder);
}

static struct address address_v6(uint16_t port)
{
    return (struct address){
        .u.v6 = {.sin6_family = AF_INET6,
                 .sin6_port = htons(port),
                 .sin6_addr = IN6ADDR_LOOPBACK_INIT},
        .size = sizeof(struct sockaddr_in6),
    };
}

static void lets_the_families_take_turns(void **state)
{
    struct outcome outcome;
    uint16_t port;
    int holder = loopback_dead_port(&port);
    struct address addresses[] = {address_v6(port), address_v6(port),
                                  loopback_address(port)};
    const char *second;

    /* The IPv6 side may be taken or missing: only the order counts. */
    finish(&outcome, *state, addresses, 3);
    if (outcome.socket < 0) {
        second = strstr(outcome.log, "connecting to 127.0.0.1");
        assert_non_null(second);
        assert_non_null(strstr(second, "connecting to ::1"));
    } else {
        close(outcome.socket);
    }
    close(holder);
}

static void can_be_freed_before_it_is_done(void **state)
{
    struct outcome outcome;
    uint16_t port;
    int listener = loopback_listen(&port);
    struct address address = loopback_address(port);

    begin(&outcome, *state, &address, 1);
    connector_free(outcome.connector);
    begin(&outcome, *state, &address, 1);
    loop_step(*state);
    connector_free(outcome.connector);
    loop_step(*state);
    assert_false(outcome.over);
    close(listener);
}

#define CONNECTOR_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTOR_TEST(connects_and_gives_a_socket_that_is_ready_to_use),
        CONNECTOR_TEST(says_why_the_only_address_failed),
        CONNECTOR_TEST(goes_on_at_once_after_a_dead_address),
        CONNECTOR_TEST(names_as_many_failures_as_there_is_room_for),
        CONNECTOR_TEST(overtakes_an_address_that_does_not_answer),
        CONNECTOR_TEST(lets_the_families_take_turns),
        CONNECTOR_TEST(can_be_freed_before_it_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
