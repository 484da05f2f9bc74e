/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_FORM_H
#define CLI_SHAPE_FORM_H

#include "base/buf.h"
#include "cli/base/clock.h"
#include "cli/base/output_options.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

#include <string.h>

/* The forms of -o. Those that take a message do not append the line's end. */

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

/* ---- Lines that are parts of an event with something around them ----------- */

/* Once for every message where such a line is wanted: inlined. Each may have
 * its end, the byte `terminator`, or -1. */

/* Puts the bytes and answers with what follows them. */
static inline char *form_put(char *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

/* The end of what was put at the end of `out`, for which there was room. */
static inline void form_end(struct buf *out, char *to, int terminator)
{
    if (terminator >= 0) {
        *to++ = (char)terminator;
    }
    out->size = (size_t)(to - out->data);
}

/* Several arguments as an array. */
static inline void form_append_array(struct buf *out, struct span args,
                                     int terminator)
{
    char *to = buf_reserve(out, args.size + 3);

    if (to == NULL) {
        return;
    }
    *to++ = '[';
    to = form_put(to, args.data, args.size);
    *to++ = ']';
    form_end(out, to, terminator);
}

/* An envelope: `head` is what source_event_head says, `id` a member behind the
 * arguments, or empty. */
static inline void form_append_event(struct buf *out, struct span head,
                                     struct span name, struct span args,
                                     struct span id, int terminator)
{
    static const char before[] = ",\"args\":[";
    const size_t between = sizeof before - 1;
    char *to = buf_reserve(out, head.size + name.size + between + args.size +
                                    id.size + 3);

    if (to == NULL) {
        return;
    }
    to = form_put(to, head.data, head.size);
    to = form_put(to, name.data, name.size);
    to = form_put(to, before, between);
    if (args.size > 0) {
        to = form_put(to, args.data, args.size);
    }
    *to++ = ']';
    if (id.size > 0) {
        to = form_put(to, id.data, id.size);
    }
    *to++ = '}';
    form_end(out, to, terminator);
}

#endif
