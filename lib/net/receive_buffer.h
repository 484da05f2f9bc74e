/* SPDX-License-Identifier: MIT */
#ifndef NET_RECEIVE_BUFFER_H
#define NET_RECEIVE_BUFFER_H

#include "sockfeed/result.h"

#include <stddef.h>

/*
 * What a connection has received and not yet consumed. It is read and parsed
 * in the pool's room; between reads only the rest, mostly less than a frame,
 * is kept, and is put back in front of what comes next. A rest that will be
 * large is not moved back and forth: it gets room of its own, where reading
 * goes on until it is consumed.
 *
 * All zero bytes are a valid empty buffer, once it has its pool and its limit.
 */
struct ws_pool;

struct receive_buffer {
    struct ws_pool *pool;
    size_t limit;    /* the most that is kept; not below LIMIT_RECEIVE_READ */
    char *kept;      /* owned; NULL: nothing is kept */
    size_t size;     /* bytes kept */
    size_t capacity; /* of `kept`, without the pad */
    size_t need;     /* bytes in all before it is useful to parse */
};

/* Where to read to: `size` bytes are there, `capacity` fit, and behind them
 * LIMIT_RECEIVE_PAD bytes can be read. */
struct receive_area {
    char *data;
    size_t size;
    size_t capacity;
};

/* Frees what is kept. */
void receive_buffer_deinit(struct receive_buffer *buffer);

/* Gives the bytes kept and room behind them: for as many as are needed, at
 * least for one. Valid until receive_buffer_close. NOMEM. */
enum sockfeed_result receive_buffer_open(
    struct receive_buffer *buffer, struct receive_area *area) SOCKFEED_CHECK;

/* Keeps what lies behind the first `used` bytes; it is useful again when there
 * are `need` bytes in all, 0 for not known. NOMEM, FULL above the limit. */
enum sockfeed_result receive_buffer_close(struct receive_buffer *buffer,
                                          const struct receive_area *area,
                                          size_t used,
                                          size_t need) SOCKFEED_CHECK;

#endif
