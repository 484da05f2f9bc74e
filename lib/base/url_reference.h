/* SPDX-License-Identifier: MIT */
#ifndef BASE_URL_REFERENCE_H
#define BASE_URL_REFERENCE_H

#include "base/buf.h"
#include "base/span.h"

/* Appends the URL that a reference comes to (RFC 3986, 5.2): "//other/x",
 * "/x", "?x", "x", "../x", or a whole URL, which stays what it is. `origin` is
 * the scheme and authority, "https://host:port", `target` the path and query,
 * of what it stands in. A fragment is left out: it goes to no server. */
void url_reference_append(struct buf *to, struct span origin,
                          struct span target, struct span reference);

#endif
