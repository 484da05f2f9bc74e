/* SPDX-License-Identifier: MIT */
#include "cli/input/reply.h"

#include "base/limits.h"
#include "base/num.h"
#include "cli/base/regex.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* A piece of TEXT: bytes as they are, then what a group matched. */
struct piece {
    size_t begin; /* in `text` */
    size_t size;
    unsigned group; /* UINT_MAX: none */
};

struct reply {
    struct regex *regex;
    struct buf text;      /* all bytes that are not groups */
    struct piece *pieces; /* owned */
    size_t count;
};

static enum sockfeed_result refuse(struct output_error *error,
                                   const char *reason)
{
    (void)snprintf(error->text, sizeof error->text, "%s", reason);
    return SOCKFEED_INVALID;
}

/* ---- Reading ------------------------------------------------------------ */

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Takes the text up to the delimiter that is not escaped, and it as well;
 * false where there is none. */
static bool take_part(struct span *rest, char delimiter, struct span *part)
{
    size_t at = 0;

    while (at < rest->size && rest->data[at] != delimiter) {
        at += rest->data[at] == '\\' && at + 1 < rest->size ? 2 : 1;
    }
    if (at >= rest->size) {
        return false;
    }
    *part = span_of(rest->data, at);
    *rest = span_skip(*rest, at + 1);
    return true;
}

/* An escaped delimiter stands for itself: of punctuation that is what a
 * backslash means to PCRE2 too. */
static enum sockfeed_result compile(struct reply *reply, struct span pattern,
                                    char delimiter, unsigned flags,
                                    struct output_error *error)
{
    enum sockfeed_result result;
    struct buf text;

    buf_init(&text, LIMIT_OUTGOING);
    for (size_t i = 0; i < pattern.size; i++) {
        if (pattern.data[i] == '\\' && i + 1 < pattern.size) {
            i++;
            if (pattern.data[i] != delimiter || !is_word(delimiter)) {
                buf_append_byte(&text, '\\');
            }
        }
        buf_append_byte(&text, pattern.data[i]);
    }
    result = buf_text(&text) == NULL
                 ? SOCKFEED_NOMEM
                 : regex_new(&reply->regex, text.data, flags, error);
    buf_deinit(&text);
    return result;
}

/* What stands after a `$`: a number, or either in braces; data NULL where it
 * is neither. *used is its size. */
static struct span group_name(struct span text, size_t *used)
{
    size_t end = 0;

    if (text.size > 0 && text.data[0] == '{') {
        end = span_find(text, '}');
        *used = end + 1;
        return end < text.size && end > 1 ? span_of(text.data + 1, end - 1)
                                          : span_of(NULL, 0);
    }
    while (end < text.size && end < 2 && is_digit(text.data[end])) {
        end++;
    }
    *used = end;
    return end > 0 ? span_of(text.data, end) : span_of(NULL, 0);
}

static enum sockfeed_result find_group(const struct reply *reply,
                                       struct span name, unsigned *group,
                                       struct output_error *error)
{
    uint64_t number = 0;

    if (num_parse_uint(&number, name, regex_group_count(reply->regex)) ==
        SOCKFEED_OK) {
        *group = (unsigned)number;
    } else {
        *group = regex_group_named(reply->regex, name);
    }
    if (*group == 0 && !span_is(name, "0")) {
        (void)snprintf(error->text, sizeof error->text,
                       "the pattern has no group '%.*s'",
                       name.size > 32 ? 32 : (int)name.size, name.data);
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

/* Ends the piece at hand with a group. */
static enum sockfeed_result end_piece(struct reply *reply, size_t begin,
                                      unsigned group)
{
    struct piece *pieces =
        realloc(reply->pieces, (reply->count + 1) * sizeof *pieces);

    if (pieces == NULL) {
        return SOCKFEED_NOMEM;
    }
    reply->pieces = pieces;
    pieces[reply->count++] =
        (struct piece){begin, reply->text.size - begin, group};
    return SOCKFEED_OK;
}

/* Takes an escape off the text: of the delimiter, a backslash or a dollar;
 * any other stays, JSON is full of them. None has a digit there, but sed's
 * groups do, which would go out as text. */
static enum sockfeed_result take_escape(struct reply *reply, struct span *text,
                                        char delimiter,
                                        struct output_error *error)
{
    char byte = text->data[1];

    if (is_digit(byte) && byte != delimiter) {
        (void)snprintf(error->text, sizeof error->text,
                       "a group is written $%c, not \\%c", byte, byte);
        return SOCKFEED_INVALID;
    }
    if (byte != delimiter && byte != '\\' && byte != '$') {
        buf_append_byte(&reply->text, '\\');
    }
    buf_append_byte(&reply->text, byte);
    *text = span_skip(*text, 2);
    return SOCKFEED_OK;
}

static enum sockfeed_result read_text(struct reply *reply, struct span text,
                                      char delimiter,
                                      struct output_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;
    size_t begin = 0;

    while (result == SOCKFEED_OK && text.size > 0) {
        size_t used = 0;
        struct span name = {NULL, 0};
        unsigned group = 0;

        if (text.data[0] == '\\' && text.size > 1) {
            result = take_escape(reply, &text, delimiter, error);
            continue;
        }
        if (text.data[0] == '$') {
            name = group_name(span_skip(text, 1), &used);
        }
        if (name.data != NULL) {
            result = find_group(reply, name, &group, error);
            if (result == SOCKFEED_OK) {
                result = end_piece(reply, begin, group);
            }
            begin = reply->text.size;
            text = span_skip(text, used + 1);
        } else {
            buf_append_byte(&reply->text, text.data[0]);
            text = span_skip(text, span_starts(text, "$$") ? 2 : 1);
        }
    }
    return result == SOCKFEED_OK ? end_piece(reply, begin, UINT_MAX) : result;
}

static enum sockfeed_result read_all(struct reply *reply, struct span text,
                                     struct output_error *error)
{
    static const char form[] = "expected s/REGEX/TEXT/";
    struct span pattern;
    struct span answer;
    enum sockfeed_result result;
    char delimiter;

    if (text.size < 2 || text.data[0] != 's' || text.data[1] == '\\' ||
        text.data[1] == '\n' || (unsigned char)text.data[1] > 0x7e) {
        return refuse(error, form);
    }
    delimiter = text.data[1];
    text = span_skip(text, 2);
    if (!take_part(&text, delimiter, &pattern) || pattern.size == 0 ||
        !take_part(&text, delimiter, &answer)) {
        return refuse(error, form);
    }
    if (text.size > 0 && !span_is(text, "i") && !span_is(text, "I")) {
        return refuse(error, "expected no flag but i behind it");
    }
    result = compile(reply, pattern, delimiter,
                     text.size > 0 ? REGEX_CASELESS : 0, error);
    if (result == SOCKFEED_OK) {
        result = read_text(reply, answer, delimiter, error);
    }
    return result == SOCKFEED_OK ? buf_result(&reply->text) : result;
}

enum sockfeed_result reply_new(struct reply **reply, struct span text,
                               struct output_error *error)
{
    struct reply *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    buf_init(&made->text, LIMIT_OUTGOING);
    result = read_all(made, text, error);
    if (result != SOCKFEED_OK) {
        reply_free(made);
        return result;
    }
    *reply = made;
    return SOCKFEED_OK;
}

void reply_free(struct reply *reply)
{
    if (reply != NULL) {
        regex_free(reply->regex);
        buf_deinit(&reply->text);
        free(reply->pieces);
        free(reply);
    }
}

/* ---- Answering ---------------------------------------------------------- */

bool reply_make(struct reply *reply, struct buf *out, struct span message)
{
    if (!regex_match(reply->regex, message)) {
        return false;
    }
    for (size_t i = 0; i < reply->count; i++) {
        const struct piece *piece = &reply->pieces[i];

        /* A TEXT of nothing has no bytes to point to. */
        if (piece->size > 0) {
            buf_append(out, reply->text.data + piece->begin, piece->size);
        }
        if (piece->group != UINT_MAX) {
            buf_append_span(out, regex_group(reply->regex, piece->group));
        }
    }
    return true;
}

bool reply_take_limit(struct reply *reply)
{
    return regex_take_limit(reply->regex);
}
