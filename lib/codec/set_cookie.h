/* SPDX-License-Identifier: MIT */
#ifndef CODEC_SET_COOKIE_H
#define CODEC_SET_COOKIE_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdbool.h>
#include <stdint.h>

/* The value of a Set-Cookie header (RFC 6265, 5.2), everything a view of it. */
struct set_cookie {
    struct span name;
    struct span value;  /* with its quotes, where it has some */
    struct span domain; /* without a first dot; empty: the host alone */
    struct span path;   /* begins with a slash; empty: the request's folder */
    bool secure;
    bool has_max_age;
    int64_t max_age; /* seconds; 0: it is over at once */
    bool has_expires;
    int64_t expires; /* seconds since the epoch */
};

/* Reads one. Attributes that are unknown or malformed are passed over, as
 * browsers do; of an attribute given twice the last counts. INVALID where
 * there is no name, or a control character in the name or the value. */
enum sockfeed_result set_cookie_decode(struct set_cookie *cookie,
                                       struct span text) SOCKFEED_CHECK;

/* Takes the first "name=value" off the text of a Cookie header. False at the
 * end; pairs without a name are passed over. */
bool set_cookie_next_pair(struct span *name, struct span *value,
                          struct span *text);

#endif
