/* SPDX-License-Identifier: MIT */
#include "cli/feeds/shares.h"

/* The first subscription that is spread. */
static size_t first_spread(const struct given_messages *given)
{
    size_t at = given->count;

    while (at > 0 && given->at[at - 1].kind != GIVEN_AWAIT) {
        at--;
    }
    return at;
}

size_t shares_count(const struct send_options *send)
{
    const struct given_messages *given = &send->subscriptions;
    size_t spread = given->count - first_spread(given);

    return send->per_connection == 0 || spread == 0
               ? 1
               : (size_t)((spread - 1) / send->per_connection) + 1;
}

bool shares_has(const struct send_options *send, size_t share, size_t index)
{
    size_t first = first_spread(&send->subscriptions);

    return send->per_connection == 0 || index < first ||
           (index - first) / send->per_connection == share;
}
