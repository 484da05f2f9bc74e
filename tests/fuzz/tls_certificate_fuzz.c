/* SPDX-License-Identifier: MIT */

/*
 * What is said about certificates: whoever made one may have written anything
 * into it, and none of that may reach a terminal as it is. The input is a
 * certificate in DER form, held against a host and trusted by nobody.
 */

#include "base/printable.h"
#include "base/utf8.h"
#include "net/tls_certificate.h"
#include "net/tls_failure.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <stdint.h>
#include <string.h>

static const char host[] = "feed.example";

/* Ends within its room, is UTF-8, and hides nothing. */
static void need_printable(const char *text, size_t room)
{
    struct span rest = span_of(text, strnlen(text, room));

    assert(rest.size < room);
    while (rest.size > 0) {
        uint32_t point;
        size_t size = utf8_decode(&point, rest);

        assert(size > 0 && !printable_is_hidden(point));
        rest = span_skip(rest, size);
    }
}

static void describe(X509 *certificate)
{
    char name[TLS_CERTIFICATE_NAME];
    char hosts[256];
    char date[TLS_CERTIFICATE_DATE];

    tls_certificate_name(X509_get_subject_name(certificate), name, sizeof name);
    need_printable(name, sizeof name);
    tls_certificate_name(X509_get_issuer_name(certificate), name, 7);
    need_printable(name, 7);
    for (int most = 1; most < 20; most += 6) {
        tls_certificate_hosts(certificate, most, hosts, sizeof hosts);
        need_printable(hosts, sizeof hosts);
    }
    need_printable(tls_certificate_date(X509_get0_notAfter(certificate), date),
                   sizeof date);
    (void)tls_certificate_time(X509_get0_notBefore(certificate));
}

static int on_error(int accepted, X509_STORE_CTX *context)
{
    struct sockfeed_failure failure;

    if (accepted == 0) {
        tls_failure_certificate(&failure, context, host);
        assert(failure.result == SOCKFEED_CERTIFICATE);
        assert(failure.text[0] != '\0');
        need_printable(failure.text, sizeof failure.text);
    }
    return 1; /* on to the next thing that is wrong with it */
}

static void verify(X509 *certificate)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();

    assert(store != NULL && context != NULL &&
           X509_STORE_CTX_init(context, store, certificate, NULL) == 1);
    (void)X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context), host,
                                      0);
    X509_STORE_CTX_set_verify_cb(context, on_error);
    (void)X509_verify_cert(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const unsigned char *at = data;
    X509 *certificate = d2i_X509(NULL, &at, (long)size);

    if (certificate != NULL) {
        describe(certificate);
        verify(certificate);
    }
    X509_free(certificate);
    ERR_clear_error();
    return 0;
}
