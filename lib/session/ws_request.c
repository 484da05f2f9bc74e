/* SPDX-License-Identifier: MIT */
#include "session/ws_request.h"

#include "codec/http_request.h"
#include "session/ws_handshake.h"

/* Whether the user gave a header of this name, which then stands for ours. */
static bool user_gave(const struct ws_handshake_request *asked,
                      const char *name)
{
    for (size_t i = 0; i < asked->header_count; i++) {
        struct span line = asked->headers[i];

        if (span_equal_nocase(span_of(line.data, span_find(line, ':')),
                              span_text(name))) {
            return true;
        }
    }
    return false;
}

static enum sockfeed_result check_host(struct span host,
                                       struct malformed *malformed)
{
    if (host.size == 0) {
        return malformed_set(malformed, 0, "an empty host");
    }
    for (size_t i = 0; i < host.size; i++) {
        unsigned char byte = (unsigned char)host.data[i];

        if (byte <= 0x20 || byte >= 0x7f || byte == '/' || byte == '@') {
            return malformed_set(malformed, i,
                                 "a character that no host may hold");
        }
    }
    return SOCKFEED_OK;
}

/* RFC 6455, 4.1: tokens, each once. */
static enum sockfeed_result check_protocols(
    const struct ws_handshake_request *asked, struct malformed *malformed)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; i < asked->protocol_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (span_equal(asked->protocols[i], asked->protocols[j])) {
                return malformed_set(malformed, 0,
                                     "a subprotocol offered twice");
            }
        }
        result = http_header_check_token(asked->protocols[i], malformed);
        if (result != SOCKFEED_OK) {
            break;
        }
    }
    return result;
}

enum sockfeed_result ws_request_check(const struct ws_handshake_request *asked,
                                      struct malformed *malformed)
{
    enum sockfeed_result result =
        http_request_check_target(asked->target, malformed);

    if (result == SOCKFEED_OK) {
        result = check_host(asked->host, malformed);
    }
    if (result == SOCKFEED_OK) {
        result = http_header_check_value(asked->user_agent, malformed);
    }
    if (result == SOCKFEED_OK) {
        result = http_header_check_value(asked->origin, malformed);
    }
    if (result == SOCKFEED_OK) {
        result = http_header_check_value(asked->cookie, malformed);
    }
    if (result == SOCKFEED_OK) {
        result = check_protocols(asked, malformed);
    }
    return result;
}

static void write_protocols(struct buf *request,
                            const struct ws_handshake_request *asked)
{
    for (size_t i = 0; i < asked->protocol_count; i++) {
        buf_append_text(request, i == 0 ? "Sec-WebSocket-Protocol: " : ", ");
        buf_append_span(request, asked->protocols[i]);
    }
    buf_append_text(request, asked->protocol_count > 0 ? "\r\n" : "");
}

static void write_optional(struct buf *request,
                           const struct ws_handshake_request *asked,
                           const char *name, struct span value)
{
    if (value.size > 0 && !user_gave(asked, name)) {
        http_request_header(request, span_text(name), value);
    }
}

/* An empty value means that none is sent of those that are ours otherwise. */
static bool is_left_out(const struct http_header *header)
{
    return header->value.size == 0 && (http_header_is(header, "User-Agent") ||
                                       http_header_is(header, "Origin"));
}

static void write_user_headers(struct buf *request,
                               const struct ws_handshake_request *asked,
                               bool body)
{
    for (size_t i = 0; i < asked->header_count; i++) {
        struct http_header header;
        struct malformed ignored;

        if (http_header_parse(&header, &ignored, asked->headers[i]) !=
                SOCKFEED_OK ||
            is_left_out(&header) ||
            (body && http_header_is(&header, "Content-Type"))) {
            continue;
        }
        http_request_header(request, header.name, header.value);
    }
}

static void write_host(struct buf *request,
                       const struct ws_handshake_request *asked)
{
    if (!user_gave(asked, "Host")) {
        http_request_host(request, asked->host, asked->port, asked->secure);
    }
}

void ws_request_write_usual(struct buf *request,
                            const struct ws_handshake_request *asked)
{
    write_host(request, asked);
    write_optional(request, asked, "Origin", asked->origin);
    write_optional(request, asked, "User-Agent", asked->user_agent);
    write_optional(request, asked, "Accept", span_text("*/*"));
    write_optional(request, asked, "Accept-Encoding",
                   span_text("gzip, deflate"));
    write_optional(request, asked, "Cookie", asked->cookie);
    write_user_headers(request, asked, true);
}

void ws_request_write(struct buf *request,
                      const struct ws_handshake_request *asked, struct span key)
{
    http_request_begin(request, "GET", asked->target);
    write_host(request, asked);
    buf_append_text(request, "Upgrade: websocket\r\n"
                             "Connection: Upgrade\r\n"
                             "Sec-WebSocket-Version: 13\r\n");
    http_request_header(request, span_text("Sec-WebSocket-Key"), key);
    write_protocols(request, asked);
    if (asked->compressed) {
        http_request_header(request, span_text("Sec-WebSocket-Extensions"),
                            span_text(ws_extension_offer));
    }
    write_optional(request, asked, "Origin", asked->origin);
    write_optional(request, asked, "User-Agent", asked->user_agent);
    write_optional(request, asked, "Cookie", asked->cookie);
    write_user_headers(request, asked, false);
    http_request_end(request);
}
