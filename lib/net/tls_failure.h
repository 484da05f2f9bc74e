/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_FAILURE_H
#define NET_TLS_FAILURE_H

#include "sockfeed/result.h"

#include <stdbool.h>

/* OpenSSL's refusals in the words of a person. */

struct x509_store_ctx_st;

/* Inside a verification callback that has been told of an error: CERTIFICATE,
 * with which certificate it is and what is wrong with it. `host` is what the
 * server's certificate had to be for. */
void tls_failure_certificate(struct sockfeed_failure *failure,
                             struct x509_store_ctx_st *context,
                             const char *host);

/* What is known of a connection when it fails. */
struct tls_situation {
    const char *host;
    bool handshaking;  /* the result is TLS, else LOST */
    bool only_13;      /* TLS 1.2 was not offered */
    bool asked;        /* the server asked for a certificate of ours */
    bool has_identity; /* and we have one */
};

/* What is in OpenSSL's error queue and, where that is empty, in errno, after
 * a call that failed; both are cleared. A server that refuses our certificate
 * may say so only after the handshake (RFC 8446, 4.4.2): TLS then too. */
void tls_failure_connection(struct sockfeed_failure *failure,
                            const struct tls_situation *situation);

#endif
