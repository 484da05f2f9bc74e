/* SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include "base/result.h"
#include "net/tls_certificate.h"
#include "net/tls_failure.h"
#include "net/tls_socket.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct tls {
    SSL *ssl;
    struct tls_socket socket;        /* unless it has an outer one */
    struct tls *outer;               /* whose bytes it is made of, or NULL */
    struct tls_config *config;       /* shared */
    struct sockfeed_failure refusal; /* of the certificate; result OK: none */
    bool asked;  /* the server asked for a certificate of ours */
    char host[]; /* without a final dot */
};

/* ---- What OpenSSL calls ---------------------------------------------------- */

/* An issuer may be unknown because there is no list of those that are. */
static void blame_list(struct tls *tls)
{
    const char *file = tls_config_missing_bundle(tls->config);
    char *text = tls->refusal.text;
    size_t size = strlen(text);

    if (tls_config_trusts_nobody(tls->config)) {
        (void)failure_set(&tls->refusal, SOCKFEED_CERTIFICATE,
                          SOCKFEED_STAGE_TLS,
                          "this machine has no list of authorities to hold "
                          "the certificate against");
        tls->refusal.cause = SOCKFEED_CAUSE_NO_AUTHORITIES;
    } else if (file != NULL) {
        (void)snprintf(text + size, sizeof tls->refusal.text - size,
                       ", and SSL_CERT_FILE names %s, which cannot be read",
                       file);
    }
}

static int on_verify(int accepted, X509_STORE_CTX *context)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(
        context, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *tls = SSL_get_app_data(ssl);

    if (accepted == 0) {
        tls_failure_certificate(&tls->refusal, context, tls->host);
        if (tls->refusal.cause == SOCKFEED_CAUSE_UNKNOWN_ISSUER) {
            blame_list(tls);
        }
    }
    return accepted;
}

/* When the server asks for a certificate. Answers 1: go on with what there
 * is. */
static int on_request(SSL *ssl, void *user)
{
    struct tls *tls = user;

    (void)ssl;
    tls->asked = true;
    return 1;
}

static int on_session(SSL *ssl, SSL_SESSION *session)
{
    const struct tls *tls = SSL_get_app_data(ssl);

    tls_sessions_keep(tls_config_sessions(tls->config), tls->host, session);
    return 0; /* the caller's reference was not taken */
}

/* ---- Making one ------------------------------------------------------------ */

/* Whom the certificate must be for: an address, or a name, which is then told
 * to the server too (RFC 6066, 3: names only). */
static bool set_host(struct tls *tls)
{
    X509_VERIFY_PARAM *rules = SSL_get0_param(tls->ssl);
    bool done;

    X509_VERIFY_PARAM_set_hostflags(rules,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    done = X509_VERIFY_PARAM_set1_ip_asc(rules, tls->host) == 1 ||
           (SSL_set1_host(tls->ssl, tls->host) == 1 &&
            SSL_set_tlsext_host_name(tls->ssl, tls->host) == 1);
    ERR_clear_error();
    return done;
}

/* Not before the host is set: that is what a session is kept for. */
static void set_callbacks(struct tls *tls, SSL_CTX *context)
{
    (void)SSL_set_app_data(tls->ssl, tls);
    SSL_set_cert_cb(tls->ssl, on_request, tls);
    SSL_CTX_sess_set_new_cb(context, on_session);
    if (SSL_get_verify_mode(tls->ssl) != SSL_VERIFY_NONE) {
        SSL_set_verify(tls->ssl, SSL_VERIFY_PEER, on_verify);
    }
    tls_sessions_offer(tls_config_sessions(tls->config), tls->host, tls->ssl);
}

/* The host that the server is asked for and its certificate must be for. */
static const char *effective_host(const struct tls_config *config,
                                  const char *host)
{
    const char *name = tls_config_server_name(config);

    return name == NULL ? host : name;
}

/* What it reads from and writes to. */
static bool attach(struct tls *tls, int socket, const struct tls *outer)
{
    BIO *bio = outer == NULL ? tls_socket_init(&tls->socket, socket)
                             : BIO_new(BIO_f_ssl());

    if (bio == NULL) {
        return false;
    }
    if (outer != NULL) {
        (void)BIO_set_ssl(bio, outer->ssl, BIO_NOCLOSE);
    }
    SSL_set_bio(tls->ssl, bio, bio);
    return true;
}

static enum sockfeed_result make(struct tls **tls, struct tls_config *config,
                                 int socket, struct tls *outer,
                                 const char *host,
                                 struct sockfeed_failure *failure)
{
    size_t size;
    struct tls *created;
    SSL_CTX *context;

    *tls = NULL;
    host = effective_host(config, host);
    size = strlen(host);
    if (size > 0 && host[size - 1] == '.') {
        size--;
    }
    /* An empty name would be no check at all. */
    if (size == 0) {
        return failure_set(failure, SOCKFEED_TLS, SOCKFEED_STAGE_TLS,
                           "there is no host name to hold the certificate "
                           "against");
    }
    created = calloc(1, sizeof(*created) + size + 1);
    context = created == NULL ? NULL : tls_config_context(config);
    if (context != NULL) {
        memcpy(created->host, host, size);
        created->config = tls_config_share(config);
        created->ssl = SSL_new(context);
    }
    if (created == NULL || created->ssl == NULL ||
        !attach(created, socket, outer)) {
        tls_free(created);
        ERR_clear_error();
        return failure_set_nomem(failure, SOCKFEED_STAGE_TLS);
    }
    SSL_set_connect_state(created->ssl);
    set_callbacks(created, context);
    if (!set_host(created)) {
        tls_free(created);
        return failure_set(failure, SOCKFEED_TLS, SOCKFEED_STAGE_TLS,
                           "no certificate can be for the host name %s", host);
    }
    created->outer = outer;
    *tls = created;
    return SOCKFEED_OK;
}

enum sockfeed_result tls_new(struct tls **tls, struct tls_config *config,
                             int socket, const char *host,
                             struct sockfeed_failure *failure)
{
    return make(tls, config, socket, NULL, host, failure);
}

enum sockfeed_result tls_new_inside(struct tls **tls, struct tls_config *config,
                                    struct tls *outer, const char *host,
                                    struct sockfeed_failure *failure)
{
    return make(tls, config, -1, outer, host, failure);
}

void tls_free(struct tls *tls)
{
    if (tls != NULL) {
        SSL_free(tls->ssl);
        tls_socket_deinit(&tls->socket);
        tls_config_free(tls->config);
        tls_free(tls->outer);
        free(tls);
    }
}

/* ---- Using it -------------------------------------------------------------- */

/* Before each call: what was left by others must not be taken for its own. */
static void begin_call(void)
{
    ERR_clear_error();
    errno = 0;
}

static struct tls_situation situation_of(const struct tls *tls,
                                         bool handshaking)
{
    return (struct tls_situation){
        .host = tls->host,
        .handshaking = handshaking,
        .only_13 = tls_config_only_13(tls->config),
        .asked = tls->asked,
        .has_identity = tls_config_has_identity(tls->config),
    };
}

/* AGAIN, CLOSED, or a failure that is still to be described: LOST. */
static enum sockfeed_result outcome(const struct tls *tls, int answer,
                                    unsigned *wanted)
{
    switch (SSL_get_error(tls->ssl, answer)) {
    case SSL_ERROR_WANT_READ:
        *wanted = SOCKFEED_READABLE;
        return SOCKFEED_AGAIN;
    case SSL_ERROR_WANT_WRITE:
        *wanted = SOCKFEED_WRITABLE;
        return SOCKFEED_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return SOCKFEED_CLOSED;
    default:
        return SOCKFEED_LOST;
    }
}

enum sockfeed_result tls_handshake(struct tls *tls, unsigned *wanted,
                                   struct sockfeed_failure *failure)
{
    struct tls_situation situation;
    enum sockfeed_result result;
    int answer;

    begin_call();
    answer = SSL_do_handshake(tls->ssl);
    if (answer == 1) {
        return tls_pins_check(tls_config_pins(tls->config),
                              SSL_get0_peer_certificate(tls->ssl), failure);
    }
    result = outcome(tls, answer, wanted);
    if (result == SOCKFEED_AGAIN) {
        return result;
    }
    if (tls->refusal.result != SOCKFEED_OK) {
        *failure = tls->refusal;
        ERR_clear_error();
    } else {
        situation = situation_of(tls, true);
        tls_failure_connection(failure, &situation);
    }
    return failure->result;
}

static enum sockfeed_result transferred(const struct tls *tls, int answer,
                                        unsigned *wanted,
                                        struct sockfeed_failure *failure)
{
    struct tls_situation situation;
    enum sockfeed_result result;

    if (answer == 1) {
        return SOCKFEED_OK;
    }
    result = outcome(tls, answer, wanted);
    if (result == SOCKFEED_LOST) {
        situation = situation_of(tls, false);
        tls_failure_connection(failure, &situation);
        return failure->result;
    } else if (result == SOCKFEED_CLOSED) {
        (void)failure_set(failure, result, SOCKFEED_STAGE_STREAM,
                          "the server closed the connection");
    }
    return result;
}

enum sockfeed_result tls_read(struct tls *tls, char *data, size_t size,
                              size_t *done, unsigned *wanted,
                              struct sockfeed_failure *failure)
{
    *done = 0;
    begin_call();
    return transferred(tls, SSL_read_ex(tls->ssl, data, size, done), wanted,
                       failure);
}

enum sockfeed_result tls_write(struct tls *tls, const char *data, size_t size,
                               size_t *done, unsigned *wanted,
                               struct sockfeed_failure *failure)
{
    *done = 0;
    begin_call();
    return transferred(tls, SSL_write_ex(tls->ssl, data, size, done), wanted,
                       failure);
}

bool tls_pending(const struct tls *tls)
{
    return SSL_has_pending(tls->ssl) == 1 ||
           (tls->outer != NULL && tls_pending(tls->outer));
}

void tls_close(struct tls *tls)
{
    /* During the handshake OpenSSL calls it an error. */
    if (SSL_is_init_finished(tls->ssl)) {
        begin_call();
        (void)SSL_shutdown(tls->ssl);
        ERR_clear_error();
    }
    if (tls->outer != NULL) {
        tls_close(tls->outer);
    }
}

void tls_inspect(const struct tls *tls, struct tls_facts *facts)
{
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);

    *facts = (struct tls_facts){
        .version = SSL_get_version(tls->ssl),
        .cipher = SSL_get_cipher_name(tls->ssl),
        .resumed = SSL_session_reused(tls->ssl) == 1,
        .subject = "nobody",
        .issuer = "nobody",
    };
    if (certificate != NULL) {
        tls_certificate_name(X509_get_subject_name(certificate), facts->subject,
                             sizeof facts->subject);
        tls_certificate_name(X509_get_issuer_name(certificate), facts->issuer,
                             sizeof facts->issuer);
        tls_certificate_hosts(certificate, TLS_FACTS_HOSTS, facts->hosts,
                              sizeof facts->hosts);
        facts->not_before =
            tls_certificate_time(X509_get0_notBefore(certificate));
        facts->not_after =
            tls_certificate_time(X509_get0_notAfter(certificate));
    }
}

void tls_describe(const struct tls *tls, char *text, size_t size)
{
    struct tls_facts facts;

    tls_inspect(tls, &facts);
    (void)snprintf(text, size, "%s, %s, %scertificate of %s, issued by %s",
                   facts.version, facts.cipher,
                   facts.resumed ? "session resumed, " : "", facts.subject,
                   facts.issuer);
}

const char *tls_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
