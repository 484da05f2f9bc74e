/* SPDX-License-Identifier: MIT */
#ifndef CLI_RUN_ANSWERS_H
#define CLI_RUN_ANSWERS_H

#include "cli/base/exit_status.h"
#include "cli/base/option_error.h"
#include "cli/feeds/feeds.h"
#include "cli/options/options.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Acknowledgements, both ways: those that -c and --retry-emits wait for, and
 * those that --ack sends. The answers to -c are printed in the order of the
 * calls, each URL's by themselves, whatever order they come in; the calls of
 * a feed are made once its --retry-emits are done.
 */
struct awaited;

struct answers_callbacks {
    /* An answer, as an event that has the call's name. */
    void (*print)(void *user, struct feed *feed,
                  const struct sockfeed_event *event);
    /* Nothing is waited for any more. */
    void (*settled)(void *user);
    void *user;
};

/* All zero bytes: nothing is waited for. */
struct answers {
    const struct send_options *options;
    struct answers_callbacks callbacks;
    struct awaited *at; /* owned */
    size_t count;
    size_t unsettled;
    bool printing;           /* -c: answers are what is printed */
    size_t kept;             /* bytes of answers that wait for earlier ones */
    enum exit_status status; /* of the first that was not answered, or DONE */
};

/* Makes all calls, which go out when the feeds' clients are connected.
 * INVALID with the error set, NOMEM; to be deinitialised in every case. */
enum sockfeed_result answers_init(struct answers *answers,
                                  const struct send_options *options,
                                  const struct feeds *feeds,
                                  const struct answers_callbacks *callbacks,
                                  struct option_error *error) SOCKFEED_CHECK;
void answers_deinit(struct answers *answers);

/* Takes an ANSWER. */
void answers_event(struct answers *answers, struct feed *feed,
                   const struct sockfeed_event *event);

/* Sends --ack to a MESSAGE that asks for it. */
void answers_acknowledge(struct feed *feed, struct span acknowledgement,
                         const struct sockfeed_event *event);

#endif
