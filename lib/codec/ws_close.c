/* SPDX-License-Identifier: MIT */
#include "codec/ws_close.h"

#include "base/utf8.h"

enum {
    CODE_SIZE = 2
};

bool ws_close_code_valid(uint16_t code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

enum sockfeed_result ws_close_decode(struct ws_close *close,
                                     struct malformed *malformed,
                                     struct span payload)
{
    const unsigned char *at = (const unsigned char *)payload.data;
    size_t valid;

    *close = (struct ws_close){0};
    if (payload.size == 0) {
        return SOCKFEED_OK;
    }
    if (payload.size < CODE_SIZE) {
        return malformed_set(malformed, 0, "a close frame with half a code");
    }
    close->code = (uint16_t)(at[0] << 8 | at[1]);
    close->reason = span_skip(payload, CODE_SIZE);
    if (!ws_close_code_valid(close->code)) {
        return malformed_set(malformed, 0,
                             "a close frame with a code that must not be sent");
    }
    valid = utf8_check(close->reason);
    if (valid < close->reason.size) {
        (void)malformed_set(malformed, CODE_SIZE + valid,
                            "a close reason that is not UTF-8");
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

size_t ws_close_encode(char *to, uint16_t code, struct span reason)
{
    if (code == 0) {
        return 0;
    }
    to[0] = (char)(code >> 8);
    to[1] = (char)code;
    if (reason.size > WS_CLOSE_REASON_MAX) {
        reason.size = WS_CLOSE_REASON_MAX;
        reason.size = utf8_check(reason);
    }
    if (reason.size > 0) {
        memcpy(to + CODE_SIZE, reason.data, reason.size);
    }
    return CODE_SIZE + reason.size;
}

uint16_t ws_close_code_for(enum sockfeed_result result)
{
    switch (result) {
    case SOCKFEED_OK:
    case SOCKFEED_CLOSED:
        return WS_CLOSE_NORMAL;
    case SOCKFEED_PROTOCOL:
    case SOCKFEED_NAMESPACE:
        return WS_CLOSE_PROTOCOL_ERROR;
    case SOCKFEED_INVALID:
        return WS_CLOSE_INVALID_DATA;
    case SOCKFEED_TOO_LARGE:
        return WS_CLOSE_TOO_LARGE;
    case SOCKFEED_LOST:
    case SOCKFEED_PROXY_NAME:
    case SOCKFEED_PROXY:
    case SOCKFEED_INTERFACE:
    case SOCKFEED_REDIRECTS:
    case SOCKFEED_TIMEOUT:
        return WS_CLOSE_GOING_AWAY;
    case SOCKFEED_NOMEM:
    case SOCKFEED_STATE:
    case SOCKFEED_SYSTEM:
    case SOCKFEED_FULL:
    /* Those below happen before there is a WebSocket, or are no ends. */
    case SOCKFEED_MORE:
    case SOCKFEED_AGAIN:
    case SOCKFEED_RESOLVE:
    case SOCKFEED_CONNECT:
    case SOCKFEED_TLS:
    case SOCKFEED_CERTIFICATE:
    case SOCKFEED_CA_FILE:
    case SOCKFEED_OWN_CERTIFICATE:
    case SOCKFEED_PIN:
    case SOCKFEED_REFUSED:
        return WS_CLOSE_INTERNAL;
    }
    return WS_CLOSE_INTERNAL;
}

const char *ws_close_name(uint16_t code)
{
    static const char *const names[] = {
        [WS_CLOSE_NORMAL - 1000] = "normal closure",
        [WS_CLOSE_GOING_AWAY - 1000] = "going away",
        [WS_CLOSE_PROTOCOL_ERROR - 1000] = "protocol error",
        [WS_CLOSE_UNSUPPORTED - 1000] = "unsupported data",
        [WS_CLOSE_NO_STATUS - 1000] = "no status",
        [1006 - 1000] = "abnormal closure",
        [WS_CLOSE_INVALID_DATA - 1000] = "invalid data",
        [WS_CLOSE_POLICY - 1000] = "policy violation",
        [WS_CLOSE_TOO_LARGE - 1000] = "message too big",
        [1010 - 1000] = "extension missing",
        [WS_CLOSE_INTERNAL - 1000] = "internal error",
        [WS_CLOSE_SERVICE_RESTART - 1000] = "service restart",
        [WS_CLOSE_TRY_AGAIN - 1000] = "try again later",
        [WS_CLOSE_BAD_GATEWAY - 1000] = "bad gateway",
        [1015 - 1000] = "TLS handshake failed",
    };

    if (code < 1000 || code >= 1000 + sizeof names / sizeof names[0]) {
        return NULL;
    }
    return names[code - 1000];
}
