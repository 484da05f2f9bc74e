/* SPDX-License-Identifier: MIT */
#include "net/ws_opening.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/result.h"
#include "codec/http_response.h"
#include "net/cookies.h"
#include "net/dialer.h"
#include "net/loop.h"
#include "net/receive_buffer.h"
#include "net/sha1.h"
#include "net/stream.h"
#include "net/ws_trace.h"

#include <stdio.h>
#include <stdlib.h>

struct ws_opening {
    struct ws_opening_config config;
    struct ws_opening_handlers handlers;
    void *user;
    struct loop_timer deadline;
    struct loop_task refusal; /* tells that the request cannot be sent */
    struct dialer *dialer;    /* up to TLS */
    struct stream *stream;    /* from then on */
    struct ws_handshake *handshake;
    struct buf request; /* what of it is not yet written */
    struct buf cookie;  /* of the request */
    struct receive_buffer *received;
    bool answered; /* the answer's head was seen to */
    struct sockfeed_failure failure;
};

static void trace(void *user, const char *line)
{
    const struct ws_opening *opening = user;

    if (opening->handlers.trace != NULL) {
        opening->handlers.trace(opening->user, line);
    }
}

static void on_step(void *user, const struct sockfeed_step *step)
{
    const struct ws_opening *opening = user;

    if (opening->handlers.step != NULL) {
        opening->handlers.step(opening->user, step);
    }
}

static void fail(struct ws_opening *opening,
                 const struct sockfeed_failure *failure)
{
    /* Only one end: a stream or a dialer that lives on tells no other. */
    loop_timer_clear(&opening->deadline);
    if (opening->stream != NULL) {
        stream_want(opening->stream, 0);
    }
    opening->handlers.failed(opening->user, failure);
}

static void fail_with(struct ws_opening *opening, enum sockfeed_result result)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, SOCKFEED_STAGE_HANDSHAKE, "%s",
                      sockfeed_result_text(result));
    fail(opening, &failure);
}

/* -- The request ---------------------------------------------------------- */

/* A server that refuses us may stop listening before it has all of it: what it
 * said before that is read in any case, and tells more. */
static void write_request(struct ws_opening *opening)
{
    enum sockfeed_result result = SOCKFEED_OK;
    unsigned wanted = SOCKFEED_READABLE;

    while (result == SOCKFEED_OK && opening->request.size > 0) {
        size_t done = 0;

        result = stream_write(opening->stream, opening->request.data,
                              opening->request.size, &done, &opening->failure);
        buf_consume(&opening->request, done);
    }
    if (result < SOCKFEED_OK) {
        buf_clear(&opening->request);
    }
    if (opening->request.size > 0) {
        wanted |= SOCKFEED_WRITABLE;
    }
    stream_want(opening->stream, wanted);
}

/* -- The answer ----------------------------------------------------------- */

static struct cookies_place place(const struct ws_opening *opening)
{
    const struct ws_handshake_request *request = &opening->config.request;

    return (struct cookies_place){.host = request->host,
                                  .target = request->target,
                                  .secure = request->secure};
}

/* What the head says besides whether it is a WebSocket now. */
static void see_to_head(struct ws_opening *opening)
{
    const struct http_response *head =
        ws_handshake_response(opening->handshake);
    const struct cookies_place from = place(opening);
    const struct http_header *location;

    /* Interim answers (RFC 9110, 15.2) say nothing yet. */
    if (head == NULL || opening->answered ||
        (head->status != 101 && head->status < 200)) {
        return;
    }
    opening->answered = true;
    if (opening->handlers.trace != NULL) {
        ws_trace_response(head, trace, opening);
    }
    step_answered(opening->handlers.step, opening->user, head);
    cookies_receive(opening->config.cookies, &from, head, loop_date());
    location = http_response_find(head, "Location");
    if (opening->config.location != NULL &&
        http_response_is_redirect(head->status) && location != NULL) {
        buf_append_span(opening->config.location, location->value);
    }
}

static void succeed(struct ws_opening *opening)
{
    struct stream *stream = opening->stream;

    loop_timer_clear(&opening->deadline);
    stream_want(stream, 0);
    opening->stream = NULL;
    opening->handlers.opened(opening->user, stream,
                             ws_handshake_agreed(opening->handshake));
}

/* Deals with what is in the area; AGAIN when there has to be more. Otherwise
 * the opening may be gone. */
static enum sockfeed_result parse_answer(struct ws_opening *opening,
                                         const struct receive_area *area)
{
    size_t used = 0;
    enum sockfeed_result result =
        ws_handshake_receive(opening->handshake, area->data, area->size, &used);
    enum sockfeed_result kept;

    see_to_head(opening);
    kept = receive_buffer_close(opening->received, area, used, 0);
    if (kept != SOCKFEED_OK) {
        fail_with(opening, kept);
        return kept;
    }
    if (result == SOCKFEED_OK) {
        succeed(opening);
    } else if (result == SOCKFEED_MORE) {
        result = SOCKFEED_AGAIN;
    } else {
        fail(opening, ws_handshake_failure(opening->handshake));
    }
    return result;
}

/* The stream has ended before the answer was complete. */
static void end_of_stream(struct ws_opening *opening,
                          struct sockfeed_failure *failure)
{
    /* An errno, of writing too, and a reason that TLS gives, say more than that
     * the stream has ended. */
    if (failure->system_error == 0 && failure->result != SOCKFEED_TLS &&
        opening->failure.result != SOCKFEED_OK) {
        failure = &opening->failure;
    }
    if (failure->result == SOCKFEED_TLS) {
        fail(opening, failure);
    } else if (ws_handshake_end(opening->handshake) == SOCKFEED_REFUSED ||
               failure->system_error == 0) {
        fail(opening, ws_handshake_failure(opening->handshake));
    } else {
        failure->stage = SOCKFEED_STAGE_HANDSHAKE;
        failure->cause = ws_handshake_failure(opening->handshake)->cause;
        fail(opening, failure);
    }
}

static void read_answer(struct ws_opening *opening)
{
    struct sockfeed_failure failure = {0};
    enum sockfeed_result result = SOCKFEED_AGAIN;
    enum sockfeed_result read;
    unsigned reads = 0;

    do {
        struct receive_area area;
        size_t done = 0;

        if (receive_buffer_open(opening->received, &area) != SOCKFEED_OK) {
            fail_with(opening, SOCKFEED_NOMEM);
            return;
        }
        read = stream_read(opening->stream, area.data + area.size,
                           area.capacity - area.size, &done, &failure);
        area.size += done;
        result = parse_answer(opening, &area);
    } while (result == SOCKFEED_AGAIN && read == SOCKFEED_OK &&
             ++reads < LIMIT_READS_PER_TURN &&
             stream_has_more(opening->stream));
    if (result == SOCKFEED_AGAIN && read < SOCKFEED_OK) {
        end_of_stream(opening, &failure);
    }
}

static void on_ready(void *user, unsigned ready)
{
    struct ws_opening *opening = user;

    if ((ready & SOCKFEED_WRITABLE) != 0) {
        write_request(opening);
    }
    if ((ready & SOCKFEED_READABLE) != 0) {
        read_answer(opening);
    }
}

/* -- The dialer, the deadline --------------------------------------------- */

static void on_dialed(void *user, struct stream *stream)
{
    struct ws_opening *opening = user;

    dialer_free(opening->dialer);
    opening->dialer = NULL;
    opening->stream = stream;
    stream_set_callback(stream, on_ready, opening);
    if (opening->handlers.trace != NULL) {
        ws_trace_request(buf_span(&opening->request), trace, opening);
    }
    write_request(opening);
}

static void on_failed(void *user, const struct sockfeed_failure *failure)
{
    fail(user, failure);
}

static void on_refusal(void *user)
{
    struct ws_opening *opening = user;

    fail(opening, &opening->failure);
}

static void on_deadline(void *user)
{
    struct ws_opening *opening = user;
    struct sockfeed_failure failure;
    char what[256];

    if (opening->stream != NULL &&
        ws_handshake_end(opening->handshake) == SOCKFEED_REFUSED) {
        fail(opening, ws_handshake_failure(opening->handshake));
        return;
    }
    ws_opening_describe(opening, what, sizeof(what));
    (void)failure_set(&failure, SOCKFEED_TIMEOUT, ws_opening_stage(opening),
                      "time ran out while %s", what);
    fail(opening, &failure);
}

/* -- Life ------------------------------------------------------------------ */

static enum sockfeed_result start(struct ws_opening *opening)
{
    static const struct dialer_handlers handlers = {on_dialed, on_failed, trace,
                                                    on_step};
    struct ws_opening_config *config = &opening->config;
    const struct cookies_place to = place(opening);
    enum sockfeed_result result;

    cookies_append(&opening->cookie, config->cookies, &to, loop_date());
    if (buf_result(&opening->cookie) != SOCKFEED_OK) {
        return buf_result(&opening->cookie);
    }
    config->request.cookie = buf_span(&opening->cookie);
    result = ws_handshake_new(&opening->handshake, &opening->request,
                              &opening->failure, &config->request, config->rng,
                              sha1);

    if (result == SOCKFEED_OK) {
        loop_timer_set(&opening->deadline, config->deadline);
        return dialer_new(&opening->dialer, &config->dial, &handlers, opening);
    }
    if (result == SOCKFEED_NOMEM) {
        return result;
    }
    loop_task_post(&opening->refusal);
    return SOCKFEED_OK;
}

enum sockfeed_result ws_opening_new(struct ws_opening **opening,
                                    const struct ws_opening_config *config,
                                    struct receive_buffer *received,
                                    const struct ws_opening_handlers *handlers,
                                    void *user)
{
    struct ws_opening *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *opening = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->config = *config;
    if (!config->request.secure) {
        created->config.dial.tls = NULL;
    }
    created->received = received;
    created->handlers = *handlers;
    created->user = user;
    buf_init(&created->request, LIMIT_HTTP_REQUEST);
    buf_init(&created->cookie, LIMIT_HTTP_REQUEST);
    loop_timer_init(&created->deadline, config->dial.loop, on_deadline,
                    created);
    loop_task_init(&created->refusal, config->dial.loop, on_refusal, created);
    result = start(created);
    if (result != SOCKFEED_OK) {
        ws_opening_free(created);
        return result;
    }
    *opening = created;
    return SOCKFEED_OK;
}

void ws_opening_free(struct ws_opening *opening)
{
    if (opening == NULL) {
        return;
    }
    loop_timer_clear(&opening->deadline);
    loop_task_cancel(&opening->refusal);
    dialer_free(opening->dialer);
    stream_free(opening->stream);
    ws_handshake_free(opening->handshake);
    /* The request may hold credentials. */
    buf_wipe(&opening->request);
    buf_wipe(&opening->cookie);
    free(opening);
}

enum sockfeed_stage ws_opening_stage(const struct ws_opening *opening)
{
    return opening->dialer == NULL ? SOCKFEED_STAGE_HANDSHAKE
                                   : dialer_stage(opening->dialer);
}

void ws_opening_describe(const struct ws_opening *opening, char *text,
                         size_t size)
{
    if (opening->dialer != NULL) {
        dialer_describe(opening->dialer, text, size);
    } else {
        (void)snprintf(text, size, "waiting for the answer to the handshake");
    }
}
