/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_print.h"

#include "cli/base/clock.h"
#include "cli/base/visible.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    SECOND = 1000000000, /* ns */
    LINE_SIZE = 4096
};

/* ---- Lines ---------------------------------------------------------------- */

void probe_print_begin_line(struct buf *out, const char *name, int64_t took)
{
    if (took == PROBE_PRINT_NO_TIME) {
        buf_append_format(out, "%-12s%13s", name, "");
    } else {
        buf_append_format(out, "%-12s%7" PRId64 ".%" PRId64 " ms ", name,
                          took / 1000, took % 1000 / 100);
    }
}

void probe_print_line(struct buf *out, const char *name, int64_t took,
                      const char *format, ...)
{
    char text[LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    probe_print_begin_line(out, name, took);
    visible_append(out, span_text(text));
    buf_append_byte(out, '\n');
}

/* ---- JSON ----------------------------------------------------------------- */

void probe_print_begin_object(struct buf *out, const char *name, int64_t took)
{
    buf_append_format(out, ",\"%s\":{", name);
    if (took != PROBE_PRINT_NO_TIME) {
        buf_append_format(out, "\"seconds\":%" PRId64 ".%06" PRId64 ",",
                          took / 1000000, took % 1000000);
    }
}

void probe_print_member(struct buf *out, const char *name, const char *text,
                        const char *after)
{
    buf_append_format(out, "\"%s\":", name);
    visible_append_json(out, span_text(text));
    buf_append_text(out, after);
}

void probe_print_optional(struct buf *out, const char *name, const char *text,
                          const char *after)
{
    if (text[0] != '\0') {
        probe_print_member(out, name, text, after);
    } else {
        buf_append_format(out, "\"%s\":null%s", name, after);
    }
}

void probe_print_date(struct buf *out, const char *name, int64_t seconds)
{
    char text[CLOCK_TEXT_SIZE];

    /* Certificates may say years that the text has no room for. */
    if (seconds >= 0 && seconds < INT64_MAX / SECOND) {
        clock_format(text, seconds * SECOND);
        buf_append_format(out, ",\"%s\":\"%.19sZ\"", name, text);
    } else {
        buf_append_format(out, ",\"%s\":null", name);
    }
}

const char *probe_print_seconds(int64_t milliseconds,
                                char text[PROBE_PRINT_SECONDS])
{
    int64_t rest = milliseconds % 1000;

    if (rest == 0) {
        (void)snprintf(text, PROBE_PRINT_SECONDS, "%" PRId64 " s",
                       milliseconds / 1000);
    } else {
        (void)snprintf(text, PROBE_PRINT_SECONDS, "%" PRId64 ".%03d s",
                       milliseconds / 1000, (int)rest);
    }
    return text;
}
