/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_MESSAGES_H
#define TESTS_SUPPORT_MESSAGES_H

#include "sockfeed.h"

/* Events of the library as its callback sees them. All texts are views of
 * what is given here. */

/* A Socket.IO EVENT from its packet, `42["name",...]` or `42/space,7[...]`.
 * Aborts where that is none. */
struct sockfeed_event messages_event(const char *packet, size_t size);

/* The text is copied, and lives until the next one is. */
struct sockfeed_event messages_text(const char *text, size_t size);
struct sockfeed_event messages_binary(const char *bytes, size_t size);
struct sockfeed_event messages_frame(enum sockfeed_frame_type type,
                                     const char *data, size_t size);

#endif
