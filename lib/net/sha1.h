/* SPDX-License-Identifier: MIT */
#ifndef NET_SHA1_H
#define NET_SHA1_H

#include <stddef.h>

/*
 * SHA-1 for the WebSocket handshake (RFC 6455, 4.2.2): libwebsockets' own. To
 * ask OpenSSL for this one digest would set up all of it, at half of what a
 * start without TLS costs.
 */
void sha1(const void *data, size_t size, unsigned char digest[20]);

#endif
