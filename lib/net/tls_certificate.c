/* SPDX-License-Identifier: MIT */
#include "net/tls_certificate.h"

#include "base/printable.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

void tls_certificate_name(const X509_NAME *name, char *text, size_t size)
{
    const unsigned long form = (XN_FLAG_RFC2253 & ~(unsigned)XN_FLAG_DN_REV &
                                ~(unsigned)ASN1_STRFLGS_ESC_MSB) |
                               ASN1_STRFLGS_UTF8_CONVERT;
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    long count = 0;

    if (memory != NULL && X509_NAME_print_ex(memory, name, 0, form) >= 0) {
        count = BIO_get_mem_data(memory, &bytes);
    }
    (void)printable_copy(text, size,
                         span_of(bytes, count > 0 ? (size_t)count : 0));
    (void)BIO_free(memory);
}

const char *tls_certificate_date(const struct asn1_string_st *time,
                                 char text[TLS_CERTIFICATE_DATE])
{
    struct tm date = {0};

    if (ASN1_TIME_to_tm(time, &date) != 1) {
        (void)snprintf(text, TLS_CERTIFICATE_DATE, "an unreadable date");
    } else {
        (void)snprintf(text, TLS_CERTIFICATE_DATE, "%04d-%02d-%02d",
                       date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
    }
    return text;
}

/* One of the names that a certificate is for; false for kinds (e-mail
 * addresses) that are no hosts. */
static bool host_text(const GENERAL_NAME *name, char *text, size_t size)
{
    const ASN1_STRING *value = name->d.ia5;
    const unsigned char *data;
    size_t length;

    if (name->type != GEN_DNS && name->type != GEN_IPADD) {
        return false;
    }
    data = ASN1_STRING_get0_data(value);
    length = (size_t)ASN1_STRING_length(value);
    if (name->type == GEN_DNS) {
        (void)printable_copy(text, size, span_of((const char *)data, length));
        return true;
    }
    return (length == 4 || length == 16) &&
           inet_ntop(length == 4 ? AF_INET : AF_INET6, data, text,
                     (socklen_t)size) != NULL;
}

void tls_certificate_hosts(struct x509_st *certificate, int most, char *text,
                           size_t size)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = names == NULL ? 0 : sk_GENERAL_NAME_num(names);
    size_t used = 0;
    int shown = 0;
    int hidden = 0;

    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        char host[TLS_CERTIFICATE_NAME];
        int length;

        if (!host_text(sk_GENERAL_NAME_value(names, i), host, sizeof(host))) {
            continue;
        }
        if (shown == most) {
            hidden++;
            continue;
        }
        length = snprintf(text + used, size - used, "%s%s",
                          shown == 0 ? "" : ", ", host);
        used += (size_t)length < size - used ? (size_t)length : size - used - 1;
        shown++;
    }
    GENERAL_NAMES_free(names);
    if (shown == 0) {
        tls_certificate_name(X509_get_subject_name(certificate), text, size);
    } else if (hidden > 0) {
        (void)snprintf(text + used, size - used, " and %d more", hidden);
    }
}

int64_t tls_certificate_time(const struct asn1_string_st *time)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0;
    int seconds = 0;
    bool done =
        epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

    ASN1_TIME_free(epoch);
    ERR_clear_error();
    return done ? (int64_t)days * 86400 + seconds : 0;
}
