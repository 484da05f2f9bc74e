/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_MESSAGE_H
#define CLI_INPUT_MESSAGE_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed.h"

/*
 * MESSAGE, as users write what is to be sent.
 *
 *   Socket.IO   [/namespace,] ( JSON array, the event's name first
 *                             | name JSON value ... )
 *   else        the text as it is
 *
 * A name that is not in quotes ends at white space and holds no `"`, `[`, `{`
 * or `,`: with these in it, it is more likely a slip than a name, and can be
 * written as a JSON string.
 */
struct message {
    enum sockfeed_outgoing_type type;
    struct buf space; /* namespace with a NUL; empty: the connection's own */
    struct buf data;  /* what is sent: the text, or the event as an array */
};

/* All bytes zero is a valid empty message too. */
void message_init(struct message *message);
void message_deinit(struct message *message);

/* Reads a MESSAGE for a protocol that is not AUTO into an empty message.
 * INVALID with *malformed saying what was expected where; NOMEM, FULL. The
 * message is to be deinitialised in every case. */
enum sockfeed_result message_parse(struct message *message,
                                   struct malformed *malformed,
                                   enum sockfeed_protocol protocol,
                                   struct span text) SOCKFEED_CHECK;

/* The message as the library takes it; views the message. */
struct sockfeed_outgoing message_outgoing(const struct message *message);

/* The column of an offset: characters of UTF-8, counted from 1. */
size_t message_column(struct span text, size_t offset);

#endif
