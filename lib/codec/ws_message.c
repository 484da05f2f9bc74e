/* SPDX-License-Identifier: MIT */
#include "codec/ws_message.h"

#include "base/limits.h"

#include <string.h>

void ws_message_init(struct ws_message *message, size_t max_size,
                     unsigned max_fragments)
{
    *message = (struct ws_message){
        .opcode = WS_OPCODE_CONTINUATION,
        .max_fragments = max_fragments,
    };
    buf_init(&message->body, max_size + LIMIT_RECEIVE_PAD);
}

void ws_message_deinit(struct ws_message *message)
{
    buf_deinit(&message->body);
}

size_t ws_message_room(const struct ws_message *message)
{
    return message->body.limit - LIMIT_RECEIVE_PAD - message->body.size;
}

bool ws_message_begun(const struct ws_message *message)
{
    return message->opcode != WS_OPCODE_CONTINUATION;
}

bool ws_message_awaits(const struct ws_message *message, enum ws_opcode opcode)
{
    return ws_message_begun(message)
               ? opcode == WS_OPCODE_CONTINUATION &&
                     message->fragments < message->max_fragments
               : opcode != WS_OPCODE_CONTINUATION;
}

static enum sockfeed_result too_large(struct malformed *malformed,
                                      const char *reason)
{
    (void)malformed_set(malformed, 0, reason);
    return SOCKFEED_TOO_LARGE;
}

static enum sockfeed_result not_utf8(struct malformed *malformed, size_t offset)
{
    (void)malformed_set(malformed, offset, "a text that is not UTF-8");
    return SOCKFEED_INVALID;
}

static void begin(struct ws_message *message, enum ws_opcode opcode)
{
    message->opcode = opcode;
    message->fragments = 0;
    message->utf8 = (struct utf8_state){0};
}

/* Scanners may look behind the message, as they do in the receive buffer. */
static bool pad(struct buf *body)
{
    char *behind = buf_reserve(body, LIMIT_RECEIVE_PAD);

    if (behind != NULL) {
        memset(behind, 0, LIMIT_RECEIVE_PAD);
    }
    return behind != NULL;
}

static enum sockfeed_result add_fragment(struct ws_message *message,
                                         enum ws_opcode *opcode,
                                         struct span *payload,
                                         struct malformed *malformed,
                                         const struct ws_frame *frame)
{
    struct span part = frame->payload;

    if (frame->opcode != WS_OPCODE_CONTINUATION) {
        begin(message, frame->opcode);
    }
    message->fragments++;
    if (message->fragments > message->max_fragments) {
        return too_large(malformed, "a message of too many fragments");
    }
    if (message->opcode == WS_OPCODE_TEXT) {
        size_t valid = utf8_feed(&message->utf8, part);

        if (valid < part.size ||
            (frame->fin && !utf8_complete(&message->utf8))) {
            return not_utf8(malformed, valid);
        }
    }
    buf_append_span(&message->body, part);
    if (buf_result(&message->body) != SOCKFEED_OK) {
        return buf_result(&message->body);
    }
    if (!frame->fin) {
        return SOCKFEED_MORE;
    }
    if (!pad(&message->body)) {
        return buf_result(&message->body);
    }
    *opcode = message->opcode;
    *payload = buf_span(&message->body);
    message->opcode = WS_OPCODE_CONTINUATION;
    return SOCKFEED_OK;
}

static enum sockfeed_result add_whole(struct span *payload,
                                      struct malformed *malformed,
                                      const struct ws_frame *frame)
{
    *payload = frame->payload;
    if (frame->opcode == WS_OPCODE_TEXT) {
        size_t valid = utf8_check(*payload);

        if (valid < payload->size) {
            return not_utf8(malformed, valid);
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result ws_message_add(struct ws_message *message,
                                    enum ws_opcode *opcode,
                                    struct span *payload,
                                    struct malformed *malformed,
                                    const struct ws_frame *frame)
{
    bool begun = ws_message_begun(message);

    if (begun != (frame->opcode == WS_OPCODE_CONTINUATION)) {
        return malformed_set(malformed, 0,
                             begun ? "a new message inside a fragmented one"
                                   : "a continuation of no message");
    }
    if (frame->payload.size > ws_message_room(message)) {
        return too_large(malformed, "a message above the size limit");
    }
    if (!begun && frame->fin) {
        *opcode = frame->opcode;
        return add_whole(payload, malformed, frame);
    }
    return add_fragment(message, opcode, payload, malformed, frame);
}

void ws_message_clear(struct ws_message *message)
{
    if (message->body.capacity > LIMIT_RECEIVE_READ) {
        buf_deinit(&message->body);
    }
    buf_clear(&message->body);
}
