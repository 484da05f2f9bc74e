/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_H
#define SOCKFEED_H

/*
 * libsockfeed: clients of WebSocket (RFC 6455), Engine.IO (protocol 3 and 4)
 * and Socket.IO (protocol 4 and 5) feeds, and the serving side of the same.
 *
 * Everything happens in one thread, in a loop that the caller runs or embeds
 * in its own. What a client learns comes as events to one callback. Times are
 * in milliseconds, sizes in bytes, texts are UTF-8. The words used for
 * ownership: a function *borrows* what it needs for the call only, an event
 * *views* memory that is valid during the callback, the library *gives* what
 * the caller frees by the matching _free function.
 */

#include "sockfeed/client.h"
#include "sockfeed/event.h"
#include "sockfeed/loop.h"
#include "sockfeed/message.h"
#include "sockfeed/options.h"
#include "sockfeed/responder.h"
#include "sockfeed/result.h"
#include "sockfeed/server.h"
#include "sockfeed/step.h"
#include "sockfeed/transcript.h"
#include "sockfeed/version.h"

#endif
