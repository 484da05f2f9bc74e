/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_INSPECTION_H
#define CLI_CHOOSE_INSPECTION_H

#include "cli/base/output_callbacks.h"
#include "cli/base/output_options.h"
#include "cli/choose/sequence.h"
#include "cli/choose/unique.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The feed is looked at before anything is chosen from it: what came before
 * (--unique), and what is missing (--sequence).
 */
struct inspection {
    const struct output_callbacks *callbacks;
    struct unique *unique;     /* NULL: not asked for */
    struct sequence *sequence; /* NULL: not asked for */
    bool wanted;               /* one of them */
};

/* `callbacks` must live as long. INVALID with `error` set, NOMEM, SYSTEM; to
 * be deinitialised in every case. */
enum sockfeed_result inspection_init(struct inspection *inspection,
                                     const struct output_options *options,
                                     const struct output_callbacks *callbacks,
                                     struct output_error *error) SOCKFEED_CHECK;

/* Fits a zeroed one. */
void inspection_deinit(struct inspection *inspection);

/* Looks at a message, as it was rewritten, that came at `now`, in ns since the
 * epoch; tells of a hole. *passes: it did not come before. NOMEM. */
enum sockfeed_result inspection_take(struct inspection *inspection,
                                     struct subject *subject, int64_t now,
                                     bool *passes) SOCKFEED_CHECK;

/* A connection of the source has gone: tells of holes that it could have
 * filled. */
void inspection_settle(struct inspection *inspection,
                       const struct source *source);

#endif
