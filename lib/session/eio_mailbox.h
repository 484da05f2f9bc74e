/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_MAILBOX_H
#define SESSION_EIO_MAILBOX_H

#include "base/buf.h"
#include "codec/eio_packet.h"

/* Packets of a server that wait for its client's next request, each as the
 * WebSocket message that it would be. */
struct eio_mailbox {
    struct buf kept; /* each: its size, whether it is binary, its bytes */
};

void eio_mailbox_init(struct eio_mailbox *mailbox, size_t limit);
void eio_mailbox_deinit(struct eio_mailbox *mailbox);

/* Copies. FULL, NOMEM; what was there stays. */
enum sockfeed_result eio_mailbox_add(struct eio_mailbox *mailbox, bool binary,
                                     struct span message) SOCKFEED_CHECK;

bool eio_mailbox_is_empty(const struct eio_mailbox *mailbox);

/* Bytes, about. */
size_t eio_mailbox_size(const struct eio_mailbox *mailbox);

/* Steps through what waits, oldest first; *at is 0 at first. False at the
 * end. The message lives until the mailbox changes. */
bool eio_mailbox_next(const struct eio_mailbox *mailbox, size_t *at,
                      bool *binary, struct span *message);
void eio_mailbox_clear(struct eio_mailbox *mailbox);

/* Appends the body that the packets make: in revision 3 one of bytes
 * (application/octet-stream) where a packet is binary and that is not to be
 * in base64. Says which. Failure stays in the buffer. */
void eio_mailbox_print(const struct eio_mailbox *mailbox, struct buf *body,
                       enum eio_revision revision, bool base64, bool *bytes);

#endif
