/* SPDX-License-Identifier: MIT */
#ifndef CODEC_HTTP_HEADER_H
#define CODEC_HTTP_HEADER_H

#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

/* One header line of HTTP/1.1 (RFC 9112, section 5), without its line end. */
struct http_header {
    struct span name;
    struct span value; /* without white space around it */
};

/* Splits "Name: value". OK, or PROTOCOL with `malformed`: no colon, a name
 * that is no token, white space before the colon or at the start of the line
 * (obsolete folding), a control character in the value. The header views the
 * line. Says nothing about CR and LF but that they are control characters. */
enum sockfeed_result http_header_parse(struct http_header *header,
                                       struct malformed *malformed,
                                       struct span line) SOCKFEED_CHECK;

/* Whether a line given by a user can be sent: http_header_parse without the
 * result. */
enum sockfeed_result http_header_check(
    struct span line, struct malformed *malformed) SOCKFEED_CHECK;

/* Whether the bytes can be the value of a header. */
enum sockfeed_result http_header_check_value(
    struct span value, struct malformed *malformed) SOCKFEED_CHECK;

/* Whether the bytes are a token (RFC 9110, 5.6.2): header names, methods,
 * subprotocols. Offset and reason of the first that is none. */
enum sockfeed_result http_header_check_token(
    struct span token, struct malformed *malformed) SOCKFEED_CHECK;

bool http_header_is(const struct http_header *header, const char *name);

/* Takes the first element off a comma-separated list (RFC 9110, 5.6.1), empty
 * ones left out; false when none is left. */
bool http_header_next(struct span *list, struct span *element);

/* Whether the list in the value has the token, without regard to case. */
bool http_header_has(const struct http_header *header, const char *token);

#endif
