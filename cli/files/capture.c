/* SPDX-License-Identifier: MIT */
#include "cli/files/capture.h"

#include "base/base64.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/num.h"

#include <stdarg.h>
#include <string.h>

static const char *const ops[] = {
    [CAPTURE_OPEN] = "open",     [CAPTURE_TEXT] = "text",
    [CAPTURE_BINARY] = "binary", [CAPTURE_PING] = "ping",
    [CAPTURE_PONG] = "pong",     [CAPTURE_CLOSE] = "close",
    [CAPTURE_HTTP] = "http",
};

const char *capture_op_name(enum capture_op op)
{
    return ops[op];
}

static enum sockfeed_result fail(struct capture_error *error, size_t line,
                                 const char *format, ...) SOCKFEED_PRINTF(3, 4);

static enum sockfeed_result fail(struct capture_error *error, size_t line,
                                 const char *format, ...)
{
    va_list arguments;

    error->line = line;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return SOCKFEED_INVALID;
}

void capture_error_text(char *text, size_t size, const char *path,
                        const struct capture_error *error)
{
    if (error->line == 0) {
        (void)snprintf(text, size, "%s: %s", path, error->text);
    } else {
        (void)snprintf(text, size, "%s:%zu: %s", path, error->line,
                       error->text);
    }
}

/* The same of a place in the line that was read last. */
static enum sockfeed_result fail_at(struct capture_error *error,
                                    const struct capture *capture,
                                    struct span place, const char *text)
{
    return place.data == NULL
               ? fail(error, capture->number, "%s", text)
               : fail(error, capture->number, "column %zu: %s",
                      (size_t)(place.data - capture->line.data) + 1, text);
}

enum sockfeed_result capture_open(struct capture *capture, const char *path,
                                  struct capture_error *error)
{
    const char *reason = NULL;
    enum sockfeed_result result;

    *capture = (struct capture){.number = 0};
    /* A line, and what was read beyond it. */
    buf_init(&capture->text, (size_t)LIMIT_CAPTURE_LINE + CAPTURE_FILE_BLOCK);
    buf_init(&capture->data, LIMIT_CAPTURE_LINE);
    result = capture_file_open(&capture->file, path, &reason);
    return result == SOCKFEED_INVALID ? fail(error, 0, "%s", reason) : result;
}

void capture_close(struct capture *capture)
{
    capture_file_close(&capture->file);
    buf_deinit(&capture->text);
    buf_deinit(&capture->data);
    *capture = (struct capture){.number = 0};
}

void capture_rewind(struct capture *capture)
{
    capture_file_rewind(&capture->file);
    buf_clear(&capture->text);
    capture->at = 0;
    capture->number = 0;
}

/* The text of a string member without its quotes; only such as need no
 * escapes are looked for. */
static bool member_is(struct span value, const char *text)
{
    return value.size == strlen(text) + 2 && value.data[0] == '"' &&
           memcmp(value.data + 1, text, value.size - 2) == 0;
}

static bool read_op(enum capture_op *op, struct span value)
{
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (member_is(value, ops[i])) {
            *op = (enum capture_op)i;
            return true;
        }
    }
    return false;
}

static enum sockfeed_result read_data(struct capture *capture,
                                      struct capture_entry *entry,
                                      struct span value,
                                      struct capture_error *error)
{
    struct malformed malformed;
    struct buf *data = &capture->data;
    enum sockfeed_result result;

    buf_clear(data);
    entry->data = span_text(NULL);
    if (value.size == 0) {
        return SOCKFEED_OK;
    }
    result = json_unquote(data, value);
    if (result == SOCKFEED_INVALID) {
        return fail_at(error, capture, value, "expected a string");
    }
    if (result == SOCKFEED_OK && entry->op == CAPTURE_BINARY) {
        size_t size = base64_decoded_size(buf_span(data));

        if (base64_decode(data->data, buf_span(data), &malformed) !=
            SOCKFEED_OK) {
            return fail_at(error, capture, value, "\"data\" is no base64");
        }
        data->size = size;
    }
    entry->data = buf_span(data);
    return result;
}

static enum sockfeed_protocol read_protocol(struct span value)
{
    return member_is(value, "sio")   ? SOCKFEED_PROTOCOL_SIO
           : member_is(value, "eio") ? SOCKFEED_PROTOCOL_EIO
           : member_is(value, "ws")  ? SOCKFEED_PROTOCOL_WS
                                     : SOCKFEED_PROTOCOL_AUTO;
}

static enum sockfeed_result read_entry(struct capture *capture,
                                       struct capture_entry *entry,
                                       struct span object,
                                       struct capture_error *error)
{
    struct span time = json_walk_find(object, "t");
    struct span connection = json_walk_find(object, "conn");
    struct span direction = json_walk_find(object, "dir");
    struct span op = json_walk_find(object, "op");
    uint64_t number;

    if (num_parse_uint(&number, time, INT64_MAX) != SOCKFEED_OK) {
        return fail_at(error, capture, time,
                       "\"t\" is no time in nanoseconds since the epoch");
    }
    entry->time = (int64_t)number;
    if (num_parse_uint(&entry->connection, connection, UINT32_MAX) !=
        SOCKFEED_OK) {
        return fail_at(error, capture, connection,
                       "\"conn\" is no number of a connection");
    }
    entry->incoming = member_is(direction, "in");
    if (!entry->incoming && !member_is(direction, "out")) {
        return fail_at(error, capture, direction,
                       "\"dir\" is neither \"in\" nor \"out\"");
    }
    if (!read_op(&entry->op, op)) {
        return fail_at(error, capture, op, "\"op\" is not known");
    }
    entry->protocol = read_protocol(json_walk_find(object, "protocol"));
    entry->code = 0;
    if (num_parse_uint(&number, json_walk_find(object, "code"), UINT16_MAX) ==
        SOCKFEED_OK) {
        entry->code = (uint16_t)number;
    }
    return read_data(
        capture, entry,
        json_walk_find(object, entry->op == CAPTURE_CLOSE ? "reason" : "data"),
        error);
}

/* Reads on until there is a line feed in what was read, or no more: MORE. */
static enum sockfeed_result read_more(struct capture *capture,
                                      struct capture_error *error)
{
    const char *reason = NULL;
    enum sockfeed_result result;
    size_t count;
    char *to;

    buf_consume(&capture->text, capture->at);
    capture->at = 0;
    to = buf_reserve(&capture->text, CAPTURE_FILE_BLOCK);
    if (to == NULL) {
        return buf_result(&capture->text) == SOCKFEED_FULL
                   ? fail(error, capture->number, "the line is too long")
                   : SOCKFEED_NOMEM;
    }
    result = capture_file_read(&capture->file, to, CAPTURE_FILE_BLOCK, &count,
                               &reason);
    if (result == SOCKFEED_OK) {
        capture->text.size += count;
    }
    return result == SOCKFEED_INVALID
               ? fail(error, capture->number, "%s", reason)
               : result;
}

/* The next line without its end; `*last` where that was missing. MORE at the
 * end of the file. */
static enum sockfeed_result read_line(struct capture *capture, bool *last,
                                      struct capture_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;
    size_t looked = 0;
    struct span rest;
    size_t end;

    capture->number++;
    *last = false;
    for (;;) {
        rest = span_skip(buf_span(&capture->text), capture->at);
        end = looked + span_find(span_skip(rest, looked), '\n');
        if (end < rest.size || result == SOCKFEED_MORE) {
            break;
        }
        looked = rest.size;
        result = read_more(capture, error);
        if (result != SOCKFEED_OK && result != SOCKFEED_MORE) {
            return result;
        }
    }
    *last = end == rest.size;
    capture->line = span_of(rest.data, end);
    capture->at += *last ? end : end + 1;
    return *last && end == 0 ? SOCKFEED_MORE : SOCKFEED_OK;
}

enum sockfeed_result capture_next(struct capture *capture,
                                  struct capture_entry *entry,
                                  struct capture_error *error)
{
    struct json_scan_result scan;
    struct malformed malformed;
    bool last;
    enum sockfeed_result result = read_line(capture, &last, error);

    if (result != SOCKFEED_OK) {
        capture->cut = !capture->file.whole;
        return result;
    }
    if (json_scan(&scan, &malformed, capture->line, 0) == SOCKFEED_OK) {
        return read_entry(capture, entry, scan.value, error);
    }
    if (last) {
        capture->cut = true;
        return SOCKFEED_MORE;
    }
    return fail(error, capture->number, "column %zu: %s", malformed.offset + 1,
                malformed.reason);
}
