/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_UNIQUE_H
#define CLI_CHOOSE_UNIQUE_H

#include "base/span.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * --unique POINTER: of the messages with the same value there within a minute
 * the first counts. Values are compared as they are written. So many of them
 * are remembered (LIMIT_UNIQUE_VALUES at least); when more than that come in a
 * minute the oldest are forgotten sooner.
 */
struct unique;

/* Gives one that has seen nothing. INVALID with `error` set for what is no
 * pointer; NOMEM, SYSTEM. */
enum sockfeed_result unique_new(struct unique **unique, const char *pointer,
                                struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void unique_free(struct unique *unique);

/* Looks at the data of a message (checked JSON) that came at `now`, in ms.
 * *first: it counts, which one without such a value always does. NOMEM. */
enum sockfeed_result unique_take(struct unique *unique, struct span data,
                                 int64_t now, bool *first) SOCKFEED_CHECK;

/* Whether some were forgotten too soon for the first time since this was
 * asked. */
bool unique_take_limit(struct unique *unique);

#endif
