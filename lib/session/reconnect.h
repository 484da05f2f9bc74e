/* SPDX-License-Identifier: MIT */
#ifndef SESSION_RECONNECT_H
#define SESSION_RECONNECT_H

#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdint.h>

struct rng;

/*
 * Whether and when a connection that ended is tried again. It is told what
 * happened and answers with a delay; it waits for nothing itself.
 */

enum {
    /* A server may ask for more patience than the schedule has, but not for
     * more than this, in ms: it must not be able to switch a client off. */
    RECONNECT_RETRY_AFTER_MAX = 3600000,
};

struct reconnect_config {
    enum sockfeed_reconnect policy;
    const int64_t *delays; /* ms before each try, the last repeated */
    size_t delay_count;    /* at least 1 */
    int64_t jitter;        /* each delay times 1 +- jitter / 1000 */
    int64_t retries;       /* tries in a row that may fail; -1 without end */
};

struct reconnect {
    bool open;                      /* the present connection was up */
    bool ever_open;                 /* one was */
    bool delivered;                 /* it delivered something since it was up */
    struct reconnect_config config; /* delays are views that must outlive it */
    struct rng *rng;                /* likewise */
    size_t next;                    /* delay to take next */
    int64_t last_delay;             /* ms, the one taken last; 0: none */
    int64_t attempts;               /* tries since something was delivered */
    int64_t opened_at;              /* meaningful while open */
};

void reconnect_init(struct reconnect *reconnect,
                    const struct reconnect_config *config, struct rng *rng);

/* The connection is up: handshakes done, namespaces joined. */
void reconnect_opened(struct reconnect *reconnect, int64_t now);

/* It has delivered a message, so that its end is not a failed try. */
void reconnect_delivered(struct reconnect *reconnect);

/* How a connection ended. */
struct reconnect_end {
    enum sockfeed_result result;
    int64_t retry_after; /* ms the server asked to wait, or 0 */
    bool disconnected;   /* the server ended the last Socket.IO namespace:
                            final unless the policy is ALWAYS */
};

/*
 * It has ended, or could not be opened. AGAIN: try again after *delay ms.
 * Anything else: give up, with this result, which is end->result.
 */
enum sockfeed_result reconnect_ended(
    struct reconnect *reconnect, int64_t *delay, int64_t now,
    const struct reconnect_end *end) SOCKFEED_CHECK;

/* Tries made since something was last delivered, the one granted included. */
int64_t reconnect_attempts(const struct reconnect *reconnect);

#endif
