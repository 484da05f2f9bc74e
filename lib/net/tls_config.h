/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_CONFIG_H
#define NET_TLS_CONFIG_H

#include "net/tls_identity.h"
#include "net/tls_pins.h"
#include "net/tls_sessions.h"
#include "sockfeed/result.h"

#include <stdbool.h>

/* What all TLS connections of a client share. */
struct tls_config;

/* All zero bytes: TLS 1.2 and 1.3, the system's authorities. */
struct tls_options {
    const char *ca_file;      /* PEM, trusted in place of the system's */
    const char *ca_directory; /* hashed, likewise; both add up */
    struct tls_identity identity;
    const char *ciphers;     /* of TLS 1.2, and of 1.3 (TLS_...), or NULL */
    const char *server_name; /* in place of the host's, or NULL */
    const char *pinned_key;  /* see tls_pins_parse, or NULL */
    const char *key_log;     /* secrets are appended to this file, or NULL */
    bool only_13;            /* TLS 1.2 is not accepted */
    bool insecure;           /* the certificate is not verified; its key is
                                still held against the pinned ones */
};

/* All files but the system's are read here, so that what is wrong with them is
 * told before anything is connected: CA_FILE, OWN_CERTIFICATE, INVALID, NOMEM
 * with `failure`. Where the options name nothing, OpenSSL is not touched before
 * the first connection. Borrows the options. */
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

/* The name in place of the host's, or NULL. */
const char *tls_config_server_name(const struct tls_config *config);

const struct tls_pins *tls_config_pins(const struct tls_config *config);
struct tls_sessions *tls_config_sessions(struct tls_config *config);

/* Whether a certificate of ours can be shown. */
bool tls_config_has_identity(const struct tls_config *config);

/* See tls_trust_is_empty. */
bool tls_config_trusts_nobody(const struct tls_config *config);

/* See tls_trust_missing_bundle. */
const char *tls_config_missing_bundle(const struct tls_config *config);

bool tls_config_only_13(const struct tls_config *config);

#endif
