/* SPDX-License-Identifier: MIT */
#include "session/ws_output.h"

#include "base/limits.h"
#include "base/rng.h"

#include <assert.h>

enum {
    CLOSE_ROOM = WS_FRAME_HEADER_MAX + WS_FRAME_CONTROL_MAX,
    /* Memory that an empty queue keeps. */
    KEPT_CAPACITY = 16384,
};

void ws_output_init(struct ws_output *output, enum ws_role role,
                    struct rng *rng)
{
    *output = (struct ws_output){
        .masked = role == WS_ROLE_CLIENT,
        .rng = rng,
    };
    /* Twice, because written bytes are moved out of the way only when they
     * are half of the queue. */
    buf_init(&output->queue, 2 * (size_t)LIMIT_SEND_QUEUE + CLOSE_ROOM);
    buf_init(&output->pongs, LIMIT_PONGS);
}

void ws_output_deinit(struct ws_output *output)
{
    /* Unmasking needs no more than what stands there. */
    buf_wipe(&output->queue);
    buf_deinit(&output->pongs);
}

/* Answers with the bytes written to `to`. */
static size_t encode(struct ws_output *output, char *to,
                     const struct ws_frame *frame)
{
    unsigned char key[4];

    if (!output->masked) {
        return ws_frame_encode(to, frame, NULL);
    }
    rng_bytes(output->rng, key, sizeof key);
    return ws_frame_encode(to, frame, key);
}

static size_t queue_left(const struct ws_output *output)
{
    return output->queue.size - output->written;
}

static void drop_written(struct ws_output *output)
{
    buf_consume(&output->queue, output->written);
    output->boundary -= output->written;
    output->written = 0;
}

static size_t frame_size(const struct ws_output *output, size_t payload_size)
{
    return ws_frame_header_size(payload_size, output->masked) + payload_size;
}

static enum sockfeed_result append(struct ws_output *output,
                                   const struct ws_frame *frame)
{
    size_t size = frame_size(output, frame->payload.size);
    struct buf *queue = &output->queue;
    char *to;

    if (queue->size + size > queue->capacity &&
        output->written >= queue->size / 2) {
        drop_written(output);
    }
    to = buf_reserve(queue, size);
    if (to == NULL) {
        enum sockfeed_result result = buf_result(queue);

        queue->result = SOCKFEED_OK; /* what is queued is whole: go on */
        return result;
    }
    queue->size += encode(output, to, frame);
    return SOCKFEED_OK;
}

enum sockfeed_result ws_output_add(struct ws_output *output,
                                   enum ws_opcode opcode, uint8_t rsv,
                                   struct span payload)
{
    struct ws_frame frame = {
        .opcode = opcode, .fin = true, .rsv = rsv, .payload = payload};

    assert(!output->closing);
    if (payload.size > LIMIT_SEND_QUEUE ||
        frame_size(output, payload.size) >
            LIMIT_SEND_QUEUE - queue_left(output)) {
        return SOCKFEED_FULL;
    }
    return append(output, &frame);
}

enum sockfeed_result ws_output_close(struct ws_output *output,
                                     struct span payload)
{
    struct ws_frame frame = {
        .opcode = WS_OPCODE_CLOSE, .fin = true, .payload = payload};
    enum sockfeed_result result = append(output, &frame);

    output->closing = true;
    return result;
}

void ws_output_pong(struct ws_output *output, struct span payload)
{
    struct buf *pongs = &output->pongs;

    assert(payload.size <= WS_FRAME_CONTROL_MAX);
    if (1 + payload.size > LIMIT_PONGS - pongs->size) {
        buf_clear(pongs);
    }
    buf_append_byte(pongs, (char)payload.size);
    buf_append_span(pongs, payload);
    if (buf_result(pongs) != SOCKFEED_OK) {
        buf_clear(pongs);
    }
}

void ws_output_ping(struct ws_output *output)
{
    output->ping_waiting = true;
}

/* Whether a ping or pong may still be sent: nothing follows a close frame. */
static bool may_interject(const struct ws_output *output)
{
    return (output->ping_waiting || output->pongs.size > 0) &&
           !(output->closing && output->boundary == output->queue.size);
}

static void encode_urgent(struct ws_output *output, enum ws_opcode opcode,
                          struct span payload)
{
    struct ws_frame frame = {.opcode = opcode, .fin = true, .payload = payload};

    output->urgent_size +=
        encode(output, output->urgent + output->urgent_size, &frame);
    if (output->sent_urgent != NULL) {
        output->sent_urgent(output->user, opcode, payload);
    }
}

/* The payload of the pong that waits at this place; *at is then behind it. */
static struct span next_pong(const struct ws_output *output, size_t *at)
{
    const char *pong = output->pongs.data + *at;
    size_t size = (size_t)*pong;

    *at += 1 + size;
    return span_of(pong + 1, size);
}

/* As many pongs as are written together, in their order. */
static void interject_pongs(struct ws_output *output)
{
    size_t room = sizeof output->urgent - frame_size(output, 0);
    size_t taken = 0;

    while (taken < output->pongs.size) {
        size_t after = taken;
        struct span pong = next_pong(output, &after);

        if (frame_size(output, pong.size) > room - output->urgent_size) {
            break;
        }
        encode_urgent(output, WS_OPCODE_PONG, pong);
        taken = after;
    }
    buf_consume(&output->pongs, taken);
}

static void interject(struct ws_output *output)
{
    interject_pongs(output);
    if (output->ping_waiting) {
        output->ping_waiting = false;
        encode_urgent(output, WS_OPCODE_PING, span_of(NULL, 0));
    }
}

static void choose(struct ws_output *output)
{
    bool inside_frame = output->boundary > output->written;

    if (!inside_frame && output->urgent_size == 0 && may_interject(output)) {
        interject(output);
    }
    if (!inside_frame && output->urgent_size > 0) {
        output->handed = WS_OUTPUT_URGENT;
    } else if (inside_frame && may_interject(output)) {
        output->handed = WS_OUTPUT_FRAME;
    } else if (queue_left(output) > 0) {
        output->handed = WS_OUTPUT_QUEUE;
    }
}

struct span ws_output_next(struct ws_output *output)
{
    const char *queue = output->queue.data;
    struct span next = {0};

    if (output->handed == WS_OUTPUT_NOTHING) {
        choose(output);
    }
    switch (output->handed) {
    case WS_OUTPUT_NOTHING:
        break;
    case WS_OUTPUT_URGENT:
        next = span_skip(span_of(output->urgent, output->urgent_size),
                         output->urgent_written);
        break;
    case WS_OUTPUT_FRAME:
        next = span_skip(span_of(queue, output->boundary), output->written);
        break;
    case WS_OUTPUT_QUEUE:
        next = span_skip(span_of(queue, output->queue.size), output->written);
        break;
    }
    return next;
}

static void queue_written(struct ws_output *output, size_t count)
{
    output->written += count;
    if (queue_left(output) == 0) {
        output->written = 0;
        output->boundary = 0;
        buf_clear(&output->queue);
        if (output->queue.capacity > KEPT_CAPACITY) {
            buf_deinit(&output->queue);
        }
        return;
    }
    while (output->boundary < output->written) {
        output->boundary +=
            ws_frame_encoded_size(output->queue.data + output->boundary);
    }
}

void ws_output_written(struct ws_output *output, size_t count)
{
    if (count == 0) {
        return;
    }
    assert(output->handed != WS_OUTPUT_NOTHING);
    switch (output->handed) {
    case WS_OUTPUT_NOTHING:
        break;
    case WS_OUTPUT_URGENT:
        output->urgent_written += count;
        assert(output->urgent_written <= output->urgent_size);
        if (output->urgent_written == output->urgent_size) {
            output->urgent_size = 0;
            output->urgent_written = 0;
        }
        break;
    case WS_OUTPUT_FRAME:
    case WS_OUTPUT_QUEUE:
        assert(count <= queue_left(output));
        queue_written(output, count);
        break;
    }
    output->handed = WS_OUTPUT_NOTHING;
}

size_t ws_output_size(const struct ws_output *output)
{
    size_t size =
        queue_left(output) + output->urgent_size - output->urgent_written;

    size_t at = 0;

    if (may_interject(output)) {
        size += output->ping_waiting ? frame_size(output, 0) : 0;
        while (at < output->pongs.size) {
            size += frame_size(output, next_pong(output, &at).size);
        }
    }
    return size;
}
