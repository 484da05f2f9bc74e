/* SPDX-License-Identifier: MIT */
#include "cli/options/profile.h"

#include "base/limits.h"
#include "cli/base/file.h"
#include "cli/options/option_find.h"
#include "cli/options/option_parse.h"
#include "cli/options/profile_path.h"

#include <string.h>

/* A line taken apart; both are views or texts of the options. */
struct profile_line {
    struct span name;
    struct span value; /* data NULL: none */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span skip_blanks(struct span text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text = span_skip(text, 1);
    }
    return text;
}

/* Where `#` begins a comment after white space, else the end. */
static struct span without_comment(struct span text)
{
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == '#' && is_blank(text.data[i - 1])) {
            text.size = i;
        }
    }
    return span_trim(text);
}

/* What a letter after a backslash stands for; 0: nothing. */
static char unescape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
        return letter;
    case 'n':
        return '\n';
    case 't':
        return '\t';
    default:
        return '\0';
    }
}

/* Appends what stands between the quotes; `text` begins after the first one
 * and is left after the last one. */
static enum sockfeed_result unquote(struct buf *to, struct span *text,
                                    struct option_error *error)
{
    while (text->size > 0 && text->data[0] != '"') {
        char byte = text->data[0];

        if (byte == '\\') {
            *text = span_skip(*text, 1);
            byte = text->size == 0 ? '\0' : unescape(text->data[0]);
            if (byte == '\0') {
                return option_error_set(error,
                                        "expected \\\", \\\\, \\n or \\t "
                                        "after the backslash");
            }
        }
        buf_append_byte(to, byte);
        *text = span_skip(*text, 1);
    }
    if (text->size == 0) {
        return option_error_set(error, "expected a closing quote");
    }
    *text = span_skip(*text, 1);
    return buf_result(to);
}

static enum sockfeed_result keep(struct options *options, struct span *text)
{
    text->data = options_keep(options, *text);
    return text->data == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

static enum sockfeed_result quoted_value(struct options *options,
                                         struct span text, struct span *value,
                                         struct option_error *error)
{
    struct buf plain;
    enum sockfeed_result result;

    buf_init(&plain, LIMIT_PROFILE);
    result = unquote(&plain, &text, error);
    text = skip_blanks(text);
    if (result == SOCKFEED_OK && text.size > 0 && text.data[0] != '#') {
        result = option_error_set(error, "expected nothing after the quotes");
    }
    if (result == SOCKFEED_OK) {
        *value = buf_span(&plain);
        result = keep(options, value);
    }
    buf_wipe(&plain);
    return result;
}

/* `text` is neither empty nor a comment, without white space around it. */
static enum sockfeed_result split(struct options *options, struct span text,
                                  struct profile_line *line,
                                  struct option_error *error)
{
    size_t size = 0;

    for (int dashes = 0; dashes < 2 && span_starts(text, "-"); dashes++) {
        text = span_skip(text, 1);
    }
    while (size < text.size && text.data[size] != '=' &&
           !is_blank(text.data[size])) {
        size++;
    }
    line->name = span_of(text.data, size);
    line->value = (struct span){NULL, 0};
    text = span_skip(text, size);
    text = skip_blanks(text);
    /* An equals sign means that there is a value, be it empty. */
    if (span_starts(text, "=")) {
        text = skip_blanks(span_skip(text, 1));
    } else if (text.size == 0 || text.data[0] == '#') {
        return SOCKFEED_OK;
    }
    if (span_starts(text, "\"")) {
        return quoted_value(options, span_skip(text, 1), &line->value, error);
    }
    line->value = without_comment(text);
    return keep(options, &line->value);
}

static enum sockfeed_result apply(struct options *options,
                                  const struct profile_line *line,
                                  struct option_error *error)
{
    const struct option *option = NULL;
    enum sockfeed_result result;

    if (span_is(line->name, "url") && line->value.data != NULL) {
        return option_parse_url(options, line->value.data, error);
    }
    if (line->name.size == 1) {
        option = option_find_letter(options->command, line->name.data[0]);
    }
    if (option == NULL) {
        result = option_find(&option, options->command, line->name, error);
        if (result != SOCKFEED_OK) {
            return result;
        }
    }
    return option_parse_value(options, option, line->value, error);
}

static enum sockfeed_result apply_lines(struct options *options,
                                        const char *path, struct span text,
                                        struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct span line;

    for (unsigned number = 1; result == SOCKFEED_OK && file_line(&text, &line);
         number++) {
        struct profile_line parts = {0};

        line = span_trim(line);
        if (line.size == 0 || line.data[0] == '#') {
            continue;
        }
        if (span_find(line, '\0') < line.size) {
            result = option_error_set(error, "expected text without NUL bytes");
        } else {
            result = split(options, line, &parts, error);
        }
        if (result == SOCKFEED_OK) {
            result = apply(options, &parts, error);
        }
        if (result == SOCKFEED_INVALID) {
            (void)option_error_prefix(error, "%s:%u: ", path, number);
        }
    }
    return result;
}

static enum sockfeed_result read_path(struct options *options, const char *path,
                                      struct option_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    struct buf content;
    enum sockfeed_result result;

    buf_init(&content, LIMIT_PROFILE);
    if (is_stdin && options_take_stdin(options) != SOCKFEED_OK) {
        return option_error_set(error, "standard input was read already");
    }
    result = file_read(&content, path, true, error);
    if (result == SOCKFEED_OK) {
        result = apply_lines(options, is_stdin ? "standard input" : path,
                             file_without_mark(buf_span(&content)), error);
    }
    buf_wipe(&content);
    return result;
}

enum sockfeed_result profile_read(struct options *options, const char *path,
                                  struct option_error *error)
{
    struct buf own;
    enum sockfeed_result result = SOCKFEED_OK;

    if (options->nesting == LIMIT_PROFILE_NESTING) {
        return option_error_set(error,
                                "more than %d profiles, one in the other",
                                LIMIT_PROFILE_NESTING);
    }
    buf_init(&own, LIMIT_URL);
    if (path[0] == '@') {
        result = profile_path_find(&own, path + 1, error);
        path = buf_text(&own);
    }
    if (result == SOCKFEED_OK) {
        options->nesting++;
        result = read_path(options, path, error);
        options->nesting--;
    }
    buf_deinit(&own);
    return result;
}
