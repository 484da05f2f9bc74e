/* SPDX-License-Identifier: MIT */
#include "session/ws_packed.h"

#include "base/utf8.h"
#include "session/ws_plain.h"
#include "session/ws_session_inside.h"

enum {
    TEXTS_MAX = 64 /* handed on together: what the stack has room for */
};

/* Texts that are inflated and not yet handed on. */
struct batch {
    struct sockfeed_text texts[TEXTS_MAX];
    size_t begins[TEXTS_MAX]; /* in what was inflated, which may yet move */
    size_t ends[TEXTS_MAX];   /* of their frames in the data */
    size_t count;
};

/* The same of one that waits until the session is read again. */
struct waiting {
    size_t begin; /* in what was inflated */
    size_t size;
    size_t frame; /* size of its frame */
};

bool ws_packed_is_due(const struct ws_session *session)
{
    return session->compressed && ws_plain_is_reading(session) &&
           ws_plain_is_due(session) &&
           (session->waiting.size > 0 ||
            session->spoiled.result == SOCKFEED_OK);
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

/* Inflates the texts that the data begin with. */
static void read_texts(struct ws_session *session, struct batch *batch,
                       char *data, size_t size)
{
    const struct buf *plain = &session->compression.plain;
    uint64_t limit = ws_deflate_bound(session->config.max_message);
    size_t used = 0;

    ws_deflate_clear(&session->compression);
    while (batch->count < TEXTS_MAX && plain->size < WS_DEFLATE_BATCH) {
        enum ws_opcode opcode;
        struct span payload;
        size_t begun = plain->size;
        size_t taken = ws_frame_decode_whole(&opcode, &payload, data + used,
                                             size - used, limit, WS_RSV1);

        if (taken == 0 || opcode != WS_OPCODE_TEXT) {
            break;
        }
        used += taken;
        session->spoiled.result =
            add_text(session, payload,
                     size - used < WS_DEFLATE_TAIL ? NULL : data + used);
        if (session->spoiled.result != SOCKFEED_OK) {
            break;
        }
        batch->begins[batch->count] = begun;
        batch->texts[batch->count].size = plain->size - begun;
        batch->ends[batch->count] = used;
        batch->count++;
    }
}

/* Those that are left, for the next time. */
static void keep_waiting(struct ws_session *session, const struct batch *batch,
                         size_t handed)
{
    buf_clear(&session->waiting);
    for (size_t i = handed; i < batch->count; i++) {
        struct waiting one = {
            .begin = batch->begins[i],
            .size = batch->texts[i].size,
            .frame = batch->ends[i] - (i == 0 ? 0 : batch->ends[i - 1]),
        };

        buf_append(&session->waiting, &one, sizeof one);
    }
    if (buf_result(&session->waiting) != SOCKFEED_OK) {
        session->spoiled.result = SOCKFEED_NOMEM;
        buf_clear(&session->waiting);
    }
}

static void take_waiting(struct ws_session *session, struct batch *batch)
{
    size_t used = 0;

    for (size_t at = 0; at < session->waiting.size;
         at += sizeof(struct waiting)) {
        struct waiting one;

        memcpy(&one, session->waiting.data + at, sizeof one);
        used += one.frame;
        batch->begins[batch->count] = one.begin;
        batch->texts[batch->count].size = one.size;
        batch->ends[batch->count] = used;
        batch->count++;
    }
    buf_clear(&session->waiting);
}

static void place_texts(struct batch *batch, const char *plain)
{
    for (size_t i = 0; i < batch->count; i++) {
        batch->texts[i].data = plain + batch->begins[i];
    }
}

size_t ws_packed_receive(struct ws_session *session, char *data, size_t size)
{
    struct batch batch = {.count = 0};
    size_t handed;

    if (session->waiting.size > 0) {
        take_waiting(session, &batch);
    } else {
        read_texts(session, &batch, data, size);
    }
    if (batch.count == 0) {
        return 0;
    }
    session->begun = true;
    session->needed = 2;
    place_texts(&batch, session->compression.plain.data);
    handed = ws_plain_hand_on(session, batch.texts, batch.count);
    if (handed < batch.count) {
        keep_waiting(session, &batch, handed);
    }
    return handed == 0 ? 0 : batch.ends[handed - 1];
}
