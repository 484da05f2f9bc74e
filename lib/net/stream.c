/* SPDX-License-Identifier: MIT */
#include "net/stream.h"

#include "base/result.h"
#include "net/loop.h"
#include "net/system_error.h"
#include "net/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

struct stream {
    stream_callback callback;
    void *user;
    struct tls *tls;                  /* NULL without TLS */
    struct sockfeed_traffic *traffic; /* the loop's */
    int socket;                       /* the watch's */
    bool handshaking;
    bool more;        /* see stream_has_more */
    bool drained;     /* TLS holds no whole record: the socket has the rest */
    unsigned wanted;  /* what the user asked for */
    unsigned reading; /* what the socket must be ready for to go on reading */
    unsigned writing; /* ... writing */
    struct loop_watch *watch;
    struct loop_task task; /* reads what no descriptor will announce */
};

/* -- Readiness -- */

static void update(struct stream *stream)
{
    unsigned wanted = 0;

    if (stream->handshaking || (stream->wanted & SOCKFEED_READABLE) != 0) {
        wanted |= stream->reading;
    }
    if (!stream->handshaking && (stream->wanted & SOCKFEED_WRITABLE) != 0) {
        wanted |= stream->writing;
    }
    loop_watch_want(stream->watch, wanted);
}

static void on_ready(void *user, unsigned ready)
{
    struct stream *stream = user;
    unsigned report = 0;

    if (stream->handshaking) {
        report = SOCKFEED_READABLE;
    } else {
        if ((ready & stream->reading) != 0) {
            report |= stream->wanted & SOCKFEED_READABLE;
        }
        if ((ready & stream->writing) != 0) {
            report |= stream->wanted & SOCKFEED_WRITABLE;
        }
    }
    if (report != 0) {
        stream->callback(stream->user, report);
    }
}

static void on_task(void *user)
{
    struct stream *stream = user;

    if ((stream->wanted & SOCKFEED_READABLE) != 0) {
        stream->callback(stream->user, SOCKFEED_READABLE);
    }
}

/* The socket says nothing about bytes that TLS has already taken off it. */
static void announce_pending(struct stream *stream)
{
    if (stream->tls != NULL && !stream->handshaking && !stream->drained &&
        (stream->wanted & SOCKFEED_READABLE) != 0 && tls_pending(stream->tls)) {
        loop_task_post(&stream->task);
    } else {
        loop_task_cancel(&stream->task);
    }
}

void stream_want(struct stream *stream, unsigned wanted)
{
    stream->wanted = wanted;
    update(stream);
    announce_pending(stream);
}

/* -- Life -- */

enum sockfeed_result stream_new(struct stream **stream, struct loop *loop,
                                int socket, stream_callback callback,
                                void *user)
{
    struct stream *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *stream = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    result =
        loop_watch_new(&created->watch, loop, socket, 0, on_ready, created);
    if (result != SOCKFEED_OK) {
        free(created);
        return result;
    }
    loop_task_init(&created->task, loop, on_task, created);
    created->traffic = loop_traffic(loop);
    created->socket = socket;
    created->callback = callback;
    created->user = user;
    created->reading = SOCKFEED_READABLE;
    created->writing = SOCKFEED_WRITABLE;
    *stream = created;
    return SOCKFEED_OK;
}

void stream_free(struct stream *stream)
{
    if (stream != NULL) {
        loop_task_cancel(&stream->task);
        if (stream->tls != NULL) {
            tls_close(stream->tls);
        }
        tls_free(stream->tls);
        loop_watch_free(stream->watch);
        free(stream);
    }
}

void stream_set_callback(struct stream *stream, stream_callback callback,
                         void *user)
{
    stream->callback = callback;
    stream->user = user;
}

enum sockfeed_result stream_secure(struct stream *stream,
                                   struct tls_config *config, const char *host,
                                   struct sockfeed_failure *failure)
{
    struct tls *tls;
    enum sockfeed_result result =
        stream->tls == NULL
            ? tls_new(&tls, config, stream->socket, host, failure)
            : tls_new_inside(&tls, config, stream->tls, host, failure);

    if (result == SOCKFEED_OK) {
        stream->tls = tls;
    }
    stream->handshaking = result == SOCKFEED_OK;
    return result;
}

enum sockfeed_result stream_handshake(struct stream *stream,
                                      struct sockfeed_failure *failure)
{
    enum sockfeed_result result =
        tls_handshake(stream->tls, &stream->reading, failure);

    if (result == SOCKFEED_OK) {
        stream->handshaking = false;
        stream->reading = SOCKFEED_READABLE;
    }
    update(stream);
    return result;
}

/* -- Bytes -- */

static enum sockfeed_result lose(struct sockfeed_failure *failure, int error)
{
    char text[SYSTEM_ERROR_TEXT];

    (void)failure_set(failure, SOCKFEED_LOST, SOCKFEED_STAGE_STREAM,
                      "connection lost: %s", system_error_text(error, text));
    failure->system_error = error;
    return SOCKFEED_LOST;
}

static enum sockfeed_result receive(struct stream *stream, char *data,
                                    size_t size, size_t *done,
                                    struct sockfeed_failure *failure)
{
    ssize_t count;

    do {
        count = recv(stream->socket, data, size, 0);
    } while (count < 0 && errno == EINTR);
    if (count > 0) {
        *done = (size_t)count;
        return SOCKFEED_OK;
    }
    if (count == 0) {
        return failure_set(failure, SOCKFEED_CLOSED, SOCKFEED_STAGE_STREAM,
                           "the server closed the connection");
    }
    return errno == EAGAIN ? SOCKFEED_AGAIN : lose(failure, errno);
}

enum sockfeed_result stream_read(struct stream *stream, char *data, size_t size,
                                 size_t *done, struct sockfeed_failure *failure)
{
    enum sockfeed_result result;

    *done = 0;
    if (stream->tls == NULL) {
        result = receive(stream, data, size, done, failure);
        stream->more = result == SOCKFEED_OK && *done == size;
        stream->traffic->received += *done;
        return result;
    }
    stream->reading = SOCKFEED_READABLE;
    result = tls_read(stream->tls, data, size, done, &stream->reading, failure);
    /* A record at a time is read: only AGAIN tells that there are no more. */
    stream->more = result == SOCKFEED_OK;
    stream->drained = result == SOCKFEED_AGAIN;
    stream->traffic->received += *done;
    update(stream);
    announce_pending(stream);
    return result;
}

bool stream_has_more(const struct stream *stream)
{
    return stream->more;
}

static enum sockfeed_result transmit(struct stream *stream, const char *data,
                                     size_t size, size_t *done,
                                     struct sockfeed_failure *failure)
{
    ssize_t count;

    do {
        count = send(stream->socket, data, size, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    if (count >= 0) {
        *done = (size_t)count;
        return SOCKFEED_OK;
    }
    return errno == EAGAIN ? SOCKFEED_AGAIN : lose(failure, errno);
}

enum sockfeed_result stream_write(struct stream *stream, const char *data,
                                  size_t size, size_t *done,
                                  struct sockfeed_failure *failure)
{
    enum sockfeed_result result;

    *done = 0;
    if (stream->tls == NULL) {
        result = transmit(stream, data, size, done, failure);
        stream->traffic->sent += *done;
        return result;
    }
    stream->writing = SOCKFEED_WRITABLE;
    result =
        tls_write(stream->tls, data, size, done, &stream->writing, failure);
    stream->traffic->sent += *done;
    update(stream);
    return result;
}

const struct tls *stream_tls(const struct stream *stream)
{
    return stream->tls;
}
