/* SPDX-License-Identifier: MIT */
#ifndef BASE_URL_MASK_H
#define BASE_URL_MASK_H

#include "base/buf.h"
#include "base/span.h"

/*
 * URLs for people to read, with "***" in place of what lets others in. Any
 * text will do: what is no URL may be one that was mistyped.
 */

/* The most bytes that a text of `size` has, masked: "=&" is "=***&". */
static inline size_t url_mask_most(size_t size)
{
    return 4 * size + 8;
}

/* Masks the password, in what the user has typed. */
void url_mask_password(struct buf *to, struct span url);

/* Masks the values of the query as well, but EIO and transport, and the
 * fragment: in what a server says, which may repeat what it was sent. */
void url_mask_secrets(struct buf *to, struct span url);

/* The same as one line of text, see printable_copy; empty without memory. */
void url_mask_copy(char *to, size_t capacity, struct span url);

/* Masks the values of a query, which is without its '?'. */
void url_mask_query(struct buf *to, struct span query);

#endif
