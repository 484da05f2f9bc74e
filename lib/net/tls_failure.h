/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_FAILURE_H
#define NET_TLS_FAILURE_H

#include "base/span.h"
#include "sockfeed.h"

/* OpenSSL's refusals in the words of a person. */

struct x509_store_ctx_st;
struct X509_name_st;

/* Inside a verification callback that has been told of an error: CERTIFICATE,
 * with which certificate it is and what is wrong with it. `host` is what the
 * server's certificate had to be for. */
void tls_failure_certificate(struct sockfeed_failure *failure,
                             struct x509_store_ctx_st *context,
                             const char *host);

/* What is in OpenSSL's error queue and, where that is empty, in errno, after
 * a call that failed; both are cleared. With `handshake` the result is TLS,
 * else LOST. */
void tls_failure_connection(struct sockfeed_failure *failure, bool handshake);

/* Writes a name of a certificate, "CN=R11,O=Let's Encrypt,C=US", fit for a
 * terminal, cut to `size`. */
void tls_failure_name(const struct X509_name_st *name, char *text, size_t size);

#endif
