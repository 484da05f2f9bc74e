/* SPDX-License-Identifier: MIT */
#ifndef CODEC_MSGPACK_TIME_H
#define CODEC_MSGPACK_TIME_H

#include "base/buf.h"
#include "codec/msgpack.h"

/* Points in time, which are extensions. */

enum {
    MSGPACK_TIME_NOTEPACK = 0, /* of the fixed size 8: milliseconds, a Date */
    MSGPACK_TIME_STANDARD = -1 /* of the MessagePack specification */
};

/* Appends the time as a JSON string, "2026-11-23T13:53:00.123Z". False, with
 * nothing appended, where the extension is no time or is in a year that RFC
 * 3339 does not have. Failure stays in the buffer. */
bool msgpack_time_append(struct buf *json, const struct msgpack_token *token);

#endif
