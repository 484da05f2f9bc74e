/* SPDX-License-Identifier: MIT */
#include "net/ws_transport.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/result.h"
#include "codec/ws_frame.h"
#include "net/dialer.h"
#include "net/loop.h"
#include "net/receive_buffer.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/ws_trace.h"

#include <stdio.h>
#include <stdlib.h>

/*
 *   DIALING ---> HANDSHAKE ---> OPEN
 *      \             |           /
 *       +------------+----------+--> OVER   `ended` was called
 */
enum state {
    STATE_DIALING,
    STATE_HANDSHAKE,
    STATE_OPEN,
    STATE_OVER,
};

struct ws_transport {
    struct ws_transport_config config;
    struct ws_transport_handlers handlers;
    void *user;
    enum state state;
    unsigned depth; /* of calls from below; what is freed then, waits */
    bool freed;
    bool paused;
    bool want_write;
    struct loop_timer deadline;
    struct loop_task later; /* hands on what was kept, tells a failure */
    struct dialer *dialer;  /* while DIALING */
    struct stream *stream;  /* afterwards */
    struct ws_handshake *handshake; /* up to OPEN */
    struct buf request;             /* what of it is not yet written */
    bool traced;                    /* the answer's head was */
    struct receive_buffer received;
    struct sockfeed_failure failure; /* told by `later`; result OK: none */
};

/* -- Life -- */

static void destroy(void *user)
{
    struct ws_transport *transport = user;

    loop_timer_clear(&transport->deadline);
    loop_task_cancel(&transport->later);
    dialer_free(transport->dialer);
    stream_free(transport->stream);
    ws_handshake_free(transport->handshake);
    /* The request may hold credentials. */
    buf_wipe(&transport->request);
    receive_buffer_deinit(&transport->received);
    free(transport);
}

/* Around everything that calls handlers. */
static void enter(struct ws_transport *transport)
{
    transport->depth++;
}

static void leave(struct ws_transport *transport)
{
    if (--transport->depth == 0 && transport->freed) {
        /* The dialer may be among those who wait for us to return. */
        loop_task_cancel(&transport->later);
        loop_task_init(&transport->later, transport->config.loop, destroy,
                       transport);
        loop_task_post(&transport->later);
    }
}

void ws_transport_free(struct ws_transport *transport)
{
    if (transport == NULL) {
        return;
    }
    transport->freed = true;
    loop_timer_clear(&transport->deadline);
    if (transport->depth == 0) {
        destroy(transport);
    }
}

/* Whether handlers may still be called. */
static bool lives(const struct ws_transport *transport)
{
    return !transport->freed && transport->state != STATE_OVER;
}

static void end(struct ws_transport *transport,
                const struct sockfeed_failure *failure)
{
    if (lives(transport)) {
        transport->state = STATE_OVER;
        loop_timer_clear(&transport->deadline);
        if (transport->stream != NULL) {
            stream_want(transport->stream, 0);
        }
        transport->handlers.ended(transport->user, failure);
    }
}

static void end_with(struct ws_transport *transport,
                     enum sockfeed_result result)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, ws_transport_stage(transport), "%s",
                      sockfeed_result_text(result));
    end(transport, &failure);
}

static void trace(void *user, const char *line)
{
    struct ws_transport *transport = user;

    if (transport->handlers.trace != NULL && lives(transport)) {
        enter(transport);
        transport->handlers.trace(transport->user, line);
        leave(transport);
    }
}

/* -- Reading -- */

static void update(struct ws_transport *transport)
{
    unsigned wanted = 0;

    if (transport->stream == NULL || transport->state == STATE_OVER) {
        return;
    }
    if (!transport->paused) {
        wanted |= SOCKFEED_READABLE;
    }
    if (transport->want_write || transport->request.size > 0) {
        wanted |= SOCKFEED_WRITABLE;
    }
    stream_want(transport->stream, wanted);
}

/* The answer to the handshake; a view of how many bytes it took. */
static size_t parse_answer(struct ws_transport *transport,
                           const struct receive_area *area)
{
    size_t used = 0;
    enum sockfeed_result result = ws_handshake_receive(
        transport->handshake, area->data, area->size, &used);
    const struct http_response *response =
        ws_handshake_response(transport->handshake);

    if (response != NULL && !transport->traced &&
        transport->handlers.trace != NULL) {
        transport->traced = true;
        ws_trace_response(response, trace, transport);
    }
    if (result == SOCKFEED_OK) {
        if (lives(transport)) {
            transport->state = STATE_OPEN;
            loop_timer_clear(&transport->deadline);
            transport->handlers.open(
                transport->user, ws_handshake_protocol(transport->handshake));
        }
        ws_handshake_free(transport->handshake);
        transport->handshake = NULL;
    } else if (result != SOCKFEED_MORE) {
        end(transport, ws_handshake_failure(transport->handshake));
    }
    return used;
}

/* Hands on what is in the area and keeps what was not used up. */
static void parse(struct ws_transport *transport,
                  const struct receive_area *area)
{
    enum sockfeed_result result;
    size_t used = 0;
    size_t need = 0;

    if (transport->state == STATE_HANDSHAKE) {
        used = parse_answer(transport, area);
    }
    /* Frames may have come with the answer. */
    if (transport->state == STATE_OPEN && lives(transport) &&
        !transport->paused && used < area->size) {
        used += transport->handlers.receive(transport->user, area->data + used,
                                            area->size - used, &need);
        if (lives(transport)) {
            transport->handlers.drained(transport->user);
        }
    }
    result = receive_buffer_close(&transport->received, area, used, need);
    if (result != SOCKFEED_OK) {
        end_with(transport, result);
    }
}

/* Reads until the area is full, the stream is empty, or its turn is over: one
 * parse, and one flush, for all of it. */
static enum sockfeed_result fill(struct ws_transport *transport,
                                 struct receive_area *area, unsigned *reads,
                                 struct sockfeed_failure *failure)
{
    enum sockfeed_result result = SOCKFEED_OK;

    do {
        size_t done = 0;

        result = stream_read(transport->stream, area->data + area->size,
                             area->capacity - area->size, &done, failure);
        area->size += done;
        ++*reads;
    } while (result == SOCKFEED_OK && area->size < area->capacity &&
             *reads < LIMIT_READS_PER_TURN &&
             stream_has_more(transport->stream));
    return result;
}

static void end_of_stream(struct ws_transport *transport,
                          struct sockfeed_failure *failure)
{
    /* A write that failed has taken the reason away. */
    if (transport->failure.result != SOCKFEED_OK) {
        *failure = transport->failure;
    }
    if (transport->state == STATE_HANDSHAKE) {
        enum sockfeed_result result = ws_handshake_end(transport->handshake);

        if (result == SOCKFEED_REFUSED || failure->system_error == 0) {
            *failure = *ws_handshake_failure(transport->handshake);
        }
        failure->stage = SOCKFEED_STAGE_HANDSHAKE;
    }
    end(transport, failure);
}

static void read_stream(struct ws_transport *transport)
{
    struct sockfeed_failure failure = {0};
    enum sockfeed_result result = SOCKFEED_OK;
    unsigned reads = 0;

    while (result == SOCKFEED_OK && lives(transport) && !transport->paused) {
        struct receive_area area;

        if (receive_buffer_open(&transport->received, &area) != SOCKFEED_OK) {
            end_with(transport, SOCKFEED_NOMEM);
            return;
        }
        result = fill(transport, &area, &reads, &failure);
        if (area.size > transport->received.size &&
            area.size >= transport->received.need) {
            parse(transport, &area);
        } else if (receive_buffer_close(&transport->received, &area, 0,
                                        transport->received.need) !=
                   SOCKFEED_OK) {
            end_with(transport, SOCKFEED_NOMEM);
        }
        if (reads >= LIMIT_READS_PER_TURN ||
            !stream_has_more(transport->stream)) {
            break;
        }
    }
    if (result == SOCKFEED_CLOSED || result == SOCKFEED_LOST) {
        end_of_stream(transport, &failure);
    }
}

/* -- Writing -- */

enum sockfeed_result ws_transport_write(struct ws_transport *transport,
                                        struct span data, size_t *written)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *written = 0;
    if (transport->stream == NULL || transport->state == STATE_OVER ||
        transport->failure.result != SOCKFEED_OK) {
        return SOCKFEED_LOST;
    }
    while (result == SOCKFEED_OK && *written < data.size) {
        size_t done = 0;

        result = stream_write(transport->stream, data.data + *written,
                              data.size - *written, &done, &transport->failure);
        *written += done;
    }
    if (result == SOCKFEED_OK || result == SOCKFEED_AGAIN) {
        return *written > 0 || data.size == 0 ? SOCKFEED_OK : SOCKFEED_AGAIN;
    }
    transport->failure.result = SOCKFEED_LOST;
    loop_task_post(&transport->later);
    return SOCKFEED_LOST;
}

static void write_request(struct ws_transport *transport)
{
    size_t written = 0;

    if (ws_transport_write(transport, buf_span(&transport->request),
                           &written) >= SOCKFEED_OK) {
        buf_consume(&transport->request, written);
    }
    update(transport);
}

/* -- Calls from below -- */

static void on_ready(void *user, unsigned ready)
{
    struct ws_transport *transport = user;

    enter(transport);
    if ((ready & SOCKFEED_WRITABLE) != 0 && lives(transport)) {
        if (transport->request.size > 0) {
            write_request(transport);
        } else if (transport->want_write) {
            transport->handlers.writable(transport->user);
        }
    }
    if ((ready & SOCKFEED_READABLE) != 0) {
        read_stream(transport);
    }
    leave(transport);
}

/* A write that failed does not end it before what the peer has said last has
 * been read: a close frame tells why. */
static void on_later(void *user)
{
    struct ws_transport *transport = user;
    struct receive_area area;

    enter(transport);
    if (transport->failure.result != SOCKFEED_OK) {
        if (transport->stream != NULL) {
            read_stream(transport);
        }
        end(transport, &transport->failure);
    } else if (lives(transport) && !transport->paused &&
               transport->received.size > 0) {
        if (receive_buffer_open(&transport->received, &area) != SOCKFEED_OK) {
            end_with(transport, SOCKFEED_NOMEM);
        } else {
            parse(transport, &area);
        }
    }
    leave(transport);
}

static void on_deadline(void *user)
{
    struct ws_transport *transport = user;
    struct sockfeed_failure failure;
    char what[256];

    enter(transport);
    if (transport->state == STATE_HANDSHAKE &&
        ws_handshake_end(transport->handshake) == SOCKFEED_REFUSED) {
        end(transport, ws_handshake_failure(transport->handshake));
    } else {
        ws_transport_describe(transport, what, sizeof(what));
        (void)failure_set(&failure, SOCKFEED_TIMEOUT,
                          ws_transport_stage(transport),
                          "time ran out while %s", what);
        end(transport, &failure);
    }
    leave(transport);
}

static void on_opened(void *user, struct stream *stream)
{
    struct ws_transport *transport = user;

    enter(transport);
    dialer_free(transport->dialer);
    transport->dialer = NULL;
    transport->stream = stream;
    stream_set_callback(stream, on_ready, transport);
    if (lives(transport)) {
        transport->state = STATE_HANDSHAKE;
        if (transport->handlers.trace != NULL) {
            ws_trace_request(buf_span(&transport->request), trace, transport);
        }
        write_request(transport);
    }
    leave(transport);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct ws_transport *transport = user;

    enter(transport);
    end(transport, failure);
    leave(transport);
}

/* -- The rest of the interface -- */

static enum sockfeed_result dial(struct ws_transport *transport)
{
    static const struct dialer_handlers handlers = {on_opened, on_failed,
                                                    trace};
    const struct ws_transport_config *config = &transport->config;
    const struct dialer_config dialer = {
        .loop = config->loop,
        .resolver = config->resolver,
        .tls = config->request.secure ? config->tls : NULL,
        .host = config->host,
        .port = config->port,
    };

    return dialer_new(&transport->dialer, &dialer, &handlers, transport);
}

enum sockfeed_result ws_transport_new(
    struct ws_transport **transport, const struct ws_transport_config *config,
    const struct ws_transport_handlers *handlers, void *user)
{
    struct ws_transport *created = calloc(1, sizeof(*created));
    size_t limit = config->max_message + WS_FRAME_HEADER_MAX;
    size_t twice = (size_t)2 * LIMIT_RECEIVE_READ;
    enum sockfeed_result result;

    *transport = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->config = *config;
    created->handlers = *handlers;
    created->user = user;
    created->received.pool = config->pool;
    /* While paused, what one read brought is kept whole. */
    created->received.limit = limit > twice ? limit : twice;
    buf_init(&created->request, (size_t)2 * LIMIT_URL);
    loop_timer_init(&created->deadline, config->loop, on_deadline, created);
    loop_task_init(&created->later, config->loop, on_later, created);
    result = ws_handshake_new(&created->handshake, &created->request,
                              &created->failure, &config->request, config->rng,
                              tls_sha1);
    if (result == SOCKFEED_OK) {
        result = dial(created);
        loop_timer_set(&created->deadline, config->deadline);
    } else if (result != SOCKFEED_NOMEM) {
        loop_task_post(&created->later);
        result = SOCKFEED_OK;
    }
    if (result != SOCKFEED_OK) {
        destroy(created);
        return result;
    }
    *transport = created;
    return SOCKFEED_OK;
}

void ws_transport_want_write(struct ws_transport *transport, bool wanted)
{
    transport->want_write = wanted;
    update(transport);
}

void ws_transport_pause(struct ws_transport *transport)
{
    transport->paused = true;
    update(transport);
}

void ws_transport_resume(struct ws_transport *transport)
{
    transport->paused = false;
    update(transport);
    loop_task_post(&transport->later);
}

void ws_transport_shutdown(struct ws_transport *transport)
{
    if (transport->stream != NULL && transport->state != STATE_OVER) {
        stream_shutdown(transport->stream);
    }
}

enum sockfeed_stage ws_transport_stage(const struct ws_transport *transport)
{
    switch (transport->state) {
    case STATE_DIALING:
        return transport->dialer == NULL ? SOCKFEED_STAGE_NONE
                                         : dialer_stage(transport->dialer);
    case STATE_HANDSHAKE:
        return SOCKFEED_STAGE_HANDSHAKE;
    case STATE_OPEN:
    case STATE_OVER:
        break;
    }
    return SOCKFEED_STAGE_STREAM;
}

void ws_transport_describe(const struct ws_transport *transport, char *text,
                           size_t size)
{
    if (transport->dialer != NULL) {
        dialer_describe(transport->dialer, text, size);
    } else {
        (void)snprintf(text, size, "%s",
                       transport->state == STATE_HANDSHAKE
                           ? "waiting for the answer to the handshake"
                           : "the connection was open");
    }
}
