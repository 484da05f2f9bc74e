/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_DECODE_CRYPTOCOMPARE_H
#define CLI_SHAPE_DECODE_CRYPTOCOMPARE_H

#include "base/buf.h"
#include "base/span.h"

/*
 * The packed messages of the CryptoCompare streamer:
 *
 *   TYPE~MARKET~FROMSYMBOL~TOSYMBOL~FLAGS~value~...~MASK
 *
 * A few fixed fields, then one value for each bit set in MASK from the lowest
 * up, then MASK in hexadecimal. A field whose bit is not set has not changed.
 * Some types have fixed fields alone.
 */

enum decode_outcome {
    DECODE_DONE,
    DECODE_OTHER,   /* no packed message, or of a type with unknown layout */
    DECODE_DAMAGED, /* its fields do not fit its type or its mask */
};

/* Appends the message as a JSON object of named fields: identifiers, symbols
 * and texts as strings, all else as numbers in the digits they came in (as
 * strings where those are no JSON number), values of unknown bits as
 * `BIT<n>`. Appends nothing unless it is DONE. */
enum decode_outcome decode_cryptocompare(struct buf *out, struct span text);

#endif
