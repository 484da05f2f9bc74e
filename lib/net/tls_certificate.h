/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_CERTIFICATE_H
#define NET_TLS_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

/* What certificates say, fit for a terminal: whoever made one may have written
 * anything into it. */

struct asn1_string_st;
struct x509_st;
struct X509_name_st;

enum {
    TLS_CERTIFICATE_NAME = 192, /* enough for most; others are cut */
    TLS_CERTIFICATE_DATE = 64
};

/* Writes a name, "CN=R11,O=Let's Encrypt,C=US", cut to `size`. */
void tls_certificate_name(const struct X509_name_st *name, char *text,
                          size_t size);

/* Writes the hosts it is for, "a.example, b.example and 5 more": the first
 * `most` of the alternative names, for which alone it counts where it has some
 * (RFC 6125, 6.4.4), else the subject. Cut to `size`. */
void tls_certificate_hosts(struct x509_st *certificate, int most, char *text,
                           size_t size);

/* Writes "2026-11-23" and gives `text` back. */
const char *tls_certificate_date(const struct asn1_string_st *time,
                                 char text[TLS_CERTIFICATE_DATE]);

/* Seconds since the epoch; 0 for what is no time. */
int64_t tls_certificate_time(const struct asn1_string_st *time);

#endif
