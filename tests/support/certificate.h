/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

#include <openssl/x509.h>

/* Certificates made on the spot. What goes wrong ends the program. */
struct certificate {
    X509 *x509;
    EVP_PKEY *key;
};

struct certificate_wish {
    const char *name;         /* the subject's CN */
    const char *alternatives; /* "DNS:a.example,IP:127.0.0.1", or NULL */
    long not_before;          /* seconds from now */
    long not_after;
    const struct certificate *issuer; /* NULL: signed by itself */
};

struct certificate certificate_make(const struct certificate_wish *wish);
void certificate_free(struct certificate *certificate);

/* Writes it in PEM form. `path` is a template of mkstemp. */
void certificate_write(const struct certificate *certificate, char *path);

#endif
