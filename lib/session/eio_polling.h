/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_POLLING_H
#define SESSION_EIO_POLLING_H

#include "base/buf.h"
#include "codec/eio_packet.h"
#include "codec/http_response.h"
#include "session/eio_handshake.h"
#include "session/eio_queue.h"

/*
 * The client's side of Engine.IO's long-polling: what is asked for next, and
 * what the answers mean. A GET waits at the server until there are packets,
 * POSTs bring it ours; one of each at a time, since a second one, like a GET
 * that is dropped, ends the session. Its owner makes the requests and hands
 * back the answers:
 *
 *   after each call         make what eio_polling_next names
 *   an answer's head        eio_polling_head
 *   an answer's body        eio_polling_answered
 *   deadline came           eio_polling_tick
 *
 * Packets pass through it as the messages that they would be on a WebSocket.
 */
struct eio_polling;

/*
 *   OPENING --- the first answer ---> OPEN --- eio_polling_close ---> CLOSING
 *      |                               |            our last POST answered |
 *      +--- refusal, failure, close ---+------------------------------> OVER
 *
 * In OVER nothing is asked for and no handler is called.
 */
enum eio_polling_state {
    EIO_POLLING_OPENING,
    EIO_POLLING_OPEN,
    EIO_POLLING_CLOSING,
    EIO_POLLING_OVER,
};

enum eio_polling_method {
    EIO_POLLING_GET,
    EIO_POLLING_POST,
};

struct eio_polling_config {
    enum eio_revision asked; /* first of all */
    size_t max_message;      /* bytes of a message received */
    uint32_t serial; /* of the first request, told from those of others by it:
                        no cache that stands between mixes them up */
};

/* Inside a handler every function is legal but the free and those that hand
 * back answers. */
struct eio_polling_handlers {
    /* There is a session, in this revision; the message that opens it follows
     * at once. */
    void (*open)(void *user, enum eio_revision revision);
    /* A text is UTF-8. It views the body, behind which may be read what may be
     * read behind the body. */
    void (*message)(void *user, bool binary, struct span data);
};

/* What is to be asked for; views valid until the next call. */
struct eio_polling_request {
    enum eio_polling_method method;
    struct span query;        /* of the protocol: "EIO=4&transport=polling" */
    struct span content_type; /* POST */
    struct span body;         /* POST */
    bool first;               /* of the session */
};

/* Gives one, or NULL when out of memory. */
struct eio_polling *eio_polling_new(const struct eio_polling_config *config,
                                    const struct eio_polling_handlers *handlers,
                                    void *user);
void eio_polling_free(struct eio_polling *polling);

enum eio_polling_state eio_polling_state(const struct eio_polling *polling);

/* Whether a request is to be made now, which then is under way. To be asked
 * until it says no. */
bool eio_polling_next(struct eio_polling *polling, int64_t now,
                      struct eio_polling_request *request);

/* The head of an answer, then its body, which may be taken, leaving an empty
 * buffer. Packets are handed on at once, unless held back. */
void eio_polling_head(struct eio_polling *polling,
                      enum eio_polling_method method,
                      const struct http_response *head);
void eio_polling_answered(struct eio_polling *polling, int64_t now,
                          enum eio_polling_method method, struct buf *body);

/* No answer will come: the session is over, for this reason. */
void eio_polling_fail(struct eio_polling *polling,
                      const struct sockfeed_failure *failure);

/* Queues a message, of which a text has its type at least. STATE unless OPEN,
 * FULL, NOMEM. */
enum sockfeed_result eio_polling_send(struct eio_polling *polling, bool binary,
                                      struct span data) SOCKFEED_CHECK;

/* Says goodbye with a close packet behind what is queued. */
void eio_polling_close(struct eio_polling *polling);

/* While held, no packet is handed on and no GET is begun; POSTs are. */
void eio_polling_hold(struct eio_polling *polling);
void eio_polling_release(struct eio_polling *polling);

/* Hands on what has waited while it was held; whether there was anything. */
bool eio_polling_deliver(struct eio_polling *polling, int64_t now);

/* For an upgrade: while paused nothing new is begun, and what is sent waits in
 * the queue, until resumed. Quiet: nothing is under way, and all that has come
 * was handed on. */
void eio_polling_pause(struct eio_polling *polling);
void eio_polling_resume(struct eio_polling *polling);
bool eio_polling_is_quiet(const struct eio_polling *polling);
struct eio_queue *eio_polling_queue(struct eio_polling *polling);

/* When eio_polling_tick is to be called; INT64_MAX: not by itself. */
int64_t eio_polling_deadline(const struct eio_polling *polling);
void eio_polling_tick(struct eio_polling *polling, int64_t now);

enum eio_revision eio_polling_revision(const struct eio_polling *polling);

/* Of the session; zero while OPENING. Views it. */
const struct eio_handshake *eio_polling_handshake(
    const struct eio_polling *polling);

/* Whether the server, while OPENING, has said that it knows no polling. */
bool eio_polling_is_unknown(const struct eio_polling *polling);

/* How it ended: OK after our goodbye. REFUSED: no session was to be had, with
 * the server's words. CLOSED: a close packet. LOST: another status than 200
 * later on, or a POST that was not answered. PROTOCOL, TOO_LARGE, NOMEM, or
 * what eio_polling_fail was told. Views it. */
const struct sockfeed_failure *eio_polling_failure(
    const struct eio_polling *polling);

#endif
