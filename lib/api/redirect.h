/* SPDX-License-Identifier: MIT */
#ifndef API_REDIRECT_H
#define API_REDIRECT_H

#include "api/endpoint.h"
#include "base/buf.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/*
 * Where the redirects of a handshake lead (RFC 9110, 15.4): at most
 * LIMIT_REDIRECTS of them, never from TLS to none, and without the user's
 * credentials once they lead to another server.
 */
struct redirect {
    struct buf location;      /* of the last answer; empty: it is none */
    struct endpoint endpoint; /* where the last one led, once `count` > 0 */
    unsigned count;
};

void redirect_init(struct redirect *redirect);
void redirect_deinit(struct redirect *redirect);

/* Goes where `location` leads from the last endpoint, which is `first` to
 * begin with. REFUSED or REDIRECTS with the reason put into the failure, NOMEM.
 * The location is forgotten. */
enum sockfeed_result redirect_follow(
    struct redirect *redirect, const struct endpoint *first,
    struct sockfeed_options *options,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Whether credentials that were for `first` do not go where it led. */
bool redirect_withholds(const struct redirect *redirect,
                        const struct endpoint *first,
                        const struct sockfeed_options *options);

/* Appends one line on where it led, without what may be a secret. */
void redirect_describe(struct buf *to, const struct redirect *redirect);

#endif
