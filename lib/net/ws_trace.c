/* SPDX-License-Identifier: MIT */
#include "net/ws_trace.h"

#include "base/buf.h"
#include "base/printable.h"
#include "base/url_mask.h"
#include "codec/http_response.h"

#include <stdio.h>

enum {
    LINE_SIZE = 1024
};

/* Whether the word stands anywhere in the name, in any case. */
static bool has_word(struct span name, struct span word)
{
    for (size_t at = 0; at + word.size <= name.size; at++) {
        if (span_equal_nocase(span_of(name.data + at, word.size), word)) {
            return true;
        }
    }
    return false;
}

/* What has a URL, in which a server may send back what it was sent. */
static bool is_url(struct span name)
{
    return span_equal_nocase(name, span_text("Location")) ||
           span_equal_nocase(name, span_text("Content-Location")) ||
           span_equal_nocase(name, span_text("Referer"));
}

/* Authorization and Cookie, with what stands before them, and the names that
 * services make up: X-Api-Key, X-Auth-Token. What asks for a secret is none
 * (WWW-Authenticate), and the handshake has a key that everybody may see. */
static bool is_secret(struct span name)
{
    static const char *const words[] = {"auth",   "cookie", "key",    "token",
                                        "secret", "passw",  "passph", "sign"};
    static const char *const harmless[] = {"Authenticate", "Sec-WebSocket-"};

    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        if (has_word(name, span_text(harmless[i]))) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (has_word(name, span_text(words[i]))) {
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
    struct buf text;

    buf_init(&text, name.size + 2 + url_mask_most(value.size));
    buf_append_span(&text, name);
    buf_append_text(&text, ": ");
    if (is_secret(name)) {
        buf_append_text(&text, "***");
    } else if (is_url(name)) {
        url_mask_secrets(&text, value);
    } else {
        buf_append_span(&text, value);
    }
    trace_text(mark, buf_span(&text), trace, user);
    buf_wipe(&text);
}

static void trace_request_line(struct span line, ws_trace_line trace,
                               void *user)
{
    size_t at = span_find(line, '?');
    struct span rest = span_skip(line, at);
    size_t end = span_find(rest, ' ');
    struct buf text;

    buf_init(&text, url_mask_most(line.size));
    buf_append(&text, line.data, at);
    if (end > 0) {
        buf_append_byte(&text, '?');
        url_mask_query(&text, span_of(rest.data + 1, end - 1));
    }
    buf_append_span(&text, span_skip(rest, end));
    trace_text("> ", buf_span(&text), trace, user);
    buf_wipe(&text);
}

void ws_trace_request(struct span request, ws_trace_line trace, void *user)
{
    bool first = true;

    while (request.size > 2) {
        size_t end = span_find(request, '\r');
        struct span line = span_of(request.data, end);
        size_t colon = span_find(line, ':');

        /* The request line may have a colon too, in its target. */
        if (first) {
            trace_request_line(line, trace, user);
        } else if (colon < line.size) {
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
