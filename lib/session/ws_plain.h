/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_PLAIN_H
#define SESSION_WS_PLAIN_H

#include "sockfeed/message.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The short way through a session's frames: those of a client that are whole
 * messages, as nearly all of a feed are.
 */
struct ws_session;

/* Whether messages may be handed on. */
bool ws_plain_is_reading(const struct ws_session *session);

/* Whether the next frame can be as simple as that. */
bool ws_plain_is_due(const struct ws_session *session);

/* Hands on texts, together where the session's handler takes them so, and
 * answers how many: all, unless no more are to be read. */
size_t ws_plain_hand_on(struct ws_session *session,
                        const struct sockfeed_text *texts, size_t count);

/* Hands on what it can and answers how far that went; the long way is to be
 * gone from there, also to say what is wrong. */
size_t ws_plain_receive(struct ws_session *session, const char *data,
                        size_t size);

#endif
