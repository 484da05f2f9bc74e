/* SPDX-License-Identifier: MIT */
#include "net/ws_transport.h"

#include "base/limits.h"
#include "base/result.h"
#include "codec/ws_frame.h"
#include "net/loop.h"
#include "net/receive_buffer.h"
#include "net/stream.h"

#include <stdio.h>
#include <stdlib.h>

/*
 *   OPENING --> OPEN
 *      |         |
 *      +---------+--> OVER   `ended` was called
 */
enum state {
    STATE_OPENING,
    STATE_OPEN,
    STATE_OVER,
};

/* First what is needed for each message. */
struct ws_transport {
    enum state state;
    unsigned depth; /* of calls from below; what is freed then, waits */
    bool freed;
    bool paused;
    bool want_write;
    struct stream *stream; /* after OPENING */
    struct receive_buffer received;
    void *user;
    struct ws_transport_handlers handlers;
    struct loop *loop;
    struct ws_opening *opening;      /* while OPENING */
    struct loop_task later;          /* hands on what was kept, tells... */
    struct sockfeed_failure failure; /* ...a write's failure; OK: none */
};

/* -- Life ------------------------------------------------------------------ */

static void destroy(void *user)
{
    struct ws_transport *transport = user;

    loop_task_cancel(&transport->later);
    ws_opening_free(transport->opening);
    stream_free(transport->stream);
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
        /* Whoever is below us may still need what is to be destroyed. */
        loop_task_cancel(&transport->later);
        loop_task_init(&transport->later, transport->loop, destroy, transport);
        loop_task_post(&transport->later);
    }
}

void ws_transport_free(struct ws_transport *transport)
{
    if (transport != NULL) {
        transport->freed = true;
        if (transport->depth == 0) {
            destroy(transport);
        }
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

    (void)failure_set(&failure, result, SOCKFEED_STAGE_STREAM, "%s",
                      sockfeed_result_text(result));
    end(transport, &failure);
}

static void update(struct ws_transport *transport)
{
    unsigned wanted = 0;

    if (transport->state != STATE_OPEN) {
        return;
    }
    if (!transport->paused) {
        wanted |= SOCKFEED_READABLE;
    }
    if (transport->want_write) {
        wanted |= SOCKFEED_WRITABLE;
    }
    stream_want(transport->stream, wanted);
}

/* -- Reading --------------------------------------------------------------- */

/* Hands on what is in the area and keeps what was not used up. */
static void parse(struct ws_transport *transport,
                  const struct receive_area *area)
{
    enum sockfeed_result result;
    size_t used = 0;
    size_t need = transport->received.need;

    if (lives(transport) && area->size > 0 && area->size >= need) {
        need = 0;
        used = transport->handlers.receive(transport->user, area->data,
                                           area->size, &need);
        if (lives(transport)) {
            transport->handlers.drained(transport->user);
        }
    } else if (lives(transport) && transport->handlers.arriving != NULL) {
        transport->handlers.arriving(transport->user, area->data, area->size);
    }
    result = receive_buffer_close(&transport->received, area, used, need);
    if (result != SOCKFEED_OK) {
        end_with(transport, result);
    }
}

/* Reads until the area is full, the stream is empty, or the turn is over: one
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

static void read_stream(struct ws_transport *transport)
{
    struct sockfeed_failure failure; /* set where reading fails */
    enum sockfeed_result result = SOCKFEED_OK;
    unsigned reads = 0;

    do {
        struct receive_area area;
        size_t before = transport->received.size;

        if (receive_buffer_open(&transport->received, &area) != SOCKFEED_OK) {
            end_with(transport, SOCKFEED_NOMEM);
            return;
        }
        result = fill(transport, &area, &reads, &failure);
        if (area.size > before) {
            parse(transport, &area);
        }
    } while (result == SOCKFEED_OK && lives(transport) && !transport->paused &&
             reads < LIMIT_READS_PER_TURN &&
             stream_has_more(transport->stream));
    if (result < SOCKFEED_OK) {
        /* A write that failed before has taken the reason away. */
        end(transport, transport->failure.result == SOCKFEED_OK
                           ? &failure
                           : &transport->failure);
    }
}

/* Hands on what waits from before: behind the handshake's answer, in a pause. */
static void parse_kept(struct ws_transport *transport)
{
    struct receive_area area;

    if (!lives(transport) || transport->paused ||
        transport->received.size == 0) {
        return;
    }
    transport->received.need = 0;
    if (receive_buffer_open(&transport->received, &area) != SOCKFEED_OK) {
        end_with(transport, SOCKFEED_NOMEM);
    } else {
        parse(transport, &area);
    }
}

/* -- Writing --------------------------------------------------------------- */

enum sockfeed_result ws_transport_write(struct ws_transport *transport,
                                        struct span data, size_t *written)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *written = 0;
    if (transport->state != STATE_OPEN ||
        transport->failure.result != SOCKFEED_OK) {
        return SOCKFEED_LOST;
    }
    while (result == SOCKFEED_OK && *written < data.size) {
        size_t done = 0;

        result = stream_write(transport->stream, data.data + *written,
                              data.size - *written, &done, &transport->failure);
        *written += done;
    }
    if (result >= SOCKFEED_OK) {
        return *written > 0 || data.size == 0 ? SOCKFEED_OK : SOCKFEED_AGAIN;
    }
    transport->failure.result = SOCKFEED_LOST;
    loop_task_post(&transport->later);
    return SOCKFEED_LOST;
}

/* -- Calls from below ------------------------------------------------------ */

static void on_ready(void *user, unsigned ready)
{
    struct ws_transport *transport = user;

    enter(transport);
    if ((ready & SOCKFEED_WRITABLE) != 0 && lives(transport) &&
        transport->want_write) {
        transport->handlers.writable(transport->user);
    }
    if ((ready & SOCKFEED_READABLE) != 0 && lives(transport) &&
        !transport->paused) {
        read_stream(transport);
    }
    leave(transport);
}

/* A write that failed does not end it before what the peer has said last has
 * been read: a close frame tells why. */
static void on_later(void *user)
{
    struct ws_transport *transport = user;

    enter(transport);
    parse_kept(transport);
    if (transport->failure.result != SOCKFEED_OK) {
        if (lives(transport)) {
            read_stream(transport);
        }
        end(transport, &transport->failure);
    }
    leave(transport);
}

static void on_opened(void *user, struct stream *stream,
                      const struct ws_handshake_agreed *agreed)
{
    struct ws_transport *transport = user;

    enter(transport);
    transport->stream = stream;
    stream_set_callback(stream, on_ready, transport);
    if (lives(transport)) {
        transport->state = STATE_OPEN;
        transport->handlers.open(transport->user, agreed);
        update(transport);
    }
    ws_opening_free(transport->opening);
    transport->opening = NULL;
    parse_kept(transport);
    leave(transport);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    struct ws_transport *transport = user;

    enter(transport);
    end(transport, failure);
    leave(transport);
}

static void on_trace(void *user, const char *line)
{
    struct ws_transport *transport = user;

    enter(transport);
    if (lives(transport)) {
        transport->handlers.trace(transport->user, line);
    }
    leave(transport);
}

static void on_step(void *user, const struct sockfeed_step *step)
{
    struct ws_transport *transport = user;

    enter(transport);
    if (lives(transport)) {
        transport->handlers.step(transport->user, step);
    }
    leave(transport);
}

/* -- The rest of the interface --------------------------------------------- */

enum sockfeed_result ws_transport_new(
    struct ws_transport **transport, const struct ws_transport_config *config,
    const struct ws_transport_handlers *handlers, void *user)
{
    const struct ws_opening_handlers opening = {
        on_opened, on_failed, handlers->trace == NULL ? NULL : on_trace,
        handlers->step == NULL ? NULL : on_step};
    struct ws_transport *created = calloc(1, sizeof(*created));
    size_t limit = config->max_message + WS_FRAME_HEADER_MAX;
    size_t twice = (size_t)2 * LIMIT_RECEIVE_READ;
    enum sockfeed_result result;

    *transport = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->loop = config->opening.dial.loop;
    created->handlers = *handlers;
    created->user = user;
    created->received.pool = config->pool;
    /* While paused, what one read brought is kept whole. */
    created->received.limit = limit > twice ? limit : twice;
    loop_task_init(&created->later, created->loop, on_later, created);
    result = ws_opening_new(&created->opening, &config->opening,
                            &created->received, &opening, created);
    if (result != SOCKFEED_OK) {
        destroy(created);
        return result;
    }
    *transport = created;
    return SOCKFEED_OK;
}

enum sockfeed_stage ws_transport_stage(const struct ws_transport *transport)
{
    return transport->opening == NULL ? SOCKFEED_STAGE_STREAM
                                      : ws_opening_stage(transport->opening);
}

void ws_transport_want_write(struct ws_transport *transport, bool wanted)
{
    if (wanted != transport->want_write) {
        transport->want_write = wanted;
        update(transport);
    }
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
