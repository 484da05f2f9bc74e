/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_PINS_H
#define NET_TLS_PINS_H

#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Public keys of which a server must have one, whatever its certificate says:
 * the SHA-256 of each in the form of SubjectPublicKeyInfo (RFC 7469, 2.4).
 */
struct x509_st;

enum {
    TLS_PIN_SIZE = 32
};

/* All zero bytes pin nothing. */
struct tls_pins {
    unsigned char (*at)[TLS_PIN_SIZE]; /* owned */
    size_t count;
};

/* `text` is `sha256//BASE64`, several separated by `;`, or the name of a file
 * with a public key in PEM or DER form. INVALID with the reason, NOMEM. */
enum sockfeed_result tls_pins_parse(struct tls_pins *pins, const char *text,
                                    struct sockfeed_failure *failure)
    SOCKFEED_CHECK;
void tls_pins_deinit(struct tls_pins *pins);

/* OK where nothing is pinned or the certificate's key is; PIN with what it
 * has, so that a user can pin that. */
enum sockfeed_result tls_pins_check(
    const struct tls_pins *pins, struct x509_st *certificate,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

#endif
