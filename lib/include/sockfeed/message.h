/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_MESSAGE_H
#define SOCKFEED_MESSAGE_H

/*
 * What travels, received and sent by clients and by servers: messages of
 * WebSocket (RFC 6455, 5.6) and Engine.IO, events of Socket.IO and their
 * acknowledgements.
 */

#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sockfeed_protocol {
    SOCKFEED_PROTOCOL_AUTO, /* by the URL */
    SOCKFEED_PROTOCOL_WS,   /* WebSocket messages as they are */
    SOCKFEED_PROTOCOL_EIO,  /* Engine.IO messages */
    SOCKFEED_PROTOCOL_SIO,  /* Socket.IO events */
};

enum sockfeed_message_type {
    SOCKFEED_MESSAGE_TEXT,   /* WebSocket text, Engine.IO text message */
    SOCKFEED_MESSAGE_BINARY, /* the same in binary */
    SOCKFEED_MESSAGE_EVENT,  /* Socket.IO EVENT */
};

/* Bytes that can be read behind the data of a client's TEXT: for scanners. */
#define SOCKFEED_PADDING 64

/* All pointers are views. In an EVENT `data` is the whole JSON array, `name`
 * its first element as a JSON token, `args` the text between the comma after
 * the name and the closing bracket. The JSON has been checked (RFC 8259). */
struct sockfeed_message {
    enum sockfeed_message_type type;
    bool multiline;    /* EVENT: LF or CR stand between tokens of data */
    const char *frame; /* the WebSocket message as received */
    size_t frame_size;
    const char *data; /* TEXT and BINARY: the payload */
    size_t data_size;
    const char *space; /* EVENT: the namespace, "/" for the root */
    size_t space_size;
    const char *name; /* EVENT: with its quotes; or a number */
    size_t name_size;
    const char *args;
    size_t args_size;
    size_t arg_count; /* EVENT: arguments after the name */
    bool has_id;      /* EVENT: the sender asks for an acknowledgement */
    uint64_t id;      /* which names this */
};

/* A text message or frame that comes as one of several, padded too. */
struct sockfeed_text {
    const char *data;
    size_t size;
};

/* How a call ended: TIMEOUT, LOST, CLOSED, NAMESPACE (refused, ended), or why
 * it could not be sent. The pointers are views, as in an EVENT. */
struct sockfeed_answer {
    uint64_t call; /* as sockfeed_client_call numbered it */
    enum sockfeed_result result;
    const char *space; /* OK: the namespace, "/" for the root */
    size_t space_size;
    const char *data; /* OK: the whole JSON array */
    size_t data_size;
    const char *args; /* its elements, without the brackets */
    size_t args_size;
    size_t arg_count;
};

/* What FRAME events tell of, and transcripts take. */
enum sockfeed_frame_type {
    SOCKFEED_FRAME_TEXT,
    SOCKFEED_FRAME_BINARY,
    SOCKFEED_FRAME_PING,
    SOCKFEED_FRAME_PONG,
    SOCKFEED_FRAME_CLOSE, /* data: the reason; code: 0 when there was none */
    SOCKFEED_FRAME_HTTP,  /* of long-polling, whose packets come as TEXT and
                             BINARY: "POST /path" sent, "200 OK" received */
};

/* What is sent: TEXT and BINARY on plain WebSocket and Engine.IO, an EVENT on
 * Socket.IO. An EVENT is a checked JSON array, its first element the name. */
enum sockfeed_outgoing_type {
    SOCKFEED_OUTGOING_TEXT,
    SOCKFEED_OUTGOING_BINARY,
    SOCKFEED_OUTGOING_EVENT,
};

struct sockfeed_outgoing {
    enum sockfeed_outgoing_type type;
    const char *space; /* EVENT: namespace, ends in NUL; NULL for the one of
                          the URL, and of a server the root */
    const char *data;  /* a client's: at most 16 MiB */
    size_t size;
};

/* The answer to an EVENT that has an id. `space` need not end in NUL; `data` is
 * a checked JSON array of arguments. */
struct sockfeed_acknowledgement {
    unsigned connection; /* that the EVENT came on; servers do not look at it */
    const char *space;
    size_t space_size;
    uint64_t id;
    const char *data;
    size_t size;
};

#ifdef __cplusplus
}
#endif

#endif
