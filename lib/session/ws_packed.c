/* SPDX-License-Identifier: MIT */
#include "session/ws_packed.h"

#include "base/utf8.h"
#include "session/ws_plain.h"
#include "session/ws_session_inside.h"

enum {
    TEXTS_MAX = 64 /* handed on together: what the stack has room for */
};

bool ws_packed_is_due(const struct ws_session *session)
{
    return session->compressed && ws_plain_is_reading(session) &&
           ws_plain_is_due(session) && session->spoiled.result == SOCKFEED_OK;
}

/* The same words as for a message that came the long way. */
static enum sockfeed_result spoil_text(struct ws_session *session,
                                       struct span text)
{
    const struct ws_frame frame = {
        .opcode = WS_OPCODE_TEXT, .fin = true, .payload = text};
    enum ws_opcode opcode;
    struct span payload;

    return ws_message_add(&session->message, &opcode, &payload,
                          &session->spoiled.malformed, &frame);
}

/* Inflates a text behind those that are there. */
static enum sockfeed_result add_text(struct ws_session *session,
                                     struct span payload, char *spare)
{
    struct ws_deflate *coder = &session->compression;
    size_t begun = coder->plain.size;
    enum sockfeed_result result =
        ws_deflate_add(coder, &session->spoiled.malformed, payload, spare,
                       session->config.max_message);
    struct span text;

    if (result != SOCKFEED_OK) {
        return result;
    }
    text = span_skip(buf_span(&coder->plain), begun);
    return utf8_check(text) == text.size ? SOCKFEED_OK
                                         : spoil_text(session, text);
}

/* Inflates up to `most` texts and answers how many; *used: of the data. */
static size_t read_texts(struct ws_session *session,
                         struct sockfeed_text *texts, size_t most, char *data,
                         size_t size, size_t *used)
{
    const struct buf *plain = &session->compression.plain;
    uint64_t limit = ws_deflate_bound(session->config.max_message);
    size_t count = 0;

    ws_deflate_clear(&session->compression);
    while (count < most && plain->size < WS_DEFLATE_BATCH) {
        enum ws_opcode opcode;
        struct span payload;
        size_t begun = plain->size;
        size_t taken = ws_frame_decode_whole(&opcode, &payload, data + *used,
                                             size - *used, limit, WS_RSV1);
        size_t left = size - *used - taken;

        if (taken == 0 || opcode != WS_OPCODE_TEXT) {
            break;
        }
        session->spoiled.result =
            add_text(session, payload,
                     left >= WS_DEFLATE_TAIL ? data + *used + taken : NULL);
        if (session->spoiled.result != SOCKFEED_OK) {
            break;
        }
        texts[count].size = plain->size - begun;
        count++;
        *used += taken;
    }
    return count;
}

/* While they came, what they are in may have moved. */
static void place_texts(struct sockfeed_text *texts, size_t count,
                        const char *data)
{
    for (size_t i = 0; i < count; i++) {
        texts[i].data = data;
        data += texts[i].size;
    }
}

size_t ws_packed_receive(struct ws_session *session, char *data, size_t size)
{
    struct sockfeed_text texts[TEXTS_MAX];
    size_t used = 0;
    size_t count;

    do {
        size_t most = session->handlers.texts != NULL ? TEXTS_MAX : 1;

        count = read_texts(session, texts, most, data, size, &used);
        if (count == 0) {
            break;
        }
        session->begun = true;
        session->needed = 2;
        place_texts(texts, count, session->compression.plain.data);
        if (session->handlers.texts != NULL) {
            session->handlers.texts(session->user, texts, count);
        } else {
            session->handlers.message(session->user, WS_OPCODE_TEXT,
                                      span_of(texts[0].data, texts[0].size));
        }
    } while (ws_packed_is_due(session));
    return used;
}
