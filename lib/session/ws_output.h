/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_OUTPUT_H
#define SESSION_WS_OUTPUT_H

#include "base/buf.h"
#include "codec/ws_frame.h"

struct rng;

enum {
    /* A ping and a pong of the largest size with masked headers, or some
     * smaller pongs: what is written together. */
    WS_OUTPUT_URGENT_MAX = 2 * (6 + WS_FRAME_CONTROL_MAX),
};

/*
 * What waits to be written: a queue of frames, and before it, but never inside
 * a frame that has begun, a ping and pongs. What was handed out once
 * is handed out again until some of it was written, because a TLS stream must
 * repeat an interrupted write with the same bytes.
 */
struct ws_output {
    enum {
        WS_OUTPUT_NOTHING,
        WS_OUTPUT_URGENT,
        WS_OUTPUT_FRAME, /* the rest of a frame that has begun */
        WS_OUTPUT_QUEUE, /* all of it */
    } handed;
    bool masked;
    bool closing; /* the last frame in the queue is a close frame */
    bool ping_waiting;

    size_t urgent_size;
    size_t written;   /* bytes of the queue that are gone */
    size_t boundary;  /* end of the frame that `written` is inside of, or
                         `written` between frames */
    struct buf queue; /* encoded frames */

    struct buf pongs; /* payloads of those that wait, a byte of size before
                         each */
    size_t urgent_written;
    char urgent[WS_OUTPUT_URGENT_MAX]; /* encoded */

    struct rng *rng; /* of the masking keys */
    /* Told of each ping and pong when it is encoded; may be NULL. */
    void (*sent_urgent)(void *user, enum ws_opcode opcode, struct span payload);
    void *user;
};

void ws_output_init(struct ws_output *output, enum ws_role role,
                    struct rng *rng);
void ws_output_deinit(struct ws_output *output);

/* Queues a data frame, with reserved bits, or a ping. Copies. FULL when more than LIMIT_SEND_QUEUE
 * bytes would wait, NOMEM; the output stays as it was. */
enum sockfeed_result ws_output_add(struct ws_output *output,
                                   enum ws_opcode opcode, uint8_t rsv,
                                   struct span payload) SOCKFEED_CHECK;

/* Queues the last frame, for which there is always room. NOMEM. */
enum sockfeed_result ws_output_close(struct ws_output *output,
                                     struct span payload) SOCKFEED_CHECK;

/* Puts a pong (of at most WS_FRAME_CONTROL_MAX bytes) or a ping in front. Pongs
 * go out in the order of the pings they answer; of more than LIMIT_PONGS bytes
 * of them the latest stands for all (RFC 6455, 5.5.3). Copies; a pong for which
 * there is no memory is left out. */
void ws_output_pong(struct ws_output *output, struct span payload);
void ws_output_ping(struct ws_output *output);

struct span ws_output_next(struct ws_output *output);
void ws_output_written(struct ws_output *output, size_t count);

/* Bytes that wait. */
size_t ws_output_size(const struct ws_output *output);

#endif
