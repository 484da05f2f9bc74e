/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_HINT_H
#define CLI_REPORT_HINT_H

#include "sockfeed.h"

/* What a user of this program may try against a failure of a connection that
 * was to speak `protocol`, fit to follow its text and a semicolon; NULL where
 * nothing is known. Static. */
const char *hint_for(const struct sockfeed_failure *failure,
                     enum sockfeed_protocol protocol);

#endif
