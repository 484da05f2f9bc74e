/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROBE_PROBE_FINDINGS_H
#define CLI_PROBE_PROBE_FINDINGS_H

#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/* What a probe has found out, as far as it got. */

enum {
    PROBE_PINGS = 5
};

/* Of one transport that was tried. */
struct probe_attempt {
    bool tried;
    bool open;
    struct sockfeed_failure failure; /* of what did not come to be open */
};

struct probe_findings {
    enum sockfeed_protocol protocol; /* spoken there: WS, EIO or SIO */
    int eio;                         /* 3 or 4; 0 on plain WebSocket */
    int sio;                         /* 2 or 4; 0 without */
    bool both; /* transports are to be tried: nobody chose one */
    struct probe_attempt websocket;
    struct probe_attempt polling;
    bool lags;         /* an upgrade to it was asked for, and has not come */
    bool foreign;      /* plain WebSocket, and Engine.IO's open packet came */
    int64_t not_after; /* of the certificate, s since the epoch; 0: none */
    int64_t now;       /* s since the epoch */
    unsigned pongs;    /* that came, of PROBE_PINGS */
    int64_t round_trip[PROBE_PINGS]; /* us */
};

/* Nothing yet, of a URL and the transport that an option chose; AUTO: none did,
 * but the URL may. Answers with the attempt to be made first. */
struct probe_attempt *probe_findings_begin(struct probe_findings *findings,
                                           const char *url,
                                           enum sockfeed_protocol protocol,
                                           enum sockfeed_transport transport);

/* After an attempt: whether long-polling is to be tried as well, to say what
 * works, and because a connection would fall back to it. Not where the server
 * cannot be reached or has said no to us. */
bool probe_findings_want_polling(const struct probe_findings *findings);

/* What it all comes to, in words for people. */
struct probe_verdict {
    bool works;
    enum sockfeed_result result; /* what a connection would have ended with */
    char text[600];              /* one sentence without a final full stop */
    const char *hint;            /* what to try, or NULL; static */
};

void probe_findings_judge(const struct probe_findings *findings,
                          struct probe_verdict *verdict);

#endif
