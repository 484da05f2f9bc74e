/* SPDX-License-Identifier: MIT */
#include "session/sio_recovery.h"
#include "session/sio_session.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte is the configuration; then come steps, each a byte: the kind
 * in its upper four bits and an argument in the lower four. Where the first is
 * all ones the session speaks MessagePack. Frames have their size in the next
 * byte. Bit 3 of a frame's argument puts a well-formed
 * beginning before it, so that the input need not find those.
 */
enum step {
    STEP_TEXT,
    STEP_BINARY,
    STEP_DEADLINE, /* moves the clock to it */
    STEP_CLOCK,    /* moves it by 250 ms, so many times */
    STEP_PAUSE,
    STEP_RESUME,
    STEP_EMIT,
    STEP_CLOSE,
    STEP_CALL,      /* with the argument as id, for two seconds */
    STEP_FREE_SOON, /* inside the handler that is called next but so many */
    STEP_ANSWER,    /* an event with the argument as id */
    STEP_COUNT,
};

struct scene {
    struct sio_session *session;
    int64_t now;
    struct sio_recovery recovery;
    bool resuming;
    bool msgpack;
    int free_in; /* handler calls to go; -1: never */
    bool over;
};

static const struct span SPACES[] = {
    {"/",  1},
    {"/a", 2},
    {"/b", 2}
};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Every handler comes here: none may when the session is over or freed. */
static void called(struct scene *scene)
{
    check(scene->session != NULL && !scene->over);
    check(sio_session_state(scene->session) != SIO_SESSION_OVER);
    if (scene->free_in >= 0 && scene->free_in-- == 0) {
        sio_session_free(scene->session);
        scene->session = NULL;
    }
}

static enum sockfeed_result on_send(void *user, bool binary, struct span packet)
{
    struct scene *scene = user;

    check(packet.size > 0 || binary);
    called(scene);
    return SOCKFEED_OK;
}

static void on_events(void *user, const struct sockfeed_message *events,
                      size_t count)
{
    struct scene *scene = user;

    check(count > 0);
    for (size_t i = 0; i < count; i++) {
        const struct sockfeed_message *event = &events[i];

        check(event->data_size >= 2 && event->data[0] == '[');
        check(event->space[0] == '/');
        check(scene->resuming ||
              sio_session_joined(scene->session,
                                 span_of(event->space, event->space_size)));
        check(event->frame_size > 0);
    }
    called(scene);
}

static void on_space(void *user, const char *space)
{
    check(space[0] == '/');
    called(user);
}

static void on_refused(void *user, const char *space, const char *reason)
{
    check(reason != NULL && space[0] == '/');
    called(user);
}

static void on_ready(void *user)
{
    struct scene *scene = user;

    check(sio_session_state(scene->session) == SIO_SESSION_READY);
    called(scene);
}

static void on_notice(void *user, const char *text)
{
    check(text[0] != '\0');
    called(user);
}

static void on_answered(void *user, const struct sio_answer *answer)
{
    check(answer->space[0] == '/' && answer->id < 6);
    called(user);
}

static const struct sio_session_handlers HANDLERS = {
    .send = on_send,
    .events = on_events,
    .joined = on_space,
    .refused = on_refused,
    .left = on_space,
    .ready = on_ready,
    .notice = on_notice,
    .answered = on_answered,
};

static void start(struct scene *scene, uint8_t choice, bool msgpack)
{
    struct sio_session_config config = {
        .asked = (choice & 1) != 0 ? EIO_REVISION_3 : EIO_REVISION_4,
        .pinned = (choice & 2) != 0,
        .namespaces = SPACES + (choice >> 2 & 1),
        .namespace_count = (choice & 8) != 0 ? 2 : 1,
        .open_timeout = 10000,
        .connect_timeout = 5000,
        .max_message = 4096,
        .unchecked = (choice & 32) != 0,
        .msgpack = msgpack,
    };

    if ((choice & 16) != 0) {
        config.auth = span_text("{\"t\":\"x\"}");
        config.query = span_text("a=b");
    }
    *scene = (struct scene){.free_in = -1, .msgpack = msgpack};
    sio_recovery_init(&scene->recovery);
    if ((choice & 64) != 0) {
        struct sio_recovery_space *root =
            sio_recovery_find(&scene->recovery, span_text("/"));

        (void)sio_recovery_joined(root, span_text("{\"pid\":\"P\"}"));
        sio_recovery_delivered(root, span_text("\"o\""));
        scene->resuming = true;
        config.recovery = &scene->recovery;
        config.strip_offset = (choice & 128) != 0;
    }
    check(sio_session_new(&scene->session, &config, &HANDLERS, scene, 0) ==
          SOCKFEED_OK);
}

static struct span beginning(unsigned choice)
{
    static const char *const beginnings[] = {
        "0{\"sid\":\"S\",\"pingInterval\":600,\"pingTimeout\":400}",
        ("0{\"sid\":\"S\",\"pingInterval\":600,\"pingTimeout\":400,"
         "\"maxPayload\":1}"),
        "40",
        "40{\"sid\":\"x\",\"pid\":\"P\"}",
        "40/a,",
        "42[\"e\"",
        "451-[\"e\",{\"_placeholder\":true,\"num\":0}]",
        "44",
    };

    return span_text(beginnings[choice % 8]);
}

static struct span packed_beginning(unsigned choice)
{
    static const struct {
        const char *bytes;
        size_t size;
    } beginnings[] = {
        {"\x82\xa4type\0\xa3nsp\xa1/",                14},
        {"\x83\xa4type\0\xa3nsp\xa1/\xa4"
         "data\x82\xa3sid\xa1x\xa3pid\xa1P", 32},
        {"\x82\xa4type\1\xa3nsp\xa1/",                14},
        {"\x83\xa4type\2\xa3nsp\xa1/\xa4"
         "data\x92\xa1"
         "e",                                22},
        {"\x84\xa4type\2\xa3nsp\xa2/a\xa2id\7\xa4"
         "data\x91",                         25},
        {"\x83\xa4type\4\xa3nsp\xa1/\xa4"
         "data",                             19},
        {"\x84\xa4type\3\xa3nsp\xa1/\xa2id\0\xa4"
         "data\x90",                         24},
        {"\x83\xa4",                                  2 },
    };

    return span_of(beginnings[choice % 8].bytes, beginnings[choice % 8].size);
}

/* The frame is in memory of exactly its size. */
static void receive(struct scene *scene, enum step step, unsigned argument,
                    struct span rest)
{
    bool packed = scene->msgpack && step == STEP_BINARY;
    struct span first =
        (argument & 8) == 0
            ? (struct span){NULL, 0}
            : (packed ? packed_beginning(argument) : beginning(argument));
    size_t size = first.size + rest.size;
    char *frame = malloc(size == 0 ? 1 : size);

    check(frame != NULL);
    if (first.size > 0) {
        memcpy(frame, first.data, first.size);
    }
    if (rest.size > 0) {
        memcpy(frame + first.size, rest.data, rest.size);
    }
    if (step == STEP_TEXT) {
        (void)!sio_session_receive_text(scene->session, scene->now,
                                        span_of(frame, size));
    } else {
        (void)!sio_session_receive_binary(scene->session, scene->now,
                                          span_of(frame, size));
    }
    free(frame);
}

/* A tick at the deadline moves the deadline, or the owner would spin. */
static void tick(struct scene *scene)
{
    (void)!sio_session_tick(scene->session, scene->now);
    check(scene->session == NULL ||
          sio_session_deadline(scene->session) > scene->now);
}

static void perform(struct scene *scene, enum step step, unsigned argument,
                    struct span frame)
{
    switch (step) {
    case STEP_TEXT:
    case STEP_BINARY:
        receive(scene, step, argument, frame);
        break;
    case STEP_DEADLINE:
        if (sio_session_deadline(scene->session) < INT64_MAX) {
            if (sio_session_deadline(scene->session) > scene->now) {
                scene->now = sio_session_deadline(scene->session);
            }
            tick(scene);
        }
        break;
    case STEP_CLOCK:
        scene->now += 250 * (int64_t)argument;
        tick(scene);
        break;
    case STEP_PAUSE:
        sio_session_pause(scene->session, scene->now);
        break;
    case STEP_RESUME:
        sio_session_resume(scene->session, scene->now);
        break;
    case STEP_EMIT:
        (void)!sio_session_emit(scene->session, SPACES[argument % 3],
                                span_text((argument & 8) != 0
                                              ? "[\"e\",{\"$base64\":\"aGk=\"}]"
                                              : "[\"e\",1]"));
        break;
    case STEP_CLOSE:
        sio_session_close(scene->session);
        break;
    case STEP_CALL:
        (void)!sio_session_call(scene->session, SPACES[argument % 3],
                                span_text("[\"q\"]"), argument / 3,
                                scene->now + 2000);
        break;
    case STEP_ANSWER:
        (void)!sio_session_acknowledge(
            scene->session, SPACES[argument % 3], argument / 3,
            span_text((argument & 8) != 0 ? "[{\"$base64\":\"aGk=\"}]" : "[]"));
        break;
    case STEP_FREE_SOON:
        scene->free_in = (int)argument;
        break;
    case STEP_COUNT:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scene scene;
    bool msgpack;

    if (size == 0) {
        return 0;
    }
    msgpack = size > 1 && data[1] == 0xff;
    start(&scene, data[0], msgpack);
    for (size_t at = msgpack ? 2 : 1; at < size && scene.session != NULL;) {
        enum step step = (enum step)(data[at] >> 4) % STEP_COUNT;
        unsigned argument = data[at] & 15;
        struct span frame = {NULL, 0};

        at++;
        if ((step == STEP_TEXT || step == STEP_BINARY) && at < size) {
            size_t most = size - at - 1;

            frame = span_of((const char *)data + at + 1,
                            data[at] < most ? data[at] : most);
            at += 1 + frame.size;
        }
        perform(&scene, step, argument, frame);
        if (scene.session != NULL) {
            bool over = sio_session_state(scene.session) == SIO_SESSION_OVER;

            check(!scene.over || over);
            scene.over = over;
        }
    }
    sio_session_free(scene.session);
    sio_recovery_deinit(&scene.recovery);
    return 0;
}
