/* SPDX-License-Identifier: MIT */
#include "codec/http_request.h"

enum sockfeed_result http_request_check_target(struct span target,
                                               struct malformed *malformed)
{
    if (target.size == 0 || target.data[0] != '/') {
        return malformed_set(malformed, 0, "a path that begins without /");
    }
    for (size_t i = 0; i < target.size; i++) {
        unsigned char byte = (unsigned char)target.data[i];

        if (byte <= 0x20 || byte >= 0x7f) {
            return malformed_set(malformed, i,
                                 "a character that must be percent-encoded");
        }
        if (byte == '#') {
            return malformed_set(malformed, i, "a fragment (#)");
        }
    }
    return SOCKFEED_OK;
}

void http_request_begin(struct buf *request, const char *method,
                        struct span target)
{
    buf_append_text(request, method);
    buf_append_byte(request, ' ');
    buf_append_span(request, target);
    buf_append_text(request, " HTTP/1.1\r\n");
}

void http_request_header(struct buf *request, struct span name,
                         struct span value)
{
    buf_append_span(request, name);
    buf_append_text(request, ": ");
    buf_append_span(request, value);
    buf_append_text(request, "\r\n");
}

void http_request_host(struct buf *request, struct span host, unsigned port,
                       bool secure)
{
    bool bare_ipv6 =
        span_find(host, ':') < host.size && !span_starts(host, "[");

    buf_append_text(request, bare_ipv6 ? "Host: [" : "Host: ");
    buf_append_span(request, host);
    buf_append_text(request, bare_ipv6 ? "]" : "");
    if (port != (secure ? 443U : 80U)) {
        buf_append_byte(request, ':');
        buf_append_uint(request, port);
    }
    buf_append_text(request, "\r\n");
}

void http_request_end(struct buf *request)
{
    buf_append_text(request, "\r\n");
}
