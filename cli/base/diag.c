/* SPDX-License-Identifier: MIT */
#include "cli/base/diag.h"

#include "base/buf.h"
#include "cli/base/visible.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum {
    DIAG_LINE_MAX = 65536, /* a longer text is cut */
    DIAG_PATIENCE = 1000   /* ms to wait for a reader of standard error */
};

/* Whoever shares standard error may have made it non-blocking. A reader that
 * takes nothing for a while loses lines; heartbeats matter more. */
static bool wait_writable(void)
{
    struct pollfd descriptor = {.fd = STDERR_FILENO, .events = POLLOUT};

    return poll(&descriptor, 1, DIAG_PATIENCE) == 1;
}

/* Whether a write that failed is worth another try. */
static bool may_try_again(void)
{
    return errno == EINTR || (errno == EAGAIN && wait_writable());
}

/* There is one standard error. */
static void (*before_write)(void *user);
static void *before_write_user;

void diag_announce(void (*before)(void *user), void *user)
{
    before_write = isatty(STDERR_FILENO) ? before : NULL;
    before_write_user = user;
}

void diag_write(struct span lines)
{
    if (before_write != NULL) {
        before_write(before_write_user);
    }
    while (lines.size > 0) {
        ssize_t written = write(STDERR_FILENO, lines.data, lines.size);

        if (written > 0) {
            lines = span_skip(lines, (size_t)written);
        } else if (written == 0 || !may_try_again()) {
            return; /* there is nobody left to tell */
        }
    }
}

void diag_line(const char *format, ...)
{
    char text[4096];
    struct buf line;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    buf_init(&line, DIAG_LINE_MAX);
    buf_append_text(&line, "sockfeed: ");
    visible_append(&line, span_text(text));
    buf_append_byte(&line, '\n');
    if (buf_result(&line) == SOCKFEED_OK) {
        diag_write(buf_span(&line));
    } else {
        diag_write(span_text("sockfeed: out of memory\n"));
    }
    buf_deinit(&line);
}
