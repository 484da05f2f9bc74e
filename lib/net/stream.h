/* SPDX-License-Identifier: MIT */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "sockfeed/loop.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A connected socket, with TLS or without, that looks the same to what is
 * above it: bytes in, bytes out, and a callback when either may go on. What
 * TLS needs in the other direction to go on with this one, and what it has
 * already taken off the socket, is the stream's own business.
 *
 *     HANDSHAKE --(TLS handshake done)--> OPEN --(CLOSED, LOST)--> over
 *     (without TLS a stream begins in OPEN)
 */
struct loop;
struct stream;
struct tls;
struct tls_config;

/* `ready` is a set of SOCKFEED_READABLE and SOCKFEED_WRITABLE, of what is
 * wanted; a reason to try, no promise. */
typedef void (*stream_callback)(void *user, unsigned ready);

/* Takes `socket` when the result is OK. NOMEM, SYSTEM. */
enum sockfeed_result stream_new(struct stream **stream, struct loop *loop,
                                int socket, stream_callback callback,
                                void *user) SOCKFEED_CHECK;

/* Closes the socket, with TLS after a close_notify (RFC 8446, 6.1). Legal
 * inside the callback. Fits NULL. */
void stream_free(struct stream *stream);

/* Another callback from now on. */
void stream_set_callback(struct stream *stream, stream_callback callback,
                         void *user);

/* Puts TLS on it, with the certificate's host (see tls_new); on a stream that
 * has TLS already, to a proxy, inside of that. Nothing may have been read or
 * written but by the handshake of a proxy. NOMEM, TLS. */
enum sockfeed_result stream_secure(
    struct stream *stream, struct tls_config *config, const char *host,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Goes on with the TLS handshake: AGAIN until it is done or has failed. The
 * callback then comes, with READABLE, when it can go on. CERTIFICATE, PIN,
 * TLS. */
enum sockfeed_result stream_handshake(
    struct stream *stream, struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Which readiness is reported: a set of the two flags, 0 for none. Without
 * READABLE the peer is held back by TCP. */
void stream_want(struct stream *stream, unsigned wanted);

/* Up to `size` bytes. OK with `done` of them (at least 1), AGAIN, CLOSED for
 * an orderly end, LOST, TLS (see tls_read); `failure` is set with these. */
enum sockfeed_result stream_read(struct stream *stream, char *data, size_t size,
                                 size_t *done, struct sockfeed_failure *failure)
    SOCKFEED_CHECK;

/* Whether a further read is likely to bring something: the last one filled its
 * room, or TLS holds bytes back. When false, the next readiness tells. */
bool stream_has_more(const struct stream *stream);

/* OK with `done` bytes written (at least 1), AGAIN, LOST, TLS. */
enum sockfeed_result stream_write(
    struct stream *stream, const char *data, size_t size, size_t *done,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* The TLS on it, or NULL; views the stream. */
const struct tls *stream_tls(const struct stream *stream);

#endif
