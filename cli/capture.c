/* SPDX-License-Identifier: MIT */
#include "cli/capture.h"

#include "base/base64.h"
#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/num.h"

#include <errno.h>
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

enum sockfeed_result capture_open(struct capture *capture, const char *path,
                                  struct capture_error *error)
{
    *capture = (struct capture){.file = fopen(path, "re")};
    buf_init(&capture->line, LIMIT_CAPTURE_LINE);
    buf_init(&capture->data, LIMIT_CAPTURE_LINE);
    return capture->file != NULL ? SOCKFEED_OK
                                 : fail(error, 0, "%s", strerror(errno));
}

void capture_close(struct capture *capture)
{
    if (capture->file != NULL) {
        (void)fclose(capture->file);
    }
    buf_deinit(&capture->line);
    buf_deinit(&capture->data);
    *capture = (struct capture){.file = NULL};
}

void capture_rewind(struct capture *capture)
{
    rewind(capture->file);
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
    if (value.size == 0) {
        entry->data = span_text(NULL);
        return SOCKFEED_OK;
    }
    result = json_unquote(data, value);
    if (result == SOCKFEED_INVALID) {
        return fail(error, capture->number, "\"data\" is no string");
    }
    if (result == SOCKFEED_OK && entry->op == CAPTURE_BINARY) {
        size_t size = base64_decoded_size(buf_span(data));

        if (base64_decode(data->data, buf_span(data), &malformed) !=
            SOCKFEED_OK) {
            return fail(error, capture->number, "\"data\" is no base64");
        }
        data->size = size;
    }
    entry->data = buf_span(data);
    return result;
}

static enum sockfeed_result read_entry(struct capture *capture,
                                       struct capture_entry *entry,
                                       struct span object,
                                       struct capture_error *error)
{
    uint64_t time;
    struct span direction = json_walk_find(object, "dir");

    if (num_parse_uint(&time, json_walk_find(object, "t"), INT64_MAX) !=
        SOCKFEED_OK) {
        return fail(error, capture->number,
                    "\"t\" is no time in nanoseconds since the epoch");
    }
    entry->time = (int64_t)time;
    if (num_parse_uint(&entry->connection, json_walk_find(object, "conn"),
                       UINT32_MAX) != SOCKFEED_OK) {
        return fail(error, capture->number,
                    "\"conn\" is no number of a connection");
    }
    entry->incoming = member_is(direction, "in");
    if (!entry->incoming && !member_is(direction, "out")) {
        return fail(error, capture->number,
                    "\"dir\" is neither \"in\" nor \"out\"");
    }
    if (!read_op(&entry->op, json_walk_find(object, "op"))) {
        return fail(error, capture->number, "\"op\" is not known");
    }
    return read_data(capture, entry, json_walk_find(object, "data"), error);
}

/* The next line without its end; MORE at the end of the file. */
static enum sockfeed_result read_line(struct capture *capture,
                                      struct capture_error *error)
{
    struct buf *line = &capture->line;
    int byte = getc(capture->file);

    buf_clear(line);
    capture->number++;
    if (byte == EOF && ferror(capture->file) == 0) {
        return SOCKFEED_MORE;
    }
    while (byte != EOF && byte != '\n') {
        buf_append_byte(line, (char)byte);
        byte = getc(capture->file);
    }
    if (ferror(capture->file) != 0) {
        return fail(error, capture->number, "%s", strerror(errno));
    }
    return buf_result(line) == SOCKFEED_FULL
               ? fail(error, capture->number, "the line is too long")
               : buf_result(line);
}

enum sockfeed_result capture_next(struct capture *capture,
                                  struct capture_entry *entry,
                                  struct capture_error *error)
{
    struct json_scan_result scan;
    struct malformed malformed;
    enum sockfeed_result result = read_line(capture, error);

    if (result != SOCKFEED_OK) {
        return result;
    }
    if (json_scan(&scan, &malformed, buf_span(&capture->line), 0) !=
        SOCKFEED_OK) {
        return fail(error, capture->number, "column %zu: %s",
                    malformed.offset + 1, malformed.reason);
    }
    return read_entry(capture, entry, scan.value, error);
}
