/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_TRACE_H
#define CLI_REPORT_TRACE_H

#include "base/buf.h"
#include "sockfeed.h"

/*
 * What -v shows, as curl does: `*` before what happens, `>` before frames
 * sent, `<` before frames received. Payloads of CONNECT packets are left out,
 * since they are where Socket.IO carries credentials.
 */

/* Appends the lines of an event, each with its line end and safe to show;
 * nothing for events that are no steps and no frames. From verbosity 2 on,
 * frames come with their bytes. `label` says whose they are where there are
 * several connections; 0 leaves it out. */
void trace_append(struct buf *out, unsigned verbosity, unsigned label,
                  const struct sockfeed_event *event);

#endif
