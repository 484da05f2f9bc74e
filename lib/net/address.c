/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include <netdb.h>
#include <stdio.h>

const char *address_text(const struct address *address, char text[ADDRESS_TEXT])
{
    /* An IPv6 address, a mark, the name of an interface. */
    char host[ADDRESS_TEXT - sizeof(" port 65535")];
    char port[sizeof("65535")];

    if (getnameinfo(&address->u.any, address->size, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        (void)snprintf(text, ADDRESS_TEXT, "unknown address");
    } else {
        (void)snprintf(text, ADDRESS_TEXT, "%s port %s", host, port);
    }
    return text;
}
