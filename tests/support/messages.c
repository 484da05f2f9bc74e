/* SPDX-License-Identifier: MIT */
#include "tests/support/messages.h"

#include "base/json_scan.h"

#include <stdlib.h>
#include <string.h>

struct sockfeed_event messages_event(const char *packet, size_t size)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_MESSAGE,
                                   .connection = 1};
    struct sockfeed_message *message = &event.u.message;
    struct json_scan_result array;
    struct malformed malformed;
    struct span rest = span_of(packet + 2, size - 2);

    message->type = SOCKFEED_MESSAGE_EVENT;
    message->frame = packet;
    message->frame_size = size;
    message->space = "/";
    message->space_size = 1;
    if (rest.size > 0 && rest.data[0] == '/') {
        message->space = rest.data;
        message->space_size = span_find(rest, ',');
        rest = span_skip(rest, message->space_size + 1);
    }
    while (rest.size > 0 && rest.data[0] >= '0' && rest.data[0] <= '9') {
        message->has_id = true;
        message->id = message->id * 10 + (uint64_t)(rest.data[0] - '0');
        rest = span_skip(rest, 1);
    }
    if (json_scan(&array, &malformed, rest, 0) != SOCKFEED_OK ||
        array.kind != JSON_ARRAY || array.count == 0) {
        abort();
    }
    message->multiline = array.multiline;
    message->data = rest.data;
    message->data_size = rest.size;
    message->name = array.first.data;
    message->name_size = array.first.size;
    message->args = array.rest.data;
    message->args_size = array.rest.size;
    message->arg_count = array.count - 1;
    return event;
}

static struct sockfeed_event plain(enum sockfeed_message_type type,
                                   const char *data, size_t size)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_MESSAGE,
                                   .connection = 1};

    event.u.message.type = type;
    event.u.message.frame = data;
    event.u.message.frame_size = size;
    event.u.message.data = data;
    event.u.message.data_size = size;
    return event;
}

/* What can be read behind a text is not what happens to lie behind ours. */
struct sockfeed_event messages_text(const char *text, size_t size)
{
    static char *padded;

    free(padded);
    padded = malloc(size + SOCKFEED_PADDING);
    if (padded == NULL) {
        abort();
    }
    memcpy(padded, text, size);
    memset(padded + size, '"', SOCKFEED_PADDING);
    return plain(SOCKFEED_MESSAGE_TEXT, padded, size);
}

struct sockfeed_event messages_binary(const char *bytes, size_t size)
{
    return plain(SOCKFEED_MESSAGE_BINARY, bytes, size);
}

struct sockfeed_event messages_frame(enum sockfeed_frame_type type,
                                     const char *data, size_t size)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_FRAME,
                                   .connection = 1};

    event.u.frame.type = type;
    event.u.frame.data = data;
    event.u.frame.size = size;
    return event;
}
