/* SPDX-License-Identifier: MIT */
#include "cli/probe_findings.h"

#include "cli/hint.h"

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

/* ---- What to try ---------------------------------------------------------- */

static const char *timeout_hint(const struct probe_findings *findings,
                                enum sockfeed_stage stage)
{
    switch (stage) {
    case SOCKFEED_STAGE_RESOLVE:
        return "does DNS work on this machine?";
    case SOCKFEED_STAGE_CONNECT:
        return "is a firewall in between that drops packets?";
    case SOCKFEED_STAGE_PROXY:
        return "the proxy does not answer, or cannot reach the server";
    case SOCKFEED_STAGE_TLS:
        return "is it a port for TLS?";
    case SOCKFEED_STAGE_HANDSHAKE:
        return "something listens there and does not answer HTTP: is it the "
               "right port?";
    case SOCKFEED_STAGE_OPEN:
        return findings->protocol == SOCKFEED_PROTOCOL_WS
                   ? NULL
                   : "it is a WebSocket without Engine.IO: try ws:// or wss://";
    case SOCKFEED_STAGE_NONE:
    case SOCKFEED_STAGE_STREAM:
        break;
    }
    return NULL;
}

/* What Engine.IO servers say in the body of a refusal. */
static const char *refusal_hint(const struct sockfeed_failure *failure)
{
    static const struct {
        const char *said, *hint;
    } known[] = {
        {"Unsupported protocol version",
         "the server speaks another revision: leave --eio and EIO= out"     },
        {"Transport unknown",
         "the server does not offer this transport: try another --transport"},
        {"Session ID unknown",
         "several servers answer, and each request meets another one: their "
         "balancer needs sticky sessions, or --transport websocket helps"   },
        {"\"Bad request\"",
         "the server takes no request like ours: an --origin, or a query that "
         "it knows?"                                                        },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strstr(failure->text, known[i].said) != NULL) {
            return known[i].hint;
        }
    }
    return NULL;
}

static const char *status_hint(const struct probe_findings *findings,
                               int status)
{
    bool plain = findings->protocol == SOCKFEED_PROTOCOL_WS;

    switch (status) {
    case 200:
    case 405:
    case 426:
        return "HTTP answers there, and no WebSocket: is the path right?";
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return "--location follows a redirect";
    case 400:
        return plain ? "the server did not understand the request: is it "
                       "Socket.IO? Then try http:// or https://"
                     : "it may speak another revision, or want polling: try "
                       "--eio 3";
    case 401:
        return "credentials are wanted: --user, --oauth2-bearer or --header";
    case 403:
        return "credentials are wanted (--header, --cookie), or another "
               "--origin";
    case 404:
        return plain ? "there is nothing at this path"
                     : "no Socket.IO at this path: try --path, or ws:// for a "
                       "plain WebSocket";
    case 407:
        return "the proxy wants a user and a password";
    case 429:
        return "too many connections from here: wait, and then less often";
    case 502:
    case 503:
    case 504:
        return "a proxy answers, and the server behind it does not";
    default:
        return status >= 500 ? "the server is in trouble: its log knows more"
                             : NULL;
    }
}

static const char *failure_hint(const struct probe_findings *findings,
                                const struct sockfeed_failure *failure)
{
    bool plain = findings->protocol == SOCKFEED_PROTOCOL_WS;

    if (hint_for(failure) != NULL) {
        return hint_for(failure);
    }
    if (refusal_hint(failure) != NULL) {
        return refusal_hint(failure);
    }
    switch (failure->result) {
    case SOCKFEED_RESOLVE:
        return "is the name spelt right?";
    case SOCKFEED_CONNECT:
        return "is the server running, and is it the right port?";
    case SOCKFEED_TIMEOUT:
        return timeout_hint(findings, failure->stage);
    case SOCKFEED_REFUSED:
        return status_hint(findings, failure->http_status);
    case SOCKFEED_PROXY:
        return "the proxy has its rules, or wants a user and a password: "
               "--proxy http://USER:PASSWORD@HOST:PORT";
    case SOCKFEED_NAMESPACE:
        return "it may want an --auth, or have no such namespace";
    case SOCKFEED_PROTOCOL:
        return failure->stage == SOCKFEED_STAGE_OPEN && !plain
                   ? "it is a WebSocket without Engine.IO: try ws:// or wss://"
                   : NULL;
    default:
        return NULL;
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
    verdict->hint = failure_hint(findings, failure);
    (void)snprintf(verdict->text, sizeof verdict->text, "%s", failure->text);
}
