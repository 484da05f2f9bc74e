/* SPDX-License-Identifier: MIT */
#include "api/endpoint_older.h"

#include "base/limits.h"

bool endpoint_older_is_of_use(const struct endpoint *from)
{
    return from->eio == 4 && !from->eio_pinned;
}

enum sockfeed_result endpoint_older_make(struct endpoint_older *older,
                                         const struct endpoint *from,
                                         struct sockfeed_options *options)
{
    struct endpoint *endpoint = &older->endpoint;
    enum sockfeed_result result = SOCKFEED_OK;

    endpoint_older_deinit(older);
    *endpoint = *from;
    buf_init(&endpoint->target, (size_t)LIMIT_URL * 4);
    endpoint->eio = 3;
    endpoint->eio_known = true;
    endpoint_append_target(&endpoint->target, from,
                           span_text("EIO=3&transport=websocket"));
    if (!from->foreign) {
        result = endpoint_append_auth(&endpoint->target, options);
    }
    return result == SOCKFEED_OK ? buf_result(&endpoint->target) : result;
}

void endpoint_older_deinit(struct endpoint_older *older)
{
    buf_wipe(&older->endpoint.target);
}
