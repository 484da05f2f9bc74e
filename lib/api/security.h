/* SPDX-License-Identifier: MIT */
#ifndef API_SECURITY_H
#define API_SECURITY_H

#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* What a client's options say about TLS. */
struct tls_config;

/* Holds them against each other. INVALID with the reason in the options. */
enum sockfeed_result security_check(struct sockfeed_options *options)
    SOCKFEED_CHECK;

/* See tls_config_new for the results. */
enum sockfeed_result security_new(
    struct tls_config **tls, const struct sockfeed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Whether the options have what only the URL's own host may see or is known
 * by: our certificate, the name that its own is for. */
bool security_is_personal(const struct sockfeed_options *options);

/* The same for a host that a redirect leads to: without those. */
enum sockfeed_result security_new_for_foreign(
    struct tls_config **tls, const struct sockfeed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* The same towards a proxy, which is not the server: the authorities are the
 * same, and so is whether anything is verified; the client's certificate, the
 * pinned keys and the name are for the server. */
enum sockfeed_result security_new_for_proxy(
    struct tls_config **tls, const struct sockfeed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

#endif
