/* SPDX-License-Identifier: MIT */
#include "session/eio_carrier.h"

#include "base/limits.h"

enum {
    /* As the common servers have them, in ms. */
    PROBE_TIMEOUT = 10000,
    NUDGE_INTERVAL = 100,
    CLOSE_TIMEOUT = 30000,
};

void eio_carrier_init(struct eio_carrier *carrier,
                      const struct eio_carrier_config *config,
                      const struct eio_carrier_handlers *handlers, void *user)
{
    *carrier = (struct eio_carrier){
        .revision = config->revision,
        .base64 = config->base64,
        .state = config->polling ? EIO_CARRIER_POLLING : EIO_CARRIER_SOCKET,
        .handlers = *handlers,
        .user = user,
        .probe_deadline = INT64_MAX,
        .nudge_at = INT64_MAX,
        .close_deadline = INT64_MAX,
    };
    eio_mailbox_init(&carrier->mailbox, config->limit);
    /* Base64 takes four bytes for three. */
    buf_init(&carrier->body, config->limit * 2 + LIMIT_SID);
}

void eio_carrier_deinit(struct eio_carrier *carrier)
{
    eio_mailbox_deinit(&carrier->mailbox);
    buf_deinit(&carrier->body);
}

static bool is_polling(const struct eio_carrier *carrier)
{
    return carrier->state == EIO_CARRIER_POLLING ||
           carrier->state == EIO_CARRIER_PROBED;
}

/* ---- Sending ------------------------------------------------------------- */

/* A binary packet on a WebSocket whose client has asked for base64. */
static enum sockfeed_result send_base64(struct eio_carrier *carrier,
                                        struct span message)
{
    struct eio_packet packet = {EIO_PACKET_MESSAGE, true, message};
    struct buf *text = &carrier->body;
    char *to;
    size_t size;

    if (carrier->revision == EIO_REVISION_3) {
        packet.data = span_skip(message, 1);
    }
    size = eio_packet_encoded_size(&packet, carrier->revision, true);
    buf_clear(text);
    to = buf_reserve(text, size);
    if (to == NULL) {
        return buf_result(text);
    }
    eio_packet_encode(to, &packet, carrier->revision, true);
    text->size = size;
    return carrier->handlers.send(carrier->user, false, buf_span(text));
}

static enum sockfeed_result send_on_socket(struct eio_carrier *carrier,
                                           bool binary, struct span message)
{
    return binary && carrier->base64
               ? send_base64(carrier, message)
               : carrier->handlers.send(carrier->user, binary, message);
}

enum sockfeed_result eio_carrier_send(struct eio_carrier *carrier, bool binary,
                                      struct span message)
{
    switch (carrier->state) {
    case EIO_CARRIER_POLLING:
    case EIO_CARRIER_PROBED:
        return eio_mailbox_add(&carrier->mailbox, binary, message);
    case EIO_CARRIER_SOCKET:
        return send_on_socket(carrier, binary, message);
    case EIO_CARRIER_CLOSING:
    case EIO_CARRIER_OVER:
        break;
    }
    return SOCKFEED_STATE;
}

/* Answers the GET that waits with all that the mailbox holds. */
static void answer(struct eio_carrier *carrier)
{
    struct eio_answer answer = {.status = 200};
    struct buf *body = &carrier->body;
    bool bytes;

    buf_clear(body);
    eio_mailbox_print(&carrier->mailbox, body, carrier->revision,
                      carrier->base64, &bytes);
    eio_mailbox_clear(&carrier->mailbox);
    carrier->waiting = false;
    if (buf_result(body) == SOCKFEED_OK) {
        answer.content_type =
            bytes ? "application/octet-stream" : "text/plain; charset=UTF-8";
        answer.body = buf_span(body);
    } else {
        answer.status = 500;
    }
    carrier->handlers.answer(carrier->user, &answer);
    buf_deinit(body);
}

/* A packet without data, which there is always room for. */
static void add_bare(struct eio_carrier *carrier, enum eio_packet_type type)
{
    char digit = (char)('0' + (int)type);

    carrier->mailbox.kept.limit += LIMIT_SID;
    /* Without memory the answer goes without it. */
    (void)!eio_mailbox_add(&carrier->mailbox, false, span_of(&digit, 1));
    carrier->mailbox.kept.limit -= LIMIT_SID;
}

void eio_carrier_flush(struct eio_carrier *carrier)
{
    if (carrier->waiting && !eio_mailbox_is_empty(&carrier->mailbox)) {
        answer(carrier);
    }
}

/* ---- Polling ------------------------------------------------------------- */

/* Nothing is due any more. */
static void be_over(struct eio_carrier *carrier)
{
    carrier->state = EIO_CARRIER_OVER;
    carrier->close_deadline = INT64_MAX;
}

static void tell_end(struct eio_carrier *carrier)
{
    add_bare(carrier, EIO_PACKET_CLOSE);
    answer(carrier);
    be_over(carrier);
}

enum sockfeed_result eio_carrier_get(struct eio_carrier *carrier)
{
    if (carrier->waiting) {
        return SOCKFEED_STATE;
    }
    carrier->waiting = true;
    if (carrier->state == EIO_CARRIER_CLOSING) {
        if (eio_mailbox_is_empty(&carrier->mailbox)) {
            add_bare(carrier, EIO_PACKET_NOOP);
        }
        tell_end(carrier);
    } else {
        eio_carrier_flush(carrier);
    }
    return SOCKFEED_OK;
}

/* ---- The upgrade --------------------------------------------------------- */

enum sockfeed_result eio_carrier_probe(struct eio_carrier *carrier, int64_t now)
{
    if (carrier->probing || !is_polling(carrier)) {
        return SOCKFEED_STATE;
    }
    carrier->probing = true;
    carrier->probe_deadline = now + PROBE_TIMEOUT;
    return SOCKFEED_OK;
}

static void forget_probe(struct eio_carrier *carrier)
{
    carrier->probing = false;
    carrier->probe_deadline = INT64_MAX;
    carrier->nudge_at = INT64_MAX;
    if (carrier->state == EIO_CARRIER_PROBED) {
        carrier->state = EIO_CARRIER_POLLING;
    }
}

void eio_carrier_probe_gone(struct eio_carrier *carrier)
{
    forget_probe(carrier);
}

static void end_probe(struct eio_carrier *carrier)
{
    if (carrier->probing) {
        forget_probe(carrier);
        carrier->handlers.end_probe(carrier->user);
    }
}

/* What waits goes by the WebSocket from now on; of the GET that still waits,
 * the client knows that only the old way is over. */
static void upgrade(struct eio_carrier *carrier)
{
    struct eio_mailbox left = carrier->mailbox;
    struct span message;
    bool binary;
    size_t at = 0;

    forget_probe(carrier);
    eio_mailbox_init(&carrier->mailbox, left.kept.limit);
    if (carrier->waiting) {
        add_bare(carrier, EIO_PACKET_CLOSE);
        answer(carrier);
    }
    carrier->state = EIO_CARRIER_SOCKET;
    carrier->handlers.upgraded(carrier->user);
    while (eio_mailbox_next(&left, &at, &binary, &message)) {
        /* A WebSocket that takes no more is closed by its owner. */
        (void)!send_on_socket(carrier, binary, message);
    }
    eio_mailbox_deinit(&left);
}

void eio_carrier_probe_receive(struct eio_carrier *carrier, int64_t now,
                               bool binary, struct span message)
{
    if (!carrier->probing) {
        return;
    }
    if (!binary && span_is(message, "2probe")) {
        carrier->state = EIO_CARRIER_PROBED;
        carrier->nudge_at = now + NUDGE_INTERVAL;
        carrier->handlers.send_probe(carrier->user, span_text("3probe"));
    } else if (!binary && span_is(message, "5")) {
        upgrade(carrier);
    } else {
        end_probe(carrier);
    }
}

/* ---- The end ------------------------------------------------------------- */

void eio_carrier_close(struct eio_carrier *carrier, int64_t now)
{
    bool polling = is_polling(carrier);

    if (!polling && carrier->state != EIO_CARRIER_SOCKET) {
        return;
    }
    end_probe(carrier);
    if (!polling) {
        be_over(carrier);
    } else if (carrier->waiting) {
        tell_end(carrier);
    } else {
        carrier->state = EIO_CARRIER_CLOSING;
        carrier->close_deadline = now + CLOSE_TIMEOUT;
    }
}

void eio_carrier_end(struct eio_carrier *carrier, enum eio_packet_type last)
{
    end_probe(carrier);
    if (carrier->waiting) {
        add_bare(carrier, last);
        answer(carrier);
    }
    be_over(carrier);
}

/* ---- Time ---------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t eio_carrier_deadline(const struct eio_carrier *carrier)
{
    return earlier(carrier->close_deadline,
                   earlier(carrier->probe_deadline,
                           carrier->waiting ? carrier->nudge_at : INT64_MAX));
}

void eio_carrier_tick(struct eio_carrier *carrier, int64_t now)
{
    if (carrier->state == EIO_CARRIER_CLOSING) {
        if (now >= carrier->close_deadline) {
            be_over(carrier);
        }
        return;
    }
    if (now >= carrier->probe_deadline) {
        end_probe(carrier);
    }
    if (now >= carrier->nudge_at) {
        carrier->nudge_at = now + NUDGE_INTERVAL;
        if (carrier->waiting) {
            add_bare(carrier, EIO_PACKET_NOOP);
            answer(carrier);
        }
    }
}
