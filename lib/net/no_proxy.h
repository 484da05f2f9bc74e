/* SPDX-License-Identifier: MIT */
#ifndef NET_NO_PROXY_H
#define NET_NO_PROXY_H

#include "base/span.h"

#include <stdbool.h>

/* Whether a list of those who are reached without a proxy has the host, by
 * curl's rules: `*` alone has all; else there are names and addresses between
 * commas or blanks. A name has the hosts below it too, with or without a first
 * dot; an address may be followed by how many of its bits count
 * ("10.0.0.0/8"), and may stand in brackets. */
bool no_proxy_has(struct span list, struct span host);

#endif
