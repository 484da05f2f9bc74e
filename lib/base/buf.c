/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/wipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUF_FIRST_CAPACITY = 64
};

void buf_init(struct buf *buf, size_t limit)
{
    *buf = (struct buf){.limit = limit};
}

void buf_deinit(struct buf *buf)
{
    free(buf->data);
    buf_init(buf, buf->limit);
}

void buf_wipe(struct buf *buf)
{
    wipe(buf->data, buf->capacity);
    buf_deinit(buf);
}

void buf_clear(struct buf *buf)
{
    buf->size = 0;
    buf->result = SOCKFEED_OK;
}

/* One byte beyond `size` is always kept for buf_text's NUL. */
static bool grow(struct buf *buf, size_t needed)
{
    size_t capacity =
        buf->capacity < BUF_FIRST_CAPACITY ? BUF_FIRST_CAPACITY : buf->capacity;
    char *data;

    while (capacity < needed + 1) {
        capacity = capacity > SIZE_MAX / 2 ? needed + 1 : capacity * 2;
    }
    data = realloc(buf->data, capacity);
    if (data == NULL) {
        buf->result = SOCKFEED_NOMEM;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

char *buf_make_room(struct buf *buf, size_t more)
{
    if (buf->result != SOCKFEED_OK) {
        return NULL;
    }
    if (more > buf->limit - buf->size) {
        buf->result = SOCKFEED_FULL;
        return NULL;
    }
    if (buf->size + more >= buf->capacity && !grow(buf, buf->size + more)) {
        return NULL;
    }
    return buf->data + buf->size;
}

void buf_append(struct buf *buf, const void *data, size_t size)
{
    char *to = buf_reserve(buf, size);

    if (to == NULL || size == 0) {
        return;
    }
    memcpy(to, data, size);
    buf->size += size;
}

void buf_append_span(struct buf *buf, struct span span)
{
    buf_append(buf, span.data, span.size);
}

void buf_append_spans(struct buf *buf, const struct span *spans, size_t count)
{
    size_t size = 0;
    char *to;

    for (size_t i = 0; i < count; i++) {
        size += spans[i].size;
    }
    to = buf_reserve(buf, size);
    if (to == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (spans[i].size > 0) {
            memcpy(to, spans[i].data, spans[i].size);
        }
        to += spans[i].size;
    }
    buf->size += size;
}

void buf_append_text(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_append_byte(struct buf *buf, char byte)
{
    buf_append(buf, &byte, 1);
}

void buf_append_uint(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buf_append(buf, digits + at, sizeof digits - at);
}

void buf_append_format(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    int length;
    char *to;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buf->result = SOCKFEED_SYSTEM;
        return;
    }
    to = buf_reserve(buf, (size_t)length);
    if (to == NULL) {
        return;
    }
    va_start(arguments, format);
    length = vsnprintf(to, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buf->size += length < 0 ? 0 : (size_t)length;
}

void buf_consume(struct buf *buf, size_t count)
{
    if (count == 0) {
        return;
    }
    buf->size -= count;
    memmove(buf->data, buf->data + count, buf->size);
}

const char *buf_text(struct buf *buf)
{
    char *end = buf_reserve(buf, 0);

    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return buf->data;
}
