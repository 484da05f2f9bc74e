/* SPDX-License-Identifier: MIT */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * URLs of the four schemes that lead to a feed (RFC 3986; RFC 6455, 3). All
 * spans view the text that was parsed.
 */

enum url_scheme {
    URL_HTTP,
    URL_HTTPS,
    URL_WS,
    URL_WSS,
};

struct url {
    enum url_scheme scheme;
    struct span user_info; /* "name:password", encoded; data NULL: none */
    struct span host;      /* as written; an IPv6 address without brackets */
    uint16_t port;         /* the scheme's where the URL names none */
    struct span path;      /* empty, or with its first slash; encoded */
    struct span query;     /* without its '?'; data NULL: none; encoded */
    struct span fragment;  /* without its '#'; data NULL: none; encoded */
};

/*
 * INVALID, with offset and reason, where the text is no such URL: also where
 * it holds spaces or control characters, is longer than LIMIT_URL, or has no
 * scheme (bare "host:port"), for which the reason says what to write. Bytes
 * that are not ASCII are accepted after the host: percent_encode_foreign
 * makes them fit for a request.
 */
enum sockfeed_result url_parse(struct url *url, struct span text,
                               struct malformed *malformed) SOCKFEED_CHECK;

/* "http", "https", "ws", "wss". */
const char *url_scheme_text(enum url_scheme scheme);

/* Whether the scheme asks for TLS. */
bool url_is_secure(enum url_scheme scheme);

/* Whether the scheme is ws or wss. */
bool url_is_websocket(enum url_scheme scheme);

enum url_host {
    URL_HOST_NAME,
    URL_HOST_IPV4,
    URL_HOST_IPV6, /* without brackets */
};

/* Whether a host is an address, which is neither looked up nor sent as SNI
 * (RFC 6066, 3). */
enum url_host url_host_kind(struct span host);

/* The same with the 4 or 16 bytes of the address, in network order. */
enum url_host url_host_address(unsigned char bytes[16], struct span host);

/* Appends the host in lower case, for looking up and comparing. */
void url_append_host(struct buf *to, struct span host);

/* Appends host and port as the Host header has them (RFC 9110, 7.2): lower
 * case, brackets around IPv6, the scheme's own port left out. */
void url_append_authority(struct buf *to, const struct url *url);

struct url_parameter {
    struct span key;   /* encoded, as the value */
    struct span value; /* empty where there is no '=' */
};

/* Takes the next parameter from the front of `query`; false at the end. Empty
 * ones ("a=1&&b=2") are passed over. */
bool url_query_next(struct url_parameter *parameter, struct span *query);

/* Finds the first parameter whose key is, as written, `key`. */
bool url_query_find(struct span *value, struct span query, const char *key);

#endif
