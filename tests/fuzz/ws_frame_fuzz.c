/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/rng.h"
#include "codec/ws_deflate.h"
#include "session/ws_session.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    MAX_MESSAGE = 1000,
    MAX_FRAGMENTS = 8,
    COMPRESSED = 2 /* of the first byte: permessage-deflate is agreed */
};

/* What a session made of a stream of bytes. */
struct outcome {
    struct ws_session *session;
    struct rng rng;
    struct buf log;
    enum sockfeed_result result;
    bool paused; /* in the middle of texts that came together */
};

static void note(void *user, enum ws_opcode opcode, struct span payload)
{
    struct outcome *outcome = user;

    assert(payload.size <= MAX_MESSAGE);
    buf_append_uint(&outcome->log, opcode);
    buf_append_byte(&outcome->log, ':');
    buf_append_uint(&outcome->log, payload.size);
    buf_append_byte(&outcome->log, ':');
    buf_append_span(&outcome->log, payload);
}

/* Texts together, but for one now and then, or one before a pause. */
static size_t note_texts(void *user, const struct sockfeed_text *texts,
                         size_t count)
{
    struct outcome *outcome = user;
    size_t taken = count - count % 3 % 2;

    if (count % 4 == 2) {
        taken = 1;
        outcome->paused = true;
        ws_session_pause(outcome->session);
    }
    for (size_t i = 0; i < taken; i++) {
        note(user, WS_OPCODE_TEXT, span_of(texts[i].data, texts[i].size));
    }
    return taken;
}

static const struct ws_session_handlers handlers = {
    .message = note,
    .received = note,
};

static const struct ws_session_handlers handlers_for_texts = {
    .message = note,
    .received = note,
    .texts = note_texts,
};

/* Each call gets memory of its exact size, so that a sanitizer sees a read
 * past the end. Answers with the bytes used. */
static size_t receive(struct outcome *outcome, const uint8_t *data, size_t size)
{
    char *exact = malloc(size + 1);
    size_t used = 0;

    assert(exact != NULL);
    memcpy(exact + 1, data, size);
    do {
        size_t part;

        if (outcome->paused) {
            outcome->paused = false;
            ws_session_resume(outcome->session, 0);
        }
        outcome->result = ws_session_receive(
            outcome->session, 0, exact + 1 + used, size - used, &part);
        assert(part <= size - used);
        used += part;
    } while (outcome->paused);
    assert(outcome->result == SOCKFEED_OK || used == size);
    free(exact);
    return used;
}

/* Feeds the stream in steps, the last one's rest with the next. */
static void run(struct outcome *outcome,
                const struct ws_session_handlers *wanted, unsigned choice,
                struct span stream, size_t step)
{
    static const struct ws_extension compression = {.server_bits = 15,
                                                    .client_bits = 15};
    enum ws_role role = (choice & 1) != 0 ? WS_ROLE_SERVER : WS_ROLE_CLIENT;
    const struct ws_session_config config = {
        .role = role,
        .max_message = MAX_MESSAGE,
        .max_fragments = MAX_FRAGMENTS,
        .rng = &outcome->rng,
        .compression = (choice & COMPRESSED) != 0 ? &compression : NULL,
    };
    size_t start = 0;
    size_t end = 0;

    outcome->paused = false;
    rng_init_seed(&outcome->rng, 1);
    buf_init(&outcome->log, 1 << 26);
    outcome->session = ws_session_new(&config, wanted, outcome, 0);
    assert(outcome->session != NULL);
    while (end < stream.size) {
        size_t needed = ws_session_needed(outcome->session);

        end = end + step < stream.size ? end + step : stream.size;
        assert(needed <= ws_deflate_bound(MAX_MESSAGE) + WS_FRAME_HEADER_MAX ||
               needed <= stream.size + 1);
        /* A transport waits for what is needed; so do we, half the time. */
        if (step % 2 == 0 && end - start < needed && end < stream.size) {
            continue;
        }
        start +=
            receive(outcome, (const uint8_t *)stream.data + start, end - start);
    }
    ws_session_end(outcome->session);
}

static void drop(struct outcome *outcome)
{
    ws_session_free(outcome->session);
    buf_deinit(&outcome->log);
}

static void assert_same(struct outcome *a, struct outcome *b)
{
    assert(a->result == b->result);
    assert(span_equal(buf_span(&a->log), buf_span(&b->log)));
    assert(strcmp(ws_session_failure(a->session)->text,
                  ws_session_failure(b->session)->text) == 0);
    assert(span_equal(ws_session_output(a->session),
                      ws_session_output(b->session)));
}

/* Since lengths have one form only, a frame written again is the same bytes. */
static void write_again(struct span stream)
{
    static const struct ws_frame_rules rules = {WS_ROLE_CLIENT, 0x70, 1 << 20};
    struct malformed malformed;
    struct ws_frame frame;
    char *exact = malloc(stream.size + 1);
    char *again;

    assert(exact != NULL);
    memcpy(exact, stream.data, stream.size);
    if (ws_frame_decode(&frame, &malformed, exact, stream.size, &rules) ==
        SOCKFEED_OK) {
        again = malloc((size_t)frame.size);
        assert(again != NULL);
        assert(ws_frame_encode(again, &frame, NULL) == frame.size);
        assert(memcmp(again, exact, (size_t)frame.size) == 0);
        assert(ws_frame_encoded_size(again) == frame.size);
        free(again);
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome whole;
    struct outcome pieces;
    struct span stream;

    if (size < 2) {
        return 0;
    }
    stream = span_of((const char *)data + 1, size - 1);
    run(&whole, &handlers_for_texts, data[0], stream, stream.size);
    run(&pieces, &handlers, data[0], stream, 1 + (size_t)(data[0] >> 2) % 40);
    assert_same(&whole, &pieces);
    drop(&whole);
    drop(&pieces);
    write_again(stream);
    return 0;
}
