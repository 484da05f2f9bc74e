/* SPDX-License-Identifier: MIT */
#ifndef API_CARRIER_H
#define API_CARRIER_H

#include "base/span.h"
#include "codec/ws_frame.h"
#include "sockfeed/event.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * What carries a connection's messages. Those of Engine.IO go over a WebSocket
 * or by long-polling, which the connection cannot tell from each other: a
 * message is always what would be one on a WebSocket.
 */
struct carrier;
struct connection_config;
struct guard;
struct request;

/* All of it must outlive the carrier. */
struct carrier_config {
    const struct connection_config *connection;
    const struct request *request;
    int64_t deadline; /* loop_now by which it must be open */
    /* A WebSocket: what is asked for; empty: the endpoint's target. Then the
     * request cannot be sent elsewhere by a redirect either. */
    struct span target;
    /* Long-polling in the place of a WebSocket that did not come about. */
    bool instead;
    struct guard *guard; /* of the owner: entered around calls from the loop */
};

struct carrier_opened {
    const char *transport; /* "websocket" or "polling" */
    int eio; /* Engine.IO's revision where the transport tells it, or 0 */
};

/*
 * None is called from inside a function of this header. Payloads are views
 * valid during the call. Inside a handler the owner may be freed; the carrier
 * itself only when its owner's guard lets it.
 */
struct carrier_handlers {
    /* Messages can be sent. */
    void (*open)(void *user, const struct carrier_opened *opened);
    /* TEXT or BINARY. A text is UTF-8, and LIMIT_RECEIVE_PAD bytes behind it
     * can be read. */
    void (*message)(void *user, enum ws_opcode opcode, struct span payload);
    /* In place of `message`, for several texts of a WebSocket at once; answers
     * how many of the first it has dealt with, the next one goes to `message`.
     * May be NULL. */
    size_t (*texts)(void *user, const struct sockfeed_text *texts,
                    size_t count);
    /* Control frames of a WebSocket; of ours, those that it sends itself. */
    void (*received)(void *user, enum ws_opcode opcode, struct span payload);
    void (*sent)(void *user, enum ws_opcode opcode, struct span payload);
    /* All that one read brought has been handed on. */
    void (*drained)(void *user);
    /* Before what was queued in this turn is written: the owner sees to
     * failures and deadlines of its own. */
    void (*settle)(void *user);
    /* It is over, also after carrier_close, and is to be freed. OK: after a
     * goodbye of ours that was answered. */
    void (*ended)(void *user, const struct sockfeed_failure *failure);
    /* Other events of its own: TRACE, STEP, NOTICE. */
    void (*event)(void *user, struct sockfeed_event *event);
};

/* Another kind of carrier fills in one of these; each function stands for the
 * one of the same name below. */
struct carrier_class {
    void (*free)(struct carrier *carrier);
    enum sockfeed_result (*send)(struct carrier *carrier, bool binary,
                                 struct span message);
    void (*pause)(struct carrier *carrier);
    void (*resume)(struct carrier *carrier);
    void (*close)(struct carrier *carrier, uint16_t code, int64_t timeout);
    void (*reject)(struct carrier *carrier, enum sockfeed_result reason);
    void (*adopt)(struct carrier *carrier,
                  const struct carrier_handlers *handlers, void *user);
    /* NULL where there are no pings. */
    enum sockfeed_result (*ping)(struct carrier *carrier, struct span payload);
};

/* The first member of every kind. */
struct carrier {
    const struct carrier_class *class;
};

/* Another owner from now on, with the same guard; legal inside handlers, for
 * the next one. */
void carrier_adopt(struct carrier *carrier,
                   const struct carrier_handlers *handlers, void *user);

/* Its handlers are not called any more: for an owner that will free it later. */
void carrier_silence(struct carrier *carrier);

/* Ends it without a word. Fits NULL. */
void carrier_free(struct carrier *carrier);

/* Queues a message for the end of this turn. STATE when not open, FULL,
 * NOMEM. */
enum sockfeed_result carrier_send(struct carrier *carrier, bool binary,
                                  struct span message) SOCKFEED_CHECK;

/* While paused no message is handed on, also none that was received before. */
void carrier_pause(struct carrier *carrier);
void carrier_resume(struct carrier *carrier);

/* Says goodbye behind what is queued, on a WebSocket with a close frame that
 * has this code, and waits up to `timeout` ms for the answer; `ended` comes. Does nothing when not open. */
void carrier_close(struct carrier *carrier, uint16_t code, int64_t timeout);

/* Gives up because of a failure above, which the peer is told as well as the
 * transport can. */
void carrier_reject(struct carrier *carrier, enum sockfeed_result reason);

/* Sends a ping of WebSocket's, at most 125 bytes; STATE where the transport has
 * none, or is not open. */
enum sockfeed_result carrier_ping(struct carrier *carrier,
                                  struct span payload) SOCKFEED_CHECK;

#endif
