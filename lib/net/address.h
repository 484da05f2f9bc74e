/* SPDX-License-Identifier: MIT */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

/* A numeric address of IPv4 or IPv6 with its port. */
struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } u;
    socklen_t size;
};

/* "2001:db8:1111:2222:3333:4444:255.255.255.255%interface port 65535" */
enum {
    ADDRESS_TEXT = 96
};

/* Writes "127.0.0.1 port 80" and gives `text` back. */
const char *address_text(const struct address *address,
                         char text[ADDRESS_TEXT]);

#endif
