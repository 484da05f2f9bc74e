/* SPDX-License-Identifier: MIT */
#include "net/resolver.h"

#include "base/limits.h"
#include "net/loop.h"
#include "tests/support/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 30000,
    MANY = 5 * LIMIT_RESOLVER_THREADS
};

struct fixture {
    struct loop *loop;
    struct resolver *resolver;
};

struct answer {
    bool done;
    unsigned calls;
    struct sockfeed_failure failure;
    size_t count;
    struct address first;
    struct resolver_job *victim; /* freed by the callback */
};

static int set_up(void **state)
{
    static struct fixture fixture;

    assert_int_equal(loop_new(&fixture.loop, 8), SOCKFEED_OK);
    assert_int_equal(resolver_new(&fixture.resolver, fixture.loop),
                     SOCKFEED_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    resolver_free(fixture->resolver);
    loop_free(fixture->loop);
    return 0;
}

static void on_answer(void *user, const struct sockfeed_failure *failure,
                      const struct address *addresses, size_t count)
{
    struct answer *answer = user;

    answer->calls++;
    answer->done = true;
    answer->count = count;
    if (failure != NULL) {
        answer->failure = *failure;
    } else {
        answer->first = addresses[0];
    }
    resolver_job_free(answer->victim);
    answer->victim = NULL;
}

static struct resolver_job *ask(struct fixture *fixture, const char *host,
                                struct answer *answer)
{
    const struct resolver_query query = {.host = host, .port = 443};
    struct resolver_job *job = NULL;

    *answer = (struct answer){0};
    assert_int_equal(
        resolver_start(&job, fixture->resolver, &query, on_answer, answer),
        SOCKFEED_OK);
    assert_int_equal(answer->calls, 0);
    return job;
}

static void assert_answer(struct fixture *fixture, const char *host,
                          const char *text)
{
    struct answer answer;
    char got[ADDRESS_TEXT];

    (void)ask(fixture, host, &answer);
    assert_true(loopback_run(fixture->loop, &answer.done, PATIENCE_MS));
    assert_int_equal(answer.failure.result, SOCKFEED_OK);
    assert_int_equal(answer.count, 1);
    assert_string_equal(address_text(&answer.first, got), text);
}

static void answers_numeric_addresses(void **state)
{
    assert_answer(*state, "192.0.2.7", "192.0.2.7 port 443");
    assert_answer(*state, "2001:db8::7", "2001:db8::7 port 443");
}

static void looks_up_localhost(void **state)
{
    struct fixture *fixture = *state;
    struct answer answer;

    (void)ask(fixture, "localhost", &answer);
    assert_true(loopback_run(fixture->loop, &answer.done, PATIENCE_MS));
    assert_int_equal(answer.failure.result, SOCKFEED_OK);
    assert_true(answer.count >= 1);
}

static void says_that_there_is_no_such_host(void **state)
{
    struct fixture *fixture = *state;
    struct answer answer;

    /* An empty label: no name server is asked. */
    (void)ask(fixture, "no..such", &answer);
    assert_true(loopback_run(fixture->loop, &answer.done, PATIENCE_MS));
    assert_int_equal(answer.failure.result, SOCKFEED_RESOLVE);
    assert_int_equal(answer.failure.stage, SOCKFEED_STAGE_RESOLVE);
    assert_string_equal(answer.failure.text, "no address for host no..such");
    assert_int_equal(answer.count, 0);
}

static void answers_more_names_than_there_are_threads(void **state)
{
    static struct answer answers[MANY];
    struct fixture *fixture = *state;

    for (size_t i = 0; i < MANY; i++) {
        (void)ask(fixture, "localhost", &answers[i]);
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_true(loopback_run(fixture->loop, &answers[i].done, PATIENCE_MS));
        assert_int_equal(answers[i].calls, 1);
    }
}

static void does_not_answer_a_job_that_was_freed(void **state)
{
    static struct answer answers[MANY];
    struct fixture *fixture = *state;
    struct resolver_job *jobs[MANY];
    struct answer last;

    for (size_t i = 0; i < MANY; i++) {
        jobs[i] =
            ask(fixture, i % 2 == 0 ? "localhost" : "192.0.2.1", &answers[i]);
    }
    for (size_t i = 0; i < MANY; i++) {
        resolver_job_free(jobs[i]);
    }
    (void)ask(fixture, "localhost", &last);
    assert_true(loopback_run(fixture->loop, &last.done, PATIENCE_MS));
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(answers[i].calls, 0);
    }
}

static void lets_a_callback_free_another_job(void **state)
{
    struct fixture *fixture = *state;
    struct answer first;
    struct answer second;
    struct answer third;

    (void)ask(fixture, "192.0.2.1", &first);
    first.victim = ask(fixture, "192.0.2.2", &second);
    (void)ask(fixture, "192.0.2.3", &third);
    assert_true(loopback_run(fixture->loop, &third.done, PATIENCE_MS));
    assert_int_equal(first.calls, 1);
    assert_int_equal(second.calls, 0);
}

static void can_be_freed_while_lookups_run(void **state)
{
    struct fixture *fixture = *state;
    struct answer answers[3];

    for (size_t i = 0; i < 3; i++) {
        resolver_job_free(ask(fixture, "localhost", &answers[i]));
    }
    /* The tear-down follows at once. */
}

#define RESOLVER_TEST(name) \
 cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RESOLVER_TEST(answers_numeric_addresses),
        RESOLVER_TEST(looks_up_localhost),
        RESOLVER_TEST(says_that_there_is_no_such_host),
        RESOLVER_TEST(answers_more_names_than_there_are_threads),
        RESOLVER_TEST(does_not_answer_a_job_that_was_freed),
        RESOLVER_TEST(lets_a_callback_free_another_job),
        RESOLVER_TEST(can_be_freed_while_lookups_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
