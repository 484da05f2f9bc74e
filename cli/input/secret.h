/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_SECRET_H
#define CLI_INPUT_SECRET_H

#include "base/buf.h"
#include "base/span.h"

/*
 * What lets others in, left out of what is kept: values become `***`, so that
 * what was there can be seen and not used.
 */

/* Appends a text packet of ours on Socket.IO. Of CONNECT, `40/space,{...}` or
 * `40/space?token=...`, the values of its payload or query are masked; all
 * others are appended as they are. */
void secret_append_packet(struct buf *out, struct span packet);

/* The same for a binary one, which is CONNECT only in MessagePack: its payload
 * becomes the text of the mask. */
void secret_append_binary(struct buf *out, struct span packet);

/* Appends a URL whose query's values are masked, but for those that say which
 * protocol is spoken. */
void secret_append_url(struct buf *out, struct span url);

#endif
