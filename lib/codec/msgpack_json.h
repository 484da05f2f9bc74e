/* SPDX-License-Identifier: MIT */
#ifndef CODEC_MSGPACK_JSON_H
#define CODEC_MSGPACK_JSON_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"

/*
 * MessagePack to JSON and back, as notepack.io, which socket.io-msgpack-parser
 * uses, understands it:
 *
 *   integers            exactly
 *   floats              the shortest number that reads back; null where they
 *                       are no number
 *   bytes, extension 0 of any size: an ArrayBuffer
 *                       {"$base64":"..."}
 *   extension 0 of the fixed size 8: a Date, in milliseconds
 *   extension -1: a timestamp
 *                       "2026-11-23T13:53:00.123Z", where RFC 3339 has the year
 *   extension 0 of the fixed size 1: undefined
 *                       no member of an object; null in an array
 *   other extensions    [type,{"$base64":"..."}]
 *   keys of maps        strings; what is a number, true, false or null is put
 *                       in quotes
 */

/* Appends the JSON of the value at *at and moves *at behind it. *absent: it is
 * undefined, and nothing was appended. PROTOCOL with `malformed`, also where
 * arrays and maps are nested deeper than LIMIT_JSON_DEPTH; NOMEM, FULL. */
enum sockfeed_result msgpack_json_decode(struct buf *json, bool *absent,
                                         struct malformed *malformed,
                                         struct span bytes,
                                         size_t *at) SOCKFEED_CHECK;

/* Appends checked JSON as MessagePack: integers of up to 64 bits exactly, other
 * numbers as the nearest double, {"$base64":"..."} as bytes. INVALID where that
 * is no base64; NOMEM, FULL. */
enum sockfeed_result msgpack_json_encode(struct buf *to,
                                         struct span json) SOCKFEED_CHECK;

#endif
