/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHOWN_URL_H
#define CLI_SHOWN_URL_H

#include "base/buf.h"
#include "base/span.h"

/* Appends a URL as it was typed, but for the password in it: `***`. */
void shown_url(struct buf *out, struct span url);

#endif
