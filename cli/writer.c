/* SPDX-License-Identifier: MIT */
#include "cli/writer.h"

#include "base/limits.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    /* An emptied buffer above this is given back. */
    KEEP = 4 * LIMIT_OUTPUT_BLOCK,
};

/* A line's length as it stands in writer.lengths: doubled, plus 1 where it
 * counts as a message. */
typedef size_t length_entry;

static size_t pending_rest(const struct writer *writer)
{
    return writer->rest.size - writer->rest_head;
}

size_t writer_pending(const struct writer *writer)
{
    return pending_rest(writer) + writer->out.size - writer->head;
}

/* What writer_end compares with: in the usual case only this. */
static void set_mark(struct writer *writer)
{
    size_t room = writer->config.limit;

    if (writer->config.drop || writer->state > WRITER_FULL) {
        writer->mark = 0;
        return;
    }
    if (!writer->waiting && room > LIMIT_OUTPUT_BLOCK) {
        room = LIMIT_OUTPUT_BLOCK;
    }
    writer->mark =
        room < SIZE_MAX - writer->head ? writer->head + room : SIZE_MAX;
}

static void clear(struct writer *writer)
{
    bool large = writer->out.capacity > KEEP;

    if (large) {
        buf_deinit(&writer->out);
    }
    buf_clear(&writer->out);
    buf_clear(&writer->lengths);
    buf_clear(&writer->rest);
    writer->head = 0;
    writer->end = 0;
    writer->lengths_head = 0;
    writer->rest_head = 0;
}

static void stop_waiting(struct writer *writer)
{
    if (writer->waiting) {
        sockfeed_watch_want(writer->watch, 0);
    }
    writer->waiting = false;
}

/* GONE or FAILED: nothing is kept. */
static void break_off(struct writer *writer, enum writer_state state)
{
    writer->state = state;
    stop_waiting(writer);
    clear(writer);
    set_mark(writer);
}

static void fail(struct writer *writer, enum sockfeed_result result,
                 const char *reason)
{
    writer->result = result;
    (void)snprintf(writer->failure, sizeof writer->failure,
                   "standard output: %s", reason);
    break_off(writer, WRITER_FAILED);
}

static void fail_of_system(struct writer *writer)
{
    fail(writer, SOCKFEED_SYSTEM, strerror(writer->outlet.system_error));
}

static void fail_of_memory(struct writer *writer)
{
    fail(writer, SOCKFEED_NOMEM, sockfeed_result_text(SOCKFEED_NOMEM));
}

enum sockfeed_result writer_init(struct writer *writer,
                                 struct sockfeed_loop *loop,
                                 const struct writer_config *config)
{
    enum sockfeed_result result;

    *writer = (struct writer){.config = *config, .loop = loop};
    buf_init(&writer->out, SIZE_MAX / 2);
    buf_init(&writer->lengths, SIZE_MAX / 2);
    buf_init(&writer->rest, SIZE_MAX / 2);
    set_mark(writer);
    result = outlet_open(&writer->outlet, config->descriptor);
    if (result != SOCKFEED_OK) {
        fail_of_system(writer);
    }
    return result;
}

void writer_deinit(struct writer *writer)
{
    sockfeed_watch_free(writer->watch);
    writer->watch = NULL;
    if (writer->loop != NULL) {
        outlet_close(&writer->outlet);
    }
    buf_deinit(&writer->out);
    buf_deinit(&writer->lengths);
    buf_deinit(&writer->rest);
}

/* ---- Dropping ---------------------------------------------------------- */

static length_entry first_length(const struct writer *writer)
{
    length_entry entry;

    memcpy(&entry, writer->lengths.data + writer->lengths_head, sizeof entry);
    return entry;
}

/* Forgets the first line's length; its bytes were written or dropped. */
static void pop_length(struct writer *writer)
{
    writer->lengths_head += sizeof(length_entry);
    if (writer->lengths_head >= writer->lengths.size / 2) {
        buf_consume(&writer->lengths, writer->lengths_head);
        writer->lengths_head = 0;
    }
}

/* Of what was written, `count` bytes came from out: their lengths go. A line
 * that was cut moves to rest, so that out begins with a whole one again. */
static void account(struct writer *writer, size_t count)
{
    while (count > 0) {
        size_t size = first_length(writer) >> 1;

        pop_length(writer);
        if (size > count) {
            size_t left = size - count;

            buf_append(&writer->rest, writer->out.data + writer->head, left);
            writer->head += left;
            return;
        }
        count -= size;
    }
}

static void drop_oldest(struct writer *writer)
{
    while (writer_pending(writer) > writer->config.limit &&
           writer->head < writer->out.size) {
        length_entry entry = first_length(writer);

        pop_length(writer);
        writer->head += entry >> 1;
        writer->dropped += entry & 1;
        writer->run_dropped += entry & 1;
    }
}

static void report_drops(struct writer *writer)
{
    uint64_t count = writer->run_dropped;

    writer->run_dropped = 0;
    if (count > 0 && writer->config.dropped != NULL) {
        writer->config.dropped(writer->config.user, count);
    }
}

/* ---- Writing ----------------------------------------------------------- */

/* At the end of a failed file there may stand a part of a line. */
static void retract_partial(struct writer *writer)
{
    size_t at = writer->head;

    if (writer->config.terminator < 0 || writer->out.data == NULL) {
        return;
    }
    while (at > 0 &&
           writer->out.data[at - 1] != (char)writer->config.terminator) {
        at--;
    }
    outlet_retract(&writer->outlet, writer->head - at);
}

/* One call. OK when there may be more to write, AGAIN when the outlet takes
 * no more now; anything else has ended the writer. */
static enum sockfeed_result write_some(struct writer *writer)
{
    bool rest = pending_rest(writer) > 0;
    struct span data =
        rest ? span_skip(buf_span(&writer->rest), writer->rest_head)
             : span_skip(buf_span(&writer->out), writer->head);
    size_t written = 0;
    enum sockfeed_result result;

    if (data.size > LIMIT_OUTPUT_BLOCK) {
        data.size = LIMIT_OUTPUT_BLOCK;
    }
    result = outlet_write(&writer->outlet, &written, data);
    if (result == SOCKFEED_CLOSED) {
        break_off(writer, WRITER_GONE);
    } else if (result == SOCKFEED_SYSTEM) {
        retract_partial(writer);
        fail_of_system(writer);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    writer->written += written;
    if (rest) {
        writer->rest_head += written;
    } else {
        writer->head += written;
        if (writer->config.drop) {
            account(writer, written);
        }
    }
    /* A short write to anything but a file says what EAGAIN would say; a
     * shared description was given only a part. */
    return written < data.size && (writer->outlet.kind == OUTLET_OWN ||
                                   writer->outlet.kind == OUTLET_SOCKET)
               ? SOCKFEED_AGAIN
               : SOCKFEED_OK;
}

static void on_writable(void *user, unsigned ready);

static void start_waiting(struct writer *writer)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (writer->waiting) {
        return;
    }
    if (writer->watch != NULL) {
        sockfeed_watch_want(writer->watch, SOCKFEED_WRITABLE);
    } else {
        result = sockfeed_watch_new(&writer->watch, writer->loop,
                                    writer->outlet.descriptor,
                                    SOCKFEED_WRITABLE, on_writable, writer);
    }
    if (result != SOCKFEED_OK) {
        fail(writer, result, sockfeed_result_text(result));
        return;
    }
    writer->waiting = true;
}

/* Moving what is left is paid for by what was written or dropped. */
static void tidy(struct writer *writer)
{
    size_t left = writer->out.size - writer->head;

    if (pending_rest(writer) == 0) {
        buf_clear(&writer->rest);
        writer->rest_head = 0;
    }
    if (left == 0 && writer->rest.size == 0) {
        clear(writer);
    } else if (writer->head >= left) {
        buf_consume(&writer->out, writer->head);
        writer->head = 0;
        writer->end = writer->out.size;
    }
}

/* Writes until nothing is left or the outlet takes no more. */
static void pump(struct writer *writer)
{
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && writer_pending(writer) > 0) {
        result = write_some(writer);
    }
    if (writer->state > WRITER_FULL) {
        return;
    }
    if (buf_result(&writer->rest) != SOCKFEED_OK) {
        fail_of_memory(writer);
        return;
    }
    tidy(writer);
    if (writer_pending(writer) > 0) {
        start_waiting(writer);
    } else {
        stop_waiting(writer);
    }
    set_mark(writer);
}

static void on_writable(void *user, unsigned ready)
{
    struct writer *writer = user;
    bool was_full = writer->state == WRITER_FULL;

    (void)ready;
    pump(writer);
    if (writer->state > WRITER_FULL) {
        writer->config.ended(writer->config.user);
        return;
    }
    if (writer_pending(writer) > writer->config.limit / 2) {
        return;
    }
    report_drops(writer);
    writer->state = WRITER_OPEN;
    if (was_full) {
        writer->config.room(writer->config.user);
    }
}

/* ---- Lines ------------------------------------------------------------- */

static void note_length(struct writer *writer, bool message)
{
    length_entry entry = (writer->out.size - writer->end) << 1 | message;

    buf_append(&writer->lengths, &entry, sizeof entry);
}

enum writer_state writer_end(struct writer *writer, bool message)
{
    size_t block = writer->config.limit < LIMIT_OUTPUT_BLOCK
                       ? writer->config.limit
                       : LIMIT_OUTPUT_BLOCK;

    if (writer->out.size < writer->mark && writer->out.result == SOCKFEED_OK) {
        writer->end = writer->out.size;
        return writer->state;
    }
    if (writer->state > WRITER_FULL) {
        buf_clear(&writer->out);
        return writer->state;
    }
    if (writer->config.drop) {
        note_length(writer, message);
    }
    if (buf_result(&writer->out) != SOCKFEED_OK ||
        buf_result(&writer->lengths) != SOCKFEED_OK) {
        fail_of_memory(writer);
        return writer->state;
    }
    writer->end = writer->out.size;
    if (!writer->waiting && writer_pending(writer) >= block) {
        pump(writer);
    }
    if (writer->waiting && writer_pending(writer) > writer->config.limit) {
        if (writer->config.drop) {
            drop_oldest(writer);
            tidy(writer);
        } else {
            writer->state = WRITER_FULL;
        }
    }
    return writer->state;
}

enum writer_state writer_flush(struct writer *writer)
{
    assert(writer->end == writer->out.size);
    if (writer->state <= WRITER_FULL && !writer->waiting &&
        writer->out.size > writer->head) {
        pump(writer);
    }
    return writer->state;
}

/* Waits until the outlet takes more. False: time or `wake` came first. */
static bool await_outlet(struct writer *writer, int timer, int wake)
{
    struct pollfd all[3] = {
        {.fd = writer->outlet.descriptor, .events = POLLOUT},
        {.fd = wake,                      .events = POLLIN },
        {.fd = timer,                     .events = POLLIN },
    };
    int ready;

    do {
        ready = poll(all, 3, -1);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && all[1].revents == 0 && all[2].revents == 0;
}

enum writer_state writer_finish(struct writer *writer, int64_t timeout,
                                int wake)
{
    struct itimerspec limit = {
        .it_value = {.tv_sec = (time_t)(timeout / 1000),
                     .tv_nsec = (long)(timeout % 1000) * 1000000L + 1}
    };
    int timer = -1;

    (void)writer_flush(writer);
    if (timeout >= 0) {
        timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
        if (timer < 0 || timerfd_settime(timer, 0, &limit, NULL) != 0) {
            timeout = 0;
        }
    }
    while (writer->state <= WRITER_FULL && writer_pending(writer) > 0 &&
           timeout != 0 && await_outlet(writer, timer, wake)) {
        pump(writer);
    }
    if (timer >= 0) {
        (void)close(timer);
    }
    report_drops(writer);
    if (writer->state > WRITER_FULL) {
        return writer->state;
    }
    return writer_pending(writer) > 0 ? WRITER_FULL : WRITER_OPEN;
}
