/* SPDX-License-Identifier: MIT */
#ifndef API_REACH_H
#define API_REACH_H

#include "api/proxies.h"
#include "api/ways.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* What all connections of a client share on their way to its server, made from
 * the options. All zero bytes are a valid empty one. */
struct cookies;
struct endpoint;
struct option_list;
struct tls_config;

struct reach {
    struct ways ways;
    struct proxies proxies;
    struct tls_config *proxy_tls;   /* owned; for proxies that speak TLS */
    struct tls_config *foreign_tls; /* owned; for hosts that a redirect leads
                                       to; NULL: nothing is kept from them */
    struct cookies *cookies;        /* owned */
    enum sockfeed_transport worked; /* the last one; AUTO: none yet */
    bool older; /* the server is of revision 3, and to be asked as such */
};

/* INVALID with the reason in the options, NOMEM; to be deinitialised in every
 * case. */
enum sockfeed_result reach_init(struct reach *reach,
                                struct sockfeed_options *options,
                                const struct endpoint *endpoint) SOCKFEED_CHECK;
void reach_deinit(struct reach *reach);

/* Keeps what Cookie headers among the lines give, for the endpoint's host: in
 * a request there is one such line (RFC 6265, 5.4). FULL, NOMEM. */
enum sockfeed_result reach_give_headers(
    const struct reach *reach, const struct endpoint *endpoint,
    const struct option_list *headers) SOCKFEED_CHECK;

/* Makes what has to be read from files. See security_new for the results. */
enum sockfeed_result reach_prepare(
    struct reach *reach, const struct sockfeed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

#endif
