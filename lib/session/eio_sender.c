/* SPDX-License-Identifier: MIT */
#include "session/eio_sender.h"

#include "base/limits.h"

enum {
    OUT_KEPT = 65536, /* bytes; a larger buffer is freed after its packet */
};

void eio_sender_init(struct eio_sender *sender,
                     enum sockfeed_result (*send)(void *user, bool binary,
                                                  struct span packet),
                     void *user)
{
    sender->send = send;
    sender->user = user;
    /* A message and what stands around it: a namespace with its query. */
    buf_init(&sender->out, (size_t)LIMIT_OUTGOING + LIMIT_URL);
}

void eio_sender_deinit(struct eio_sender *sender)
{
    buf_wipe(&sender->out);
}

static enum sockfeed_result send_out(struct eio_sender *sender, bool binary)
{
    enum sockfeed_result result = buf_result(&sender->out);

    if (result == SOCKFEED_OK) {
        result = sender->send(sender->user, binary, buf_span(&sender->out));
    }
    buf_clear(&sender->out);
    if (sender->out.capacity > OUT_KEPT) {
        buf_deinit(&sender->out);
    }
    return result;
}

enum sockfeed_result eio_sender_packet(struct eio_sender *sender,
                                       const struct eio_packet *packet,
                                       enum eio_revision revision)
{
    size_t size = eio_packet_encoded_size(packet, revision, false);
    char *to = buf_reserve(&sender->out, size);

    if (to != NULL) {
        eio_packet_encode(to, packet, revision, false);
        sender->out.size = size;
    }
    return send_out(sender, packet->binary);
}

enum sockfeed_result eio_sender_bare(struct eio_sender *sender,
                                     enum eio_packet_type type)
{
    struct eio_packet packet = {
        type, false, {NULL, 0}
    };

    return eio_sender_packet(sender, &packet, EIO_REVISION_4);
}

char *eio_sender_compose(struct eio_sender *sender, enum eio_packet_type type,
                         size_t size)
{
    char *to = buf_reserve(&sender->out, size + 1);

    if (to == NULL) {
        buf_clear(&sender->out);
        return NULL;
    }
    *to = (char)('0' + (int)type);
    sender->out.size = size + 1;
    return to + 1;
}

enum sockfeed_result eio_sender_composed(struct eio_sender *sender)
{
    return send_out(sender, false);
}
