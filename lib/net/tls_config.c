/* SPDX-License-Identifier: MIT */
#include "net/tls_config.h"

#include "base/result.h"
#include "net/system_error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct tls_config {
    unsigned references;
    bool insecure;
    X509_STORE *store; /* of the CA file, until the context has it */
    SSL_CTX *context;
    X509_LOOKUP_METHOD *bundle_method;
    bool bundle_read;
};

/* -- The user's CA file -- */

static enum sockfeed_result refuse_file(struct sockfeed_failure *failure,
                                        const char *file, const char *reason)
{
    return failure_set(failure, SOCKFEED_CA_FILE, SOCKFEED_STAGE_NONE,
                       "CA file %s: %s", file, reason);
}

static enum sockfeed_result read_file(struct tls_config *config,
                                      const char *file,
                                      struct sockfeed_failure *failure)
{
    char text[SYSTEM_ERROR_TEXT];
    FILE *stream = fopen(file, "re");
    bool loaded;

    /* Only the system knows why a file cannot be opened. */
    if (stream == NULL) {
        int error = errno;

        (void)refuse_file(failure, file, system_error_text(error, text));
        failure->system_error = error;
        return SOCKFEED_CA_FILE;
    }
    (void)fclose(stream);
    config->store = X509_STORE_new();
    if (config->store == NULL) {
        return failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE, "%s",
                           sockfeed_result_text(SOCKFEED_NOMEM));
    }
    loaded = X509_STORE_load_file(config->store, file) == 1;
    ERR_clear_error();
    return loaded
               ? SOCKFEED_OK
               : refuse_file(failure, file, "no certificate in PEM form in it");
}

/* -- The system's certificates -- */

/* A lookup that comes after the directory's: its first use reads the bundle
 * into the store. Answers 1 with the certificate of that name. */
static int find_in_bundle(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type,
                          const X509_NAME *name, X509_OBJECT *found)
{
    struct tls_config *config = X509_LOOKUP_get_method_data(lookup);
    X509_STORE *store = X509_LOOKUP_get_store(lookup);
    X509_OBJECT *object;
    X509 *certificate;

    if (type != X509_LU_X509) {
        return 0;
    }
    if (!config->bundle_read) {
        X509_LOOKUP *file = X509_STORE_add_lookup(store, X509_LOOKUP_file());

        config->bundle_read = true;
        if (file != NULL) {
            (void)X509_LOOKUP_load_file(file, NULL, X509_FILETYPE_DEFAULT);
        }
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

static bool trust_system(struct tls_config *config, X509_STORE *store)
{
    X509_LOOKUP *directory =
        X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
    X509_LOOKUP *bundle;

    config->bundle_method = X509_LOOKUP_meth_new("bundle on demand");
    if (directory == NULL || config->bundle_method == NULL ||
        X509_LOOKUP_add_dir(directory, NULL, X509_FILETYPE_DEFAULT) != 1 ||
        X509_LOOKUP_meth_set_get_by_subject(config->bundle_method,
                                            find_in_bundle) != 1) {
        return false;
    }
    bundle = X509_STORE_add_lookup(store, config->bundle_method);
    return bundle != NULL && X509_LOOKUP_set_method_data(bundle, config) == 1;
}

/* -- The context -- */

static bool set_up(struct tls_config *config)
{
    static const unsigned char protocols[] = "\x08http/1.1";
    SSL_CTX *context = config->context;

    /* No renegotiation: a relic that a feed has no use for. */
    (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    /* A queue that was moved by its growth is still the same bytes. Buffers
     * of idle connections are given back: 34 KiB each. */
    (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(
        context, config->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1) !=
            0) {
        return false;
    }
    if (config->store != NULL) {
        /* Whatever is in the file is trusted, also what no root signed. */
        (void)X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                          X509_V_FLAG_PARTIAL_CHAIN);
        SSL_CTX_set_cert_store(context, config->store);
        config->store = NULL;
        return true;
    }
    return config->insecure ||
           trust_system(config, SSL_CTX_get_cert_store(context));
}

struct ssl_ctx_st *tls_config_context(struct tls_config *config)
{
    if (config->context == NULL) {
        config->context = SSL_CTX_new(TLS_client_method());
        if (config->context != NULL && !set_up(config)) {
            SSL_CTX_free(config->context);
            config->context = NULL;
            X509_LOOKUP_meth_free(config->bundle_method);
            config->bundle_method = NULL;
        }
    }
    return config->context;
}

enum sockfeed_result tls_config_new(struct tls_config **config,
                                    const struct tls_options *options,
                                    struct sockfeed_failure *failure)
{
    struct tls_config *created = calloc(1, sizeof(*created));
    enum sockfeed_result result;

    *config = NULL;
    if (created == NULL) {
        return failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_NONE, "%s",
                           sockfeed_result_text(SOCKFEED_NOMEM));
    }
    created->references = 1;
    created->insecure = options->insecure;
    if (options->ca_file != NULL) {
        result = read_file(created, options->ca_file, failure);
        if (result != SOCKFEED_OK) {
            tls_config_free(created);
            return result;
        }
    }
    *config = created;
    return SOCKFEED_OK;
}

struct tls_config *tls_config_share(struct tls_config *config)
{
    config->references++;
    return config;
}

void tls_config_free(struct tls_config *config)
{
    if (config == NULL || --config->references > 0) {
        return;
    }
    SSL_CTX_free(config->context);
    X509_STORE_free(config->store);
    /* After the store, whose lookups are made of it. */
    X509_LOOKUP_meth_free(config->bundle_method);
    free(config);
}
