/* SPDX-License-Identifier: MIT */
#include "net/ws_trace.h"

#include "base/printable.h"
#include "codec/http_response.h"

#include <stdio.h>

enum {
    LINE_SIZE = 1024
};

static bool is_secret(struct span name)
{
    static const char *const secrets[] = {
        "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (span_equal_nocase(name, span_text(secrets[i]))) {
            return true;
        }
    }
    return false;
}

static void trace_text(const char *mark, struct span text, ws_trace_line trace,
                       void *user)
{
    char printable[LINE_SIZE];
    char line[LINE_SIZE + 2];

    (void)printable_copy(printable, sizeof(printable), text);
    (void)snprintf(line, sizeof(line), "%s%s", mark, printable);
    trace(user, line);
}

static void trace_header(const char *mark, struct span name, struct span value,
                         ws_trace_line trace, void *user)
{
    char text[LINE_SIZE];
    int size;

    if (is_secret(name)) {
        value = span_text("***");
    }
    size = snprintf(text, sizeof(text), "%.*s: %.*s", (int)name.size, name.data,
                    (int)value.size, value.data);
    if (size > 0) {
        trace_text(mark,
                   span_of(text, (size_t)size < sizeof(text)
                                     ? (size_t)size
                                     : sizeof(text) - 1),
                   trace, user);
    }
}

void ws_trace_request(struct span request, ws_trace_line trace, void *user)
{
    bool first = true;

    while (request.size > 2) {
        size_t end = span_find(request, '\r');
        struct span line = span_of(request.data, end);
        size_t colon = span_find(line, ':');

        /* The request line has a colon too, in its target. */
        if (first || colon == line.size) {
            trace_text("> ", line, trace, user);
        } else {
            trace_header("> ", span_of(line.data, colon),
                         span_trim(span_skip(line, colon + 1)), trace, user);
        }
        first = false;
        /* CR and LF; our own request ends every line with both. */
        request =
            span_skip(request, end + 2 < request.size ? end + 2 : request.size);
    }
}

void ws_trace_response(const struct http_response *response,
                       ws_trace_line trace, void *user)
{
    trace_text("< ", response->line, trace, user);
    for (size_t i = 0; i < response->header_count; i++) {
        trace_header("< ", response->headers[i].name,
                     response->headers[i].value, trace, user);
    }
}
