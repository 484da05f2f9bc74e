/* SPDX-License-Identifier: MIT */
#include "net/tls_config.h"

#include "base/limits.h"
#include "base/result.h"
#include "net/system_error.h"
#include "net/tls_ciphers.h"
#include "net/tls_file.h"
#include "net/tls_trust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tls_config {
    unsigned references;
    bool insecure;
    bool only_13;
    bool has_identity;
    int key_log; /* descriptor, or -1 */
    struct tls_trust trust;
    struct tls_pins pins;
    struct tls_sessions sessions;
    SSL_CTX *context;   /* NULL until the options or a connection want it */
    char server_name[]; /* empty: the host's */
};

/* ---- The context --------------------------------------------------------- */

/* Lines as NSS writes them, for those who look at recorded traffic; each in
 * one write, since other processes may append too. */
static void on_key(const SSL *ssl, const char *line)
{
    const struct tls_config *config =
        SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    char text[1024]; /* a line has three fields, the longest of 128 digits */
    size_t size = strlen(line);

    if (size < sizeof text) {
        memcpy(text, line, size);
        text[size] = '\n';
        /* Whether there is room on a disk is no reason to lose a feed. */
        if (write(config->key_log, text, size + 1) < 0) {
            errno = 0;
        }
        OPENSSL_cleanse(text, sizeof text);
    }
}

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
    /* A busy server's records come several with one call, where each would
     * take two: for its header and for what follows. */
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, LIMIT_TLS_READ);
    /* Sessions are kept by us: OpenSSL's cache is not asked by clients. */
    (void)SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_verify(
        context, config->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (config->key_log >= 0) {
        SSL_CTX_set_keylog_callback(context, on_key);
    }
    return SSL_CTX_set_app_data(context, config) == 1 &&
           SSL_CTX_set_min_proto_version(context, config->only_13
                                                      ? TLS1_3_VERSION
                                                      : TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1) ==
               0 &&
           (config->insecure || tls_trust_install(&config->trust, context));
}

struct ssl_ctx_st *tls_config_context(struct tls_config *config)
{
    if (config->context == NULL) {
        config->context = SSL_CTX_new(TLS_client_method());
        if (config->context != NULL && !set_up(config)) {
            SSL_CTX_free(config->context);
            config->context = NULL;
        }
    }
    return config->context;
}

/* ---- What the options name ------------------------------------------------ */

static enum sockfeed_result open_key_log(struct tls_config *config,
                                         const char *file,
                                         struct sockfeed_failure *failure)
{
    char text[SYSTEM_ERROR_TEXT];

    config->key_log =
        open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (config->key_log < 0) {
        int error = errno;

        (void)tls_file_refuse(failure, SOCKFEED_INVALID, "TLS key log file",
                              file, system_error_text(error, text));
        failure->system_error = error;
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

/* What can be refused only by a context. */
static enum sockfeed_result use_in_context(struct tls_config *config,
                                           const struct tls_options *options,
                                           struct sockfeed_failure *failure)
{
    enum sockfeed_result result;

    if (options->ciphers == NULL && options->identity.certificate == NULL) {
        return SOCKFEED_OK;
    }
    if (tls_config_context(config) == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    config->has_identity = options->identity.certificate != NULL;
    result = tls_ciphers_use(config->context, options->ciphers, failure);
    return result == SOCKFEED_OK
               ? tls_identity_use(config->context, &options->identity, failure)
               : result;
}

static enum sockfeed_result use_options(struct tls_config *config,
                                        const struct tls_options *options,
                                        struct sockfeed_failure *failure)
{
    enum sockfeed_result result = tls_trust_load(
        &config->trust, options->ca_file, options->ca_directory, failure);

    if (result == SOCKFEED_OK) {
        result = tls_pins_parse(&config->pins, options->pinned_key, failure);
    }
    if (result == SOCKFEED_OK && options->key_log != NULL) {
        result = open_key_log(config, options->key_log, failure);
    }
    return result == SOCKFEED_OK ? use_in_context(config, options, failure)
                                 : result;
}

enum sockfeed_result tls_config_new(struct tls_config **config,
                                    const struct tls_options *options,
                                    struct sockfeed_failure *failure)
{
    const char *name = options->server_name == NULL ? "" : options->server_name;
    struct tls_config *created = calloc(1, sizeof(*created) + strlen(name) + 1);
    enum sockfeed_result result;

    *config = NULL;
    if (created == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    created->references = 1;
    created->insecure = options->insecure;
    created->only_13 = options->only_13;
    created->key_log = -1;
    memcpy(created->server_name, name, strlen(name));
    result = use_options(created, options, failure);
    if (result != SOCKFEED_OK) {
        tls_config_free(created);
        return result;
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
    /* After the context, whose lookups are made of it. */
    tls_trust_deinit(&config->trust);
    tls_pins_deinit(&config->pins);
    tls_sessions_deinit(&config->sessions);
    if (config->key_log >= 0) {
        (void)close(config->key_log);
    }
    free(config);
}

/* ---- For connections ------------------------------------------------------ */

const char *tls_config_server_name(const struct tls_config *config)
{
    return config->server_name[0] == '\0' ? NULL : config->server_name;
}

const struct tls_pins *tls_config_pins(const struct tls_config *config)
{
    return &config->pins;
}

struct tls_sessions *tls_config_sessions(struct tls_config *config)
{
    return &config->sessions;
}

bool tls_config_has_identity(const struct tls_config *config)
{
    return config->has_identity;
}

bool tls_config_trusts_nobody(const struct tls_config *config)
{
    return tls_trust_is_empty(&config->trust);
}

const char *tls_config_missing_bundle(const struct tls_config *config)
{
    return tls_trust_missing_bundle(&config->trust);
}

bool tls_config_only_13(const struct tls_config *config)
{
    return config->only_13;
}
