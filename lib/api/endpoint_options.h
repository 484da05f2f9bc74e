/* SPDX-License-Identifier: MIT */
#ifndef API_ENDPOINT_OPTIONS_H
#define API_ENDPOINT_OPTIONS_H

#include "base/span.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

#include <stdbool.h>

/*
 * Whether all that is asked for can have an effect where this protocol is
 * spoken (WS, EIO or SIO). `request_path`: the URL has the path of the request,
 * and --path could not change it. INVALID with the reason in the options.
 */
enum sockfeed_result endpoint_options_check(struct sockfeed_options *options,
                                            enum sockfeed_protocol protocol,
                                            bool request_path) SOCKFEED_CHECK;

/* Parameters of a request that are the protocol's own, never the user's. */
bool endpoint_options_is_reserved(struct span key);

/* The name of a member of this JSON object that is one of them, or NULL. */
const char *endpoint_options_reserved_in(struct span object);

#endif
