/* SPDX-License-Identifier: MIT */
#ifndef API_PROXIES_H
#define API_PROXIES_H

#include "base/span.h"
#include "net/proxy.h"
#include "sockfeed.h"

/* The proxies of a client: that of the options, else those of the environment,
 * which has one for each scheme of a URL. All zero bytes: none. */
struct endpoint;

enum {
    PROXIES_COUNT = 4 /* http, https, ws, wss */
};

struct proxies {
    struct proxy of[PROXIES_COUNT];
    struct span exceptions; /* hosts that go without; a view */
};

/* INVALID with the reason in the options, which must outlive it; to be
 * deinitialised in every case. The environment is read here. */
enum sockfeed_result proxies_init(
    struct proxies *proxies, struct sockfeed_options *options,
    const struct endpoint *endpoint) SOCKFEED_CHECK;
void proxies_deinit(struct proxies *proxies);

/* The one on the way to the endpoint, or NULL; views. */
const struct proxy *proxies_find(const struct proxies *proxies,
                                 const struct endpoint *endpoint);

/* Whether one of them speaks TLS itself. */
bool proxies_want_tls(const struct proxies *proxies);

#endif
