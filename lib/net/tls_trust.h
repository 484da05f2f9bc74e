/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_TRUST_H
#define NET_TLS_TRUST_H

#include "sockfeed/result.h"

#include <stdbool.h>

/*
 * Which authorities are trusted: those of the user's own file and directory,
 * or else the system's. Of the latter those of the hashed directory are looked
 * up one by one, and the large bundle is read only when an issuer is not found
 * there: reading it costs 40 ms. SSL_CERT_DIR and SSL_CERT_FILE name others.
 */
struct ssl_ctx_st;
struct x509_lookup_method_st;
struct x509_store_st;

/* All zero bytes trust the system's. */
struct tls_trust {
    struct x509_store_st *store; /* the user's own, until a context has it */
    struct x509_lookup_method_st *bundle_method;
    bool bundle_read;  /* it was tried */
    bool bundle_found; /* and was there */
};

/* Reads what the user named; both may be NULL, an empty trust is then left
 * alone. CA_FILE with the reason, NOMEM. */
enum sockfeed_result tls_trust_load(
    struct tls_trust *trust, const char *file, const char *directory,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Makes it what the context, which must go before it, verifies with. False
 * when out of memory. */
bool tls_trust_install(struct tls_trust *trust, struct ssl_ctx_st *context);

/* Whether nobody is trusted, because the system has neither the directory nor
 * the bundle: to be asked when an issuer was not found. */
bool tls_trust_is_empty(const struct tls_trust *trust);

/* The file that the environment names in place of the system's bundle, if it
 * was wanted and could not be read; else NULL. */
const char *tls_trust_missing_bundle(const struct tls_trust *trust);

void tls_trust_deinit(struct tls_trust *trust);

#endif
