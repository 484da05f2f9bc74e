/* SPDX-License-Identifier: MIT */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include "net/address.h"
#include "sockfeed/result.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Host names to addresses, by getaddrinfo, so that nsswitch, mDNS and
 * /etc/hosts count. It runs in threads, at most LIMIT_RESOLVER_THREADS at a
 * time, the rest queued; a lookup cannot be interrupted, so one that nobody
 * waits for any more runs on by itself and its answer is dropped, even after
 * the resolver is gone. Numeric addresses need no thread.
 */
struct loop;
struct resolver;
struct resolver_job;

struct resolver_query {
    const char *host; /* a name, or an address without brackets */
    uint16_t port;    /* put into the addresses */
    int family;       /* AF_INET, AF_INET6; 0: both */
};

/* Exactly one of the two: `failure` NULL and 1 to LIMIT_ADDRESSES addresses in
 * the order of preference (RFC 6724), or a failure of RESOLVE, NOMEM or
 * SYSTEM. All views. The job is over: it must not be freed. */
typedef void (*resolver_callback)(void *user,
                                  const struct sockfeed_failure *failure,
                                  const struct address *addresses,
                                  size_t count);

/* NOMEM, SYSTEM. */
enum sockfeed_result resolver_new(struct resolver **resolver,
                                  struct loop *loop) SOCKFEED_CHECK;

/* Its jobs must be over or freed. Fits NULL. */
void resolver_free(struct resolver *resolver);

/* Looks a host up. The answer comes on a later turn unless the job is freed
 * before. Copies the query. NOMEM, SYSTEM (no thread). */
enum sockfeed_result resolver_start(struct resolver_job **job,
                                    struct resolver *resolver,
                                    const struct resolver_query *query,
                                    resolver_callback callback,
                                    void *user) SOCKFEED_CHECK;

/* Forgets a job before its answer: no callback. Fits NULL. */
void resolver_job_free(struct resolver_job *job);

#endif
