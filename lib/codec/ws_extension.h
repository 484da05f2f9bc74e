/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_EXTENSION_H
#define CODEC_WS_EXTENSION_H

#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/*
 * permessage-deflate as client and server agree on it in the handshake
 * (RFC 7692, section 7.1): the value of Sec-WebSocket-Extensions.
 */

/* What a client offers: any window, and all that the server may ask for. */
extern const char ws_extension_offer[];

/* What the server made of it. */
struct ws_extension {
    bool server_restarts; /* each of its messages begins with an empty window:
                             server_no_context_takeover */
    bool client_restarts; /* each of ours must */
    unsigned server_bits; /* its window is at most 2^this bytes: 8 to 15 */
    unsigned client_bits; /* ours */
};

/* Reads the answer to the offer. PROTOCOL with `malformed`, whose reason is
 * fit to follow "the server broke the handshake: ": another extension, or this
 * one twice, parameters that are unknown, repeated, or without a fitting
 * value. */
enum sockfeed_result ws_extension_parse(struct ws_extension *extension,
                                        struct malformed *malformed,
                                        struct span answer) SOCKFEED_CHECK;

#endif
