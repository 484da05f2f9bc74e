/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* getifaddrs */
#include "net/binding.h"

#include "net/address.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>

static int bind_to(int socket, int family, const struct address *address)
{
    if (address->u.any.sa_family != family) {
        return EAFNOSUPPORT;
    }
    return bind(socket, &address->u.any, address->size) == 0 ? 0 : errno;
}

static bool is_address_of(const struct ifaddrs *entry, const char *interface,
                          int family)
{
    return entry->ifa_addr != NULL && entry->ifa_addr->sa_family == family &&
           strcmp(entry->ifa_name, interface) == 0;
}

/* Without the right to bind to the device, its address has to do. */
static int bind_to_address_of(int socket, int family, const char *interface)
{
    struct ifaddrs *list;
    int error = EAFNOSUPPORT;

    if (getifaddrs(&list) != 0) {
        return errno;
    }
    for (const struct ifaddrs *entry = list;
         entry != NULL && error == EAFNOSUPPORT; entry = entry->ifa_next) {
        if (is_address_of(entry, interface, family)) {
            socklen_t size = family == AF_INET ? sizeof(struct sockaddr_in)
                                               : sizeof(struct sockaddr_in6);

            error = bind(socket, entry->ifa_addr, size) == 0 ? 0 : errno;
        }
    }
    freeifaddrs(list);
    return error;
}

int binding_apply(const struct binding *binding, int socket, int family)
{
    struct address address;

    if (binding->to == NULL || family == AF_UNIX) {
        return 0;
    }
    if (address_parse(&address, span_text(binding->to), 0)) {
        return bind_to(socket, family, &address);
    }
    if (if_nametoindex(binding->to) == 0) {
        return ENODEV;
    }
    if (setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, binding->to,
                   (socklen_t)strlen(binding->to) + 1) == 0) {
        return 0;
    }
    return errno == EPERM ? bind_to_address_of(socket, family, binding->to)
                          : errno;
}
