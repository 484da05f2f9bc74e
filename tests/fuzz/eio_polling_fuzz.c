/* SPDX-License-Identifier: MIT */
#include "session/eio_polling.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    MESSAGE_MAX = 4096
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A session, and what is under way. */
struct scene {
    struct eio_polling *polling;
    int64_t now;
    bool running[2]; /* by method */
    bool opened;
    bool held;
    bool paused;
};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void on_open(void *user, enum eio_revision revision)
{
    struct scene *scene = user;

    check(!scene->opened);
    check(revision == EIO_REVISION_3 || revision == EIO_REVISION_4);
    scene->opened = true;
}

static void on_message(void *user, bool binary, struct span data)
{
    struct scene *scene = user;

    (void)binary;
    check(scene->opened && !scene->held);
    if (data.size > 1 && data.data[1] == 'h') {
        eio_polling_hold(scene->polling);
        scene->held = true;
    }
    if (data.size > 1 && data.data[1] == 's') {
        (void)!eio_polling_send(scene->polling, binary, data);
    }
}

/* One GET and one POST at a time, and none while paused. */
static void make_requests(struct scene *scene)
{
    struct eio_polling_request request;

    while (eio_polling_next(scene->polling, scene->now, &request)) {
        check(!scene->running[request.method] && !scene->paused);
        check(request.method == EIO_POLLING_POST || !scene->held);
        check((request.method == EIO_POLLING_POST) == (request.body.size > 0));
        check(request.query.size > 0);
        scene->running[request.method] = true;
    }
}

static void answer(struct scene *scene, enum eio_polling_method method,
                   const char *head, struct span body)
{
    struct http_response response;
    struct malformed malformed;
    struct buf bytes;
    size_t used;

    if (!scene->running[method]) {
        return;
    }
    scene->running[method] = false;
    http_response_init(&response);
    check(http_response_decode(&response, &used, &malformed, span_text(head)) ==
          SOCKFEED_OK);
    buf_init(&bytes, 65536);
    buf_append_span(&bytes, body);
    eio_polling_head(scene->polling, method, &response);
    eio_polling_answered(scene->polling, scene->now, method, &bytes);
    buf_deinit(&bytes);
}

static void step(struct scene *scene, unsigned kind, struct span argument)
{
    static const char good[] = "HTTP/1.1 200 OK\r\n\r\n";
    static const char octets[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    static const char bad[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    switch (kind % 10) {
    case 0:
        answer(scene, EIO_POLLING_GET, good, argument);
        break;
    case 1:
        answer(scene, EIO_POLLING_GET, octets, argument);
        break;
    case 2:
        answer(scene, EIO_POLLING_GET, bad, argument);
        break;
    case 3:
        answer(scene, EIO_POLLING_POST, good, argument);
        break;
    case 4:
        if (argument.size > 0) {
            (void)!eio_polling_send(scene->polling, false, argument);
        }
        break;
    case 5:
        (void)!eio_polling_send(scene->polling, true, argument);
        break;
    case 6:
        scene->held = false;
        eio_polling_release(scene->polling);
        (void)eio_polling_deliver(scene->polling, scene->now);
        break;
    case 7:
        scene->paused = !scene->paused;
        if (scene->paused) {
            eio_polling_pause(scene->polling);
        } else {
            eio_polling_resume(scene->polling);
        }
        break;
    case 8:
        scene->now += (int64_t)argument.size * 100;
        eio_polling_tick(scene->polling, scene->now);
        break;
    case 9:
        eio_polling_close(scene->polling);
        break;
    }
}

/* The first byte chooses the revision; then steps: a kind, a size, as many
 * bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct eio_polling_handlers handlers = {on_open, on_message};
    struct eio_polling_config config = {.asked = EIO_REVISION_4,
                                        .max_message = MESSAGE_MAX};
    struct scene scene = {.now = 0};
    size_t at = 1;

    if (size > 0 && data[0] % 2 != 0) {
        config.asked = EIO_REVISION_3;
    }
    scene.polling = eio_polling_new(&config, &handlers, &scene);
    check(scene.polling != NULL);
    make_requests(&scene);
    while (at + 2 <= size) {
        unsigned kind = data[at];
        size_t length = data[at + 1];

        at += 2;
        if (length > size - at) {
            length = size - at;
        }
        step(&scene, kind, span_of((const char *)data + at, length));
        at += length;
        if (eio_polling_state(scene.polling) == EIO_POLLING_OVER) {
            check(!eio_polling_next(scene.polling, scene.now,
                                    &(struct eio_polling_request){0}));
        }
        make_requests(&scene);
    }
    eio_polling_free(scene.polling);
    return 0;
}
