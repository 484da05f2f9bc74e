/* SPDX-License-Identifier: MIT */
#ifndef CODEC_SOCKS5_H
#define CODEC_SOCKS5_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * What a client says to a SOCKS 5 proxy and hears from it (RFC 1928), with the
 * user's name and password where the proxy wants them (RFC 1929):
 *
 *     greeting -> choice -> [login -> verdict] -> request -> reply
 *
 * A decoder answers OK with the *used bytes it was, MORE, or PROTOCOL with
 * `malformed`.
 */

enum {
    SOCKS5_TEXT_MAX = 255 /* a user, a password, a host name */
};

enum socks5_method {
    SOCKS5_METHOD_NONE = 0,
    SOCKS5_METHOD_LOGIN = 2,
    SOCKS5_METHOD_REFUSED = 255 /* none of those offered */
};

/* Offers to go without a login, and with one where `login`. */
void socks5_append_greeting(struct buf *to, bool login);

/* The method that the proxy chose, as it wrote it. */
enum sockfeed_result socks5_decode_choice(unsigned *method, size_t *used,
                                          struct malformed *malformed,
                                          struct span data) SOCKFEED_CHECK;

/* Both at most SOCKS5_TEXT_MAX. */
void socks5_append_login(struct buf *to, struct span user,
                         struct span password);

enum sockfeed_result socks5_decode_verdict(bool *accepted, size_t *used,
                                           struct malformed *malformed,
                                           struct span data) SOCKFEED_CHECK;

/* Asks for a connection to a name of 1 to SOCKS5_TEXT_MAX bytes, or to the
 * address that the text is (IPv6 without brackets). */
void socks5_append_request(struct buf *to, struct span host, uint16_t port);

/* The proxy's code: 0 when it has connected. */
enum sockfeed_result socks5_decode_reply(unsigned *code, size_t *used,
                                         struct malformed *malformed,
                                         struct span data) SOCKFEED_CHECK;

/* What a code says, fit for the middle of a sentence. */
const char *socks5_reply_text(unsigned code);

#endif
