/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_EVENT_FILTER_H
#define CLI_CHOOSE_EVENT_FILTER_H

#include "base/buf.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

/*
 * -E: events whose name matches one of the globs and none of those that begin
 * with `!`; where all begin with it, all other events.
 */
struct event_filter {
    const struct output_texts *globs; /* views the options */
    bool includes;                    /* one of them does not begin with `!` */

    /* The answer for the name seen last: feeds repeat few names. */
    struct buf last; /* name token */
    bool last_passes;
    struct buf name; /* unescaped */
};

/* Whether a text can be a value of -E: OK, or INVALID with the reason and the
 * column. */
enum sockfeed_result event_filter_check(
    const char *text, struct output_error *error) SOCKFEED_CHECK;

/* `globs` must live as long as the filter. INVALID with `error` set. */
enum sockfeed_result event_filter_init(
    struct event_filter *filter, const struct output_texts *globs,
    struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void event_filter_deinit(struct event_filter *filter);

/* `name` is the name's JSON token, a string or a number. */
bool event_filter_passes(struct event_filter *filter, struct span name);

#endif
