/* SPDX-License-Identifier: MIT */
#ifndef API_PROXIES_H
#define API_PROXIES_H

#include "base/buf.h"
#include "net/proxy.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* The proxies of a client: that of the options, else those of the environment,
 * which has one for each scheme of a URL. All zero bytes: none. */
struct endpoint;

enum {
    PROXIES_COUNT = 4 /* http, https, ws, wss */
};

struct proxies {
    struct proxy of[PROXIES_COUNT];
    struct buf exceptions; /* hosts that go without: a list; owned */
};

/* INVALID with the reason in the options, NOMEM; to be deinitialised in every
 * case. The environment is read here, and not again. */
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
