/* SPDX-License-Identifier: MIT */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include "base/span.h"
#include "net/address.h"
#include "net/binding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the user says about the way of sockets. */
enum {
    ROUTE_PIN_ADDRESSES = 16 /* of one --resolve */
};

/* HOST:PORT:ADDRESS[,ADDRESS]...: such a host is not looked up. */
struct route_pin {
    struct span host; /* without brackets; "*": any */
    uint16_t port;
    struct address addresses[ROUTE_PIN_ADDRESSES];
    size_t count;
};

/* HOST1:PORT1:HOST2:PORT2: where to connect to in place of the first two, each
 * of which may be empty for any; an empty one of the others changes nothing. */
struct route_detour {
    struct span from_host; /* without brackets, as to_host */
    uint16_t from_port;    /* 0: any */
    struct span to_host;
    uint16_t to_port; /* 0: the same */
};

/* All zero bytes: the usual way. What it points to is the owner's. */
struct route {
    int family;    /* AF_INET, AF_INET6; 0: both */
    int keepalive; /* seconds between TCP's probes; 0: none */
    struct binding binding;
    const char
        *unix_path; /* a socket that takes the network's place, or NULL */
    const struct route_pin *pins;
    size_t pin_count;
    const struct route_detour *detours;
    size_t detour_count;
};

/* Both read the text of a user, which they view: NULL, or what is wrong. */
const char *route_pin_parse(struct route_pin *pin, struct span text);
const char *route_detour_parse(struct route_detour *detour, struct span text);

/* The first pin for a host, or NULL. */
const struct route_pin *route_find_pin(const struct route *route,
                                       struct span host, uint16_t port);

/* Changes host and port as the first detour from there wants it. */
void route_take_detour(const struct route *route, struct span *host,
                       uint16_t *port);

#endif
