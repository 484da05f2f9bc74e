/* SPDX-License-Identifier: MIT */
#ifndef API_CALLS_H
#define API_CALLS_H

#include "base/list.h"
#include "base/span.h"
#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The calls of a client: events for which an acknowledgement is wanted, from
 * the moment they are made until they are answered or have failed. They
 * outlive connections, and their ids on the wire are never used twice.
 *
 *   WAITING --- sent ---> SENT --- answered ---> (gone)
 *      ^                   |
 *      +--- tries left ----+
 *      |                   |
 *      +------ failed -----+------> FAILED --- taken ---> (gone)
 *
 * Those made in turn have several tries, and one of them at most is SENT.
 */
struct calls {
    struct list items; /* oldest first */
    size_t count;
    size_t bytes;      /* of the messages that are kept */
    uint64_t numbered; /* calls made so far */
    uint64_t next_id;  /* on the wire */
};

/* How often a call is sent. */
struct calls_effort {
    int64_t timeout; /* ms for the answer, from each time it is sent */
    unsigned tries;  /* at least 1 */
    bool in_turn;    /* it waits for others that are */
};

void calls_init(struct calls *calls);
void calls_deinit(struct calls *calls);

/* Adds a call and gives its number. Copies the message. FULL: LIMIT_ACKS are
 * waiting, or LIMIT_UNSENT bytes; NOMEM. */
enum sockfeed_result calls_add(struct calls *calls, uint64_t *number,
                               const struct sockfeed_outgoing *message,
                               const struct calls_effort *effort)
    SOCKFEED_CHECK;

/* Sends a message under an id. AGAIN: nothing can be sent now. */
typedef enum sockfeed_result calls_sender(
    void *user, const struct sockfeed_outgoing *message, uint64_t id,
    int64_t timeout);

/* Sends what is WAITING and may be, on the connection with this number. What
 * cannot be sent has FAILED, with NAMESPACE where the sender says STATE. */
void calls_send(struct calls *calls, unsigned connection, calls_sender *send,
                void *user);

/* Puts the number of the call in place of the id in an answer that is to be
 * told, and forgets the call. False: nobody is to hear of it, the call will
 * be sent again. */
bool calls_answered(struct calls *calls, struct sockfeed_answer *answer);

/* The connection is gone, 0: every one is: what was SENT on it and has no try
 * left FAILED as LOST. */
void calls_lost(struct calls *calls, unsigned connection);

/* There will be no further connection: all FAILED. */
void calls_end(struct calls *calls, enum sockfeed_result result);

/* Takes the oldest that FAILED out, as an answer that is to be told. */
bool calls_take_failed(struct calls *calls, struct sockfeed_answer *answer);

/* Forgets a call that has just been added and FAILED already, which nobody
 * has to hear of: gives the reason, or OK where it has not failed. */
enum sockfeed_result calls_withdraw(struct calls *calls, uint64_t number);

/* Writes the namespaces of all calls; answers how many: calls->count. */
size_t calls_spaces(const struct calls *calls, struct span *spaces);

#endif
