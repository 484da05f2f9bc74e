/* SPDX-License-Identifier: MIT */
#ifndef NET_COOKIES_H
#define NET_COOKIES_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The cookies of one client (RFC 6265): what the user gave and what servers
 * set, for all its requests, the WebSocket's too: load balancers find the
 * server of a session by them. At most LIMIT_COOKIES of LIMIT_COOKIE bytes;
 * the oldest goes first. Times are seconds since the epoch, since that is what
 * servers write.
 */
struct cookie_line;
struct cookies;
struct http_response;

/* Where a request goes, or an answer comes from. */
struct cookies_place {
    struct span host;   /* lower case, IPv6 without brackets */
    struct span target; /* path and query of the request */
    bool secure;        /* https, wss */
};

/* Gives an empty jar, or NULL when out of memory. */
struct cookies *cookies_new(void);

/* Wipes them. Fits NULL. */
void cookies_free(struct cookies *cookies);

/* Keeps the pairs of a Cookie header ("a=1; b=2") that the user wants sent to
 * `host` and to no other, whatever the path, until the server sets them anew.
 * FULL for one that is too large, or more than there is room for; NOMEM. */
enum sockfeed_result cookies_give(struct cookies *cookies, struct span host,
                                  struct span text) SOCKFEED_CHECK;

/* Keeps one from a file of cookies if it is for `host`: a browser's file has
 * those of a thousand others. FULL, NOMEM. */
enum sockfeed_result cookies_give_line(
    struct cookies *cookies, struct span host,
    const struct cookie_line *line) SOCKFEED_CHECK;

/* Keeps and forgets what the Set-Cookie headers of an answer say. What may not
 * be set from there, is malformed or too large is passed over, as browsers
 * do; so is what there is no memory for. Fits NULL. */
void cookies_receive(struct cookies *cookies, const struct cookies_place *from,
                     const struct http_response *response, int64_t now);

/* Appends the value of the Cookie header for a request ("a=1; b=2"): nothing
 * where there is none to send. Forgets those whose time is over. Fits NULL. */
void cookies_append(struct buf *to, struct cookies *cookies,
                    const struct cookies_place *place, int64_t now);

#endif
