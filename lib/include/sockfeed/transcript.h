/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_TRANSCRIPT_H
#define SOCKFEED_TRANSCRIPT_H

/* Frames that were kept, as a capture has them, read once more. */

#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the frames of one connection, of which FRAME events have told, once
 * more: what did they say? */
struct sockfeed_transcript;

enum sockfeed_said_type {
    SOCKFEED_SAID_TEXT,    /* WebSocket or Engine.IO message: data */
    SOCKFEED_SAID_BINARY,  /* the same of bytes */
    SOCKFEED_SAID_JOIN,    /* Socket.IO CONNECT: space */
    SOCKFEED_SAID_LEAVE,   /* DISCONNECT: space */
    SOCKFEED_SAID_REFUSAL, /* CONNECT_ERROR: space, data: JSON or empty */
    SOCKFEED_SAID_EVENT,   /* space, id where there is one, data: the array */
    SOCKFEED_SAID_ANSWER,  /* the same of an acknowledgement */
};

/* All pointers are views. Attachments stand in JSON as {"$base64":"..."}. */
struct sockfeed_said {
    enum sockfeed_said_type type;
    const char *space;
    size_t space_size;
    bool has_id;
    uint64_t id;
    const char *data;
    size_t size;
};

/* Gives a transcript of the protocol (WS, EIO, SIO), whose revision of
 * Engine.IO is seen by what the server says. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_transcript_new(
    struct sockfeed_transcript **transcript,
    enum sockfeed_protocol protocol) SOCKFEED_CHECK;

/* Fits NULL. */
SOCKFEED_API void sockfeed_transcript_free(
    struct sockfeed_transcript *transcript);

/* Takes the next TEXT or BINARY frame of the connection, in the order in which
 * they went. Borrows the data until the last call of _next for it. */
SOCKFEED_API void sockfeed_transcript_take(
    struct sockfeed_transcript *transcript, bool sent,
    enum sockfeed_frame_type type, const char *data, size_t size);

/* Gives the next thing that it said, a view until the next call of either. OK;
 * MORE: there is none (left), as of a heartbeat; PROTOCOL: the rest of it
 * cannot be read, and `*reason` says why; TOO_LARGE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_transcript_next(
    struct sockfeed_transcript *transcript, struct sockfeed_said *said,
    const char **reason) SOCKFEED_CHECK;

#ifdef __cplusplus
}
#endif

#endif
