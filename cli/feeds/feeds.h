/* SPDX-License-Identifier: MIT */
#ifndef CLI_FEEDS_FEEDS_H
#define CLI_FEEDS_FEEDS_H

#include "cli/feeds/feed.h"

#include <stddef.h>

/* All URLs of the command line, and of each all its connections: what is done
 * to each of them, and what is true of them together. All zero bytes are none. */
struct feeds {
    struct feed *at; /* owned */
    size_t count;
    size_t live; /* started and not closed yet */
};

/* feed_init for every connection of the options' URLs; `user` is put into each. INVALID
 * with the error set, NOMEM; to be deinitialised in every case. */
enum sockfeed_result feeds_init(struct feeds *feeds,
                                const struct options *options, void *user,
                                struct option_error *error) SOCKFEED_CHECK;
void feeds_deinit(struct feeds *feeds);

/* Begins to connect all of them. */
enum sockfeed_result feeds_start(struct feeds *feeds) SOCKFEED_CHECK;

/* Keeps in mind what an event says of a feed. */
void feeds_event(struct feeds *feeds, struct feed *feed,
                 const struct sockfeed_event *event);

/* Says goodbye on each, waiting `timeout` ms for the answer; with a close code
 * of its own unless that is 0 or none that may be sent. */
void feeds_close(struct feeds *feeds, uint16_t code, int64_t timeout);

void feeds_pause(struct feeds *feeds);
void feeds_resume(struct feeds *feeds);

/* Whether one of them has been connected. */
bool feeds_were_open(const struct feeds *feeds);

/* How many of them are. */
size_t feeds_open_count(const struct feeds *feeds);

/* Whether each is connected and what it was given to send is on its way, or
 * will never be. */
bool feeds_have_sent(const struct feeds *feeds);

#endif
