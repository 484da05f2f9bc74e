/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_FILTER_H
#define CLI_CHOOSE_FILTER_H

#include "cli/base/output_callbacks.h"
#include "cli/base/output_options.h"
#include "cli/base/regex.h"
#include "cli/choose/event_filter.h"
#include "cli/choose/where.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/*
 * Which messages are printed: -E, --match, --reject and --where, the cheap
 * questions first, and --until among those that are.
 */
struct filter {
    const struct output_options *options;
    const struct output_callbacks *callbacks;
    bool wanted; /* there is something to ask at all */
    struct event_filter events;
    struct regex **match;
    struct regex **reject;
    struct regex *until;
    struct where *where;
};

/* `options` and `callbacks` must live as long. INVALID with `error` set,
 * NOMEM; filter_deinit fits both. */
enum sockfeed_result filter_init(struct filter *filter,
                                 const struct output_options *options,
                                 const struct output_callbacks *callbacks,
                                 struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void filter_deinit(struct filter *filter);

/* Before the message is rewritten: what its name and, of plain messages, its
 * text as received can tell. False: it is not printed. */
bool filter_early(struct filter *filter, struct subject *subject);

/* After it was rewritten: all the rest. */
bool filter_late(struct filter *filter, struct subject *subject);

/* A frame as received, where frames are printed. */
bool filter_frame(struct filter *filter, struct span text);

/* Whether a message or a frame that is printed is the one of --until. */
bool filter_is_last(struct filter *filter, struct subject *subject);
bool filter_is_last_frame(struct filter *filter, struct span text);

#endif
