/* SPDX-License-Identifier: MIT */
#include "cli/base/file_name.h"

#include <limits.h>
#include <string.h>
#include <time.h>

enum {
    SECOND = 1000000000, /* ns */
    EXTENSION_MAX = 8    /* letters and digits of "ndjson" and the like */
};

/* Those of C11 that say a time in UTC and the C locale. Not %D and %x, whose
 * slashes would be folders, and not %z and %Z, which always say the same. */
static const char fields[] = "aAbBCdeFgGhHIjmMpRSTuUVwWyY%";

static bool ends_with(struct span text, const char *end)
{
    size_t size = strlen(end);

    return text.size > size &&
           memcmp(text.data + text.size - size, end, size) == 0;
}

static enum file_coding coding_of(struct span pattern)
{
    return ends_with(pattern, ".gz")    ? FILE_CODING_GZIP
           : ends_with(pattern, ".zst") ? FILE_CODING_ZSTD
                                        : FILE_CODING_NONE;
}

static enum sockfeed_result read_fields(struct file_name *name,
                                        struct option_error *error)
{
    for (const char *at = name->pattern; *at != '\0'; at++) {
        if (*at != '%') {
            continue;
        }
        at++;
        if (*at == '\0' || strchr(fields, *at) == NULL) {
            return option_error_set(
                error, "expected a field of strftime, such as %%Y, or %%%% "
                       "after the %%");
        }
        name->rotates = name->rotates || *at != '%';
    }
    return SOCKFEED_OK;
}

/* Whether another second of the same minute has another name. */
static bool tells_seconds(const char *pattern)
{
    for (const char *at = strchr(pattern, '%'); at != NULL;
         at = strchr(at + 2, '%')) {
        if (at[1] == 'S' || at[1] == 'T') {
            return true;
        }
    }
    return false;
}

enum sockfeed_result file_name_init(struct file_name *name, const char *pattern,
                                    struct option_error *error)
{
    struct span text = span_text(pattern);
    enum sockfeed_result result;

    *name = (struct file_name){.pattern = pattern, .coding = coding_of(text)};
    if (text.size == 0 || text.data[text.size - 1] == '/' ||
        text.size >= PATH_MAX) {
        return option_error_set(error, "expected the name of a file");
    }
    if (span_is(text, "-")) {
        return option_error_set(error, "expected a file; what goes to standard "
                                       "output is printed there already");
    }
    result = read_fields(name, error);
    if (result == SOCKFEED_OK) {
        name->period = (int64_t)SECOND * (tells_seconds(pattern) ? 1 : 60);
    }
    return result;
}

bool file_name_is_partial(const struct file_name *name)
{
    return name->rotates || name->coding != FILE_CODING_NONE;
}

int64_t file_name_until(const struct file_name *name, int64_t time)
{
    return name->rotates ? (time / name->period + 1) * name->period : INT64_MAX;
}

/* ---- Paths -------------------------------------------------------------- */

/* The pattern is the user's, and was checked. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* The pattern at a time. strftime says 0 for what does not fit; paths that
 * come to nothing were refused. */
static bool append_formatted(struct buf *path, const char *pattern,
                             int64_t time)
{
    time_t seconds = (time_t)(time / SECOND);
    struct tm fields_of;
    char *room = buf_reserve(path, PATH_MAX);

    if (room == NULL || gmtime_r(&seconds, &fields_of) == NULL) {
        return false;
    }
    path->size += strftime(room, PATH_MAX, pattern, &fields_of);
    return path->size > 0;
}

#pragma GCC diagnostic pop

static bool is_letter_or_digit(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* The size of ".ndjson" at the end, or 0 where there is none such: a name
 * begins before it, and what begins with a digit is part of a number. */
static size_t extension_size(struct span path)
{
    size_t size = 0;

    while (size < path.size && size <= EXTENSION_MAX &&
           is_letter_or_digit(path.data[path.size - size - 1])) {
        size++;
    }
    if (size == 0 || size > EXTENSION_MAX || size + 1 >= path.size ||
        path.data[path.size - size - 1] != '.' ||
        path.data[path.size - size - 2] == '/' ||
        path.data[path.size - size] <= '9') {
        return 0;
    }
    return size + 1;
}

/* Puts ".N" before the endings. */
static void insert_number(struct buf *path, enum file_coding coding,
                          unsigned number)
{
    char text[16];
    struct span whole = buf_span(path);
    size_t ending = coding == FILE_CODING_NONE ? 0 : extension_size(whole);
    size_t size = 0;
    size_t at;

    ending += extension_size(span_of(whole.data, whole.size - ending));
    at = whole.size - ending;
    text[sizeof text - 1] = '\0';
    for (; number > 0; number /= 10) {
        size++;
        text[sizeof text - 1 - size] = (char)('0' + number % 10);
    }
    size++;
    text[sizeof text - 1 - size] = '.';
    if (buf_reserve(path, size) != NULL) {
        memmove(path->data + at + size, path->data + at, ending);
        memcpy(path->data + at, text + sizeof text - 1 - size, size);
        path->size += size;
    }
}

const char *file_name_path(const struct file_name *name, struct buf *path,
                           int64_t time, unsigned number)
{
    buf_clear(path);
    /* Without any field a percent sign would be doubled still. */
    if (!append_formatted(path, name->pattern, time)) {
        return NULL;
    }
    if (number > 0) {
        insert_number(path, name->coding, number);
    }
    return path->size < PATH_MAX ? buf_text(path) : NULL;
}
