/* SPDX-License-Identifier: MIT */
#ifndef API_ENDPOINT_OLDER_H
#define API_ENDPOINT_OLDER_H

#include "api/endpoint.h"

/*
 * An endpoint as a server of revision 3 is asked, which has to find in the
 * request what it is to know of the user. All zero bytes are a valid empty one.
 */
struct endpoint_older {
    struct endpoint endpoint; /* views another, but for its target */
};

/* Whether there is another way to ask: not where the user has pinned one. */
bool endpoint_older_is_of_use(const struct endpoint *from);

/* Views `from`, which must outlive it. INVALID with the reason in the options:
 * the credentials cannot be parameters; FULL: the target is too long; NOMEM. To
 * be deinitialised in every case. */
enum sockfeed_result endpoint_older_make(
    struct endpoint_older *older, const struct endpoint *from,
    struct sockfeed_options *options) SOCKFEED_CHECK;
void endpoint_older_deinit(struct endpoint_older *older);

#endif
