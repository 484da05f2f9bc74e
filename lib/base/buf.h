/* SPDX-License-Identifier: MIT */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * A growing byte buffer with a ceiling. Failure is sticky: after a refused
 * growth every append does nothing, so that a sequence of appends is checked
 * once, by buf_result, at its end. All zero bytes are a valid empty buffer
 * whose ceiling is 0; buf_init gives it one.
 */
struct buf {
    char *data;                  /* owned; NULL while nothing was ever stored */
    size_t size;                 /* bytes in use */
    size_t capacity;             /* bytes allocated */
    size_t limit;                /* `size` never passes this */
    enum sockfeed_result result; /* OK, NOMEM, or FULL at the limit */
};

void buf_init(struct buf *buf, size_t limit);

/* Frees the bytes; fits a zeroed or half-built buffer. The limit stays. */
void buf_deinit(struct buf *buf);

/* Like buf_deinit, but overwrites the bytes first: for secrets. */
void buf_wipe(struct buf *buf);

/* Empties the buffer and forgets a failure; keeps the memory. */
void buf_clear(struct buf *buf);

/* buf_reserve where the memory at hand may not do. */
char *buf_make_room(struct buf *buf, size_t more);

/* Makes room for `more` further bytes and gives a pointer to them, or NULL
 * with the sticky result set. The caller adds what it wrote to buf->size. */
static inline char *buf_reserve(struct buf *buf, size_t more)
{
    return more < buf->capacity - buf->size && more <= buf->limit - buf->size &&
                   buf->result == SOCKFEED_OK
               ? buf->data + buf->size
               : buf_make_room(buf, more);
}

void buf_append(struct buf *buf, const void *data, size_t size);
void buf_append_span(struct buf *buf, struct span span);
/* Several, with one reservation: all or none. */
void buf_append_spans(struct buf *buf, const struct span *spans, size_t count);
void buf_append_text(struct buf *buf, const char *text);
void buf_append_byte(struct buf *buf, char byte);
void buf_append_uint(struct buf *buf, uint64_t value);

/* Formats as printf does. */
void buf_append_format(struct buf *buf, const char *format, ...)
    SOCKFEED_PRINTF(2, 3);

/* Drops the first `count` bytes (at most buf->size), moving the rest down. */
void buf_consume(struct buf *buf, size_t count);

/* A NUL-terminated view of the content, valid until the next change; NULL
 * when the sticky result is set. The NUL does not count towards the size. */
const char *buf_text(struct buf *buf);

static inline struct span buf_span(const struct buf *buf)
{
    return span_of(buf->data, buf->size);
}

/* The sticky result of all appends since the last clear. */
static inline enum sockfeed_result buf_result(const struct buf *buf)
{
    return buf->result;
}

#endif
