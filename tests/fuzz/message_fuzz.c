/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"
#include "cli/input/message.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* An event is valid JSON, begins with its name, and reads back as itself. */
static void check_event(const struct message *message)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct message again;

    require(json_scan(&scan, &malformed, buf_span(&message->data), 0) ==
            SOCKFEED_OK);
    require(scan.kind == JSON_ARRAY && scan.count > 0 &&
            scan.first_kind == JSON_STRING);
    message_init(&again);
    require(message_parse(&again, &malformed, SOCKFEED_PROTOCOL_SIO,
                          buf_span(&message->data)) == SOCKFEED_OK);
    require(span_equal(buf_span(&again.data), buf_span(&message->data)));
    message_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct message message;
    struct malformed malformed = {0, NULL};

    message_init(&message);
    switch (message_parse(&message, &malformed, SOCKFEED_PROTOCOL_SIO, text)) {
    case SOCKFEED_OK:
        check_event(&message);
        break;
    case SOCKFEED_INVALID:
        require(malformed.reason != NULL && malformed.offset <= size);
        require(message_column(text, malformed.offset) <= size + 1);
        break;
    default:
        abort();
    }
    message_deinit(&message);
    return 0;
}
