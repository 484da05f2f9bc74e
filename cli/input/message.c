/* SPDX-License-Identifier: MIT */
#include "cli/input/message.h"

#include "base/json_quote.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "base/utf8.h"

static const char not_json[] =
    "a JSON value is expected; texts stand in double quotes";

/* What is left of the text while it is read. */
struct cursor {
    struct span text; /* all of it */
    size_t at;        /* offset of the first byte not yet read */
    struct malformed *malformed;
};

void message_init(struct message *message)
{
    *message = (struct message){.type = SOCKFEED_OUTGOING_TEXT};
    buf_init(&message->space, LIMIT_NAMESPACE);
    /* A name in quotes grows by its escapes. */
    buf_init(&message->data, LIMIT_OUTGOING);
}

void message_deinit(struct message *message)
{
    buf_wipe(&message->space);
    buf_wipe(&message->data);
}

struct sockfeed_outgoing message_outgoing(const struct message *message)
{
    return (struct sockfeed_outgoing){
        .type = message->type,
        .space = message->space.size > 0 ? message->space.data : NULL,
        .data = message->data.data,
        .size = message->data.size,
    };
}

size_t message_column(struct span text, size_t offset)
{
    size_t column = 1;

    for (size_t i = 0; i < offset && i < text.size; i++) {
        /* All bytes but continuations begin a character. */
        column += ((unsigned char)text.data[i] & 0xc0) != 0x80 ? 1 : 0;
    }
    return column;
}

static enum sockfeed_result refuse(struct cursor *cursor, size_t offset,
                                   const char *reason)
{
    *cursor->malformed = (struct malformed){offset, reason};
    return SOCKFEED_INVALID;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span rest(const struct cursor *cursor)
{
    return span_skip(cursor->text, cursor->at);
}

static bool at_end(const struct cursor *cursor)
{
    return cursor->at == cursor->text.size;
}

static char next(const struct cursor *cursor)
{
    if (at_end(cursor)) {
        return '\0';
    }
    return cursor->text.data[cursor->at];
}

static void skip_spaces(struct cursor *cursor)
{
    while (!at_end(cursor) && is_space(next(cursor))) {
        cursor->at++;
    }
}

/* A namespace may hold white space and quotes, but here they mean that the
 * comma after it was forgotten. */
static enum sockfeed_result parse_namespace(struct message *message,
                                            struct cursor *cursor)
{
    size_t from = cursor->at;

    while (next(cursor) != ',') {
        if (at_end(cursor) || is_space(next(cursor)) || next(cursor) == '"' ||
            next(cursor) == '\0') {
            return refuse(cursor, cursor->at,
                          "a comma is expected after the namespace");
        }
        cursor->at++;
    }
    buf_append(&message->space, cursor->text.data + from, cursor->at - from);
    cursor->at++;
    if (buf_result(&message->space) == SOCKFEED_FULL) {
        return refuse(cursor, from, "the namespace is too long");
    }
    return buf_text(&message->space) == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

/* Names that the protocol's own implementations use among themselves; servers
 * close the connection on some of them. `token` is a JSON string. */
static enum sockfeed_result check_name(struct cursor *cursor, size_t offset,
                                       struct span token)
{
    static const char *const reserved[] = {
        "connect",       "connect_error", "disconnect",
        "disconnecting", "newListener",   "removeListener",
    };
    enum sockfeed_result result;
    struct buf name;

    buf_init(&name, LIMIT_OUTGOING);
    result = json_unquote(&name, token);
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (result == SOCKFEED_OK && span_is(buf_span(&name), reserved[i])) {
            result = refuse(cursor, offset,
                            "this event name is reserved by Socket.IO");
        }
    }
    buf_deinit(&name);
    return result;
}

static enum sockfeed_result parse_array(struct message *message,
                                        struct cursor *cursor)
{
    struct span text = rest(cursor);
    struct json_scan_result scan;
    struct malformed where;

    if (json_scan(&scan, &where, text, 0) != SOCKFEED_OK) {
        return refuse(cursor, cursor->at + where.offset, where.reason);
    }
    if (scan.count == 0 || scan.first_kind != JSON_STRING) {
        size_t offset = scan.count == 0
                            ? cursor->at + 1
                            : (size_t)(scan.first.data - cursor->text.data);

        return refuse(cursor, offset,
                      "the event's name, a string, must come first");
    }
    buf_append_span(&message->data, scan.value);
    return check_name(cursor, (size_t)(scan.first.data - cursor->text.data),
                      scan.first);
}

/* Where the JSON value that begins the text ends, if it is one: at white
 * space outside of strings, arrays and objects. */
static size_t value_end(struct span text)
{
    size_t depth = 0;
    bool quoted = false;
    size_t i = 0;

    for (; i < text.size; i++) {
        char c = text.data[i];

        if (quoted) {
            quoted = c != '"';
            i += c == '\\' && i + 1 < text.size ? 1 : 0;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            depth++;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        } else if (is_space(c) && depth == 0) {
            break;
        }
    }
    return i;
}

/* Whether a value that is no JSON looks as if quotes were forgotten. */
static bool is_word(struct span value)
{
    char first = value.size == 0 ? '"' : value.data[0];

    return span_find(span_text("\"{[-0123456789]}"), first) ==
           strlen("\"{[-0123456789]}");
}

/* Takes a JSON value off the text. */
static enum sockfeed_result parse_value(struct cursor *cursor,
                                        struct json_scan_result *scan)
{
    struct span text = rest(cursor);
    struct malformed where;

    text.size = value_end(text);
    if (json_scan(scan, &where, text, 0) != SOCKFEED_OK) {
        if (is_word(text)) {
            where = (struct malformed){0, not_json};
        }
        return refuse(cursor, cursor->at + where.offset, where.reason);
    }
    cursor->at += text.size;
    return SOCKFEED_OK;
}

static bool ends_name(char c)
{
    return c == '"' || c == '[' || c == '{' || c == ',' || c == '\0';
}

static enum sockfeed_result parse_bare_name(struct message *message,
                                            struct cursor *cursor)
{
    size_t from = cursor->at;

    while (!at_end(cursor) && !is_space(next(cursor))) {
        if (ends_name(next(cursor))) {
            return refuse(
                cursor, cursor->at,
                cursor->at == from
                    ? "the event's name is expected"
                    : "white space is expected after the event's name");
        }
        cursor->at++;
    }
    json_quote(&message->data,
               span_of(cursor->text.data + from, cursor->at - from));
    return buf_result(&message->data);
}

static enum sockfeed_result parse_name(struct message *message,
                                       struct cursor *cursor)
{
    size_t from = cursor->at;
    enum sockfeed_result result;
    struct json_scan_result scan;

    if (next(cursor) != '"') {
        result = parse_bare_name(message, cursor);
    } else {
        result = parse_value(cursor, &scan);
        if (result == SOCKFEED_OK) {
            buf_append_span(&message->data, scan.value);
            result = buf_result(&message->data);
        }
    }
    /* The opening bracket of the array stands before it. */
    return result == SOCKFEED_OK
               ? check_name(cursor, from,
                            span_skip(buf_span(&message->data), 1))
               : result;
}

static enum sockfeed_result parse_words(struct message *message,
                                        struct cursor *cursor)
{
    enum sockfeed_result result;
    struct json_scan_result scan;
    struct malformed where;

    buf_append_byte(&message->data, '[');
    result = parse_name(message, cursor);
    for (skip_spaces(cursor); result == SOCKFEED_OK && !at_end(cursor);
         skip_spaces(cursor)) {
        result = parse_value(cursor, &scan);
        if (result == SOCKFEED_OK) {
            buf_append_byte(&message->data, ',');
            buf_append_span(&message->data, scan.value);
        }
    }
    buf_append_byte(&message->data, ']');
    /* Only the array around the values can still nest too deeply. */
    if (result == SOCKFEED_OK && buf_result(&message->data) == SOCKFEED_OK &&
        json_scan(&scan, &where, buf_span(&message->data), 0) != SOCKFEED_OK) {
        return refuse(cursor, 0, where.reason);
    }
    return result;
}

static enum sockfeed_result parse_event(struct message *message,
                                        struct cursor *cursor)
{
    enum sockfeed_result result = SOCKFEED_OK;

    skip_spaces(cursor);
    if (next(cursor) == '/') {
        result = parse_namespace(message, cursor);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    skip_spaces(cursor);
    if (at_end(cursor)) {
        return refuse(cursor, cursor->at, "the event's name is expected");
    }
    return next(cursor) == '[' ? parse_array(message, cursor)
                               : parse_words(message, cursor);
}

enum sockfeed_result message_parse(struct message *message,
                                   struct malformed *malformed,
                                   enum sockfeed_protocol protocol,
                                   struct span text)
{
    struct cursor cursor = {.text = text, .malformed = malformed};
    size_t valid = utf8_check(text);
    enum sockfeed_result result = SOCKFEED_OK;

    if (valid < text.size) {
        return refuse(&cursor, valid, "this is not UTF-8");
    }
    if (protocol == SOCKFEED_PROTOCOL_SIO) {
        message->type = SOCKFEED_OUTGOING_EVENT;
        result = parse_event(message, &cursor);
    } else {
        message->type = SOCKFEED_OUTGOING_TEXT;
        buf_append_span(&message->data, text);
    }
    return result == SOCKFEED_OK ? buf_result(&message->data) : result;
}
