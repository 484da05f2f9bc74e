/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_DIAG_H
#define CLI_BASE_DIAG_H

#include "base/span.h"
#include "sockfeed.h"

/*
 * The only writer to standard error. Everything is written line by line, each
 * with one call, so that lines of several programs do not mix.
 */

/* Writes `sockfeed: `, the text formatted as printf does, and a newline. What
 * a terminal would act on is made visible, so that no server writes to it. */
void diag_line(const char *format, ...) SOCKFEED_PRINTF(1, 2);

/* Something is to be told of each write before it is made, where standard
 * error is a terminal; NULL: nothing any more. */
void diag_announce(void (*before)(void *user), void *user);

/* Writes whole lines that are made elsewhere (records, statistics, traces)
 * as they are. They must hold nothing from a server that is not escaped. */
void diag_write(struct span lines);

#endif
