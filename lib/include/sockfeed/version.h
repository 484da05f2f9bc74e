/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_VERSION_H
#define SOCKFEED_VERSION_H

#include "sockfeed/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. */
#define SOCKFEED_VERSION "0.1.0"

/* The version of the library in use, "1.2.3". Static storage. */
SOCKFEED_API const char *sockfeed_version(void);

/* The versions of the libraries in use and how the loop waits,
 * "libwebsockets/4.1.6 OpenSSL/3.0.15 cJSON/1.7.15 loop/epoll". Static
 * storage. */
SOCKFEED_API const char *sockfeed_libraries(void);

#ifdef __cplusplus
}
#endif

#endif
