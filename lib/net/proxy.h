/* SPDX-License-Identifier: MIT */
#ifndef NET_PROXY_H
#define NET_PROXY_H

#include "base/buf.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A proxy, as curl writes it: [http|https|socks5|socks5h]://[user[:password]@]
 * host[:port]. Without a scheme it is http; the port is 1080 unless said, with
 * https 443.
 */
enum proxy_kind {
    PROXY_HTTP,
    PROXY_HTTPS,   /* HTTP over TLS to the proxy */
    PROXY_SOCKS5,  /* names are looked up here */
    PROXY_SOCKS5H, /* ... by the proxy */
};

/* All zero bytes: no proxy. The buffers are owned. */
struct proxy {
    enum proxy_kind kind;
    uint16_t port; /* 0: no proxy */
    struct buf host;
    bool login;
    struct buf user; /* decoded, as the password */
    struct buf password;
};

/* NULL, or what is wrong with the text, without any of it: it may hold a
 * password. The proxy is to be deinitialised in every case. */
const char *proxy_parse(struct proxy *proxy, struct span text);
void proxy_deinit(struct proxy *proxy);

/* Where it is, "https://proxy.example:443", without user and password, cut to
 * `size`. */
void proxy_describe(const struct proxy *proxy, char *text, size_t size);

/* What the environment says about requests of a scheme ("http", "https", "ws",
 * "wss"), in curl's order: SCHEME_proxy, in capitals too but for http, whose
 * capitals a CGI program's client could set; for ws and wss then as for http
 * and https; at last all_proxy. Views the environment; `name` is the variable.
 * Empty, with `name` NULL, where there is none. */
struct span proxy_environment(const char **name, const char *scheme);

/* no_proxy, or NO_PROXY; views the environment. */
struct span proxy_environment_exceptions(void);

#endif
