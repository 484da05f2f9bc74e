/* SPDX-License-Identifier: MIT */
#ifndef CODEC_WS_CLOSE_H
#define CODEC_WS_CLOSE_H

#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/* The payload of a close frame: a code and a reason (RFC 6455, 5.5.1, 7.4). */

enum {
    WS_CLOSE_NORMAL = 1000,
    WS_CLOSE_GOING_AWAY = 1001,
    WS_CLOSE_PROTOCOL_ERROR = 1002,
    WS_CLOSE_UNSUPPORTED = 1003,
    WS_CLOSE_NO_STATUS = 1005, /* never on the wire */
    WS_CLOSE_INVALID_DATA = 1007,
    WS_CLOSE_POLICY = 1008,
    WS_CLOSE_TOO_LARGE = 1009,
    WS_CLOSE_INTERNAL = 1011,
    WS_CLOSE_SERVICE_RESTART = 1012,
    WS_CLOSE_TRY_AGAIN = 1013,
    WS_CLOSE_BAD_GATEWAY = 1014,
};

enum {
    WS_CLOSE_PAYLOAD_MAX = 125,
    WS_CLOSE_REASON_MAX = 123,
};

struct ws_close {
    uint16_t code;      /* 0: the payload was empty */
    struct span reason; /* views the payload; valid UTF-8 */
};

/* OK, PROTOCOL (a single byte, a code that must not be sent), or INVALID (the
 * reason is not UTF-8), with `malformed`. */
enum sockfeed_result ws_close_decode(struct ws_close *close,
                                     struct malformed *malformed,
                                     struct span payload) SOCKFEED_CHECK;

/* Writes at most WS_CLOSE_PAYLOAD_MAX bytes and answers with how many: none
 * for code 0. A longer reason is cut, between characters. */
size_t ws_close_encode(char *to, uint16_t code, struct span reason);

/* Whether the code may stand in a close frame: 1000 to 1003, 1007 to 1014
 * (the registry of RFC 6455, 11.7), 3000 to 4999. */
bool ws_close_code_valid(uint16_t code);

/* The code that tells the peer why we give up after this result; 1000 for OK
 * and CLOSED. INVALID means a text that is not UTF-8. */
uint16_t ws_close_code_for(enum sockfeed_result result);

/* What the code means in a few words, "service restart"; NULL for codes that
 * have no meaning of their own. */
const char *ws_close_name(uint16_t code);

#endif
