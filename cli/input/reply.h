/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_REPLY_H
#define CLI_INPUT_REPLY_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/output/output.h"
#include "sockfeed.h"

/*
 * --reply s/REGEX/TEXT/: what answers a message that matches. As in sed, any
 * other byte may stand for `/`, a backslash before it takes its meaning away,
 * and `i` at the end ignores case. In TEXT `$1`, `${1}` and `${name}` stand
 * for what the groups matched, `$$` for a dollar.
 */
struct reply;

/* Gives a reply. INVALID with `error` set, NOMEM. */
enum sockfeed_result reply_new(struct reply **reply, struct span text,
                               struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. */
void reply_free(struct reply *reply);

/* Whether the message matches; then appends what answers it. */
bool reply_make(struct reply *reply, struct buf *out, struct span message);

/* As regex_take_limit. */
bool reply_take_limit(struct reply *reply);

#endif
