/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_REACTIONS_H
#define CLI_RUN_REACTIONS_H

#include "base/span.h"
#include "cli/base/option_error.h"
#include "cli/feeds/feeds.h"
#include "cli/options/options.h"

#include <stdbool.h>

/*
 * What messages set off by their text as it was received: those that --await
 * waits for let the subscriptions go on, those of --reply are answered. All
 * zero bytes are none.
 */
struct reactions {
    struct regex **awaits; /* owned, in the order of the barriers */
    size_t await_count;
    struct reply **replies; /* owned */
    size_t reply_count;
    struct feeds *feeds;
    unsigned awaiting; /* feeds that stand at a barrier */
    bool reported;     /* that a reply cannot be sent */
};

/* The feeds must live as long. INVALID with the error set, NOMEM; to be
 * deinitialised in every case. */
enum sockfeed_result reactions_init(struct reactions *reactions,
                                    const struct send_options *options,
                                    struct feeds *feeds,
                                    struct option_error *error) SOCKFEED_CHECK;
void reactions_deinit(struct reactions *reactions);

/* Whether there is anything that messages may set off. */
bool reactions_any(const struct reactions *reactions);

/* Takes what is told about a connection: where it comes to a barrier, and its
 * end. */
void reactions_event(struct reactions *reactions, struct feed *feed,
                     const struct sockfeed_event *event);

/* Whether messages are to be shown to reactions_take now. */
bool reactions_listen(const struct reactions *reactions);

/* Looks at a message that came on a connection of the feed. True: it was
 * answered, and nobody else is to see it. */
bool reactions_take(struct reactions *reactions, struct feed *feed,
                    unsigned connection, struct span text);

#endif
