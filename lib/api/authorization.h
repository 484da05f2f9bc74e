/* SPDX-License-Identifier: MIT */
#ifndef API_AUTHORIZATION_H
#define API_AUTHORIZATION_H

#include "base/buf.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* Appends the line "Authorization: ..." of the options' token, else of their
 * user, else of the user that is part of the URL (`user_info`, encoded);
 * nothing where there is none of these. INVALID with the reason in the
 * options, when the URL's is malformed or the options have both. */
enum sockfeed_result authorization_append(struct buf *line,
                                          struct sockfeed_options *options,
                                          struct span user_info) SOCKFEED_CHECK;

#endif
