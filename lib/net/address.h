/* SPDX-License-Identifier: MIT */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/span.h"

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A numeric address of IPv4 or IPv6 with its port, or a path of this host. */
struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un path;
    } u;
    socklen_t size;
};

/* "2001:db8:1111:2222:3333:4444:255.255.255.255%interface port 65535", or a
 * path of at most 107 bytes. */
enum {
    ADDRESS_TEXT = 128
};

/* Writes "127.0.0.1 port 80", or the path, and gives `text` back. */
const char *address_text(const struct address *address,
                         char text[ADDRESS_TEXT]);

/* Reads a numeric address, IPv6 without brackets; false where it is none. */
bool address_parse(struct address *address, struct span text, uint16_t port);

/* The address of a unix socket; false where the path is empty or too long. */
bool address_of_path(struct address *address, const char *path);

#endif
