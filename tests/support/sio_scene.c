/* SPDX-License-Identifier: MIT */
#include "tests/support/sio_scene.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

/* Not cmocka's assertions: fuzz targets are linked with this file too. */
static void require_text(bool holds, const char *got, const char *wanted)
{
    if (!holds) {
        fprintf(stderr, "got:\n%s\nwanted:\n%s\n", got, wanted);
        abort();
    }
}

static void require(bool holds, const char *wanted)
{
    require_text(holds, "something else", wanted);
}

const char SIO_SCENE_OPEN[] = "0{\"sid\":\"S\",\"upgrades\":[],"
                              "\"pingInterval\":6000,"
                              "\"pingTimeout\":4000}";
const char SIO_SCENE_OPEN_4[] =
    "0{\"sid\":\"S\",\"upgrades\":[],\"pingInterval\":6000,"
    "\"pingTimeout\":4000,\"maxPayload\":1000000}";

const struct span SIO_SCENE_SPACES[2] = {
    {"/",      1},
    {"/admin", 6}
};

static void note(struct sio_scene *scene, const char *what, struct span first,
                 struct span second)
{
    buf_append_text(&scene->log, what);
    if (first.size > 0) {
        buf_append_byte(&scene->log, ' ');
        buf_append_span(&scene->log, first);
    }
    if (second.size > 0) {
        buf_append_byte(&scene->log, ' ');
        buf_append_span(&scene->log, second);
    }
    buf_append_byte(&scene->log, '\n');
    if (scene->free_on != NULL && strcmp(scene->free_on, what) == 0) {
        sio_session_free(scene->session);
        scene->session = NULL;
        scene->free_on = NULL;
    }
}

static const struct span NONE = {NULL, 0};

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct sio_scene *scene = user;
    enum sockfeed_result result = scene->send_result;

    note(scene, binary ? "send-binary" : "send", packet, NONE);
    return binary && scene->refuse_binary ? SOCKFEED_FULL : result;
}

static void on_events(void *user, const struct sockfeed_message *events,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        note(user, "event", span_of(events[i].space, events[i].space_size),
             span_of(events[i].data, events[i].data_size));
    }
}

static void on_joined(void *user, const char *space)
{
    note(user, "joined", span_text(space), NONE);
}

static void on_refused(void *user, const char *space, const char *reason)
{
    note(user, "refused", span_text(space), span_text(reason));
}

static void on_left(void *user, const char *space)
{
    note(user, "left", span_text(space), NONE);
}

static void on_ready(void *user)
{
    note(user, "ready", NONE, NONE);
}

static void on_notice(void *user, const char *text)
{
    note(user, "notice", span_text(text), NONE);
}

static void on_answered(void *user, const struct sio_answer *answer)
{
    note(user, answer->result == SOCKFEED_OK ? "answered" : "unanswered",
         span_text(answer->space),
         answer->result == SOCKFEED_OK
             ? answer->args
             : span_text(sockfeed_result_text(answer->result)));
}

const struct sio_session_handlers SIO_SCENE_HANDLERS = {
    .send = on_send,
    .events = on_events,
    .joined = on_joined,
    .refused = on_refused,
    .left = on_left,
    .ready = on_ready,
    .notice = on_notice,
    .answered = on_answered,
};

void sio_scene_prepare(struct sio_scene *scene, enum eio_revision asked)
{
    *scene = (struct sio_scene){
        .config = {.asked = asked,
                   .namespaces = SIO_SCENE_SPACES,
                   .namespace_count = 1,
                   .open_timeout = 10000,
                   .connect_timeout = 5000,
                   .max_message = 65536},
        .send_result = SOCKFEED_OK,
    };
    buf_init(&scene->log, 4 * LIMIT_EARLY_EVENTS);
}

void sio_scene_want(struct sio_scene *scene, const struct span *spaces,
                    size_t count)
{
    scene->config.namespaces = spaces;
    scene->config.namespace_count = count;
}

void sio_scene_start(struct sio_scene *scene)
{
    require(sio_session_new(&scene->session, &scene->config,
                            &SIO_SCENE_HANDLERS, scene, 0) == SOCKFEED_OK,
            "a session");
}

void sio_scene_finish(struct sio_scene *scene)
{
    sio_session_free(scene->session);
    buf_deinit(&scene->log);
}

enum sockfeed_result sio_scene_receive(struct sio_scene *scene,
                                       const char *frame)
{
    return sio_session_receive_text(scene->session, scene->now,
                                    span_text(frame));
}

enum sockfeed_result sio_scene_receive_binary(struct sio_scene *scene,
                                              const char *frame)
{
    return sio_session_receive_binary(scene->session, scene->now,
                                      span_text(frame));
}

void sio_scene_take(struct sio_scene *scene, const char *frame)
{
    enum sockfeed_result result = sio_scene_receive(scene, frame);

    require_text(result == SOCKFEED_OK, sockfeed_result_text(result), frame);
}

void sio_scene_open(struct sio_scene *scene)
{
    sio_scene_prepare(scene, EIO_REVISION_4);
    sio_scene_start(scene);
    sio_scene_take(scene, SIO_SCENE_OPEN_4);
}

void sio_scene_join(struct sio_scene *scene)
{
    sio_scene_open(scene);
    sio_scene_take(scene, "40{\"sid\":\"x\"}");
    buf_clear(&scene->log);
}

enum sockfeed_result sio_scene_pass(struct sio_scene *scene, int64_t at)
{
    require(sio_session_deadline(scene->session) == at, "another deadline");
    scene->now = at;
    return sio_session_tick(scene->session, at);
}

void sio_scene_assert_log(struct sio_scene *scene, const char *wanted)
{
    const char *log = buf_text(&scene->log);

    require(log != NULL, "a log");
    require_text(strcmp(log, wanted) == 0, log, wanted);
    buf_clear(&scene->log);
}

void sio_scene_assert_failed(const struct sio_scene *scene,
                             enum sockfeed_result result, const char *text)
{
    const struct sockfeed_failure *failure =
        sio_session_failure(scene->session);

    require(sio_session_state(scene->session) == SIO_SESSION_OVER, "an end");
    require_text(failure->result == result,
                 sockfeed_result_text(failure->result),
                 sockfeed_result_text(result));
    require_text(strstr(failure->text, text) != NULL, failure->text, text);
    require(sio_session_deadline(scene->session) == INT64_MAX,
            "no deadline any more");
}
