/* SPDX-License-Identifier: MIT */
#include "codec/eio_body.h"

#include "base/base64.h"

bool eio_body_detect(enum eio_body_form *form, bool octets, struct span body)
{
    size_t digits = 0;

    if (octets) {
        *form = EIO_BODY_3_BINARY;
        return body.size > 0 && (body.data[0] == 0 || body.data[0] == 1);
    }
    if (span_starts(body, "0{")) {
        *form = EIO_BODY_4;
        return true;
    }
    while (digits < body.size && body.data[digits] >= '0' &&
           body.data[digits] <= '9') {
        digits++;
    }
    *form = EIO_BODY_3_TEXT;
    return digits > 0 && span_starts(span_skip(body, digits), ":0{");
}

void eio_body_init(struct eio_body *body, enum eio_body_form form, char *bytes,
                   size_t size)
{
    body->form = form;
    body->bytes = bytes;
    eio_payload3_init(&body->three,
                      form == EIO_BODY_3_TEXT ? EIO_PAYLOAD3_TEXT
                                              : EIO_PAYLOAD3_BINARY,
                      span_of(bytes, size));
    eio_payload4_init(&body->four, span_of(bytes, size));
}

/* "b..." in revision 4, "b4..." in 3, where the type's digit becomes the byte
 * that it is on a WebSocket. */
static enum sockfeed_result unpack(struct eio_body *body, struct span *message,
                                   struct malformed *malformed)
{
    bool three = body->form != EIO_BODY_4;
    char *at = body->bytes + (message->data - body->bytes) + 1;
    struct span text = span_skip(*message, three ? 2 : 1);
    enum sockfeed_result result;

    *message = span_of(at, base64_decoded_size(text) + (three ? 1 : 0));
    if (three) {
        *at++ = EIO_PACKET_MESSAGE;
    }
    result = base64_decode(at, text, malformed);
    if (result != SOCKFEED_OK) {
        malformed->offset += (size_t)(at - body->bytes);
    }
    return result;
}

enum sockfeed_result eio_body_next(struct eio_body *body, bool *binary,
                                   struct span *message,
                                   struct malformed *malformed)
{
    bool four = body->form == EIO_BODY_4;
    enum sockfeed_result result;

    *binary = false;
    result = four ? eio_payload4_next_message(&body->four, message, malformed)
                  : eio_payload3_next_message(&body->three, binary, message,
                                              malformed);
    if (result == SOCKFEED_OK && !*binary &&
        span_starts(*message, four ? "b" : "b4")) {
        *binary = true;
        result = unpack(body, message, malformed);
    }
    return result;
}

void eio_body_append(struct buf *to, enum eio_revision revision, bool binary,
                     struct span message)
{
    if (revision == EIO_REVISION_4) {
        eio_payload4_append_message(to, binary, message);
    } else {
        eio_payload3_append_message(to, binary, message);
    }
}

size_t eio_body_size(const struct buf *to, enum eio_revision revision,
                     bool binary, struct span message)
{
    return revision == EIO_REVISION_4
               ? eio_payload4_message_size(to, binary, message)
               : eio_payload3_message_size(message);
}

const char *eio_body_type(enum eio_revision revision)
{
    return revision == EIO_REVISION_4 ? "text/plain;charset=UTF-8"
                                      : "application/octet-stream";
}
