/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_findings.h"

#include "cli/report/hint.h"

#include <stdio.h>
#include <string.h>

enum {
    SOON = 14 * 86400 /* s: a certificate about to expire */
};

struct probe_attempt *probe_findings_begin(struct probe_findings *findings,
                                           const char *url,
                                           enum sockfeed_protocol protocol,
                                           enum sockfeed_transport transport)
{
    const char *query = strchr(url, '?');

    if (protocol == SOCKFEED_PROTOCOL_WS) {
        transport = SOCKFEED_TRANSPORT_WEBSOCKET;
    } else if (transport == SOCKFEED_TRANSPORT_AUTO && query != NULL &&
               strstr(query, "transport=") != NULL) {
        transport = strstr(query, "transport=polling") != NULL
                        ? SOCKFEED_TRANSPORT_POLLING
                        : SOCKFEED_TRANSPORT_WEBSOCKET;
    }
    *findings = (struct probe_findings){
        .protocol = protocol, .both = transport == SOCKFEED_TRANSPORT_AUTO};
    return transport == SOCKFEED_TRANSPORT_POLLING ? &findings->polling
                                                   : &findings->websocket;
}

bool probe_findings_want_polling(const struct probe_findings *findings)
{
    const struct sockfeed_failure *failure = &findings->websocket.failure;

    if (!findings->both || findings->polling.tried) {
        return false;
    }
    switch (failure->result) {
    case SOCKFEED_OK:
        return true;
    case SOCKFEED_REFUSED:
    case SOCKFEED_PROTOCOL:
    case SOCKFEED_TIMEOUT:
    case SOCKFEED_LOST:
    case SOCKFEED_CLOSED:
        return failure->stage >= SOCKFEED_STAGE_HANDSHAKE &&
               failure->http_status != 429 && failure->http_status != 503 &&
               failure->cause != SOCKFEED_CAUSE_REDIRECT;
    default:
        return false;
    }
}

/* ---- What works ----------------------------------------------------------- */

static const char *success_hint(const struct probe_findings *findings)
{
    if (findings->foreign) {
        return "it speaks Engine.IO: with http:// or https:// in place of "
               "ws:// or wss:// its events are understood";
    }
    if (findings->not_after != 0 &&
        findings->not_after - findings->now < SOON) {
        return "the certificate expires soon";
    }
    if (findings->websocket.open && findings->pongs == 0) {
        return findings->protocol == SOCKFEED_PROTOCOL_WS
                   ? "pings are not answered: stream with --ping-interval 0"
                   : NULL;
    }
    if (findings->eio == 3) {
        return "clients of Socket.IO 3 and 4 are not understood there; "
               "--eio 3 spares the first guess";
    }
    return NULL;
}

static void judge_success(const struct probe_findings *findings,
                          const char *transport, struct probe_verdict *verdict)
{
    size_t size = sizeof verdict->text;

    verdict->works = true;
    verdict->result = SOCKFEED_OK;
    verdict->hint = success_hint(findings);
    if (findings->eio == 0) {
        (void)snprintf(verdict->text, size, "this is a WebSocket server");
    } else if (findings->sio == 0) {
        (void)snprintf(verdict->text, size,
                       "this is an Engine.IO %d server, over %s", findings->eio,
                       transport);
    } else {
        (void)snprintf(verdict->text, size,
                       "this is a Socket.IO %d server, over %s", findings->sio,
                       transport);
    }
}

void probe_findings_judge(const struct probe_findings *findings,
                          struct probe_verdict *verdict)
{
    const struct sockfeed_failure *failure = &findings->websocket.failure;

    *verdict = (struct probe_verdict){.works = false};
    if (findings->websocket.open && findings->lags) {
        judge_success(findings, "long-polling", verdict);
        verdict->hint = "the upgrade to a WebSocket does not come about: is a "
                        "proxy in between? --transport polling spares it";
        return;
    }
    if (findings->websocket.open) {
        judge_success(findings, "a WebSocket", verdict);
        return;
    }
    if (findings->polling.open) {
        judge_success(findings, "long-polling", verdict);
        if (findings->websocket.tried) {
            verdict->hint = "polling answers, and the WebSocket does not: is a "
                            "proxy in between? --transport polling spares the "
                            "first try";
        }
        return;
    }
    if (!findings->websocket.tried) {
        failure = &findings->polling.failure;
    }
    verdict->result = failure->result;
    verdict->hint = hint_for(failure, findings->protocol);
    (void)snprintf(verdict->text, sizeof verdict->text, "%s", failure->text);
}
