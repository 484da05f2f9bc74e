/* SPDX-License-Identifier: MIT */
#include "session/http_intruder.h"

void http_intruder_init(struct http_intruder *intruder)
{
    memset(intruder, 0, sizeof *intruder);
}

void http_intruder_deinit(struct http_intruder *intruder)
{
    http_refusal_deinit(&intruder->refusal);
}

enum sockfeed_result http_intruder_receive(struct http_intruder *intruder,
                                           size_t *used, struct span data)
{
    enum sockfeed_result result;
    struct malformed ignored;
    size_t head_size = 0;
    size_t body_size = 0;

    *used = 0;
    if (!intruder->head_read) {
        result =
            http_response_decode(&intruder->head, &head_size, &ignored, data);
        if (result != SOCKFEED_OK) {
            return result;
        }
        intruder->head_read = true;
        http_refusal_init(&intruder->refusal, &intruder->head);
    }
    result = http_refusal_receive(&intruder->refusal, &body_size,
                                  span_skip(data, head_size));
    *used = head_size + body_size;
    return result;
}

bool http_intruder_tell(const struct http_intruder *intruder,
                        struct sockfeed_failure *failure)
{
    if (!intruder->head_read) {
        return false;
    }
    (void)http_refusal_tell(&intruder->refusal, failure, SOCKFEED_PROTOCOL,
                            SOCKFEED_STAGE_STREAM,
                            "the server answered with HTTP inside the "
                            "WebSocket:");
    return true;
}
