/* SPDX-License-Identifier: MIT */
#include "session/eio_polling.h"

#include "base/percent.h"
#include "base/printable.h"
#include "codec/eio_body.h"
#include "session/eio_error.h"
#include "session/http_refusal.h"

#include <stdlib.h>

static const int64_t never = INT64_MAX;

enum {
    /* A body to a server that does not say how much it takes: since 2.5.1
     * that is 1000000 bytes by default, before it was more. */
    POST_MAX = 1000000,
    /* Answers without a message that may follow each other at once, and how
     * long the next GET waits after as many. */
    EMPTY_MAX = 4,
    EMPTY_PAUSE_MS = 250,
};

/* A GET or a POST. */
struct exchange {
    bool running;
    struct http_refusal refusal; /* while running, after a head other than 200;
                                    its status is 0 before there was a head */
    bool octets;                 /* the answer's type */
};

struct eio_polling {
    enum eio_polling_state state;
    struct eio_polling_config config;
    struct eio_polling_handlers handlers;
    void *user;
    enum eio_revision revision; /* to be asked with */
    struct eio_handshake handshake;
    struct exchange exchanges[2]; /* by method */
    struct eio_queue queue;
    struct buf query; /* of the last request */
    uint64_t serial;  /* of the next one: makes each a different URL */
    struct buf post;  /* the body that is under way */
    int64_t post_due; /* its answer; never: none is waited for */

    struct buf content; /* of the answer whose packets are handed on */
    struct eio_body body;
    bool unread; /* there are some left */
    bool held;
    bool paused;
    bool farewell;    /* the close packet is under way */
    bool empty;       /* this answer has brought nothing */
    unsigned empties; /* such answers in a row */
    int64_t get_at;   /* the next GET is not to be made before */
    bool unknown;     /* see eio_polling_is_unknown */
    struct sockfeed_failure failure;
};

/* ---- Life and state ---------------------------------------------------- */

struct eio_polling *eio_polling_new(const struct eio_polling_config *config,
                                    const struct eio_polling_handlers *handlers,
                                    void *user)
{
    struct eio_polling *polling = calloc(1, sizeof *polling);

    if (polling != NULL) {
        polling->config = *config;
        polling->handlers = *handlers;
        polling->user = user;
        polling->revision = config->asked;
        polling->serial = config->serial;
        polling->post_due = never;
        polling->get_at = INT64_MIN;
        eio_queue_init(&polling->queue, LIMIT_SEND_QUEUE);
        buf_init(&polling->query, LIMIT_URL);
        /* A message may take a POST for itself, in base64. */
        buf_init(&polling->post, (size_t)2 * LIMIT_SEND_QUEUE);
    }
    return polling;
}

static void end_exchange(struct exchange *exchange)
{
    http_refusal_deinit(&exchange->refusal);
    *exchange = (struct exchange){.running = false};
}

void eio_polling_free(struct eio_polling *polling)
{
    if (polling == NULL) {
        return;
    }
    end_exchange(&polling->exchanges[EIO_POLLING_GET]);
    end_exchange(&polling->exchanges[EIO_POLLING_POST]);
    eio_queue_deinit(&polling->queue);
    buf_wipe(&polling->query);
    buf_wipe(&polling->post);
    buf_deinit(&polling->content);
    free(polling);
}

enum eio_polling_state eio_polling_state(const struct eio_polling *polling)
{
    return polling->state;
}

static bool is_live(const struct eio_polling *polling)
{
    return polling->state != EIO_POLLING_OVER;
}

void eio_polling_fail(struct eio_polling *polling,
                      const struct sockfeed_failure *failure)
{
    if (is_live(polling)) {
        polling->failure = *failure;
        polling->state = EIO_POLLING_OVER;
    }
}

static void fail(struct eio_polling *polling, enum sockfeed_result result,
                 const char *text)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result,
                      polling->state == EIO_POLLING_OPENING
                          ? SOCKFEED_STAGE_OPEN
                          : SOCKFEED_STAGE_STREAM,
                      "%s", text);
    eio_polling_fail(polling, &failure);
}

static void fail_malformed(struct eio_polling *polling,
                           enum sockfeed_result result,
                           const struct malformed *malformed)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, result, SOCKFEED_STAGE_OPEN,
                      result == SOCKFEED_PROTOCOL
                          ? "malformed long-polling answer: %s (byte %zu)"
                          : "a long-polling answer cannot be decoded",
                      malformed->reason, malformed->offset);
    eio_polling_fail(polling, &failure);
}

static void fail_too_large(struct eio_polling *polling, size_t size)
{
    struct sockfeed_failure failure;

    (void)failure_set(&failure, SOCKFEED_TOO_LARGE, SOCKFEED_STAGE_STREAM,
                      "the server sent a message of %zu bytes, more than the "
                      "%zu allowed",
                      size, polling->config.max_message);
    eio_polling_fail(polling, &failure);
}

/* ---- Requests ----------------------------------------------------------- */

static struct exchange *exchange_of(struct eio_polling *polling,
                                    enum eio_polling_method method)
{
    return &polling->exchanges[method];
}

static bool is_under_way(const struct eio_polling *polling,
                         enum eio_polling_method method)
{
    return polling->exchanges[method].running;
}

static void write_query(struct eio_polling *polling)
{
    struct buf *query = &polling->query;

    buf_clear(query);
    buf_append_text(query, polling->revision == EIO_REVISION_3
                               ? "EIO=3&transport=polling&t="
                               : "EIO=4&transport=polling&t=");
    buf_append_uint(query, polling->serial++);
    if (polling->handshake.sid[0] != '\0') {
        buf_append_text(query, "&sid=");
        percent_encode(query, span_text(polling->handshake.sid));
    }
}

/* As many messages as go into one body; at least one. */
static void write_post(struct eio_polling *polling)
{
    size_t most = polling->handshake.max_payload > 0 &&
                          polling->handshake.max_payload < SIZE_MAX
                      ? (size_t)polling->handshake.max_payload
                      : POST_MAX;
    struct buf *body = &polling->post;
    struct eio_message message;

    while (eio_queue_first(&polling->queue, &message) &&
           (body->size == 0 ||
            eio_body_size(body, polling->revision, message.binary,
                          message.data) <= most - body->size)) {
        eio_body_append(body, polling->revision, message.binary, message.data);
        eio_queue_pop(&polling->queue);
        if (body->size >= most) {
            break;
        }
    }
}

static bool may_post(const struct eio_polling *polling)
{
    return polling->state != EIO_POLLING_OPENING && !polling->paused &&
           !is_under_way(polling, EIO_POLLING_POST) &&
           (!eio_queue_is_empty(&polling->queue) ||
            polling->state == EIO_POLLING_CLOSING);
}

static void prepare_post(struct eio_polling *polling, int64_t now,
                         struct eio_polling_request *request)
{
    buf_clear(&polling->post);
    if (eio_queue_is_empty(&polling->queue)) {
        /* By itself: servers act on a close packet before they have dealt
         * with the messages that come with it. */
        polling->farewell = true;
        eio_body_append(&polling->post, polling->revision, false,
                        span_text("1"));
    } else {
        write_post(polling);
    }
    request->method = EIO_POLLING_POST;
    request->content_type = span_text(eio_body_type(polling->revision));
    request->body = buf_span(&polling->post);
    polling->post_due = now + polling->handshake.ping_interval +
                        polling->handshake.ping_timeout;
}

static bool may_get(const struct eio_polling *polling, int64_t now)
{
    return polling->state != EIO_POLLING_CLOSING && !polling->paused &&
           !polling->held && !polling->unread && now >= polling->get_at &&
           !is_under_way(polling, EIO_POLLING_GET);
}

bool eio_polling_next(struct eio_polling *polling, int64_t now,
                      struct eio_polling_request *request)
{
    *request = (struct eio_polling_request){.method = EIO_POLLING_GET};
    if (!is_live(polling)) {
        return false;
    }
    if (may_post(polling)) {
        prepare_post(polling, now, request);
    } else if (!may_get(polling, now)) {
        return false;
    }
    write_query(polling);
    if (buf_result(&polling->query) != SOCKFEED_OK ||
        buf_result(&polling->post) != SOCKFEED_OK) {
        fail(polling, SOCKFEED_NOMEM, sockfeed_result_text(SOCKFEED_NOMEM));
        return false;
    }
    request->query = buf_span(&polling->query);
    request->first = polling->state == EIO_POLLING_OPENING;
    exchange_of(polling, request->method)->running = true;
    return true;
}

/* ---- Refusals ------------------------------------------------------------- */

static const char *introduction(const struct eio_polling *polling,
                                enum eio_polling_method method)
{
    if (polling->state == EIO_POLLING_OPENING) {
        return "the server refused long-polling:";
    }
    return method == EIO_POLLING_GET ? "the server refused to be polled:"
                                     : "the server refused a POST:";
}

static void refuse(struct eio_polling *polling, enum eio_polling_method method,
                   struct span body)
{
    struct http_refusal *refusal = &exchange_of(polling, method)->refusal;
    bool opening = polling->state == EIO_POLLING_OPENING;
    struct sockfeed_failure failure;
    enum eio_error code = eio_error_read(&refusal->text, body);

    if (opening && code == EIO_ERROR_VERSION &&
        polling->revision == EIO_REVISION_3) {
        polling->revision = EIO_REVISION_4;
        return;
    }
    polling->unknown = opening && code == EIO_ERROR_TRANSPORT;
    (void)http_refusal_tell(
        refusal, &failure, opening ? SOCKFEED_REFUSED : SOCKFEED_LOST,
        opening ? SOCKFEED_STAGE_HANDSHAKE : SOCKFEED_STAGE_STREAM,
        introduction(polling, method));
    eio_polling_fail(polling, &failure);
}

/* A good answer that is none of Engine.IO's: a page, a proxy's greeting. */
static void refuse_content(struct eio_polling *polling)
{
    struct sockfeed_failure failure;
    char line[128];

    (void)printable_copy(line, sizeof line,
                         printable_first_line(buf_span(&polling->content)));
    (void)failure_set(&failure, SOCKFEED_REFUSED, SOCKFEED_STAGE_HANDSHAKE,
                      "there is no Engine.IO server at this path: it answered "
                      "with %s",
                      line[0] == '\0' ? "nothing" : line);
    failure.http_status = 200;
    eio_polling_fail(polling, &failure);
}

/* ---- Answers ---------------------------------------------------------------- */

void eio_polling_head(struct eio_polling *polling,
                      enum eio_polling_method method,
                      const struct http_response *head)
{
    struct exchange *exchange = exchange_of(polling, method);
    const struct http_header *type = http_response_find(head, "Content-Type");

    /* Parameters may follow. */
    exchange->octets =
        type != NULL &&
        span_equal_nocase(
            span_trim(span_of(type->value.data, span_find(type->value, ';'))),
            span_text("application/octet-stream"));
    http_refusal_deinit(&exchange->refusal);
    http_refusal_init(&exchange->refusal, head);
}

static void open_session(struct eio_polling *polling, bool binary,
                         struct span message)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result;

    if (binary || !span_starts(message, "0")) {
        fail(polling, SOCKFEED_PROTOCOL,
             "the server's first packet is not Engine.IO's open packet");
        return;
    }
    result = eio_handshake_parse(&polling->handshake, &malformed,
                                 span_skip(message, 1));
    if (result != SOCKFEED_OK) {
        fail_malformed(polling, result, &malformed);
        return;
    }
    polling->state = EIO_POLLING_OPEN;
    polling->handlers.open(polling->user, polling->revision);
}

static void hand_on(struct eio_polling *polling, bool binary,
                    struct span message)
{
    if (message.size > polling->config.max_message) {
        fail_too_large(polling, message.size);
        return;
    }
    if (polling->state == EIO_POLLING_OPENING) {
        open_session(polling, binary, message);
    }
    if (!is_live(polling)) {
        return;
    }
    polling->empty = polling->empty && span_is(message, "6") && !binary;
    polling->handlers.message(polling->user, binary, message);
    if (!binary && span_starts(message, "1")) {
        fail(polling, SOCKFEED_CLOSED, "the server closed the session");
    }
}

/* A server that answers with nothing as fast as it is asked would keep both
 * sides busy for no reason. */
static void count_empties(struct eio_polling *polling, int64_t now)
{
    polling->empties = polling->empty ? polling->empties + 1 : 0;
    if (polling->empties >= EMPTY_MAX) {
        polling->get_at = now + EMPTY_PAUSE_MS;
    }
}

static void deliver(struct eio_polling *polling, int64_t now)
{
    struct malformed malformed;
    struct span message;
    bool binary;

    while (polling->unread && !polling->held && is_live(polling)) {
        enum sockfeed_result result =
            eio_body_next(&polling->body, &binary, &message, &malformed);

        if (result == SOCKFEED_OK) {
            hand_on(polling, binary, message);
        } else if (result == SOCKFEED_MORE) {
            polling->unread = false;
            count_empties(polling, now);
            buf_deinit(&polling->content);
        } else {
            fail_malformed(polling, result, &malformed);
        }
    }
}

static enum eio_body_form form_of(const struct eio_polling *polling,
                                  bool octets)
{
    if (polling->revision == EIO_REVISION_4) {
        return EIO_BODY_4;
    }
    return octets ? EIO_BODY_3_BINARY : EIO_BODY_3_TEXT;
}

static void receive(struct eio_polling *polling, int64_t now, bool octets,
                    struct buf *body)
{
    enum eio_body_form form = form_of(polling, octets);

    polling->content = *body;
    *body = (struct buf){0};
    if (polling->state == EIO_POLLING_OPENING) {
        if (!eio_body_detect(&form, octets, buf_span(&polling->content))) {
            refuse_content(polling);
            return;
        }
        polling->revision =
            form == EIO_BODY_4 ? EIO_REVISION_4 : EIO_REVISION_3;
    }
    eio_body_init(&polling->body, form, polling->content.data,
                  polling->content.size);
    polling->unread = true;
    polling->empty = true;
    deliver(polling, now);
}

void eio_polling_answered(struct eio_polling *polling, int64_t now,
                          enum eio_polling_method method, struct buf *body)
{
    struct exchange *exchange = exchange_of(polling, method);
    bool octets = exchange->octets;
    bool good = exchange->refusal.status == 200;

    if (!is_live(polling)) {
        return;
    }
    if (!good) {
        refuse(polling, method, buf_span(body));
    }
    end_exchange(exchange);
    if (method == EIO_POLLING_POST) {
        polling->post_due = never;
        buf_wipe(&polling->post);
    }
    if (!good || !is_live(polling)) {
        return;
    }
    if (method == EIO_POLLING_GET) {
        receive(polling, now, octets, body);
    } else if (polling->farewell) {
        polling->state = EIO_POLLING_OVER; /* the server knows that we left */
    }
}

/* ---- Sending and closing ---------------------------------------------------- */

enum sockfeed_result eio_polling_send(struct eio_polling *polling, bool binary,
                                      struct span data)
{
    return polling->state == EIO_POLLING_OPEN
               ? eio_queue_push(&polling->queue, binary, data)
               : SOCKFEED_STATE;
}

void eio_polling_close(struct eio_polling *polling)
{
    if (polling->state == EIO_POLLING_OPEN) {
        polling->state = EIO_POLLING_CLOSING;
    }
}

/* ---- Holding and pausing ------------------------------------------------------ */

void eio_polling_hold(struct eio_polling *polling)
{
    polling->held = true;
}

void eio_polling_release(struct eio_polling *polling)
{
    polling->held = false;
}

bool eio_polling_deliver(struct eio_polling *polling, int64_t now)
{
    bool any = polling->unread && !polling->held && is_live(polling);

    if (any) {
        deliver(polling, now);
    }
    return any;
}

void eio_polling_pause(struct eio_polling *polling)
{
    polling->paused = true;
}

void eio_polling_resume(struct eio_polling *polling)
{
    polling->paused = false;
}

bool eio_polling_is_quiet(const struct eio_polling *polling)
{
    return !is_under_way(polling, EIO_POLLING_GET) &&
           !is_under_way(polling, EIO_POLLING_POST) && !polling->unread;
}

struct eio_queue *eio_polling_queue(struct eio_polling *polling)
{
    return &polling->queue;
}

/* ---- Time --------------------------------------------------------------------- */

int64_t eio_polling_deadline(const struct eio_polling *polling)
{
    int64_t due = is_live(polling) ? polling->post_due : never;
    bool waits = is_live(polling) && polling->empties >= EMPTY_MAX &&
                 may_get(polling, never);

    return waits && polling->get_at < due ? polling->get_at : due;
}

void eio_polling_tick(struct eio_polling *polling, int64_t now)
{
    if (now >= polling->post_due) {
        fail(polling, SOCKFEED_LOST,
             "the server did not answer a POST in time");
    }
}

enum eio_revision eio_polling_revision(const struct eio_polling *polling)
{
    return polling->revision;
}

const struct eio_handshake *eio_polling_handshake(
    const struct eio_polling *polling)
{
    return &polling->handshake;
}

bool eio_polling_is_unknown(const struct eio_polling *polling)
{
    return polling->unknown;
}

const struct sockfeed_failure *eio_polling_failure(
    const struct eio_polling *polling)
{
    return &polling->failure;
}
