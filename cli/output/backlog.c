/* SPDX-License-Identifier: MIT */
#include "cli/output/backlog.h"

#include "base/limits.h"

enum {
    /* An emptied buffer above this is given back. */
    KEEP = 4 * LIMIT_OUTPUT_BLOCK
};

/* A line's length as it stands in backlog.lengths: doubled, plus 1 where it
 * counts as a message. */
typedef size_t length_entry;

void backlog_init(struct backlog *backlog, bool droppable)
{
    *backlog = (struct backlog){.droppable = droppable};
    buf_init(&backlog->out, SIZE_MAX / 2);
    buf_init(&backlog->lengths, SIZE_MAX / 2);
    buf_init(&backlog->rest, SIZE_MAX / 2);
}

void backlog_deinit(struct backlog *backlog)
{
    buf_deinit(&backlog->out);
    buf_deinit(&backlog->lengths);
    buf_deinit(&backlog->rest);
}

void backlog_end(struct backlog *backlog, bool message)
{
    if (backlog->droppable && buf_result(&backlog->out) == SOCKFEED_OK) {
        length_entry entry = (backlog->out.size - backlog->end) << 1 | message;

        buf_append(&backlog->lengths, &entry, sizeof entry);
    }
    backlog->end = backlog->out.size;
}

enum sockfeed_result backlog_result(const struct backlog *backlog)
{
    return buf_result(&backlog->out) != SOCKFEED_OK ? buf_result(&backlog->out)
           : buf_result(&backlog->rest) != SOCKFEED_OK
               ? buf_result(&backlog->rest)
               : buf_result(&backlog->lengths);
}

size_t backlog_pending(const struct backlog *backlog)
{
    return backlog->rest.size - backlog->rest_head + backlog->out.size -
           backlog->head;
}

struct span backlog_next(const struct backlog *backlog)
{
    return backlog->rest.size > backlog->rest_head
               ? span_skip(buf_span(&backlog->rest), backlog->rest_head)
               : span_skip(buf_span(&backlog->out), backlog->head);
}

static length_entry first_length(const struct backlog *backlog)
{
    length_entry entry;

    memcpy(&entry, backlog->lengths.data + backlog->lengths_head, sizeof entry);
    return entry;
}

/* Forgets the first line's length; its bytes were written or dropped. */
static void pop_length(struct backlog *backlog)
{
    backlog->lengths_head += sizeof(length_entry);
    if (backlog->lengths_head >= backlog->lengths.size / 2) {
        buf_consume(&backlog->lengths, backlog->lengths_head);
        backlog->lengths_head = 0;
    }
}

void backlog_wrote(struct backlog *backlog, size_t count)
{
    if (backlog->rest.size > backlog->rest_head) {
        backlog->rest_head += count;
        return;
    }
    backlog->head += count;
    while (backlog->droppable && count > 0) {
        size_t size = first_length(backlog) >> 1;

        pop_length(backlog);
        if (size > count) {
            size_t left = size - count;

            buf_clear(&backlog->rest);
            backlog->rest_head = 0;
            buf_append(&backlog->rest, backlog->out.data + backlog->head, left);
            backlog->head += left;
            return;
        }
        count -= size;
    }
}

void backlog_drop(struct backlog *backlog, size_t limit)
{
    while (backlog_pending(backlog) > limit && backlog->head < backlog->end) {
        length_entry entry = first_length(backlog);

        pop_length(backlog);
        backlog->head += entry >> 1;
        backlog->dropped += entry & 1;
        backlog->run_dropped += entry & 1;
    }
}

uint64_t backlog_take_dropped(struct backlog *backlog)
{
    uint64_t count = backlog->run_dropped;

    backlog->run_dropped = 0;
    return count;
}

void backlog_tidy(struct backlog *backlog)
{
    size_t left = backlog->out.size - backlog->head;

    if (backlog_pending(backlog) == 0) {
        backlog_clear(backlog);
    } else if (backlog->head >= left) {
        /* What is moved is paid for by what was written or dropped. */
        buf_consume(&backlog->out, backlog->head);
        backlog->end -= backlog->head;
        backlog->head = 0;
    }
}

void backlog_clear(struct backlog *backlog)
{
    if (backlog->out.capacity > KEEP) {
        buf_deinit(&backlog->out);
    }
    buf_clear(&backlog->out);
    buf_clear(&backlog->lengths);
    buf_clear(&backlog->rest);
    backlog->head = 0;
    backlog->end = 0;
    backlog->lengths_head = 0;
    backlog->rest_head = 0;
}

size_t backlog_partial(const struct backlog *backlog, char terminator)
{
    size_t at = backlog->head;

    while (at > 0 && backlog->out.data[at - 1] != terminator) {
        at--;
    }
    return backlog->head - at;
}
