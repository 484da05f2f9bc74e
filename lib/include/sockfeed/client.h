/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_CLIENT_H
#define SOCKFEED_CLIENT_H

/*
 * Clients: each connects to one URL, sends its subscriptions after every
 * connect, and reports to one callback what happens. A loss is made good as
 * the options say. Functions may be called inside the callback.
 */

#include "sockfeed/event.h"
#include "sockfeed/loop.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Gives a client that does nothing until it is started. Copies the options.
 * The loop must outlive it. INVALID when the options do not hold together, as
 * sockfeed_options_check would say; NOMEM, SYSTEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_new(
    struct sockfeed_client **client, struct sockfeed_loop *loop,
    const struct sockfeed_options *options, sockfeed_callback callback,
    void *user) SOCKFEED_CHECK;

/* Ends its connections without a word. Legal at any time, also inside the
 * callback, where it is deferred: no further event comes. Fits NULL. */
SOCKFEED_API void sockfeed_client_free(struct sockfeed_client *client);

/* Begins to connect. Failures come as events. STATE when called twice. */
SOCKFEED_API enum sockfeed_result sockfeed_client_start(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* Answers PREPARE, inside the callback or later: the connection is made with
 * the client's options, AUTH of `fresh` in place of theirs, each HEADER in
 * place of those of its name. Copies. STATE when the connection does not wait
 * (any more); INVALID when the options do not hold together, NOMEM: then it is
 * a try that failed. */
SOCKFEED_API enum sockfeed_result sockfeed_client_prepare(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_options *fresh) SOCKFEED_CHECK;

/* The other answer to PREPARE: a try that failed, for this reason, which is
 * one of the failures. Copies the text. Elsewhere this does nothing. */
SOCKFEED_API void sockfeed_client_decline(struct sockfeed_client *client,
                                          unsigned connection,
                                          enum sockfeed_result reason,
                                          const char *text);

/* Adds a subscription: sent after every connect, in the order of adding, and
 * when connected, behind those that are on their way. Copies. FULL: all of
 * them are at most 16 MiB; NOMEM; INVALID for a type that the protocol does
 * not carry. */
SOCKFEED_API enum sockfeed_result sockfeed_client_subscribe(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Forgets the first subscription that says the same: it is not sent again, and
 * not yet where it had not gone. INVALID when there is none. */
SOCKFEED_API enum sockfeed_result sockfeed_client_unsubscribe(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Adds a barrier behind the subscriptions so far: when a connection has come
 * to it, AWAITING says so, and no more is sent on it until
 * sockfeed_client_proceed. When that does not come within AWAIT_TIMEOUT, the
 * connection is given up (TIMEOUT). FULL, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_await(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* The connection with the number of that event may go on; elsewhere this does
 * nothing. */
SOCKFEED_API void sockfeed_client_proceed(struct sockfeed_client *client,
                                          unsigned connection);

/* Adds a message that is sent on every connection each `interval` ms; with
 * `idle` only when no message was sent or received for as long. To be called
 * before the start: STATE. Copies. FULL after 16 of them, NOMEM; INVALID for a
 * type that the protocol does not carry, or no interval. */
SOCKFEED_API enum sockfeed_result sockfeed_client_heartbeat(
    struct sockfeed_client *client, int64_t interval, bool idle,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Answers what came on a connection: sends on that one, before all that waits
 * to be sent. STATE when it is not open any more; FULL, NOMEM, INVALID. */
SOCKFEED_API enum sockfeed_result sockfeed_client_answer(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Sends once: now, or kept in order until connected and subscribed. Copies.
 * What was kept has gone when SENT comes. FULL: at most 16 MiB are kept; NOMEM;
 * INVALID for a type that the protocol does not carry; STATE when closing. */
SOCKFEED_API enum sockfeed_result sockfeed_client_send(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Sends an EVENT once and asks for an acknowledgement. Gives the call's
 * number, counted from 1; ANSWER comes for it exactly once, at the latest
 * `timeout` ms after it was sent or when its connection is gone. While not
 * connected it is kept, behind the messages that are. Copies. FULL: at most
 * 4096 wait at a time; INVALID unless on Socket.IO, STATE when closing,
 * NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_call(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout) SOCKFEED_CHECK;

/* The same at least once: one such event after the other, and each again,
 * also on another connection, when `timeout` ms or its connection went by
 * without an answer, up to `retries` times. Then the next one's turn comes.
 * Results as of sockfeed_client_call. */
SOCKFEED_API enum sockfeed_result sockfeed_client_deliver(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout,
    unsigned retries) SOCKFEED_CHECK;

/* Answers an EVENT that has an id, at most once. `connection` is the one it
 * came on: STATE when that is gone, or the namespace has ended. Copies. FULL,
 * NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_acknowledge(
    struct sockfeed_client *client,
    const struct sockfeed_acknowledgement *acknowledgement) SOCKFEED_CHECK;

/* How many messages are kept, not yet sent. */
SOCKFEED_API size_t
sockfeed_client_unsent(const struct sockfeed_client *client);

/* Sends a ping of WebSocket's (RFC 6455, 5.5.2), in any protocol; EVENT_PONG
 * comes with the answer. STATE unless connected over a WebSocket. */
SOCKFEED_API enum sockfeed_result sockfeed_client_ping(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* Stops and resumes reading messages, for a consumer that cannot keep up.
 * Heartbeats go on as far as the protocol lets the client begin them. */
SOCKFEED_API void sockfeed_client_pause(struct sockfeed_client *client);
SOCKFEED_API void sockfeed_client_resume(struct sockfeed_client *client);

/* For a consumer that cannot take a message of the server's: gives the present
 * connection up as if the library had found it too large (TOO_LARGE) or
 * malformed (PROTOCOL), which the server is told. The text is what LOST or
 * CLOSED say. Does nothing while not connected. */
SOCKFEED_API void sockfeed_client_reject(struct sockfeed_client *client,
                                         enum sockfeed_result reason,
                                         const char *text);

/* Says goodbye (Socket.IO DISCONNECT, a close frame with 1000: RFC 6455,
 * 7.4.1), waits up to `timeout` ms for the peer's answer, then EVENT_CLOSED
 * with result OK. */
SOCKFEED_API void sockfeed_client_close(struct sockfeed_client *client,
                                        int64_t timeout);

/* The same with another close code, where a WebSocket carries it: INVALID for
 * one that may not be sent (RFC 6455, 7.4). */
SOCKFEED_API enum sockfeed_result sockfeed_client_close_with(
    struct sockfeed_client *client, uint16_t code,
    int64_t timeout) SOCKFEED_CHECK;

#ifdef __cplusplus
}
#endif

#endif
