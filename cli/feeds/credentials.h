/* SPDX-License-Identifier: MIT */
#ifndef CLI_FEEDS_CREDENTIALS_H
#define CLI_FEEDS_CREDENTIALS_H

#include "cli/options/options.h"
#include "sockfeed.h"

#include <stdbool.h>

/*
 * --auth-command and --header-command: what a feed's client asks for before
 * each connection (SOCKFEED_EVENT_PREPARE) is what the commands write. One
 * that fails makes a failed try; what it said then is shown, what it wrote
 * never is.
 */
struct command;

enum {
    CREDENTIALS_AUTH,
    CREDENTIALS_HEADER,
    CREDENTIALS_COUNT
};

struct credentials {
    const struct credential_options *options;
    struct sockfeed_loop *loop;
    struct sockfeed_client *client;
    const char *url; /* as it is shown */
    unsigned connection;
    struct command *commands[CREDENTIALS_COUNT]; /* owned; NULL: not running */
    struct sockfeed_options *fresh;              /* owned */
};

/* Whether the options name a command. */
bool credentials_wanted(const struct credential_options *options);

/* Runs the commands for a connection, and no longer for one before. */
void credentials_prepare(struct credentials *credentials, unsigned connection);

/* Kills what runs. Fits a zeroed one. */
void credentials_deinit(struct credentials *credentials);

#endif
