/* SPDX-License-Identifier: MIT */
#include "net/tls_trust.h"

#include "base/result.h"
#include "net/system_error.h"
#include "net/tls_file.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

/* -- The user's own authorities -- */

static enum sockfeed_result read_file(struct tls_trust *trust, const char *file,
                                      struct sockfeed_failure *failure)
{
    bool loaded;

    if (tls_file_check(failure, SOCKFEED_CA_FILE, "CA file", file) !=
        SOCKFEED_OK) {
        return SOCKFEED_CA_FILE;
    }
    loaded = X509_STORE_load_file(trust->store, file) == 1;
    ERR_clear_error();
    return loaded ? SOCKFEED_OK
                  : tls_file_refuse_form(failure, SOCKFEED_CA_FILE, "CA file",
                                         file, "certificate");
}

/* Its files are looked up by the hashes that name them, when they are wanted:
 * that there is a directory is all that can be said now. */
static enum sockfeed_result add_directory(struct tls_trust *trust,
                                          const char *directory,
                                          struct sockfeed_failure *failure)
{
    char text[SYSTEM_ERROR_TEXT];
    DIR *stream = opendir(directory);

    if (stream == NULL) {
        int error = errno;

        (void)tls_file_refuse(failure, SOCKFEED_CA_FILE, "CA directory",
                              directory, system_error_text(error, text));
        failure->system_error = error;
        return SOCKFEED_CA_FILE;
    }
    (void)closedir(stream);
    return X509_STORE_load_path(trust->store, directory) == 1
               ? SOCKFEED_OK
               : failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
}

enum sockfeed_result tls_trust_load(struct tls_trust *trust, const char *file,
                                    const char *directory,
                                    struct sockfeed_failure *failure)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (file == NULL && directory == NULL) {
        return SOCKFEED_OK;
    }
    trust->store = X509_STORE_new();
    if (trust->store == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    if (file != NULL) {
        result = read_file(trust, file, failure);
    }
    return result == SOCKFEED_OK && directory != NULL
               ? add_directory(trust, directory, failure)
               : result;
}

/* -- The system's -- */

/* A lookup that comes after the directory's: its first use reads the bundle
 * into the store. Answers 1 with the certificate of that name. */
static int find_in_bundle(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type,
                          const X509_NAME *name, X509_OBJECT *found)
{
    struct tls_trust *trust = X509_LOOKUP_get_method_data(lookup);
    X509_STORE *store = X509_LOOKUP_get_store(lookup);
    X509_OBJECT *object;
    X509 *certificate;

    if (type != X509_LU_X509) {
        return 0;
    }
    if (!trust->bundle_read) {
        X509_LOOKUP *file = X509_STORE_add_lookup(store, X509_LOOKUP_file());

        trust->bundle_read = true;
        trust->bundle_found =
            file != NULL &&
            X509_LOOKUP_load_file(file, NULL, X509_FILETYPE_DEFAULT) == 1;
        /* A bundle that is missing leaves the issuer unknown: it is told. */
        ERR_clear_error();
    }
    object = X509_OBJECT_retrieve_by_subject(X509_STORE_get0_objects(store),
                                             type, name);
    if (object == NULL) {
        return 0;
    }
    certificate = X509_OBJECT_get0_X509(object);
    if (X509_OBJECT_set1_X509(found, certificate) != 1) {
        return 0;
    }
    /* The caller counts its own reference; the store keeps one. */
    X509_free(certificate);
    return 1;
}

static bool trust_system(struct tls_trust *trust, X509_STORE *store)
{
    X509_LOOKUP *directory =
        X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    X509_LOOKUP *bundle;

    trust->bundle_method = X509_LOOKUP_meth_new("bundle on demand");
    if (directory == NULL || trust->bundle_method == NULL ||
        X509_LOOKUP_add_dir(directory, NULL, X509_FILETYPE_DEFAULT) != 1 ||
        X509_LOOKUP_meth_set_get_by_subject(trust->bundle_method,
                                            find_in_bundle) != 1) {
        return false;
    }
    bundle = X509_STORE_add_lookup(store, trust->bundle_method);
    return bundle != NULL && X509_LOOKUP_set_method_data(bundle, trust) == 1;
}

/* -- Both -- */

bool tls_trust_install(struct tls_trust *trust, struct ssl_ctx_st *context)
{
    if (trust->store == NULL) {
        return trust_system(trust, SSL_CTX_get_cert_store(context));
    }
    /* Whatever is in the file is trusted, also what no root signed. */
    (void)X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                      X509_V_FLAG_PARTIAL_CHAIN);
    SSL_CTX_set_cert_store(context, trust->store);
    trust->store = NULL;
    return true;
}

bool tls_trust_is_empty(const struct tls_trust *trust)
{
    const char *directory = getenv(X509_get_default_cert_dir_env());
    DIR *stream;

    if (!trust->bundle_read || trust->bundle_found) {
        return false;
    }
    /* As OpenSSL finds it. */
    stream =
        opendir(directory != NULL ? directory : X509_get_default_cert_dir());
    if (stream != NULL) {
        (void)closedir(stream);
    }
    return stream == NULL;
}

const char *tls_trust_missing_bundle(const struct tls_trust *trust)
{
    return trust->bundle_read && !trust->bundle_found
               ? getenv(X509_get_default_cert_file_env())
               : NULL;
}

void tls_trust_deinit(struct tls_trust *trust)
{
    X509_STORE_free(trust->store);
    X509_LOOKUP_meth_free(trust->bundle_method);
    *trust = (struct tls_trust){.store = NULL};
}
