/* SPDX-License-Identifier: MIT */
#include "net/tls_identity.h"

#include "base/result.h"
#include "net/tls_file.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <stdbool.h>
#include <string.h>

/* What OpenSSL asks for while it reads a key. */
struct question {
    const char *password; /* NULL: there is none */
    bool asked;
};

static int on_password(char *to, int size, int for_writing, void *user)
{
    struct question *question = user;
    size_t length = question->password == NULL ? 0 : strlen(question->password);

    (void)for_writing;
    question->asked = true;
    if (question->password == NULL || length > (size_t)size) {
        return -1;
    }
    memcpy(to, question->password, length);
    return (int)length;
}

static const char certificate_file[] = "certificate file";

static enum sockfeed_result refuse(struct sockfeed_failure *failure,
                                   const char *what, const char *file,
                                   const char *reason)
{
    ERR_clear_error();
    return tls_file_refuse(failure, SOCKFEED_OWN_CERTIFICATE, what, file,
                           reason);
}

static enum sockfeed_result refuse_form(struct sockfeed_failure *failure,
                                        const char *what, const char *file,
                                        const char *part)
{
    ERR_clear_error();
    return tls_file_refuse_form(failure, SOCKFEED_OWN_CERTIFICATE, what, file,
                                part);
}

static enum sockfeed_result use_certificate(SSL_CTX *context, const char *file,
                                            struct sockfeed_failure *failure)
{
    unsigned long error;
    const char *text;

    if (tls_file_check(failure, SOCKFEED_OWN_CERTIFICATE, certificate_file,
                       file) != SOCKFEED_OK) {
        return SOCKFEED_OWN_CERTIFICATE;
    }
    if (SSL_CTX_use_certificate_chain_file(context, file) == 1) {
        return SOCKFEED_OK;
    }
    /* OpenSSL's own words where the reason is none that is known by name. */
    error = ERR_peek_error();
    text = ERR_reason_error_string(error);
    return text == NULL || (ERR_GET_LIB(error) == ERR_LIB_PEM &&
                            ERR_GET_REASON(error) == PEM_R_NO_START_LINE)
               ? refuse_form(failure, certificate_file, file, "certificate")
               : refuse(failure, certificate_file, file, text);
}

static const char *key_reason(const struct question *question)
{
    unsigned long error = ERR_peek_last_error();

    if (ERR_GET_LIB(error) == ERR_LIB_X509 &&
        (ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH ||
         ERR_GET_REASON(error) == X509_R_KEY_TYPE_MISMATCH)) {
        return "it does not belong to the certificate";
    }
    if (question->asked) {
        return question->password == NULL
                   ? "it is encrypted, and no pass phrase was given"
                   : "the pass phrase does not open it";
    }
    return NULL;
}

/* `what` is that of the certificate where no other file was named. */
static enum sockfeed_result use_key(SSL_CTX *context, const char *what,
                                    const char *file, const char *password,
                                    struct sockfeed_failure *failure)
{
    struct question question = {password, false};
    const char *reason;
    int used;

    if (tls_file_check(failure, SOCKFEED_OWN_CERTIFICATE, what, file) !=
        SOCKFEED_OK) {
        return SOCKFEED_OWN_CERTIFICATE;
    }
    SSL_CTX_set_default_passwd_cb(context, on_password);
    SSL_CTX_set_default_passwd_cb_userdata(context, &question);
    used = SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
    SSL_CTX_set_default_passwd_cb(context, NULL);
    if (used == 1) {
        return SOCKFEED_OK;
    }
    reason = key_reason(&question);
    if (reason == NULL) {
        return refuse_form(failure, what, file, "private key");
    }
    (void)refuse(failure, what, file, reason);
    if (question.asked) {
        failure->cause = SOCKFEED_CAUSE_KEY_ENCRYPTED;
    }
    return failure->result;
}

enum sockfeed_result tls_identity_use(struct ssl_ctx_st *context,
                                      const struct tls_identity *identity,
                                      struct sockfeed_failure *failure)
{
    bool together = identity->key == NULL;
    const char *key = together ? identity->certificate : identity->key;
    enum sockfeed_result result;

    if (identity->certificate == NULL) {
        return SOCKFEED_OK;
    }
    ERR_clear_error();
    result = use_certificate(context, identity->certificate, failure);
    if (result == SOCKFEED_OK) {
        result = use_key(context, together ? certificate_file : "key file", key,
                         identity->password, failure);
        if (together && result != SOCKFEED_OK &&
            failure->cause == SOCKFEED_CAUSE_OTHER) {
            failure->cause = SOCKFEED_CAUSE_NO_KEY;
        }
    }
    return result;
}

enum sockfeed_result tls_identity_serve(struct ssl_ctx_st *context,
                                        const struct tls_identity *identity,
                                        struct sockfeed_failure *failure)
{
    (void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    return tls_identity_use(context, identity, failure);
}
