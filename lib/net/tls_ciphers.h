/* SPDX-License-Identifier: MIT */
#ifndef NET_TLS_CIPHERS_H
#define NET_TLS_CIPHERS_H

#include "sockfeed/result.h"

struct ssl_ctx_st;

/* Has the context offer these ciphers, names or strings of openssl-ciphers(1)
 * separated by colons. Those of TLS 1.3 begin with TLS_; of the version of which
 * none is named all remain. INVALID for one that OpenSSL does not know, which
 * it would pass over in silence; NOMEM. */
enum sockfeed_result tls_ciphers_use(
    struct ssl_ctx_st *context, const char *ciphers,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

#endif
