/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include "net/address.h"
#include "net/resolver.h"
#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

/* Where a host is: at the addresses that the user has pinned it to, or at
 * those that the resolver knows. */
struct lookup;
struct loop;
struct route;

struct lookup_config {
    struct loop *loop;
    struct resolver *resolver;
    const struct route *route; /* NULL: the usual one */
    const char *host;          /* without brackets */
    uint16_t port;
};

struct lookup_handlers {
    /* One of the two, once, on a later turn; the lookup must then be freed.
     * Views 1 to LIMIT_ADDRESSES addresses. */
    void (*found)(void *user, const struct address *addresses, size_t count);
    /* RESOLVE, NOMEM, SYSTEM. */
    void (*failed)(void *user, const struct sockfeed_failure *failure);
    /* Views one line on what was found for a name; must not free the
     * lookup. */
    void (*trace)(void *user, const char *line);
};

/* Copies the configuration, but what it points to, and the handlers. NOMEM,
 * SYSTEM (no thread). */
enum sockfeed_result lookup_new(struct lookup **lookup,
                                const struct lookup_config *config,
                                const struct lookup_handlers *handlers,
                                void *user) SOCKFEED_CHECK;

/* Legal inside `found` and `failed`. Fits NULL. */
void lookup_free(struct lookup *lookup);

const char *lookup_host(const struct lookup *lookup);

#endif
