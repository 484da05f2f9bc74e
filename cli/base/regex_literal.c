/* SPDX-License-Identifier: MIT */
/* memmem: in the C library it is far faster than a loop of memchr. */
#define _GNU_SOURCE
#include "cli/base/regex_literal.h"

#include <string.h>

enum {
    LEAST = 3 /* shorter ones PCRE2 finds as fast by itself */
};

/* Only the outermost level is read: what stands in a group may be optional,
 * and what stands beside `|` is. */
struct reader {
    const char *at;
    const char *end;
    struct buf run;  /* of literal bytes that follow each other */
    struct buf best; /* the longest run */
    bool failed;     /* something that is not understood: no literal */
};

static void end_run(struct reader *reader)
{
    if (reader->run.size > reader->best.size) {
        buf_clear(&reader->best);
        buf_append_span(&reader->best, buf_span(&reader->run));
    }
    buf_clear(&reader->run);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* After a backslash. Of the letters only those that stand for one character
 * or place whatever follows are understood. */
static void read_escape(struct reader *reader)
{
    char byte;

    if (reader->at == reader->end) {
        reader->failed = true;
        return;
    }
    byte = *reader->at++;
    if (is_letter(byte)) {
        reader->failed = strchr("dDwWsSbBAzZhHvVRX", byte) == NULL;
        end_run(reader);
    } else if (is_digit(byte) || (byte & 0x80) != 0) {
        reader->failed = true;
    } else {
        buf_append_byte(&reader->run, byte);
    }
}

/* After `[`, up to its `]`. */
static void skip_class(struct reader *reader)
{
    if (reader->at < reader->end && *reader->at == '^') {
        reader->at++;
    }
    if (reader->at < reader->end && *reader->at == ']') {
        reader->at++;
    }
    while (reader->at < reader->end && *reader->at != ']') {
        /* [:alpha:] and \Q...\E may hold a `]` of their own. */
        if (*reader->at == '[' ||
            (*reader->at == '\\' &&
             (reader->end - reader->at < 2 || is_letter(reader->at[1])))) {
            reader->failed = true;
            return;
        }
        reader->at += *reader->at == '\\' ? 2 : 1;
    }
    if (reader->at == reader->end) {
        reader->failed = true;
    } else {
        reader->at++;
    }
}

/* After `(`, up to its `)`. Options, verbs, comments and lookarounds begin
 * with `(?` or `(*` and are left alone. */
static void skip_group(struct reader *reader)
{
    unsigned depth = 1;
    bool opened = true;

    while (depth > 0 && !reader->failed) {
        char byte;

        if (reader->at == reader->end ||
            (opened && (*reader->at == '?' || *reader->at == '*'))) {
            reader->failed = true;
            return;
        }
        byte = *reader->at++;
        opened = byte == '(';
        if (opened) {
            depth++;
        } else if (byte == ')') {
            depth--;
        } else if (byte == '[') {
            skip_class(reader);
        } else if (byte == '\\') {
            /* These two give the bytes after them another meaning. */
            reader->failed = reader->at == reader->end || *reader->at == 'Q' ||
                             *reader->at == 'c';
            reader->at += reader->failed ? 0 : 1;
        }
    }
}

/* The last character may not be there at all. */
static void drop_last(struct reader *reader)
{
    if (reader->run.size > 0) {
        reader->run.size--;
    }
    end_run(reader);
}

/* After `{`: a quantifier, or a brace that is meant. */
static void read_brace(struct reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end && (is_digit(*at) || *at == ',' || *at == ' ')) {
        at++;
    }
    if (at == reader->at || at == reader->end || *at != '}') {
        buf_append_byte(&reader->run, '{');
        return;
    }
    drop_last(reader);
    reader->at = at + 1;
}

static void read_one(struct reader *reader)
{
    char byte = *reader->at++;

    switch (byte) {
    case '\\':
        read_escape(reader);
        return;
    case '[':
        end_run(reader);
        skip_class(reader);
        return;
    case '(':
        end_run(reader);
        skip_group(reader);
        return;
    case '{':
        read_brace(reader);
        return;
    case '?':
    case '*':
        drop_last(reader);
        return;
    case '+':
    case '.':
    case '^':
    case '$':
        end_run(reader);
        return;
    case '|':
    case ')':
        reader->failed = true;
        return;
    default:
        break;
    }
    /* Of a character of several bytes a quantifier takes all. */
    if ((byte & 0x80) != 0) {
        end_run(reader);
    } else {
        buf_append_byte(&reader->run, byte);
    }
}

void regex_literal(struct buf *literal, struct span pattern)
{
    struct reader reader = {.at = pattern.data,
                            .end = pattern.data + pattern.size};

    buf_init(&reader.run, literal->limit);
    buf_init(&reader.best, literal->limit);
    while (reader.at < reader.end && !reader.failed) {
        read_one(&reader);
    }
    end_run(&reader);
    /* A run past the limit is only cut short: what is left of it still must
     * be there. After a failed allocation there is nothing to trust. */
    if (!reader.failed && reader.best.size >= LEAST &&
        reader.run.result != SOCKFEED_NOMEM &&
        reader.best.result != SOCKFEED_NOMEM) {
        buf_append_span(literal, buf_span(&reader.best));
    }
    buf_deinit(&reader.run);
    buf_deinit(&reader.best);
}

bool regex_literal_in(struct span literal, struct span text)
{
    return memmem(text.data, text.size, literal.data, literal.size) != NULL;
}
