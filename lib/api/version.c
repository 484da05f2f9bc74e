/* SPDX-License-Identifier: MIT */
#include "sockfeed/version.h"
#include "net/loop_host.h"
#include "net/tls.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

const char *sockfeed_version(void)
{
    return SOCKFEED_VERSION;
}

const char *sockfeed_libraries(void)
{
    static char text[128];
    const char *libwebsockets = loop_host_library_version();

    /* It adds what git called the sources of the build: "4.1.6-v4.1.6". */
    (void)snprintf(text, sizeof(text),
                   "libwebsockets/%.*s OpenSSL/%s cJSON/%s loop/epoll",
                   (int)strspn(libwebsockets, "0123456789."), libwebsockets,
                   tls_version(), cJSON_Version());
    return text;
}
