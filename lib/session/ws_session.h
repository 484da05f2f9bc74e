/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_SESSION_H
#define SESSION_WS_SESSION_H

#include "base/span.h"
#include "codec/ws_frame.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdint.h>

struct rng;
struct ws_extension;

/*
 * A WebSocket after the handshake (RFC 6455): messages in and out, pings,
 * closing. It is stepped by its owner, who has the socket:
 *
 *   bytes came      ws_session_receive
 *   may write       write ws_session_output, tell ws_session_sent
 *   deadline came   ws_session_tick
 *   stream ended    ws_session_end
 *   after each      write what there is to write; at WS_SESSION_OVER close
 *                   the stream
 */
struct ws_session;

/*
 *   OPEN ------- ws_session_close ---> CLOSING    our close frame is queued
 *    |                                    |
 *    | the peer's close frame             | the peer's close frame
 *    v                                    v
 *   LINGERING <---------------------------+       both sides have said goodbye
 *    |
 *    | output written; after both goodbyes a client also waits for the
 *    | server's end of the stream; or the deadline
 *    v
 *   OVER
 *
 * A failure queues a close frame with its code and goes to LINGERING without
 * waiting for the peer; the end of the stream goes to OVER at once.
 */
enum ws_session_state {
    WS_SESSION_OPEN,
    WS_SESSION_CLOSING,
    WS_SESSION_LINGERING,
    WS_SESSION_OVER,
};

enum {
    /* How long a client waits for the server to end the stream after both
     * have said goodbye, and anyone for the last bytes to be written. */
    WS_SESSION_LINGER_MS = 2000,
};

struct ws_session_config {
    int64_t ping_interval; /* ms between pings; 0: none are sent */
    int64_t ping_timeout;  /* ms without a byte after a ping; 0: for ever */
    struct rng *rng;       /* of masking keys; outlives the session */
    const struct ws_extension *compression; /* agreed permessage-deflate, of a
                                               client only; borrowed; or NULL */
    unsigned max_fragments;                 /* 0: LIMIT_FRAGMENTS */
    enum ws_role role;
    size_t max_message; /* bytes of a message received */
};

/*
 * `message` and `received` (control frames, before they are acted on) are
 * called from ws_session_receive; inside them every function of the session is
 * legal but ws_session_receive itself, and a free is deferred. `sent` tells of
 * the control frames that the session sends by itself, when they are encoded:
 * it must call nothing of the session. The payloads are views valid during the
 * call. The latter two handlers may be NULL.
 */
struct ws_session_handlers {
    void (*message)(void *user, enum ws_opcode opcode, struct span payload);
    void (*received)(void *user, enum ws_opcode opcode, struct span payload);
    void (*sent)(void *user, enum ws_opcode opcode, struct span payload);
    /* In place of `message`, for texts that came as simple as texts can: some
     * of them at once. Answers how many of the first it has dealt with; the
     * next one then goes to `message`. May be NULL. */
    size_t (*texts)(void *user, const struct sockfeed_text *texts,
                    size_t count);
};

/* Gives a session, to be freed by ws_session_free, or NULL when out of memory.
 * Copies the configuration and the handlers. */
struct ws_session *ws_session_new(const struct ws_session_config *config,
                                  const struct ws_session_handlers *handlers,
                                  void *user, int64_t now);
void ws_session_free(struct ws_session *session);

/* Other handlers from now on; legal inside `message`, for the next one. */
void ws_session_set_handlers(struct ws_session *session,
                             const struct ws_session_handlers *handlers,
                             void *user);

enum ws_session_state ws_session_state(const struct ws_session *session);

/*
 * Takes bytes from the stream: whole frames from the start of `data`, which
 * it may change. The first *used bytes are dealt with; the others are to be
 * given again, with those that follow.
 * OK: all whole frames are dealt with, or the session was paused meanwhile.
 * STATE: it was freed inside a handler: touch it no more.
 * Other failures are sticky, and told in full by ws_session_failure. They do
 * not mean that the stream is to be closed at once: see ws_session_state.
 */
enum sockfeed_result ws_session_receive(struct ws_session *session, int64_t now,
                                        char *data, size_t size,
                                        size_t *used) SOCKFEED_CHECK;

/* Bytes have come that are not yet worth a ws_session_receive, because they
 * are less than it needs; `data` are all that are not used. They are a sign of
 * life to a ping that waits for one, and a text that cannot be UTF-8 any more
 * fails here (RFC 6455, 8.1): results as of ws_session_receive. */
enum sockfeed_result ws_session_arriving(struct ws_session *session,
                                         int64_t now, const char *data,
                                         size_t size) SOCKFEED_CHECK;

/* Bytes that must be there, counted from the first one not used, before
 * ws_session_receive can go on: the frame that has begun to come. At least 2;
 * never more than max_message and a header, or where compression is agreed
 * what ws_deflate_bound makes of max_message. */
size_t ws_session_needed(const struct ws_session *session);

/* While paused no frame is read. Bytes not used wait with their owner, who
 * calls ws_session_receive after resuming, also if none have come since. */
void ws_session_pause(struct ws_session *session);
void ws_session_resume(struct ws_session *session, int64_t now);

/* Queues a message (TEXT, which must be UTF-8, or BINARY) or a PING of at
 * most 125 bytes. Copies. FULL above LIMIT_SEND_QUEUE, STATE when not open,
 * NOMEM, INVALID for another opcode or too long a ping. */
enum sockfeed_result ws_session_send(struct ws_session *session,
                                     enum ws_opcode opcode,
                                     struct span payload) SOCKFEED_CHECK;

/* What is to be written next; empty when nothing is. Once it was asked for,
 * further calls give the same bytes first until ws_session_sent has taken some
 * of them, as a TLS stream demands when it repeats a write. More may follow
 * when all of it is sent: ask again. */
struct span ws_session_output(struct ws_session *session);

/* Whether nothing but whole messages, or nothing at all, has come since there
 * was no output: there is none now, the state is what it was, and the deadline
 * no earlier. */
bool ws_session_is_settled(const struct ws_session *session);

/* The first `count` bytes of ws_session_output have been written. */
void ws_session_sent(struct ws_session *session, size_t count);

/* Bytes queued and not yet sent. */
size_t ws_session_queued(const struct ws_session *session);

/* Says goodbye: a close frame behind what is queued, and `timeout` ms for the
 * peer to answer. Messages that come until then are still delivered; after
 * a close for a failure the user wants none of them. Code 0: a close frame
 * without one. The reason (UTF-8) is cut to 123 bytes. Does nothing when not
 * open. */
void ws_session_close(struct ws_session *session, int64_t now, uint16_t code,
                      struct span reason, int64_t timeout);

/* The stream has ended. When the session was open it is LOST by that. */
void ws_session_end(struct ws_session *session);

/* When ws_session_tick is to be called; INT64_MAX: not before something else
 * happens. */
int64_t ws_session_deadline(const struct ws_session *session);
void ws_session_tick(struct ws_session *session, int64_t now);

/* How the session ended, with the peer's close code; OK while open, and after
 * a close of ours that the peer has answered, if only by ending the stream.
 * CLOSED: the peer closed. TIMEOUT: it did not answer our close. LOST: no
 * pong, or the stream ended. PROTOCOL (an invalid text too), TOO_LARGE, NOMEM.
 * Views the session. */
const struct sockfeed_failure *ws_session_failure(
    const struct ws_session *session);

/* The peer's close frame: its code (0: none came, or it had none) and the
 * reason, which views the session. */
uint16_t ws_session_peer_code(const struct ws_session *session);
struct span ws_session_peer_reason(const struct ws_session *session);

#endif
