/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_CONFIG_H
#define NET_TLS_CONFIG_H

#include "sockfeed.h"

#include <stdbool.h>

/*
 * What all TLS connections of a client share. Of the system's trusted
 * certificates those of the hashed directory are looked up one by one, and the
 * large bundle is read only when an issuer is not found there: reading it
 * costs 40 ms. SSL_CERT_DIR and SSL_CERT_FILE name others.
 */
struct tls_config;

struct tls_options {
    const char *ca_file; /* PEM, trusted in place of the system's, or NULL */
    bool insecure;       /* nothing is verified */
};

/* A `ca_file` is read here: CA_FILE when it cannot be used, `failure` says
 * why. NOMEM. Otherwise nothing of OpenSSL is set up before the first
 * connection. */
enum sockfeed_result tls_config_new(
    struct tls_config **config, const struct tls_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Connections made with it live on. Fits NULL. */
void tls_config_free(struct tls_config *config);

/* -- For net/tls -- */

struct ssl_ctx_st;

/* The context, made when first asked for; NULL when that fails. */
struct ssl_ctx_st *tls_config_context(struct tls_config *config);

/* Another owner, who frees it in turn. Gives `config` back. */
struct tls_config *tls_config_share(struct tls_config *config);

#endif
