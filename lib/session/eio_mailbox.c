/* SPDX-License-Identifier: MIT */
#include "session/eio_mailbox.h"

#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"

struct letter {
    size_t size;
    bool binary;
};

void eio_mailbox_init(struct eio_mailbox *mailbox, size_t limit)
{
    buf_init(&mailbox->kept, limit);
}

void eio_mailbox_deinit(struct eio_mailbox *mailbox)
{
    buf_deinit(&mailbox->kept);
}

enum sockfeed_result eio_mailbox_add(struct eio_mailbox *mailbox, bool binary,
                                     struct span message)
{
    struct letter letter = {message.size, binary};
    struct buf *kept = &mailbox->kept;
    enum sockfeed_result result;

    if (buf_reserve(kept, sizeof letter + message.size) == NULL) {
        /* One that was too much does not spoil those that are there. */
        result = buf_result(kept);
        kept->result = SOCKFEED_OK;
        return result;
    }
    buf_append(kept, &letter, sizeof letter);
    buf_append_span(kept, message);
    return SOCKFEED_OK;
}

bool eio_mailbox_is_empty(const struct eio_mailbox *mailbox)
{
    return mailbox->kept.size == 0;
}

size_t eio_mailbox_size(const struct eio_mailbox *mailbox)
{
    return mailbox->kept.size;
}

bool eio_mailbox_next(const struct eio_mailbox *mailbox, size_t *at,
                      bool *binary, struct span *message)
{
    struct letter letter;

    if (*at == mailbox->kept.size) {
        return false;
    }
    memcpy(&letter, mailbox->kept.data + *at, sizeof letter);
    *binary = letter.binary;
    *message = span_of(mailbox->kept.data + *at + sizeof letter, letter.size);
    *at += sizeof letter + letter.size;
    return true;
}

void eio_mailbox_clear(struct eio_mailbox *mailbox)
{
    buf_deinit(&mailbox->kept);
}

static bool has_binary(const struct eio_mailbox *mailbox)
{
    struct span message;
    bool binary = false;
    size_t at = 0;

    while (!binary && eio_mailbox_next(mailbox, &at, &binary, &message)) {
    }
    return binary;
}

/* The packet that one of our own messages is. */
static struct eio_packet packet_of(bool binary, struct span message,
                                   enum eio_revision revision)
{
    struct eio_packet packet = {EIO_PACKET_MESSAGE, binary, message};

    if (!binary) {
        packet.type = (enum eio_packet_type)(message.data[0] - '0');
        packet.data = span_skip(message, 1);
    } else if (revision == EIO_REVISION_3) {
        packet.data = span_skip(message, 1); /* less its type */
    }
    return packet;
}

void eio_mailbox_print(const struct eio_mailbox *mailbox, struct buf *body,
                       enum eio_revision revision, bool base64, bool *bytes)
{
    struct span message;
    bool binary;
    size_t at = 0;

    *bytes = revision == EIO_REVISION_3 && !base64 && has_binary(mailbox);
    while (eio_mailbox_next(mailbox, &at, &binary, &message)) {
        struct eio_packet packet = packet_of(binary, message, revision);

        switch (revision) {
        case EIO_REVISION_3:
            eio_payload3_append(
                body, *bytes ? EIO_PAYLOAD3_BINARY : EIO_PAYLOAD3_TEXT,
                &packet);
            break;
        case EIO_REVISION_4:
            eio_payload4_append(body, &packet);
            break;
        }
    }
}
