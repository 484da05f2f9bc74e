/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_IDENTITY_H
#define NET_TLS_IDENTITY_H

#include "sockfeed/result.h"

struct ssl_ctx_st;

/* Our own certificate: shown to servers that ask for one, or a server's. */
struct tls_identity {
    const char *certificate; /* PEM, with the chain behind it, or NULL */
    const char *key;         /* PEM; NULL: it is in the same file */
    const char *password;    /* of the key, or NULL */
};

/* Reads the files. OWN_CERTIFICATE with the reason. A password is never asked
 * for. */
enum sockfeed_result tls_identity_use(
    struct ssl_ctx_st *context, const struct tls_identity *identity,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Makes the context a server's, with that certificate, which there is, and TLS
 * 1.2 or later. Answers the same. */
enum sockfeed_result tls_identity_serve(
    struct ssl_ctx_st *context, const struct tls_identity *identity,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

#endif
