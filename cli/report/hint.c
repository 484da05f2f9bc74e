/* SPDX-License-Identifier: MIT */
#include "cli/report/hint.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* ---- What is known by its cause ------------------------------------------ */

/* The proxy's certificate is held against other options than the server's. */
static const char *proxy_hint(enum sockfeed_cause cause)
{
    switch (cause) {
    case SOCKFEED_CAUSE_SELF_SIGNED:
        return "--cacert FILE trusts it, -k anybody";
    case SOCKFEED_CAUSE_WRONG_HOST:
        return "--proxy wants the name that is in it; -k trusts anybody";
    case SOCKFEED_CAUSE_NO_IDENTITY:
        return "--cert is for servers, proxies are shown none";
    case SOCKFEED_CAUSE_NO_TLS:
        return "is it http:// in --proxy?";
    default:
        return NULL;
    }
}

static const char *unanswered_hint(bool plain)
{
    return plain ? "is it wss://, or Socket.IO: http:// or https://?"
                 : "is it https:// or wss://?";
}

static const char *cause_hint(enum sockfeed_cause cause, bool plain)
{
    switch (cause) {
    case SOCKFEED_CAUSE_OTHER:
    case SOCKFEED_CAUSE_TLS_VERSION: /* no older one is safe to use */
        break;
    case SOCKFEED_CAUSE_NO_NAME_SERVER:
        return "does DNS work on this machine?";
    case SOCKFEED_CAUSE_FAMILY:
        return "-4 and -6 leave the other addresses out";
    case SOCKFEED_CAUSE_PROXY_LOGIN:
        return "--proxy SCHEME://USER:PASSWORD@HOST:PORT, or @FILE with that "
               "in it";
    case SOCKFEED_CAUSE_NO_PROXY:
        return "is it a proxy, and of that kind? http, https, socks5 and "
               "socks5h are known";
    case SOCKFEED_CAUSE_SELF_SIGNED:
        return "--cacert FILE trusts it, --pinnedpubkey its key, -k anybody";
    case SOCKFEED_CAUSE_UNKNOWN_ISSUER:
        return "--cacert FILE trusts that issuer, -k anybody";
    case SOCKFEED_CAUSE_NO_AUTHORITIES:
        return "the package ca-certificates has one, or --cacert FILE names it";
    case SOCKFEED_CAUSE_EXPIRED:
    case SOCKFEED_CAUSE_NOT_YET_VALID:
        return "is the clock of this machine right? -k trusts it all the same";
    case SOCKFEED_CAUSE_WRONG_HOST:
        return "--servername NAME, if it is the right server";
    case SOCKFEED_CAUSE_NO_IDENTITY:
        return "--cert FILE and --key FILE show one";
    case SOCKFEED_CAUSE_IDENTITY:
        return "is it the right --cert, and has it not expired?";
    case SOCKFEED_CAUSE_NO_CIPHER:
        return "does --ciphers name one that the server has?";
    case SOCKFEED_CAUSE_NO_TLS:
        return "is it http:// or ws://?";
    case SOCKFEED_CAUSE_TLS_WANTED:
        return "is it https:// or wss://?";
    case SOCKFEED_CAUSE_UNANSWERED:
        return unanswered_hint(plain);
    case SOCKFEED_CAUSE_REDIRECT:
        return "--location follows it";
    case SOCKFEED_CAUSE_NO_KEY:
        return "--key FILE names the file with the key";
    case SOCKFEED_CAUSE_KEY_ENCRYPTED:
        return "--pass PHRASE or --pass @FILE opens it";
    case SOCKFEED_CAUSE_DER:
        return "openssl x509 or openssl pkey, with -in FILE -out NEW, makes "
               "PEM of it";
    case SOCKFEED_CAUSE_PKCS12:
        return "openssl pkcs12 -in FILE -out NEW makes PEM of it, for --cert";
    case SOCKFEED_CAUSE_NO_ENGINE_IO:
        return "is it a plain WebSocket: ws:// or wss://?";
    }
    return NULL;
}

/* ---- What is known by what the server says -------------------------------- */

/* Of Engine.IO servers in the body of a refusal, of Socket.IO servers about a
 * namespace. */
static const char *said_hint(const struct sockfeed_failure *failure)
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
        {"Invalid namespace",
         "the path of the URL is the namespace; --path is the request's"    },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strstr(failure->text, known[i].said) != NULL) {
            return known[i].hint;
        }
    }
    return NULL;
}

static const char *status_hint(int status, bool plain)
{
    switch (status) {
    case 200:
    case 405:
        return "HTTP answers there, and no WebSocket: is the path right?";
    case 426:
        return plain ? "HTTP answers there, and no WebSocket: is the path "
                       "right?"
                     : "is it a plain WebSocket: ws:// or wss://?";
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return "it names no place to go to";
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

/* ---- What is known by how far it came ------------------------------------- */

static const char *timeout_hint(enum sockfeed_stage stage, bool plain)
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
        return plain
                   ? NULL
                   : "it is a WebSocket without Engine.IO: try ws:// or wss://";
    case SOCKFEED_STAGE_NONE:
    case SOCKFEED_STAGE_STREAM:
        break;
    }
    return NULL;
}

static const char *connect_hint(int system_error)
{
    switch (system_error) {
    case ECONNREFUSED:
        return "is it running, and is it the right port?";
    case ENOENT:
        return "is it running, and is it the right path?";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "does this machine reach that network?";
    case ETIMEDOUT:
        return "is a firewall in between that drops packets?";
    default:
        return NULL;
    }
}

static const char *refused_proxy_hint(int status)
{
    if (status >= 500) {
        return "it cannot reach the server; --noproxy HOST goes past it";
    }
    return status >= 400
               ? "its rules do not allow it; --noproxy HOST goes past it"
               : NULL;
}

static const char *protocol_hint(enum sockfeed_stage stage, bool plain)
{
    if (stage == SOCKFEED_STAGE_HANDSHAKE) {
        return "is it the right port, and nothing in between?";
    }
    return stage == SOCKFEED_STAGE_OPEN && !plain
               ? "it is a WebSocket without Engine.IO: try ws:// or wss://"
               : NULL;
}

static const char *result_hint(const struct sockfeed_failure *failure,
                               bool plain)
{
    switch (failure->result) {
    case SOCKFEED_RESOLVE:
    case SOCKFEED_PROXY_NAME:
        return "is the name spelt right?";
    case SOCKFEED_CONNECT:
        return connect_hint(failure->system_error);
    case SOCKFEED_INTERFACE:
        return "ip address lists those of this machine";
    case SOCKFEED_TIMEOUT:
        return timeout_hint(failure->stage, plain);
    case SOCKFEED_PIN:
        return "is it the right server? Then its new key can be pinned";
    case SOCKFEED_REFUSED:
        return status_hint(failure->http_status, plain);
    case SOCKFEED_PROXY:
        return refused_proxy_hint(failure->http_status);
    case SOCKFEED_NAMESPACE:
        return "it may want an --auth, or have no such namespace";
    case SOCKFEED_PROTOCOL:
        return protocol_hint(failure->stage, plain);
    case SOCKFEED_LOST:
        return failure->stage == SOCKFEED_STAGE_HANDSHAKE && plain
                   ? "is it Socket.IO: http:// or https://?"
                   : NULL;
    case SOCKFEED_TOO_LARGE:
        return "--max-message SIZE accepts larger ones";
    default:
        return NULL;
    }
}

const char *hint_for(const struct sockfeed_failure *failure,
                     enum sockfeed_protocol protocol)
{
    bool plain = protocol == SOCKFEED_PROTOCOL_WS;
    const char *hint = NULL;

    if (failure->stage == SOCKFEED_STAGE_PROXY) {
        hint = proxy_hint(failure->cause);
    }
    if (hint == NULL) {
        hint = cause_hint(failure->cause, plain);
    }
    if (hint == NULL) {
        hint = said_hint(failure);
    }
    return hint == NULL ? result_hint(failure, plain) : hint;
}
