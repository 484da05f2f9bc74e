/* SPDX-License-Identifier: MIT */
#include "base/url.h"

#include "base/limits.h"
#include "base/num.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum {
    HOST_NAME_MAX_SIZE = 254 /* RFC 1035, 3.1, with a final dot */
};

static const struct {
    const char *text;
    uint16_t port;
    bool secure;
    bool websocket;
} schemes[] = {
    [URL_HTTP] = {"http",  80,  false, false},
    [URL_HTTPS] = {"https", 443, true,  false},
    [URL_WS] = {"ws",    80,  false, true },
    [URL_WSS] = {"wss",   443, true,  true },
};

const char *url_scheme_text(enum url_scheme scheme)
{
    return schemes[scheme].text;
}

bool url_is_secure(enum url_scheme scheme)
{
    return schemes[scheme].secure;
}

bool url_is_websocket(enum url_scheme scheme)
{
    return schemes[scheme].websocket;
}

/* ---- Parsing ------------------------------------------------------------- */

/* What the steps of parsing share. */
struct parse {
    struct url *url;
    struct span text; /* all of it, for offsets */
    struct malformed *malformed;
};

static bool refuse(struct parse *parse, const char *at, const char *reason)
{
    parse->malformed->offset = (size_t)(at - parse->text.data);
    parse->malformed->reason = reason;
    return false;
}

/* The offset of the first byte that is one of `marks`, or text.size. */
static size_t find_any(struct span text, const char *marks)
{
    struct span among = span_text(marks);
    size_t at = 0;

    while (at < text.size && span_find(among, text.data[at]) == among.size) {
        at++;
    }
    return at;
}

static bool check_bytes(struct parse *parse)
{
    if (parse->text.size > LIMIT_URL) {
        return refuse(parse, parse->text.data + LIMIT_URL, "URL too long");
    }
    for (size_t i = 0; i < parse->text.size; i++) {
        unsigned char c = (unsigned char)parse->text.data[i];

        if (c <= ' ' || c == 0x7f) {
            return refuse(parse, parse->text.data + i,
                          "space or control character in URL");
        }
    }
    return true;
}

/* Takes "scheme://" from the front of `rest`. */
static bool take_scheme(struct parse *parse, struct span *rest)
{
    size_t size = find_any(*rest, ":/?#");
    struct span name = span_of(rest->data, size);
    struct span after = span_skip(*rest, size);

    if (!span_starts(after, "://")) {
        return refuse(parse, rest->data,
                      "no scheme: write http://, https://, ws:// or wss:// "
                      "before the host");
    }
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (span_equal_nocase(name, span_text(schemes[i].text))) {
            parse->url->scheme = (enum url_scheme)i;
            parse->url->port = schemes[i].port;
            *rest = span_skip(after, 3);
            return true;
        }
    }
    return refuse(parse, rest->data,
                  "unknown scheme: http, https, ws and wss are known");
}

static bool is_host_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static bool check_name(struct parse *parse, struct span host)
{
    if (host.size == 0) {
        return refuse(parse, host.data, "no host in URL");
    }
    for (size_t i = 0; i < host.size; i++) {
        if ((unsigned char)host.data[i] >= 0x80) {
            return refuse(parse, host.data + i,
                          "host name is not ASCII: write its xn-- form");
        }
        if (!is_host_byte(host.data[i])) {
            return refuse(parse, host.data + i,
                          "illegal character in host name");
        }
    }
    if (host.size > HOST_NAME_MAX_SIZE) {
        return refuse(parse, host.data, "host name too long");
    }
    return true;
}

/* Takes the address in brackets from the front of `rest`. */
static bool take_address(struct parse *parse, struct span *rest)
{
    size_t size = span_find(*rest, ']');

    if (size == rest->size) {
        return refuse(parse, rest->data, "'[' without ']' in URL");
    }
    parse->url->host = span_of(rest->data + 1, size - 1);
    if (url_host_kind(parse->url->host) != URL_HOST_IPV6) {
        return refuse(parse, rest->data + 1, "malformed IPv6 address");
    }
    *rest = span_skip(*rest, size + 1);
    return true;
}

/* Takes the name or IPv4 address from the front of `rest`. */
static bool take_name(struct parse *parse, struct span *rest)
{
    size_t size = span_find(*rest, ':');
    struct span after = span_skip(*rest, size);

    if (after.size > 0 &&
        span_find(span_skip(after, 1), ':') + 1 < after.size) {
        return refuse(parse, rest->data,
                      "IPv6 addresses stand in brackets: [::1]");
    }
    parse->url->host = span_of(rest->data, size);
    *rest = after;
    return check_name(parse, parse->url->host);
}

/* `rest` is what follows the host: nothing, or ":port". */
static bool parse_port(struct parse *parse, struct span rest)
{
    uint64_t port;

    if (rest.size == 0) {
        return true;
    }
    if (rest.data[0] != ':') {
        return refuse(parse, rest.data, "':' expected after IPv6 address");
    }
    rest = span_skip(rest, 1);
    if (num_parse_uint(&port, rest, UINT16_MAX) != SOCKFEED_OK || port == 0) {
        return refuse(parse, rest.data, "port is not from 1 to 65535");
    }
    parse->url->port = (uint16_t)port;
    return true;
}

static bool parse_authority(struct parse *parse, struct span rest)
{
    size_t at = rest.size;
    bool taken;

    /* The last '@': a password may hold one unencoded. */
    while (at > 0 && rest.data[at - 1] != '@') {
        at--;
    }
    if (at > 0) {
        parse->url->user_info = span_of(rest.data, at - 1);
        rest = span_skip(rest, at);
    }
    taken = span_starts(rest, "[") ? take_address(parse, &rest)
                                   : take_name(parse, &rest);
    return taken && parse_port(parse, rest);
}

/* Cuts `rest` at the first `mark` and gives what follows it, or no span. */
static struct span split_off(struct span *rest, char mark)
{
    size_t at = span_find(*rest, mark);
    struct span after = {NULL, 0};

    if (at < rest->size) {
        after = span_skip(*rest, at + 1);
        rest->size = at;
    }
    return after;
}

static bool parse_whole(struct parse *parse)
{
    struct span rest = parse->text;
    size_t size;

    if (!check_bytes(parse) || !take_scheme(parse, &rest)) {
        return false;
    }
    size = find_any(rest, "/?#");
    if (!parse_authority(parse, span_of(rest.data, size))) {
        return false;
    }
    rest = span_skip(rest, size);
    parse->url->fragment = split_off(&rest, '#');
    parse->url->query = split_off(&rest, '?');
    parse->url->path = rest;
    if (url_is_websocket(parse->url->scheme) &&
        parse->url->fragment.data != NULL) {
        return refuse(parse, parse->url->fragment.data - 1,
                      "a WebSocket URL has no fragment: write # as %23");
    }
    return true;
}

enum sockfeed_result url_parse(struct url *url, struct span text,
                               struct malformed *malformed)
{
    struct parse parse = {url, text, malformed};

    *url = (struct url){.scheme = URL_HTTP};
    return parse_whole(&parse) ? SOCKFEED_OK : SOCKFEED_INVALID;
}

/* ---- Hosts --------------------------------------------------------------- */

enum url_host url_host_kind(struct span host)
{
    unsigned char bytes[16];

    return url_host_address(bytes, host);
}

enum url_host url_host_address(unsigned char bytes[16], struct span host)
{
    char text[INET6_ADDRSTRLEN];

    if (host.size == 0 || host.size >= sizeof text ||
        span_find(host, '\0') < host.size) {
        return URL_HOST_NAME;
    }
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    if (inet_pton(AF_INET, text, bytes) == 1) {
        return URL_HOST_IPV4;
    }
    return inet_pton(AF_INET6, text, bytes) == 1 ? URL_HOST_IPV6
                                                 : URL_HOST_NAME;
}

void url_append_host(struct buf *to, struct span host)
{
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];

        buf_append_byte(to, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

void url_append_authority(struct buf *to, const struct url *url)
{
    bool brackets = url_host_kind(url->host) == URL_HOST_IPV6;

    buf_append_text(to, brackets ? "[" : "");
    url_append_host(to, url->host);
    buf_append_text(to, brackets ? "]" : "");
    if (url->port != schemes[url->scheme].port) {
        buf_append_byte(to, ':');
        buf_append_uint(to, url->port);
    }
}

/* ---- Queries ------------------------------------------------------------- */

bool url_query_next(struct url_parameter *parameter, struct span *query)
{
    while (query->size > 0) {
        struct span piece = *query;
        struct span after = split_off(&piece, '&');

        *query = after;
        if (piece.size > 0) {
            parameter->value = split_off(&piece, '=');
            parameter->key = piece;
            return true;
        }
    }
    return false;
}

bool url_query_find(struct span *value, struct span query, const char *key)
{
    struct url_parameter parameter;

    while (url_query_next(&parameter, &query)) {
        if (span_is(parameter.key, key)) {
            *value = parameter.value;
            return true;
        }
    }
    return false;
}
