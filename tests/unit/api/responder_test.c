/* SPDX-License-Identifier: MIT */
#include "sockfeed.h"

#include "tests/support/loopback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 30000,
    LARGE = 1000000
};

/* A responder, and one who asks it. */
struct scene {
    struct sockfeed_loop *loop;
    struct sockfeed_responder *responder;
    struct sockfeed_timer *patience;
    int asker;
    char *said; /* to the asker */
    size_t size;
    char path[64]; /* asked for last */
    unsigned asked;
};

static char large[LARGE];

static void on_request(void *user, const char *path,
                       struct sockfeed_http_answer *answer)
{
    static const char body[] = "sockfeed_up 1\n";
    struct scene *scene = user;

    scene->asked++;
    (void)snprintf(scene->path, sizeof scene->path, "%s", path);
    if (strcmp(path, "/metrics") == 0) {
        *answer = (struct sockfeed_http_answer){200, "text/plain", body,
                                                sizeof body - 1};
    } else if (strcmp(path, "/large") == 0) {
        *answer = (struct sockfeed_http_answer){200, "text/plain", large,
                                                sizeof large};
    }
}

static void on_patience(void *user)
{
    (void)user;
    fail();
}

static void begin(struct scene *scene)
{
    const struct sockfeed_responder_config config = {.port = 0};

    memset(scene, 0, sizeof *scene);
    assert_int_equal(sockfeed_loop_new(&scene->loop, 4), SOCKFEED_OK);
    assert_int_equal(
        sockfeed_timer_new(&scene->patience, scene->loop, on_patience, scene),
        SOCKFEED_OK);
    assert_int_equal(sockfeed_responder_new(&scene->responder, scene->loop,
                                            &config, on_request, scene, NULL),
                     SOCKFEED_OK);
}

static void end(struct scene *scene)
{
    free(scene->said);
    sockfeed_responder_free(scene->responder);
    sockfeed_timer_free(scene->patience);
    sockfeed_loop_free(scene->loop);
}

static void on_readable(void *user, unsigned ready)
{
    struct scene *scene = user;
    char data[4096];
    ssize_t got = recv(scene->asker, data, sizeof data, 0);

    (void)ready;
    if (got <= 0) {
        sockfeed_loop_stop(scene->loop);
        return;
    }
    scene->said = realloc(scene->said, scene->size + (size_t)got + 1);
    assert_non_null(scene->said);
    memcpy(scene->said + scene->size, data, (size_t)got);
    scene->size += (size_t)got;
    scene->said[scene->size] = '\0';
}

/* Sends the line, and waits until all was said. */
static void ask(struct scene *scene, const char *line)
{
    struct address address =
        loopback_address(sockfeed_responder_port(scene->responder));
    struct sockfeed_watch *watch;
    char request[256];

    (void)snprintf(request, sizeof request,
                   "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", line);
    scene->asker = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(scene->asker >= 0);
    assert_int_equal(connect(scene->asker, &address.u.any, address.size), 0);
    assert_int_equal(send(scene->asker, request, strlen(request), 0),
                     strlen(request));
    assert_int_equal(sockfeed_watch_new(&watch, scene->loop, scene->asker,
                                        SOCKFEED_READABLE, on_readable, scene),
                     SOCKFEED_OK);
    scene->size = 0;
    sockfeed_timer_set(scene->patience, PATIENCE_MS);
    sockfeed_loop_run(scene->loop);
    sockfeed_watch_free(watch);
    (void)close(scene->asker);
}

static void is_answered(const struct scene *scene, const char *status,
                        const char *body)
{
    const char *empty = strstr(scene->said, "\r\n\r\n");

    assert_int_equal(strncmp(scene->said, status, strlen(status)), 0);
    assert_non_null(empty);
    assert_string_equal(empty + 4, body);
}

static void an_answer_is_what_the_owner_says(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    ask(&scene, "GET /metrics");
    is_answered(&scene, "HTTP/1.1 200", "sockfeed_up 1\n");
    assert_int_equal(scene.asked, 1);
    end(&scene);
}

static void without_a_word_of_the_owners_there_is_nothing(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    ask(&scene, "GET /other");
    is_answered(&scene, "HTTP/1.1 404", "not found\n");
    assert_string_equal(scene.path, "/other");
    end(&scene);
}

static void a_path_comes_decoded_and_without_its_query(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    ask(&scene, "GET /a%20b?c=d");
    assert_string_equal(scene.path, "/a b");
    end(&scene);
}

static void head_is_answered_without_the_body(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    ask(&scene, "HEAD /metrics");
    is_answered(&scene, "HTTP/1.1 200", "");
    assert_non_null(strstr(scene.said, "14\r\n")); /* Content-Length */
    end(&scene);
}

static void nothing_is_asked_for_by_other_methods(void **state)
{
    struct scene scene;

    (void)state;
    begin(&scene);
    ask(&scene, "DELETE /metrics");
    is_answered(&scene, "HTTP/1.1 405", "only GET and HEAD are answered\n");
    assert_int_equal(scene.asked, 0);
    end(&scene);
}

static void a_large_answer_comes_whole(void **state)
{
    struct scene scene;

    (void)state;
    memset(large, 'x', sizeof large);
    begin(&scene);
    ask(&scene, "GET /large");
    assert_int_equal(strlen(strstr(scene.said, "\r\n\r\n") + 4), LARGE);
    end(&scene);
}

static void says_why_it_cannot_listen(void **state)
{
    const struct sockfeed_responder_config config = {.address = "nowhere"};
    struct sockfeed_responder *responder;
    struct sockfeed_failure failure;
    struct scene scene;

    (void)state;
    begin(&scene);
    assert_int_equal(sockfeed_responder_new(&responder, scene.loop, &config,
                                            on_request, &scene, &failure),
                     SOCKFEED_INVALID);
    assert_null(responder);
    assert_non_null(strstr(failure.text, "nowhere"));
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_what_the_owner_says),
        cmocka_unit_test(without_a_word_of_the_owners_there_is_nothing),
        cmocka_unit_test(a_path_comes_decoded_and_without_its_query),
        cmocka_unit_test(head_is_answered_without_the_body),
        cmocka_unit_test(nothing_is_asked_for_by_other_methods),
        cmocka_unit_test(a_large_answer_comes_whole),
        cmocka_unit_test(says_why_it_cannot_listen),
    };

    return cmocka_run_group_tests_name("api/responder", tests, NULL, NULL);
}
