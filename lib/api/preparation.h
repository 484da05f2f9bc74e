/* SPDX-License-Identifier: MIT */
#ifndef API_PREPARATION_H
#define API_PREPARATION_H

#include "api/endpoint.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* What one connection is made with where its user was asked first
 * (SOCKFEED_OPTION_PREPARE). All zero bytes are a valid empty one. */
struct preparation {
    struct sockfeed_options *options; /* owned: the client's, and what is new */
    struct endpoint endpoint;         /* that they come to */
};

/* Fills an empty preparation: AUTH of `fresh` takes the place of the client's,
 * each HEADER that of those of the same name. INVALID: they do not hold
 * together; NOMEM. To be deinitialised in every case. */
enum sockfeed_result preparation_make(
    struct preparation *preparation, const struct sockfeed_options *options,
    const struct sockfeed_options *fresh) SOCKFEED_CHECK;
void preparation_deinit(struct preparation *preparation);

#endif
