/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_SOURCE_H
#define CLI_SHAPE_SOURCE_H

#include "base/buf.h"
#include "cli/base/clock.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

/* Where messages come from: a URL, and what follows from its protocol. */
struct source {
    enum sockfeed_protocol protocol;
    unsigned index;        /* among the sources, from 0 */
    unsigned number;       /* shown as "connection", or 0 */
    enum output_form form; /* never DEFAULT */
    bool frames;           /* frames are printed, not messages */
    bool plain;            /* messages are texts without an event's name */
    struct buf url;
    struct buf envelope; /* `","url":"...","connection":2,` of an envelope */

    /* What the envelope of the last event began with, when that came, and its
     * namespace. */
    struct buf event_head;
    int64_t event_time;
    struct buf space;

    /* A connection that is open, and the one that was opened beside it or that
     * it was opened beside; 0: none. */
    unsigned connection;
    unsigned beside;
    bool overlaps; /* both are open */

    /* Warnings that come once for each connection remember its number. */
    unsigned damaged_connection;
    unsigned inflate_connection;
};

/* The protocol is not AUTO. NOMEM; INVALID with `error` set where the options
 * ask for what the protocol does not have. */
enum sockfeed_result source_init(struct source *source, const char *url,
                                 enum sockfeed_protocol protocol,
                                 unsigned number,
                                 const struct output_options *options,
                                 struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void source_deinit(struct source *source);

/* Its connections come and go, as the client's events OPEN, REPLACED and LOST
 * tell; the last one means all of them. */
void source_opened(struct source *source, unsigned connection);
void source_replaced(struct source *source, unsigned connection);
void source_lost(struct source *source);

/* Which other connection is open beside this one, or was; 0: none. */
unsigned source_beside(const struct source *source, unsigned connection);

/* What the envelope of an event begins with, up to its name; views the source
 * until the next call. NULL when out of memory. */
struct span source_event_head(struct source *source, struct clock_stamp *stamp,
                              struct span space);

#endif
