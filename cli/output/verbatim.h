/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_VERBATIM_H
#define CLI_OUTPUT_VERBATIM_H

#include "base/span.h"
#include "cli/output/output.h"
#include "cli/output/printer.h"
#include "cli/shape/subject.h"
#include "sockfeed.h"

/*
 * Where nothing looks into messages and the form is what came, the line is a
 * part of the message, byte for byte, and copying it is all there is to do.
 */

/* Whether it is all the data of an event. */
static inline bool verbatim_is_event(enum output_form form,
                                     const struct sockfeed_message *message)
{
    return form == OUTPUT_FORM_JSON &&
           message->type == SOCKFEED_MESSAGE_EVENT && !message->multiline;
}

/* That part, or data NULL where the line has to be made. */
struct span verbatim_line(enum output_form form,
                          const struct sockfeed_message *message);

/* Else: appends the line of an event with its end where it is a part of the
 * message with something around it; false where the line has to be made. */
bool verbatim_append(struct buf *out, struct printer *printer,
                     struct source *source,
                     const struct sockfeed_message *message);

/* The same of a message that was looked into: the line where it stands there
 * whole by now, or data NULL. */
struct span verbatim_chosen(struct subject *subject);

#endif
