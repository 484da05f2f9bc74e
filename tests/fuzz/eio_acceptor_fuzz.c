/* SPDX-License-Identifier: MIT */
#include "session/eio_acceptor.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte is the configuration; then come steps, each a byte: the kind
 * in its upper four bits and an argument in the lower four. Those with bytes
 * of the client's have their size in the next byte.
 */
enum step {
    STEP_GET,
    STEP_POST,       /* of text */
    STEP_POST_BYTES, /* application/octet-stream */
    STEP_TEXT,       /* on the WebSocket */
    STEP_BINARY,
    STEP_PROBE,      /* a WebSocket wants to take over */
    STEP_PROBE_SAYS, /* what the argument says, or the bytes */
    STEP_PROBE_GONE,
    STEP_DEADLINE, /* moves the clock to it */
    STEP_CLOCK,    /* moves it by 250 ms, so many times */
    STEP_EMIT,
    STEP_CALL,
    STEP_ANSWER,
    STEP_CLOSE,
    STEP_DROP,
    STEP_FREE_SOON, /* inside the handler that is called next but so many */
};

struct scene {
    struct eio_acceptor *acceptor;
    int64_t now;
    bool bare;
    bool waiting; /* a GET */
    bool probing;
    bool on_socket;
    int free_in; /* handler calls to go; -1: never */
};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* ---- What carries the packets ---------------------------------------------- */

static enum sockfeed_result on_send(void *user, bool binary,
                                    struct span message)
{
    struct scene *scene = user;

    check(scene->on_socket);
    check(binary || message.size > 0);
    return SOCKFEED_OK;
}

static void on_send_probe(void *user, struct span text)
{
    struct scene *scene = user;

    check(scene->probing && span_is(text, "3probe"));
}

static void on_upgraded(void *user)
{
    struct scene *scene = user;

    check(scene->probing && !scene->on_socket && !scene->waiting);
    scene->probing = false;
    scene->on_socket = true;
}

static void on_end_probe(void *user)
{
    struct scene *scene = user;

    check(scene->probing);
    scene->probing = false;
}

/* Every answer is to a GET, and says something. */
static void on_answer(void *user, const struct eio_answer *answer)
{
    struct scene *scene = user;

    check(scene->waiting);
    check(answer->status != 200 || answer->body.size > 0);
    scene->waiting = false;
}

/* ---- What is told ------------------------------------------------------------ */

static void called(struct scene *scene)
{
    check(scene->acceptor != NULL);
    if (scene->free_in >= 0 && scene->free_in-- == 0) {
        eio_acceptor_free(scene->acceptor);
        scene->acceptor = NULL;
    }
}

static struct span on_refuses(void *user, struct span space)
{
    (void)user;
    return span_is(space, "/secret") ? span_text("\"no\"") : span_text(NULL);
}

static void on_space(void *user, const char *space)
{
    struct scene *scene = user;

    check(space[0] == '/' && !scene->bare);
    called(scene);
}

static void on_event(void *user, const struct sockfeed_message *event)
{
    struct scene *scene = user;

    check(event->data_size >= 2 && event->data[0] == '[');
    check(eio_acceptor_joined(scene->acceptor,
                              span_of(event->space, event->space_size)));
    called(scene);
}

static void on_answered(void *user, const struct eio_acceptor_answer *answer)
{
    check(answer->id < 16);
    check((answer->result == SOCKFEED_OK) == (answer->data.size >= 2));
    called(user);
}

static void on_message(void *user, bool binary, struct span data,
                       struct span frame)
{
    struct scene *scene = user;

    (void)binary;
    check(scene->bare && data.size <= frame.size);
    called(scene);
}

static const struct eio_acceptor_handlers HANDLERS = {
    .carrier = {on_send, on_send_probe, on_upgraded, on_end_probe, on_answer},
    .refuses = on_refuses,
    .joined = on_space,
    .event = on_event,
    .answered = on_answered,
    .left = on_space,
    .message = on_message,
};

static void start(struct scene *scene, uint8_t choice)
{
    const struct eio_acceptor_config config = {
        .revision = (choice & 1) != 0 ? EIO_REVISION_3 : EIO_REVISION_4,
        .polling = (choice & 2) == 0,
        .base64 = (choice & 4) != 0,
        .bare = (choice & 8) != 0,
        .sid = span_text("SID"),
        .ping_interval = 600,
        .ping_timeout = 400,
        .max_payload = 4096,
        .max_queue = (choice & 16) != 0 ? 256 : 65536,
        .connect_timeout = 5000,
    };

    *scene = (struct scene){
        .bare = config.bare, .on_socket = !config.polling, .free_in = -1};
    check(eio_acceptor_new(&scene->acceptor, &config, &HANDLERS, scene, 0) ==
          SOCKFEED_OK);
    (void)!eio_acceptor_open(scene->acceptor, 0);
}

/* ---- Steps -------------------------------------------------------------------- */

static void get(struct scene *scene)
{
    bool second = scene->waiting;
    enum sockfeed_result result;

    scene->waiting = true;
    result = eio_acceptor_receive_get(scene->acceptor);
    check(!second || result == SOCKFEED_STATE);
    if (result != SOCKFEED_OK) {
        scene->waiting = false; /* it is refused */
    }
}

static void say_to_probe(struct scene *scene, unsigned argument,
                         struct span bytes)
{
    struct span message = argument == 0   ? span_text("2probe")
                          : argument == 1 ? span_text("5")
                                          : bytes;

    if (scene->probing) {
        (void)!eio_acceptor_receive_probe(scene->acceptor, scene->now,
                                          argument == 2, message);
    }
}

static void tick(struct scene *scene)
{
    (void)!eio_acceptor_tick(scene->acceptor, scene->now);
    check(scene->acceptor == NULL ||
          eio_acceptor_deadline(scene->acceptor) > scene->now);
}

static void receive(struct scene *scene, enum step step, struct span bytes)
{
    if (step == STEP_POST || step == STEP_POST_BYTES) {
        (void)!eio_acceptor_receive_post(scene->acceptor, scene->now,
                                         step == STEP_POST_BYTES, bytes);
    } else if (!scene->on_socket) {
        return;
    } else if (step == STEP_TEXT) {
        (void)!eio_acceptor_receive_text(scene->acceptor, scene->now, bytes);
    } else {
        (void)!eio_acceptor_receive_binary(scene->acceptor, scene->now, bytes);
    }
}

static void perform(struct scene *scene, enum step step, unsigned argument,
                    struct span bytes)
{
    static const char array[] = "[\"e\",{\"$base64\":\"aGk=\"}]";
    struct span root = span_text("/");

    switch (step) {
    case STEP_GET:
        get(scene);
        break;
    case STEP_POST:
    case STEP_POST_BYTES:
    case STEP_TEXT:
    case STEP_BINARY:
        receive(scene, step, bytes);
        break;
    case STEP_PROBE:
        if (eio_acceptor_probe(scene->acceptor, scene->now) == SOCKFEED_OK) {
            check(!scene->probing);
            scene->probing = true;
        }
        break;
    case STEP_PROBE_SAYS:
        say_to_probe(scene, argument, bytes);
        break;
    case STEP_PROBE_GONE:
        if (scene->probing) {
            scene->probing = false;
            eio_acceptor_probe_gone(scene->acceptor);
        }
        break;
    case STEP_DEADLINE:
        if (eio_acceptor_deadline(scene->acceptor) < INT64_MAX) {
            if (eio_acceptor_deadline(scene->acceptor) > scene->now) {
                scene->now = eio_acceptor_deadline(scene->acceptor);
            }
            tick(scene);
        }
        break;
    case STEP_CLOCK:
        scene->now += 250 * (int64_t)argument;
        tick(scene);
        break;
    case STEP_EMIT:
        (void)!(scene->bare ? eio_acceptor_send(scene->acceptor, argument == 0,
                                                span_text("x"))
                            : eio_acceptor_emit(
                                  scene->acceptor, root,
                                  span_text(argument == 0 ? array : "[1]")));
        break;
    case STEP_CALL:
        (void)!eio_acceptor_call(scene->acceptor, root, span_text("[\"q\"]"),
                                 argument, scene->now + 2000);
        break;
    case STEP_ANSWER:
        (void)!eio_acceptor_acknowledge(scene->acceptor, root, argument,
                                        span_text("[]"));
        break;
    case STEP_CLOSE:
        eio_acceptor_close(scene->acceptor, scene->now, argument == 0);
        break;
    case STEP_DROP:
        eio_acceptor_drop(scene->acceptor, "dropped");
        break;
    case STEP_FREE_SOON:
        scene->free_in = (int)argument;
        break;
    }
}

static bool has_bytes(enum step step)
{
    return (step >= STEP_POST && step <= STEP_BINARY) ||
           step == STEP_PROBE_SAYS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scene scene;

    if (size == 0) {
        return 0;
    }
    start(&scene, data[0]);
    for (size_t at = 1; at < size && scene.acceptor != NULL;) {
        enum step step = (enum step)(data[at] >> 4);
        unsigned argument = data[at] & 15;
        struct span bytes = {NULL, 0};

        at++;
        if (has_bytes(step) && at < size) {
            size_t most = size - at - 1;

            bytes = span_of((const char *)data + at + 1,
                            data[at] < most ? data[at] : most);
            at += 1 + bytes.size;
        }
        perform(&scene, step, argument, bytes);
        check(scene.acceptor == NULL || !eio_acceptor_gone(scene.acceptor) ||
              (!scene.waiting && !scene.probing));
    }
    eio_acceptor_free(scene.acceptor);
    return 0;
}
