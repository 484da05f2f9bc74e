/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include "base/url.h"

#include <netdb.h>
#include <stdio.h>

const char *address_text(const struct address *address, char text[ADDRESS_TEXT])
{
    /* An IPv6 address, a mark, the name of an interface. */
    char host[ADDRESS_TEXT - sizeof(" port 65535")];
    char port[sizeof("65535")];

    if (address->u.any.sa_family == AF_UNIX) {
        (void)snprintf(text, ADDRESS_TEXT, "%s", address->u.path.sun_path);
    } else if (getnameinfo(&address->u.any, address->size, host, sizeof(host),
                           port, sizeof(port),
                           NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        (void)snprintf(text, ADDRESS_TEXT, "unknown address");
    } else {
        (void)snprintf(text, ADDRESS_TEXT, "%s port %s", host, port);
    }
    return text;
}

bool address_parse(struct address *address, struct span text, uint16_t port)
{
    unsigned char bytes[16];

    memset(address, 0, sizeof(*address));
    switch (url_host_address(bytes, text)) {
    case URL_HOST_IPV4:
        address->u.v4.sin_family = AF_INET;
        address->u.v4.sin_port = htons(port);
        memcpy(&address->u.v4.sin_addr, bytes, 4);
        address->size = sizeof(address->u.v4);
        return true;
    case URL_HOST_IPV6:
        address->u.v6.sin6_family = AF_INET6;
        address->u.v6.sin6_port = htons(port);
        memcpy(&address->u.v6.sin6_addr, bytes, 16);
        address->size = sizeof(address->u.v6);
        return true;
    case URL_HOST_NAME:
        break;
    }
    return false;
}

bool address_of_path(struct address *address, const char *path)
{
    size_t size = strlen(path);

    memset(address, 0, sizeof(*address));
    if (size == 0 || size >= sizeof(address->u.path.sun_path)) {
        return false;
    }
    address->u.path.sun_family = AF_UNIX;
    memcpy(address->u.path.sun_path, path, size);
    address->size = sizeof(address->u.path);
    return true;
}
