/* SPDX-License-Identifier: MIT */
#ifndef NET_WS_POOL_H
#define NET_WS_POOL_H

/* The room into which all transports of a loop read. What they consume at
 * once never needs memory of their own: 128 KiB for a thousand connections in
 * place of 256 MiB. */
struct ws_pool;

/* NULL when out of memory. The room itself comes when it is first used. */
struct ws_pool *ws_pool_new(void);

/* After all its transports. Fits NULL. */
void ws_pool_free(struct ws_pool *pool);

/* LIMIT_RECEIVE_READ bytes, and LIMIT_RECEIVE_PAD that can be read behind
 * them; NULL when out of memory. */
char *ws_pool_room(struct ws_pool *pool);

#endif
