/* SPDX-License-Identifier: MIT */
#include "cli/output/writer.h"

#include "base/limits.h"

#include <assert.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

int writer_standard_output(void)
{
    return STDOUT_FILENO;
}

size_t writer_pending(const struct writer *writer)
{
    return backlog_pending(&writer->lines);
}

static bool is_over(const struct writer *writer)
{
    return writer->state > WRITER_FULL;
}

enum {
    PATIENCE = 5,        /* ms */
    LONG_ENOUGH = 32768, /* bytes: to copy them takes longer than a call */
};

/* What may come together before something is done about it. */
static size_t block_size(const struct writer *writer)
{
    return writer->config.limit < LIMIT_OUTPUT_BLOCK ? writer->config.limit
                                                     : LIMIT_OUTPUT_BLOCK;
}

/* What may wait for the reader: while it is prompt no more than stays in the
 * processor's cache until it is written. */
static size_t most_waiting(const struct writer *writer)
{
    return writer->patient ? block_size(writer) : writer->config.limit;
}

/* What writer_end and writer_copy compare with: in the usual case only this.
 * Up to here the buffer has room, too. */
static void set_mark(struct writer *writer)
{
    size_t room = writer->waiting ? most_waiting(writer) : block_size(writer);
    size_t head = writer->lines.head;
    size_t capacity = writer->lines.out.capacity;

    if (writer->config.drop || writer->config.line != NULL || is_over(writer)) {
        writer->mark = 0;
    } else {
        writer->mark =
            head < capacity && room < capacity - head ? head + room : capacity;
    }
}

/* ---- Ends --------------------------------------------------------------- */

static void stop_waiting(struct writer *writer)
{
    if (writer->waiting && writer->watch != NULL) {
        sockfeed_watch_want(writer->watch, 0);
    }
    writer->waiting = false;
}

/* GONE or FAILED: nothing is kept. */
static void break_off(struct writer *writer, enum writer_state state)
{
    writer->state = state;
    stop_waiting(writer);
    backlog_clear(&writer->lines);
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

/* Where lines may be dropped nobody is made to wait. */
static void make_patient(struct writer *writer)
{
    writer->patient = writer->loop != NULL && !writer->config.drop &&
                      writer->config.limit > LIMIT_OUTPUT_BLOCK;
}

enum sockfeed_result writer_init(struct writer *writer,
                                 struct sockfeed_loop *loop,
                                 const struct writer_config *config)
{
    enum sockfeed_result result;

    *writer = (struct writer){.config = *config, .loop = loop};
    backlog_init(&writer->lines, config->drop);
    make_patient(writer);
    set_mark(writer);
    result = outlet_open(&writer->outlet, config->descriptor);
    writer->opened = result == SOCKFEED_OK;
    if (!writer->opened) {
        fail_of_system(writer);
    }
    return result;
}

void writer_deinit(struct writer *writer)
{
    sockfeed_watch_free(writer->watch);
    writer->watch = NULL;
    sockfeed_timer_free(writer->patience);
    writer->patience = NULL;
    if (writer->opened) {
        outlet_close(&writer->outlet);
        writer->opened = false;
    }
    backlog_deinit(&writer->lines);
}

/* ---- Writing ------------------------------------------------------------ */

/* At the end of a file that takes no more there may stand a part of a line. */
static void retract_partial(struct writer *writer)
{
    if (writer->config.terminator >= 0) {
        outlet_retract(
            &writer->outlet,
            backlog_partial(&writer->lines, (char)writer->config.terminator));
    }
}

static void announce_write(struct writer *writer)
{
    if (writer->config.writing != NULL) {
        writer->config.writing(writer->config.user);
    }
}

/* What has come of one call. OK when there may be more to write, AGAIN when the
 * outlet takes no more now; anything else has ended the writer. */
static enum sockfeed_result settle(struct writer *writer,
                                   enum sockfeed_result result, size_t written,
                                   size_t size)
{
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
    /* A short write to anything but a file says what EAGAIN would say; a
     * shared description was given only a part. */
    return written < size && (writer->outlet.kind == OUTLET_OWN ||
                              writer->outlet.kind == OUTLET_SOCKET)
               ? SOCKFEED_AGAIN
               : SOCKFEED_OK;
}

/* One call, of which settle tells. */
static enum sockfeed_result write_some(struct writer *writer)
{
    struct span data = backlog_next(&writer->lines);
    size_t written = 0;
    enum sockfeed_result result;

    if (data.size > LIMIT_OUTPUT_BLOCK) {
        data.size = LIMIT_OUTPUT_BLOCK;
    }
    announce_write(writer);
    result = outlet_write(&writer->outlet, &written, data);
    result = settle(writer, result, written, data.size);
    if (written > 0) {
        backlog_wrote(&writer->lines, written);
    }
    return result;
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
    } else if (writer->loop != NULL) {
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

/* Is written for now: what is left waits. */
static void rest(struct writer *writer)
{
    if (is_over(writer)) {
        return;
    }
    if (backlog_result(&writer->lines) != SOCKFEED_OK) {
        fail_of_memory(writer);
        return;
    }
    backlog_tidy(&writer->lines);
    if (writer_pending(writer) > 0) {
        start_waiting(writer);
    } else {
        stop_waiting(writer);
    }
    set_mark(writer);
}

/* Writes until nothing is left or the outlet takes no more. */
static void pump(struct writer *writer)
{
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && writer_pending(writer) > 0) {
        result = write_some(writer);
    }
    rest(writer);
}

static int64_t now(const struct writer *writer)
{
    return writer->loop == NULL ? 0 : sockfeed_loop_now(writer->loop);
}

static void report_drops(struct writer *writer)
{
    uint64_t count = backlog_take_dropped(&writer->lines);

    if (count > 0 && writer->config.dropped != NULL) {
        writer->dropped_for = now(writer) - writer->dropping_since;
        writer->config.dropped(writer->config.user, count);
    }
}

static void on_writable(void *user, unsigned ready)
{
    struct writer *writer = user;
    bool was_full = writer->state == WRITER_FULL;

    (void)ready;
    pump(writer);
    if (is_over(writer)) {
        writer->config.ended(writer->config.user);
        return;
    }
    if (writer_pending(writer) > most_waiting(writer) / 2) {
        return;
    }
    if (writer_pending(writer) <= block_size(writer) / 2) {
        make_patient(writer);
        set_mark(writer);
    }
    writer->state = WRITER_OPEN;
    report_drops(writer);
    if (was_full) {
        writer->config.room(writer->config.user);
    }
}

/* It is a slow reader, not one that is at it: the whole limit is for those. */
static void on_impatience(void *user)
{
    struct writer *writer = user;

    if (writer->state != WRITER_FULL || !writer->patient) {
        return;
    }
    writer->patient = false;
    set_mark(writer);
    if (writer_pending(writer) <= writer->config.limit) {
        writer->state = WRITER_OPEN;
        writer->config.room(writer->config.user);
    }
}

static void start_patience(struct writer *writer)
{
    if (writer->patience == NULL &&
        sockfeed_timer_new(&writer->patience, writer->loop, on_impatience,
                           writer) != SOCKFEED_OK) {
        fail_of_memory(writer);
        return;
    }
    sockfeed_timer_set(writer->patience, PATIENCE);
}

/* ---- Lines -------------------------------------------------------------- */

/* More waits than may. */
static void overflow(struct writer *writer)
{
    if (!writer->config.drop) {
        if (writer->patient && writer->state != WRITER_FULL) {
            start_patience(writer);
        }
        if (!is_over(writer)) {
            writer->state = WRITER_FULL;
        }
        return;
    }
    if (writer->lines.run_dropped == 0) {
        writer->dropping_since = now(writer);
    }
    backlog_drop(&writer->lines, writer->config.limit);
    backlog_tidy(&writer->lines);
}

enum writer_state writer_end(struct writer *writer, bool message)
{
    struct backlog *lines = &writer->lines;

    /* The usual case, in which no lengths are kept: all of backlog_end. */
    if (lines->out.size < writer->mark && lines->out.result == SOCKFEED_OK) {
        lines->end = lines->out.size;
        return writer->state;
    }
    if (writer->config.line != NULL && lines->out.result == SOCKFEED_OK) {
        writer->config.line(writer->config.user,
                            span_skip(buf_span(&lines->out), lines->end));
    }
    backlog_end(lines, message);
    if (is_over(writer)) {
        backlog_clear(lines);
        return writer->state;
    }
    if (backlog_result(lines) != SOCKFEED_OK) {
        fail_of_memory(writer);
        return writer->state;
    }
    if (!writer->waiting && writer_pending(writer) >= block_size(writer)) {
        pump(writer);
    }
    if (writer->waiting && writer_pending(writer) > most_waiting(writer)) {
        overflow(writer);
    }
    set_mark(writer);
    return writer->state;
}

enum writer_state writer_copy_at_mark(struct writer *writer, const char *data,
                                      size_t size)
{
    struct buf *out = &writer->lines.out;
    char *to = buf_reserve(out, size + 1);

    if (to != NULL) {
        if (size > 0) {
            memcpy(to, data, size);
        }
        to[size] = (char)writer->config.terminator;
        out->size += size + 1;
    }
    return writer_end(writer, true);
}

enum writer_state writer_flush(struct writer *writer)
{
    assert(writer->lines.end == writer->lines.out.size);
    if (!is_over(writer) && !writer->waiting && writer_pending(writer) > 0) {
        pump(writer);
    }
    return writer->state;
}

/* ---- Lines that are lent ------------------------------------------------- */

static size_t size_of(const struct sockfeed_text *lines, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size += lines[i].size;
    }
    return size;
}

/* Lines of which so many bytes are written. Of one that is written in part the
 * whole is kept, so that it can be told where it began. */
static void keep_rest(struct writer *writer, const struct sockfeed_text *lines,
                      size_t count, size_t written)
{
    struct backlog *backlog = &writer->lines;
    size_t i = 0;

    while (i < count && written > lines[i].size) {
        written -= lines[i].size + 1;
        i++;
    }
    for (; i < count; i++) {
        buf_append(&backlog->out, lines[i].data, lines[i].size);
        buf_append_byte(&backlog->out, (char)writer->config.terminator);
        backlog_end(backlog, true);
    }
    backlog->head = written;
}

/* One call for at most OUTLET_LINES lines. Nothing waits before it. */
static void lend_some(struct writer *writer, const struct sockfeed_text *lines,
                      size_t count)
{
    size_t size = size_of(lines, count) + count;
    size_t written = 0;
    enum sockfeed_result result;

    announce_write(writer);
    result = outlet_write_lines(&writer->outlet, &written, lines, count,
                                (char)writer->config.terminator);
    result = settle(writer, result, written, size);
    if (is_over(writer) || written == size) {
        return;
    }
    keep_rest(writer, lines, count, written);
    if (result == SOCKFEED_OK) {
        pump(writer);
    } else {
        rest(writer);
    }
    if (writer->waiting && writer_pending(writer) > most_waiting(writer)) {
        overflow(writer);
    }
}

/* Nothing is to be done with the lines but to write them, at once. */
static bool may_lend(const struct writer *writer)
{
    return !writer->config.drop && writer->config.line == NULL &&
           !is_over(writer) && !writer->waiting &&
           outlet_takes_lines(&writer->outlet);
}

bool writer_lend(struct writer *writer, const struct sockfeed_text *lines,
                 size_t count)
{
    size_t size = size_of(lines, count);

    if (size < LONG_ENOUGH || size / WRITER_LONG < count || !may_lend(writer)) {
        return false;
    }
    (void)writer_flush(writer);
    while (count > 0 && may_lend(writer)) {
        size_t part = count < OUTLET_LINES ? count : OUTLET_LINES;

        lend_some(writer, lines, part);
        lines += part;
        count -= part;
    }
    for (size_t i = 0; i < count; i++) {
        (void)writer_copy(writer, lines[i].data, lines[i].size);
    }
    return true;
}

/* ---- The end ------------------------------------------------------------ */

/* A descriptor that is readable after so many ms, or -1. The loop, whose
 * timers one would use, does not run any more. */
static int start_timer(int64_t timeout)
{
    struct itimerspec limit = {
        .it_value = {.tv_sec = (time_t)(timeout / 1000),
                     .tv_nsec = (long)(timeout % 1000) * 1000000L}
    };
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

    if (timer >= 0 && timerfd_settime(timer, 0, &limit, NULL) != 0) {
        (void)close(timer);
        return -1;
    }
    return timer;
}

enum writer_state writer_finish(struct writer *writer, int64_t timeout,
                                int wake)
{
    int timer = timeout > 0 ? start_timer(timeout) : -1;
    bool waits = timeout < 0 || timer >= 0;

    /* What is told may be a line itself. */
    report_drops(writer);
    (void)writer_flush(writer);
    while (waits && !is_over(writer) && writer_pending(writer) > 0 &&
           outlet_await(&writer->outlet, timer, wake)) {
        pump(writer);
    }
    if (timer >= 0) {
        (void)close(timer);
    }
    if (is_over(writer)) {
        return writer->state;
    }
    return writer_pending(writer) > 0 ? WRITER_FULL : WRITER_OPEN;
}
