/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_STEP_H
#define SOCKFEED_STEP_H

/*
 * Steps of connecting, told by EVENT_STEP: what a program asks for that looks
 * at a connection, as `sockfeed probe` does.
 */

#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is done, in the order of its doing. Which there are depends on the
 * URL. */
enum sockfeed_step_type {
    SOCKFEED_STEP_RESOLVED,  /* .resolved */
    SOCKFEED_STEP_CONNECTED, /* .connected */
    SOCKFEED_STEP_PROXIED,   /* .proxied: the proxy has a connection, too */
    SOCKFEED_STEP_SECURED,   /* .secured */
    SOCKFEED_STEP_ANSWERED,  /* .answered: to the handshake, also a refusal */
    SOCKFEED_STEP_ENGINE,    /* .engine: Engine.IO's open packet */
    SOCKFEED_STEP_JOINED,    /* .joined: one namespace */
};

/* All texts are views without control characters, never NULL. */
struct sockfeed_step {
    enum sockfeed_step_type type;
    union {
        struct {
            const char *host;
            const char *const *addresses; /* "192.0.2.1" */
            size_t count;
        } resolved;
        struct {
            const char *address; /* "192.0.2.1 port 443" */
        } connected;
        struct {
            const char *proxy; /* "http://192.0.2.2:3128" */
        } proxied;
        struct {
            const char *version; /* "TLSv1.3" */
            const char *cipher;
            bool resumed;        /* a session of an earlier connection */
            const char *subject; /* of the certificate, "CN=a.example" */
            const char *issuer;
            const char *hosts;  /* "a.example, b.example" */
            int64_t not_before; /* seconds since the epoch; both 0 where */
            int64_t not_after;  /* there is no certificate */
        } secured;
        struct {
            unsigned status; /* 101 */
            const char *phrase;
            const char *server; /* these are empty where there is none */
            const char *subprotocol;
            const char *extensions;
        } answered;
        struct {
            const char *sid;
            int64_t ping_interval; /* ms */
            int64_t ping_timeout;  /* ms */
            uint64_t max_payload;  /* bytes; 0: not said */
            bool upgrades;         /* from polling to a WebSocket */
        } engine;
        struct {
            const char *space;
        } joined;
    } u;
};

#ifdef __cplusplus
}
#endif

#endif
