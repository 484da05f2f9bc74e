/* SPDX-License-Identifier: MIT */
#include "session/ws_plain.h"

#include "base/utf8.h"
#include "session/ws_session_inside.h"

enum {
    TEXTS_MAX = 64 /* handed on together: what the stack has room for */
};

bool ws_plain_is_reading(const struct ws_session *session)
{
    return session->state < WS_SESSION_LINGERING && !session->paused &&
           !session->freed;
}

bool ws_plain_is_due(const struct ws_session *session)
{
    return session->config.role == WS_ROLE_CLIENT &&
           session->intruder == NULL && !ws_message_begun(&session->message);
}

/* The size of a frame that is a whole message as it should be, else 0. */
static inline size_t read_whole(const struct ws_session *session,
                                enum ws_opcode *opcode, struct span *payload,
                                const char *data, size_t size)
{
    size_t taken = ws_frame_decode_whole(opcode, payload, data, size,
                                         session->config.max_message, 0);

    return taken > 0 && *opcode == WS_OPCODE_TEXT &&
                   utf8_check(*payload) < payload->size
               ? 0
               : taken;
}

/* The texts that come next, as many as there is room for; `used` goes on behind
 * them. */
static size_t read_texts(const struct ws_session *session,
                         struct sockfeed_text *texts, const char *data,
                         size_t size, size_t *used)
{
    size_t count = 0;

    while (count < TEXTS_MAX) {
        enum ws_opcode opcode;
        struct span payload;
        size_t taken =
            read_whole(session, &opcode, &payload, data + *used, size - *used);

        if (taken == 0 || opcode != WS_OPCODE_TEXT) {
            break;
        }
        texts[count].data = payload.data;
        texts[count].size = payload.size;
        count++;
        *used += taken;
    }
    return count;
}

size_t ws_plain_hand_on(struct ws_session *session,
                        const struct sockfeed_text *texts, size_t count)
{
    size_t at = 0;

    while (at < count && ws_plain_is_reading(session)) {
        if (session->handlers.texts != NULL) {
            at +=
                session->handlers.texts(session->user, texts + at, count - at);
        }
        if (at < count && ws_plain_is_reading(session)) {
            session->handlers.message(session->user, WS_OPCODE_TEXT,
                                      span_of(texts[at].data, texts[at].size));
            at++;
        }
    }
    return at;
}

/* Texts are handed on together. */
static size_t receive_texts(struct ws_session *session, const char *data,
                            size_t size)
{
    struct sockfeed_text texts[TEXTS_MAX];
    size_t used = 0;
    size_t count;
    size_t taken;

    do {
        size_t before = used;

        count = read_texts(session, texts, data, size, &used);
        taken = ws_plain_hand_on(session, texts, count);
        if (taken < count) {
            /* Where the last one ends its frame does. */
            used = taken == 0 ? before
                              : (size_t)(texts[taken - 1].data +
                                         texts[taken - 1].size - data);
        }
    } while (taken == TEXTS_MAX);
    return used;
}

static size_t receive_messages(struct ws_session *session, const char *data,
                               size_t size)
{
    size_t used = 0;

    while (ws_plain_is_reading(session)) {
        enum ws_opcode opcode;
        struct span payload;
        size_t taken =
            read_whole(session, &opcode, &payload, data + used, size - used);

        if (taken == 0) {
            break;
        }
        used += taken;
        session->handlers.message(session->user, opcode, payload);
    }
    return used;
}

size_t ws_plain_receive(struct ws_session *session, const char *data,
                        size_t size)
{
    size_t used = session->handlers.texts != NULL
                      ? receive_texts(session, data, size)
                      : receive_messages(session, data, size);

    if (used > 0) {
        session->begun = true;
        session->needed = 2;
    }
    return used;
}
