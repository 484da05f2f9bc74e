/* SPDX-License-Identifier: MIT */
#include "net/sha1.h"

#include <libwebsockets.h>

#ifdef LWS_SHA1_USE_OPENSSL_NAME /* a build that has none of its own */
# include <openssl/sha.h>
#endif

void sha1(const void *data, size_t size, unsigned char digest[20])
{
    (void)lws_SHA1(data, size, digest);
}
