/* SPDX-License-Identifier: MIT */
#include "session/ws_failure.h"

#include "base/printable.h"

static const char *peer(enum ws_role role)
{
    return role == WS_ROLE_CLIENT ? "server" : "client";
}

void ws_failure_malformed(struct sockfeed_failure *failure, enum ws_role role,
                          const struct malformed *malformed)
{
    (void)failure_set(failure, SOCKFEED_PROTOCOL, SOCKFEED_STAGE_STREAM,
                      "the %s sent %s", peer(role), malformed->reason);
}

void ws_failure_too_large(struct sockfeed_failure *failure, enum ws_role role,
                          const struct malformed *malformed,
                          const struct ws_message *message)
{
    (void)failure_set(failure, SOCKFEED_TOO_LARGE, SOCKFEED_STAGE_STREAM,
                      "the %s sent %s: accepted are %zu bytes, in at most %u "
                      "fragments",
                      peer(role), malformed->reason,
                      message->body.size + ws_message_room(message),
                      message->max_fragments);
}

void ws_failure_no_memory(struct sockfeed_failure *failure)
{
    (void)failure_set(failure, SOCKFEED_NOMEM, SOCKFEED_STAGE_STREAM,
                      "out of memory for a message");
}

void ws_failure_closed(struct sockfeed_failure *failure, enum ws_role role,
                       const struct ws_close *close)
{
    const char *name = ws_close_name(close->code);
    char reason[WS_CLOSE_REASON_MAX + 1];

    (void)printable_copy(reason, sizeof reason, close->reason);
    if (close->code == 0) {
        (void)failure_set(failure, SOCKFEED_CLOSED, SOCKFEED_STAGE_STREAM,
                          "the %s closed the connection", peer(role));
    } else {
        (void)failure_set(failure, SOCKFEED_CLOSED, SOCKFEED_STAGE_STREAM,
                          "the %s closed the connection: %u%s%s%s%s",
                          peer(role), close->code, name != NULL ? " " : "",
                          name != NULL ? name : "",
                          reason[0] != '\0' ? ": " : "", reason);
    }
    failure->close_code = close->code;
}

void ws_failure_ended(struct sockfeed_failure *failure, enum ws_role role)
{
    (void)failure_set(failure, SOCKFEED_LOST, SOCKFEED_STAGE_STREAM,
                      "the %s ended the connection without a close frame",
                      peer(role));
}

void ws_failure_no_pong(struct sockfeed_failure *failure, int64_t timeout)
{
    (void)failure_set(failure, SOCKFEED_LOST, SOCKFEED_STAGE_STREAM,
                      "no pong within %g s", (double)timeout / 1000);
}

void ws_failure_not_closed(struct sockfeed_failure *failure, enum ws_role role)
{
    (void)failure_set(failure, SOCKFEED_TIMEOUT, SOCKFEED_STAGE_STREAM,
                      "the %s did not answer the close frame", peer(role));
}
