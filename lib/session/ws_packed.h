/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_PACKED_H
#define SESSION_WS_PACKED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What ws_plain is for frames that are whole messages, for those that are
 * compressed besides. As inflating cannot be taken back, what a message
 * inflated to waits in the session where it cannot be handed on, and so does
 * what is wrong with one until those before it are.
 */
struct ws_session;

/* Whether the next frame can be as simple as that. */
bool ws_packed_is_due(const struct ws_session *session);

/* Hands on what it can and answers how far that went. `data` is changed
 * meanwhile. */
size_t ws_packed_receive(struct ws_session *session, char *data, size_t size);

#endif
