/* SPDX-License-Identifier: MIT */
#ifndef CODEC_EIO_BODY_H
#define CODEC_EIO_BODY_H

#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"

/*
 * A body of long-polling in any of its three forms, as the messages that its
 * packets would be on a WebSocket. What is in a message is for
 * codec/eio_packet.
 */
enum eio_body_form {
    EIO_BODY_3_TEXT,
    EIO_BODY_3_BINARY,
    EIO_BODY_4,
};

struct eio_body {
    enum eio_body_form form;
    char *bytes;
    struct eio_payload3 three;
    struct eio_payload4 four;
};

/* Which form a session's first body has, by its open packet: that, and not
 * what was asked for, tells the server's revision. `octets`: its type is
 * application/octet-stream. False: this is nothing of Engine.IO's. */
bool eio_body_detect(enum eio_body_form *form, bool octets, struct span body);

/* Views the body, and will change what has been read of it. */
void eio_body_init(struct eio_body *body, enum eio_body_form form, char *bytes,
                   size_t size);

/* The next message, which views the body: a text, which is UTF-8, or binary,
 * decoded in its place where it stood in base64. MORE: there is none left;
 * PROTOCOL with `malformed`. */
enum sockfeed_result eio_body_next(struct eio_body *body, bool *binary,
                                   struct span *message,
                                   struct malformed *malformed) SOCKFEED_CHECK;

/* Appends a message to a body for the server: in revision 3 to one of the
 * binary form, which is what servers of every age take. */
void eio_body_append(struct buf *to, enum eio_revision revision, bool binary,
                     struct span message);

/* How many bytes that appends. */
size_t eio_body_size(const struct buf *to, enum eio_revision revision,
                     bool binary, struct span message);

/* The Content-Type of such a body; static. */
const char *eio_body_type(enum eio_revision revision);

#endif
