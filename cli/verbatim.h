/* SPDX-License-Identifier: MIT */
#ifndef CLI_VERBATIM_H
#define CLI_VERBATIM_H

#include "base/span.h"
#include "cli/output.h"
#include "sockfeed.h"

/*
 * Where nothing looks into messages and the form is what came, the line is a
 * part of the message, byte for byte, and copying it is all there is to do.
 */

/* That part, or data NULL where the line has to be made. */
struct span verbatim_line(enum output_form form,
                          const struct sockfeed_message *message);

#endif
