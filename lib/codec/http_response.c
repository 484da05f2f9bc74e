/* SPDX-License-Identifier: MIT */
#include "codec/http_response.h"

#include "base/num.h"

static const char prefix[] = "HTTP/1.";

enum {
    PREFIX_SIZE = sizeof prefix - 1,
    STATUS_AT = PREFIX_SIZE + 2, /* after the minor version and a space */
    STATUS_END = STATUS_AT + 3,
};

void http_response_init(struct http_response *response)
{
    memset(response, 0, sizeof *response);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Refuses what is no response before a whole line of it has come. */
static enum sockfeed_result check_prefix(struct malformed *malformed,
                                         struct span data)
{
    for (size_t i = 0; i < data.size && i < PREFIX_SIZE; i++) {
        if (data.data[i] != prefix[i]) {
            return malformed_set(malformed, i,
                                 "an answer that is not HTTP/1.1");
        }
    }
    return SOCKFEED_OK;
}

/* Takes the next line, without its CR LF, off the rest. */
static enum sockfeed_result take_line(struct span *line, struct span *rest,
                                      struct malformed *malformed)
{
    size_t end = span_find(*rest, '\n');

    if (end == rest->size) {
        return SOCKFEED_MORE;
    }
    if (end == 0 || rest->data[end - 1] != '\r') {
        return malformed_set(malformed, end, "a line that ends without CR");
    }
    *line = span_of(rest->data, end - 1);
    if (span_find(*line, '\r') < line->size) {
        return malformed_set(malformed, span_find(*line, '\r'),
                             "a CR that ends no line");
    }
    *rest = span_skip(*rest, end + 1);
    return SOCKFEED_OK;
}

/* RFC 9112, section 4. The space before an empty reason phrase is often left
 * out by servers. What the phrase holds is no reason to refuse the answer: it
 * is for people, and cleaned where they see it. */
static enum sockfeed_result read_status_line(struct http_response *response,
                                             struct malformed *malformed,
                                             struct span line)
{
    const char *at = line.data;

    if (line.size < STATUS_END || (at[PREFIX_SIZE] | 1) != '1' ||
        at[STATUS_AT - 1] != ' ' || at[STATUS_AT] < '1' ||
        !is_digit(at[STATUS_AT]) || !is_digit(at[STATUS_AT + 1]) ||
        !is_digit(at[STATUS_AT + 2]) ||
        (line.size > STATUS_END && at[STATUS_END] != ' ')) {
        return malformed_set(malformed, 0, "a malformed status line");
    }
    response->minor = (unsigned)(at[PREFIX_SIZE] - '0');
    response->status = (unsigned)(at[STATUS_AT] - '0') * 100 +
                       (unsigned)(at[STATUS_AT + 1] - '0') * 10 +
                       (unsigned)(at[STATUS_AT + 2] - '0');
    response->line = line;
    response->reason = span_trim(span_skip(line, STATUS_END));
    return SOCKFEED_OK;
}

static enum sockfeed_result read_header(struct http_response *response,
                                        struct malformed *malformed,
                                        struct span line)
{
    if (line.data[0] == ' ' || line.data[0] == '\t') {
        return malformed_set(malformed, 0, "a folded header");
    }
    if (response->header_count == LIMIT_HTTP_HEADERS) {
        return malformed_set(malformed, 0, "too many headers");
    }
    response->header_count++;
    return http_header_parse(&response->headers[response->header_count - 1],
                             malformed, line);
}

static enum sockfeed_result read_lines(struct http_response *response,
                                       struct span *rest,
                                       struct malformed *malformed)
{
    struct span line = *rest;
    enum sockfeed_result result = take_line(&line, rest, malformed);

    response->header_count = 0;
    if (result == SOCKFEED_OK) {
        result = read_status_line(response, malformed, line);
    }
    while (result == SOCKFEED_OK) {
        line = *rest;
        result = take_line(&line, rest, malformed);
        if (result != SOCKFEED_OK || line.size == 0) {
            break;
        }
        result = read_header(response, malformed, line);
    }
    if (result == SOCKFEED_PROTOCOL) {
        /* Told from the line's start; `rest` is past the line by now. */
        *rest = line;
    }
    return result;
}

enum sockfeed_result http_response_decode(struct http_response *response,
                                          size_t *used,
                                          struct malformed *malformed,
                                          struct span data)
{
    struct span rest = data;
    enum sockfeed_result result = check_prefix(malformed, data);

    *used = 0;
    if (result != SOCKFEED_OK) {
        return result;
    }
    /* Without another line end there is nothing new to read: a head that
     * comes byte by byte is not read again for each of them. */
    result = SOCKFEED_MORE;
    if (response->scanned < data.size &&
        span_find(span_skip(data, response->scanned), '\n') <
            data.size - response->scanned) {
        result = read_lines(response, &rest, malformed);
    }
    if (result == SOCKFEED_PROTOCOL) {
        malformed->offset += (size_t)(rest.data - data.data);
        return result;
    }
    *used = result == SOCKFEED_OK ? data.size - rest.size : 0;
    if ((result == SOCKFEED_MORE ? data.size : *used) > LIMIT_HTTP_HEAD) {
        return malformed_set(malformed, LIMIT_HTTP_HEAD, "too large a head");
    }
    response->scanned = result == SOCKFEED_MORE ? data.size : 0;
    return result;
}

const struct http_header *http_response_find(
    const struct http_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (http_header_is(&response->headers[i], name)) {
            return &response->headers[i];
        }
    }
    return NULL;
}

size_t http_response_count(const struct http_response *response,
                           const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < response->header_count; i++) {
        count += http_header_is(&response->headers[i], name) ? 1 : 0;
    }
    return count;
}

bool http_response_has(const struct http_response *response, const char *name,
                       const char *token)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (http_header_is(&response->headers[i], name) &&
            http_header_has(&response->headers[i], token)) {
            return true;
        }
    }
    return false;
}

enum sockfeed_result http_response_length(const struct http_response *response,
                                          uint64_t *length)
{
    bool found = false;

    for (size_t i = 0; i < response->header_count; i++) {
        const struct http_header *header = &response->headers[i];
        uint64_t value;

        if (!http_header_is(header, "Content-Length")) {
            continue;
        }
        if (num_parse_uint(&value, header->value, INT64_MAX) != SOCKFEED_OK ||
            (found && value != *length)) {
            return SOCKFEED_PROTOCOL;
        }
        *length = value;
        found = true;
    }
    return found ? SOCKFEED_OK : SOCKFEED_MORE;
}

bool http_response_is_redirect(unsigned status)
{
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}
