/* SPDX-License-Identifier: MIT */
#ifndef CLI_FEEDS_FEED_H
#define CLI_FEEDS_FEED_H

#include "base/buf.h"
#include "cli/base/option_error.h"
#include "cli/feeds/credentials.h"
#include "cli/input/message.h"
#include "cli/options/options.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * One URL of the command line: its client, and what is known about it.
 *
 *   feed_init -> feed_open -> (started) -> closed
 */
struct feed {
    void *user;                       /* whoever has the feeds */
    unsigned number;                  /* from 0: the source of the output */
    struct sockfeed_options *options; /* owned: the user's, with this URL */
    struct sockfeed_client *client;   /* owned */
    struct credentials credentials;
    enum sockfeed_protocol protocol; /* not AUTO */
    struct buf shown;                /* the URL as it is shown, with a NUL */
    struct buf label;                /* the same for people, told apart from
                                       * other connections of the URL */
    size_t share;  /* of the URL's subscriptions, from 0; the first one of them
                   * is also given what is to be sent once */
    bool is_open;  /* connected now */
    bool was_open; /* at least once */
    bool closed;   /* its client has had its last event */
    struct recorder *recorder;  /* NULL: nothing is recorded */
    sockfeed_callback callback; /* what feed_open was given */
    unsigned awaiting;   /* the connection that stands at a barrier, or 0 */
    size_t await_index;  /* of that barrier */
    bool unacknowledged; /* an event is, which was told */
    bool line_taken;     /* the line at hand was sent, see cli/run/lines.h */
};

/* Finds out what the URL and the options come to, for one share of `shares`.
 * INVALID with the error set,
 * NOMEM; the feed is to be deinitialised in every case. */
enum sockfeed_result feed_init(struct feed *feed, const struct options *options,
                               const char *url, size_t share, size_t shares,
                               struct option_error *error) SOCKFEED_CHECK;

/* Ends the client without a word. Fits a zeroed feed. */
void feed_deinit(struct feed *feed);

/* Reads a MESSAGE of the options into an initialised message. INVALID with the
 * error naming it, NOMEM. */
enum sockfeed_result feed_read_message(
    const struct feed *feed, struct message *message,
    const struct given_message *given,
    struct option_error *error) SOCKFEED_CHECK;

/* Makes the client, whose frames and connections the recorder, where there is
 * one, is told of first, and which delivers what the SOCKFEED_DELIVER_ flags say to the
 * callback, with the feed as its user, and gives it the messages of the
 * options, all but those whose answers are waited for (cli/run/answers.h). Nothing
 * is connected. INVALID with the error naming the message that cannot be,
 * NOMEM. */
enum sockfeed_result feed_open(struct feed *feed, struct sockfeed_loop *loop,
                               const struct options *options, unsigned deliver,
                               sockfeed_callback callback,
                               struct option_error *error) SOCKFEED_CHECK;

#endif
