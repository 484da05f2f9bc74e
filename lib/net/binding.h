/* SPDX-License-Identifier: MIT */
#ifndef NET_BINDING_H
#define NET_BINDING_H

/* Where sockets begin: at an interface ("eth0"), or at an address of this
 * host. */
struct binding {
    const char *to; /* NULL: wherever the system likes; the owner's */
};

/* Binds a socket of a family that is not yet connected. 0, or an errno: ENODEV
 * for no such interface, EAFNOSUPPORT where it has no address of the family,
 * EADDRNOTAVAIL where the address is not this host's. */
int binding_apply(const struct binding *binding, int socket, int family);

#endif
