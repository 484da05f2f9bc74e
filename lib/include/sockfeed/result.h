/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_RESULT_H
#define SOCKFEED_RESULT_H

/*
 * What functions answer with, and how a connection failed.
 *
 * SOCKFEED_API marks what the library exports, SOCKFEED_CHECK a result that
 * may not be ignored.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
# define SOCKFEED_API          __attribute__((visibility("default")))
# define SOCKFEED_CHECK        __attribute__((warn_unused_result))
# define SOCKFEED_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
# define SOCKFEED_API
# define SOCKFEED_CHECK
# define SOCKFEED_PRINTF(f, a)
#endif

/* Every function that can fail answers with one of these. Zero is success,
 * positive ones say "not now", negative ones are failures. */
#define SOCKFEED_RESULTS(X)                                     \
 X(OK, 0, "success")                                            \
 X(MORE, 1, "more input is needed")                             \
 X(AGAIN, 2, "not possible now")                                \
 X(NOMEM, -1, "out of memory")                                  \
 X(INVALID, -2, "invalid argument")                             \
 X(STATE, -3, "not possible in this state")                     \
 X(SYSTEM, -4, "a system call failed")                          \
 X(FULL, -5, "a buffer is full")                                \
 X(RESOLVE, -6, "the host name cannot be resolved")             \
 X(CONNECT, -7, "no connection can be made")                    \
 X(TIMEOUT, -8, "time ran out")                                 \
 X(TLS, -9, "the TLS handshake failed")                         \
 X(CERTIFICATE, -10, "the server's certificate is not trusted") \
 X(CA_FILE, -11, "the CA file cannot be used")                  \
 X(OWN_CERTIFICATE, -30, "our certificate cannot be used")      \
 X(PIN, -31, "the server's public key is not the pinned one")   \
 X(REFUSED, -12, "the server refused the handshake")            \
 X(PROTOCOL, -13, "the peer broke the protocol")                \
 X(TOO_LARGE, -14, "a message is too large")                    \
 X(NAMESPACE, -15, "the namespace was refused")                 \
 X(LOST, -16, "the connection was lost")                        \
 X(CLOSED, -17, "the connection was closed")                    \
 X(PROXY_NAME, -18, "the proxy's name cannot be resolved")      \
 X(PROXY, -19, "the proxy refused to connect")                  \
 X(INTERFACE, -20, "the network interface cannot be used")      \
 X(REDIRECTS, -21, "too many redirects")

enum sockfeed_result {
#define SOCKFEED_RESULT_ENTRY(name, value, text) SOCKFEED_##name = (value),
    SOCKFEED_RESULTS(SOCKFEED_RESULT_ENTRY)
#undef SOCKFEED_RESULT_ENTRY
};

/* The text beside the result in the list above; never NULL. */
SOCKFEED_API const char *sockfeed_result_text(enum sockfeed_result result);

/* How far a connection had come when it failed. */
enum sockfeed_stage {
    SOCKFEED_STAGE_NONE,
    SOCKFEED_STAGE_RESOLVE,
    SOCKFEED_STAGE_CONNECT,
    SOCKFEED_STAGE_PROXY, /* asking it to connect to the server */
    SOCKFEED_STAGE_TLS,
    SOCKFEED_STAGE_HANDSHAKE, /* the HTTP upgrade */
    SOCKFEED_STAGE_OPEN,      /* waiting for Engine.IO's open packet, CONNECT */
    SOCKFEED_STAGE_STREAM,    /* messages were flowing */
};

/* Causes that a person may be told more about than the failure's text says:
 * what to try. */
enum sockfeed_cause {
    SOCKFEED_CAUSE_OTHER,
    SOCKFEED_CAUSE_NO_NAME_SERVER, /* RESOLVE: none answered */
    SOCKFEED_CAUSE_FAMILY,         /* RESOLVE: addresses of the other family do
                                      not count */
    SOCKFEED_CAUSE_PROXY_LOGIN,    /* PROXY: it wants a user and a password, or
                                      others */
    SOCKFEED_CAUSE_NO_PROXY,       /* PROXY: what answers is none of the kind */
    SOCKFEED_CAUSE_SELF_SIGNED,    /* CERTIFICATE */
    SOCKFEED_CAUSE_UNKNOWN_ISSUER, /* CERTIFICATE */
    SOCKFEED_CAUSE_NO_AUTHORITIES, /* CERTIFICATE */
    SOCKFEED_CAUSE_EXPIRED,        /* CERTIFICATE */
    SOCKFEED_CAUSE_NOT_YET_VALID,  /* CERTIFICATE */
    SOCKFEED_CAUSE_WRONG_HOST,     /* CERTIFICATE */
    SOCKFEED_CAUSE_NO_IDENTITY,    /* TLS: the server wants a certificate of
                                      ours, and there is none */
    SOCKFEED_CAUSE_IDENTITY,       /* TLS: the server does not accept ours */
    SOCKFEED_CAUSE_TLS_VERSION,    /* TLS: none in common */
    SOCKFEED_CAUSE_NO_CIPHER,      /* TLS: none in common, most likely */
    SOCKFEED_CAUSE_NO_TLS,         /* TLS: the server does not speak it here */
    SOCKFEED_CAUSE_TLS_WANTED,     /* TLS: the server expects it here */
    SOCKFEED_CAUSE_UNANSWERED,     /* LOST: the server ended the connection
                                      before it said a word, as one that
                                      expects TLS may */
    SOCKFEED_CAUSE_REDIRECT,       /* REFUSED: to be followed elsewhere */
    SOCKFEED_CAUSE_NO_KEY,         /* OWN_CERTIFICATE: not beside it */
    SOCKFEED_CAUSE_KEY_ENCRYPTED,  /* OWN_CERTIFICATE */
    SOCKFEED_CAUSE_DER,            /* OWN_CERTIFICATE, CA_FILE: and not PEM */
    SOCKFEED_CAUSE_PKCS12,         /* OWN_CERTIFICATE, CA_FILE: and not PEM */
    SOCKFEED_CAUSE_NO_ENGINE_IO,   /* PROTOCOL: what came first is no packet */
};

/* What went wrong, in numbers for programs and in words for people. */
struct sockfeed_failure {
    enum sockfeed_result result;
    enum sockfeed_stage stage;
    int system_error; /* errno, or 0 */
    int http_status;  /* of a refused handshake, or 0 */
    enum sockfeed_cause cause;
    int64_t retry_after; /* ms the server asked to wait (Retry-After), or 0 */
    uint16_t close_code; /* of the peer's close frame (RFC 6455, 7.4), or 0 */
    char text[512];      /* one sentence without a final full stop */
};

#ifdef __cplusplus
}
#endif

#endif
