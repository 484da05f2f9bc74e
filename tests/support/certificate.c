/* SPDX-License-Identifier: MIT */
#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int done)
{
    if (done == 0) {
        abort();
    }
}

static void add_extension(X509 *x509, X509 *issuer, int kind, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    need(extension != NULL);
    need(X509_add_ext(x509, extension, -1));
    X509_EXTENSION_free(extension);
}

struct certificate certificate_make(const struct certificate_wish *wish)
{
    static long serial;
    struct certificate made = {X509_new(), EVP_EC_gen("P-256")};
    const struct certificate *issuer =
        wish->issuer == NULL ? &made : wish->issuer;
    X509_NAME *name = X509_get_subject_name(made.x509);

    need(made.key != NULL);
    need(X509_set_version(made.x509, X509_VERSION_3));
    need(ASN1_INTEGER_set(X509_get_serialNumber(made.x509), ++serial));
    need(X509_gmtime_adj(X509_getm_notBefore(made.x509), wish->not_before) !=
         NULL);
    need(X509_gmtime_adj(X509_getm_notAfter(made.x509), wish->not_after) !=
         NULL);
    need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    (const unsigned char *)wish->name, -1, -1,
                                    0));
    need(X509_set_issuer_name(made.x509, X509_get_subject_name(issuer->x509)));
    need(X509_set_pubkey(made.x509, made.key));
    if (wish->alternatives != NULL) {
        add_extension(made.x509, issuer->x509, NID_subject_alt_name,
                      wish->alternatives);
    } else {
        add_extension(made.x509, issuer->x509, NID_basic_constraints,
                      "critical,CA:TRUE");
    }
    need(X509_sign(made.x509, issuer->key, EVP_sha256()));
    return made;
}

void certificate_free(struct certificate *certificate)
{
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
}

void certificate_write(const struct certificate *certificate, char *path)
{
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");

    need(file != NULL);
    need(PEM_write_X509(file, certificate->x509));
    need(fclose(file) == 0);
}
