/* SPDX-License-Identifier: MIT */
#ifndef CLI_FEEDS_SHARES_H
#define CLI_FEEDS_SHARES_H

#include "cli/options/options.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * --per-connection N: the subscriptions of a URL are spread over as many
 * connections as that takes. What stands before the last --await, a login, is
 * every connection's.
 */

/* How many connections there are for a URL, at least 1. */
size_t shares_count(const struct send_options *send);

/* Whether a share, counted from 0, has the subscription with this index. */
bool shares_has(const struct send_options *send, size_t share, size_t index);

#endif
