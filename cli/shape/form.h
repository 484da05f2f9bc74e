/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_FORM_H
#define CLI_SHAPE_FORM_H

#include "base/buf.h"
#include "cli/base/clock.h"
#include "cli/base/output_options.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/* The forms of -o. None appends the end of the line. */

/* Appends the message. `form` is not DEFAULT; `binary` counts for bytes in
 * TEXT and RAW, `stamp` for ENVELOPE. False when nothing may follow the
 * message, not even the end of a line (--binary raw). */
bool form_append(struct buf *out, enum output_form form,
                 struct subject *subject, enum output_binary binary,
                 struct clock_stamp *stamp);

/* The arguments of an event as one JSON value: the argument itself, an array
 * of several, null; what -o json prints of anything else. */
void form_append_data(struct buf *out, struct subject *subject);

/* What a person would read: data, of a string what it says; a text as it is.
 * Answers as form_append does. */
bool form_append_text(struct buf *out, struct subject *subject,
                      enum output_binary binary);

/* Appends a frame as received; bytes as `b` and base64. */
void form_append_frame(struct buf *out, enum sockfeed_frame_type type,
                       struct span data);

#endif
