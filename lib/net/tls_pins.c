/* SPDX-License-Identifier: MIT */
#include "net/tls_pins.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/tls_file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdlib.h>

static const char prefix[] = "sha256//";

/* False when OpenSSL has no memory. `key` is of certificate or file. */
static bool digest_key(unsigned char pin[TLS_PIN_SIZE], X509_PUBKEY *key)
{
    unsigned char *der = NULL;
    int size = i2d_X509_PUBKEY(key, &der);
    bool done = size > 0 && EVP_Digest(der, (size_t)size, pin, NULL,
                                       EVP_sha256(), NULL) == 1;

    OPENSSL_free(der);
    ERR_clear_error();
    return done;
}

/* ---- A list of digests ------------------------------------------------- */

static enum sockfeed_result add_digest(struct tls_pins *pins, struct span text,
                                       struct sockfeed_failure *failure)
{
    struct malformed malformed;
    struct span digits = span_starts(text, prefix)
                             ? span_skip(text, sizeof prefix - 1)
                             : span_of(NULL, 0);

    if (base64_decoded_size(digits) != TLS_PIN_SIZE ||
        base64_decode((char *)pins->at[pins->count], digits, &malformed) !=
            SOCKFEED_OK) {
        return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_NONE,
                           "the pinned key %.*s is not sha256// and the 32 "
                           "bytes of a digest in base64",
                           (int)text.size, text.data);
    }
    pins->count++;
    return SOCKFEED_OK;
}

static enum sockfeed_result parse_list(struct tls_pins *pins, struct span text,
                                       struct sockfeed_failure *failure)
{
    enum sockfeed_result result = SOCKFEED_OK;

    pins->at = calloc(LIMIT_PINS, sizeof *pins->at);
    if (pins->at == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    while (result == SOCKFEED_OK && text.size > 0) {
        size_t end = span_find(text, ';');

        if (pins->count == LIMIT_PINS) {
            return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_NONE,
                               "more than %d pinned keys", LIMIT_PINS);
        }
        result = add_digest(pins, span_of(text.data, end), failure);
        text = span_skip(text, end < text.size ? end + 1 : end);
    }
    return result;
}

/* ---- A file ------------------------------------------------------------ */

/* In PEM or in DER form; NULL where it is neither. */
static EVP_PKEY *read_key(const char *file)
{
    BIO *stream = BIO_new_file(file, "r");
    EVP_PKEY *key = NULL;

    if (stream != NULL) {
        key = PEM_read_bio_PUBKEY(stream, NULL, NULL, NULL);
    }
    if (stream != NULL && key == NULL && BIO_reset(stream) == 0) {
        key = d2i_PUBKEY_bio(stream, NULL);
    }
    (void)BIO_free(stream);
    ERR_clear_error();
    return key;
}

static enum sockfeed_result parse_file(struct tls_pins *pins, const char *file,
                                       struct sockfeed_failure *failure)
{
    static const char what[] = "pinned public key file";
    X509_PUBKEY *encoded = NULL;
    EVP_PKEY *key;
    bool done;

    if (tls_file_check(failure, SOCKFEED_INVALID, what, file) != SOCKFEED_OK) {
        return SOCKFEED_INVALID;
    }
    key = read_key(file);
    if (key == NULL) {
        return tls_file_refuse(failure, SOCKFEED_INVALID, what, file,
                               "no public key in PEM or DER form in it");
    }
    pins->at = calloc(1, sizeof *pins->at);
    done = pins->at != NULL && X509_PUBKEY_set(&encoded, key) == 1 &&
           digest_key(pins->at[0], encoded);
    pins->count = done ? 1 : 0;
    X509_PUBKEY_free(encoded);
    EVP_PKEY_free(key);
    return done ? SOCKFEED_OK : failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
}

/* ---- Both -------------------------------------------------------------- */

enum sockfeed_result tls_pins_parse(struct tls_pins *pins, const char *text,
                                    struct sockfeed_failure *failure)
{
    if (text == NULL) {
        return SOCKFEED_OK;
    }
    return span_starts(span_text(text), prefix)
               ? parse_list(pins, span_text(text), failure)
               : parse_file(pins, text, failure);
}

void tls_pins_deinit(struct tls_pins *pins)
{
    free(pins->at);
    *pins = (struct tls_pins){.at = NULL};
}

enum sockfeed_result tls_pins_check(const struct tls_pins *pins,
                                    struct x509_st *certificate,
                                    struct sockfeed_failure *failure)
{
    unsigned char pin[TLS_PIN_SIZE];
    char text[48] = "";

    if (pins->count == 0) {
        return SOCKFEED_OK;
    }
    if (certificate == NULL ||
        !digest_key(pin, X509_get_X509_PUBKEY(certificate))) {
        return failure_set(failure, SOCKFEED_PIN, SOCKFEED_STAGE_TLS,
                           "the server has no public key that could be held "
                           "against the pinned one");
    }
    for (size_t i = 0; i < pins->count; i++) {
        if (memcmp(pin, pins->at[i], TLS_PIN_SIZE) == 0) {
            return SOCKFEED_OK;
        }
    }
    base64_encode(text, span_of((const char *)pin, sizeof pin));
    return failure_set(failure, SOCKFEED_PIN, SOCKFEED_STAGE_TLS,
                       "the server's public key is not the pinned one; it has "
                       "%s%s",
                       prefix, text);
}
