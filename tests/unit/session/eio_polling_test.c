/* SPDX-License-Identifier: MIT */
#include "session/eio_polling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define OPEN                                                \
 "0{\"sid\":\"a b\",\"upgrades\":[],\"pingInterval\":1000," \
 "\"pingTimeout\":500,\"maxPayload\":40}"

/* A session whose effects are written down, one to a line. */
struct scene {
    struct eio_polling *polling;
    int64_t now;
    bool hold_on_message;
    struct buf log;
};

static void on_open(void *user, enum eio_revision revision)
{
    struct scene *scene = user;

    buf_append_format(&scene->log, "open %d\n", (int)revision);
}

static void on_message(void *user, bool binary, struct span data)
{
    struct scene *scene = user;

    buf_append_text(&scene->log, binary ? "bytes " : "text ");
    buf_append_span(&scene->log, data);
    buf_append_byte(&scene->log, '\n');
    if (scene->hold_on_message) {
        eio_polling_hold(scene->polling);
    }
}

static void start(struct scene *scene, enum eio_revision asked)
{
    static const struct eio_polling_handlers handlers = {on_open, on_message};
    struct eio_polling_config config = {.asked = asked, .max_message = 200};

    *scene = (struct scene){.now = 1000};
    buf_init(&scene->log, 10000);
    scene->polling = eio_polling_new(&config, &handlers, scene);
    assert_non_null(scene->polling);
}

static void finish(struct scene *scene)
{
    eio_polling_free(scene->polling);
    buf_deinit(&scene->log);
}

static void assert_log(struct scene *scene, const char *wanted)
{
    assert_string_equal(buf_text(&scene->log), wanted);
    buf_clear(&scene->log);
}

/* What is asked for now, as lines: "GET query", "POST query: body". */
static void assert_requests(struct scene *scene, const char *wanted)
{
    struct eio_polling_request request;
    struct buf lines;

    buf_init(&lines, 10000);
    while (eio_polling_next(scene->polling, scene->now, &request)) {
        bool post = request.method == EIO_POLLING_POST;

        buf_append_text(&lines, post ? "POST " : "GET ");
        buf_append_span(&lines, request.query);
        buf_append_text(&lines, post ? ": " : "");
        buf_append_span(&lines, request.body);
        buf_append_byte(&lines, '\n');
    }
    assert_string_equal(buf_text(&lines), wanted);
    buf_deinit(&lines);
}

/* An answer with these header lines (each with its end) and this body. */
static void answer_with(struct scene *scene, enum eio_polling_method method,
                        const char *status, const char *headers,
                        struct span body)
{
    struct http_response response;
    struct malformed malformed;
    struct buf bytes;
    struct buf head;
    size_t used;

    buf_init(&head, 1000);
    buf_init(&bytes, 10000);
    buf_append_format(&head, "HTTP/1.1 %s\r\n%s\r\n", status, headers);
    buf_append_span(&bytes, body);
    http_response_init(&response);
    assert_int_equal(
        http_response_decode(&response, &used, &malformed, buf_span(&head)),
        SOCKFEED_OK);
    eio_polling_head(scene->polling, method, &response);
    eio_polling_answered(scene->polling, scene->now, method, &bytes);
    buf_deinit(&bytes);
    buf_deinit(&head);
}

static void answer(struct scene *scene, enum eio_polling_method method,
                   const char *body)
{
    answer_with(scene, method, "200 OK", "", span_text(body));
}

/* A session of revision 4 whose second GET waits. */
static void start_open(struct scene *scene)
{
    start(scene, EIO_REVISION_4);
    assert_requests(scene, "GET EIO=4&transport=polling&t=0\n");
    answer(scene, EIO_POLLING_GET, OPEN);
    assert_log(scene, "open 4\ntext " OPEN "\n");
    assert_requests(scene, "GET EIO=4&transport=polling&t=1&sid=a%20b\n");
}

static void send(struct scene *scene, const char *text)
{
    assert_int_equal(eio_polling_send(scene->polling, false, span_text(text)),
                     SOCKFEED_OK);
}

static void assert_failed(struct scene *scene, enum sockfeed_result result,
                          const char *text)
{
    const struct sockfeed_failure *failure =
        eio_polling_failure(scene->polling);

    assert_int_equal(eio_polling_state(scene->polling), EIO_POLLING_OVER);
    assert_int_equal(failure->result, result);
    assert_non_null(strstr(failure->text, text));
    assert_requests(scene, "");
}

/* ---- Opening ------------------------------------------------------------- */

static void finds_out_what_the_server_speaks(void **state)
{
    struct scene scene;
    struct buf body;

    (void)state;
    start(&scene, EIO_REVISION_4);
    assert_requests(&scene, "GET EIO=4&transport=polling&t=0\n");
    answer(&scene, EIO_POLLING_GET,
           "64:0{\"sid\":\"s\",\"upgrades\":[],\"pingInterval\":1000,"
           "\"pingTimeout\":500}2:40");
    buf_clear(&scene.log);
    assert_requests(&scene, "GET EIO=3&transport=polling&t=1&sid=s\n");
    assert_int_equal(eio_polling_revision(scene.polling), EIO_REVISION_3);
    finish(&scene);

    start(&scene, EIO_REVISION_4);
    assert_requests(&scene, "GET EIO=4&transport=polling&t=0\n");
    buf_init(&body, 1000);
    buf_append(&body, "\0\6\4\xff", 4);
    buf_append_text(&body, "0{\"sid\":\"s\",\"upgrades\":[],"
                           "\"pingInterval\":1000,\"pingTimeout\":500}");
    answer_with(&scene, EIO_POLLING_GET, "200 OK",
                "Content-Type: application/octet-stream\r\n", buf_span(&body));
    buf_deinit(&body);
    assert_int_equal(eio_polling_revision(scene.polling), EIO_REVISION_3);
    finish(&scene);
}

static void asks_for_4_where_3_is_not_spoken(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_3);
    assert_requests(&scene, "GET EIO=3&transport=polling&t=0\n");
    answer_with(&scene, EIO_POLLING_GET, "400 Bad Request", "",
                span_text("{\"code\":5,\"message\":\"Unsupported\"}"));
    assert_requests(&scene, "GET EIO=4&transport=polling&t=1\n");
    /* Not for ever. */
    answer_with(&scene, EIO_POLLING_GET, "400 Bad Request", "",
                span_text("{\"code\":5,\"message\":\"Unsupported\"}"));
    assert_failed(&scene, SOCKFEED_REFUSED, "400 Bad Request: Unsupported");
    finish(&scene);
}

static void tells_a_server_without_polling_from_others(void **state)
{
    struct scene scene;

    (void)state;
    start(&scene, EIO_REVISION_4);
    assert_requests(&scene, "GET EIO=4&transport=polling&t=0\n");
    answer_with(&scene, EIO_POLLING_GET, "400 Bad Request", "",
                span_text("{\"code\":0,\"message\":\"Transport unknown\"}"));
    assert_failed(&scene, SOCKFEED_REFUSED, "Transport unknown");
    assert_true(eio_polling_is_unknown(scene.polling));
    finish(&scene);

    start(&scene, EIO_REVISION_4);
    assert_requests(&scene, "GET EIO=4&transport=polling&t=0\n");
    answer_with(&scene, EIO_POLLING_GET, "503 Busy", "Retry-After: 7\r\n",
                span_text("later\nplease"));
    assert_failed(&scene, SOCKFEED_REFUSED, "503 Busy: later");
    assert_false(eio_polling_is_unknown(scene.polling));
    assert_int_equal(eio_polling_failure(scene.polling)->retry_after, 7000);
    finish(&scene);
}

static void refuses_what_does_not_open_a_session(void **state)
{
    static const struct {
        const char *body;
        enum sockfeed_result result;
        const char *text;
    } rows[] = {
        {"<html>hi</html>",   SOCKFEED_REFUSED,  "<html>hi"     },
        {"",                  SOCKFEED_REFUSED,  "nothing"      },
        {"40{\"sid\":\"x\"}", SOCKFEED_REFUSED,  "no Engine.IO" },
        {"0{\"sid\":5}",      SOCKFEED_PROTOCOL, "without a sid"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        start(&scene, EIO_REVISION_4);
        assert_requests(&scene, "GET EIO=4&transport=polling&t=0\n");
        answer(&scene, EIO_POLLING_GET, rows[i].body);
        assert_log(&scene, "");
        assert_failed(&scene, rows[i].result, rows[i].text);
        finish(&scene);
    }
}

/* ---- Going on --------------------------------------------------------------- */

static void polls_again_and_again_and_posts_meanwhile(void **state)
{
    struct scene scene;

    (void)state;
    start_open(&scene);
    send(&scene, "4one");
    assert_requests(&scene,
                    "POST EIO=4&transport=polling&t=2&sid=a%20b: 4one\n");
    send(&scene, "4two");
    send(&scene, "4three");
    assert_requests(&scene, "");
    answer(&scene, EIO_POLLING_GET,
           "4a\x1e"
           "4b");
    assert_log(&scene, "text 4a\ntext 4b\n");
    assert_requests(&scene, "GET EIO=4&transport=polling&t=3&sid=a%20b\n");
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_requests(&scene,
                    "POST EIO=4&transport=polling&t=4&sid=a%20b: 4two\x1e"
                    "4three\n");
    finish(&scene);
}

/* maxPayload is 40. */
static void packs_no_more_into_a_post_than_the_server_takes(void **state)
{
    static const char twenty[] = "4xxxxxxxxxxxxxxxxxxx";
    static const char nineteen[] = "4xxxxxxxxxxxxxxxxxx";
    struct scene scene;

    (void)state;
    start_open(&scene);
    send(&scene, twenty);
    send(&scene, nineteen); /* 40 with the separator */
    send(&scene, twenty);
    send(&scene, twenty); /* 41 */
    assert_requests(&scene, "POST EIO=4&transport=polling&t=2&sid=a%20b: "
                            "4xxxxxxxxxxxxxxxxxxx\x1e"
                            "4xxxxxxxxxxxxxxxxxx\n");
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=3&sid=a%20b: "
                            "4xxxxxxxxxxxxxxxxxxx\n");
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=4&sid=a%20b: "
                            "4xxxxxxxxxxxxxxxxxxx\n");
    answer(&scene, EIO_POLLING_POST, "ok");
    /* What is too large goes alone: the server may take it all the same. */
    send(&scene, "4xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    send(&scene, "4y");
    assert_requests(
        &scene,
        "POST EIO=4&transport=polling&t=5&sid=a%20b: "
        "4xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
    finish(&scene);
}

static void waits_between_answers_that_bring_nothing(void **state)
{
    struct scene scene;
    int64_t due;

    (void)state;
    start_open(&scene);
    for (int i = 0; i < 3; i++) {
        answer(&scene, EIO_POLLING_GET, "6");
        assert_int_equal(eio_polling_deadline(scene.polling), INT64_MAX);
        assert_true(eio_polling_next(scene.polling, scene.now,
                                     &(struct eio_polling_request){0}));
    }
    answer(&scene, EIO_POLLING_GET,
           "6\x1e"
           "6");
    assert_requests(&scene, "");
    due = eio_polling_deadline(scene.polling);
    assert_true(due > scene.now && due < scene.now + 1000);
    scene.now = due;
    assert_requests(&scene, "GET EIO=4&transport=polling&t=5&sid=a%20b\n");
    /* Until there is something again. */
    answer(&scene, EIO_POLLING_GET, "2");
    assert_requests(&scene, "GET EIO=4&transport=polling&t=6&sid=a%20b\n");
    finish(&scene);
}

static void holds_packets_and_the_next_get_but_no_posts(void **state)
{
    struct scene scene;

    (void)state;
    start_open(&scene);
    scene.hold_on_message = true;
    answer(&scene, EIO_POLLING_GET,
           "4a\x1e"
           "4b");
    assert_log(&scene, "text 4a\n");
    send(&scene, "3");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=2&sid=a%20b: 3\n");
    assert_false(eio_polling_deliver(scene.polling, scene.now));
    scene.hold_on_message = false;
    eio_polling_release(scene.polling);
    assert_log(&scene, "");
    assert_true(eio_polling_deliver(scene.polling, scene.now));
    assert_log(&scene, "text 4b\n");
    assert_requests(&scene, "GET EIO=4&transport=polling&t=3&sid=a%20b\n");
    finish(&scene);
}

static void begins_nothing_while_it_is_paused(void **state)
{
    struct scene scene;
    struct eio_message message;

    (void)state;
    start_open(&scene);
    send(&scene, "4a");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=2&sid=a%20b: 4a\n");
    eio_polling_pause(scene.polling);
    send(&scene, "4b");
    assert_false(eio_polling_is_quiet(scene.polling));
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_false(eio_polling_is_quiet(scene.polling));
    answer(&scene, EIO_POLLING_GET,
           "4x\x1e"
           "6");
    assert_log(&scene, "text 4x\ntext 6\n");
    assert_true(eio_polling_is_quiet(scene.polling));
    assert_requests(&scene, "");
    assert_true(eio_queue_first(eio_polling_queue(scene.polling), &message));
    assert_true(span_is(message.data, "4b"));
    eio_polling_resume(scene.polling);
    assert_requests(&scene, "POST EIO=4&transport=polling&t=3&sid=a%20b: 4b\n"
                            "GET EIO=4&transport=polling&t=4&sid=a%20b\n");
    finish(&scene);
}

/* ---- The end ------------------------------------------------------------------ */

static void says_goodbye_behind_all_else_and_by_itself(void **state)
{
    struct scene scene;

    (void)state;
    start_open(&scene);
    send(&scene, "4a");
    eio_polling_close(scene.polling);
    assert_int_equal(eio_polling_send(scene.polling, false, span_text("4late")),
                     SOCKFEED_STATE);
    assert_requests(&scene, "POST EIO=4&transport=polling&t=2&sid=a%20b: 4a\n");
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=3&sid=a%20b: 1\n");
    answer(&scene, EIO_POLLING_GET, "6");
    assert_requests(&scene, "");
    answer(&scene, EIO_POLLING_POST, "ok");
    assert_int_equal(eio_polling_state(scene.polling), EIO_POLLING_OVER);
    assert_int_equal(eio_polling_failure(scene.polling)->result, SOCKFEED_OK);
    finish(&scene);
}

static void ends_as_the_server_does(void **state)
{
    static const struct {
        enum eio_polling_method method;
        const char *status;
        const char *body;
        enum sockfeed_result result;
        const char *text;
    } rows[] = {
        {EIO_POLLING_GET,  "200 OK",
         "1\x1e"
         "4x",                                              SOCKFEED_CLOSED,   "closed the session"},
        {EIO_POLLING_GET,  "400 Bad Request",
         "{\"code\":1,\"message\":\"Session ID unknown\"}", SOCKFEED_LOST,
         "400 Bad Request: Session ID unknown"                                                     },
        {EIO_POLLING_POST, "413 Too Large",   "",           SOCKFEED_LOST,
         "POST: 413 Too Large"                                                                     },
        {EIO_POLLING_GET,  "302 Found",       "",           SOCKFEED_LOST,     "302 Found"         },
        {EIO_POLLING_GET,  "200 OK",          "4a\x1e",     SOCKFEED_OK,       ""                  },
        {EIO_POLLING_GET,  "200 OK",          "4\xff",      SOCKFEED_PROTOCOL, "no UTF-8"          },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;

        start_open(&scene);
        send(&scene, "4p");
        assert_requests(&scene,
                        "POST EIO=4&transport=polling&t=2&sid=a%20b: 4p\n");
        answer_with(&scene, rows[i].method, rows[i].status, "",
                    span_text(rows[i].body));
        if (rows[i].result != SOCKFEED_OK) {
            assert_failed(&scene, rows[i].result, rows[i].text);
        }
        finish(&scene);
    }
}

static void accepts_messages_of_exactly_the_limit(void **state)
{
    struct scene scene;
    char body[202] = "4";

    (void)state;
    memset(body + 1, 'x', 199);
    start_open(&scene);
    answer(&scene, EIO_POLLING_GET, body);
    assert_int_equal(eio_polling_state(scene.polling), EIO_POLLING_OPEN);
    assert_requests(&scene, "GET EIO=4&transport=polling&t=2&sid=a%20b\n");
    body[200] = 'x';
    answer(&scene, EIO_POLLING_GET, body);
    assert_failed(&scene, SOCKFEED_TOO_LARGE, "201 bytes");
    finish(&scene);
}

static void gives_up_a_post_that_is_not_answered(void **state)
{
    struct scene scene;

    (void)state;
    start_open(&scene);
    assert_int_equal(eio_polling_deadline(scene.polling), INT64_MAX);
    send(&scene, "4a");
    assert_requests(&scene, "POST EIO=4&transport=polling&t=2&sid=a%20b: 4a\n");
    assert_int_equal(eio_polling_deadline(scene.polling), scene.now + 1500);
    scene.now += 1499;
    eio_polling_tick(scene.polling, scene.now);
    assert_int_equal(eio_polling_state(scene.polling), EIO_POLLING_OPEN);
    scene.now += 1;
    eio_polling_tick(scene.polling, scene.now);
    assert_failed(&scene, SOCKFEED_LOST, "did not answer a POST");
    finish(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_out_what_the_server_speaks),
        cmocka_unit_test(asks_for_4_where_3_is_not_spoken),
        cmocka_unit_test(tells_a_server_without_polling_from_others),
        cmocka_unit_test(refuses_what_does_not_open_a_session),
        cmocka_unit_test(polls_again_and_again_and_posts_meanwhile),
        cmocka_unit_test(packs_no_more_into_a_post_than_the_server_takes),
        cmocka_unit_test(waits_between_answers_that_bring_nothing),
        cmocka_unit_test(holds_packets_and_the_next_get_but_no_posts),
        cmocka_unit_test(begins_nothing_while_it_is_paused),
        cmocka_unit_test(says_goodbye_behind_all_else_and_by_itself),
        cmocka_unit_test(ends_as_the_server_does),
        cmocka_unit_test(accepts_messages_of_exactly_the_limit),
        cmocka_unit_test(gives_up_a_post_that_is_not_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
