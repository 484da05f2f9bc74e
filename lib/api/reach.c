/* SPDX-License-Identifier: MIT */
#include "api/reach.h"

#include "api/client_options.h"
#include "api/endpoint.h"
#include "codec/cookie_line.h"
#include "codec/http_header.h"
#include "net/cookies.h"

/* A Cookie header of the user's is cookies like the others: a request has one
 * such line (RFC 6265, 5.4). */
static enum sockfeed_result give_header(struct cookies *cookies,
                                        struct span host, struct span line)
{
    struct http_header header;
    struct malformed malformed;

    if (http_header_parse(&header, &malformed, line) != SOCKFEED_OK ||
        !http_header_is(&header, "Cookie")) {
        return SOCKFEED_OK;
    }
    return cookies_give(cookies, host, header.value);
}

static enum sockfeed_result give_lines(struct reach *reach,
                                       const struct sockfeed_options *options,
                                       struct span host)
{
    const struct option_list *lines =
        client_options_list(options, SOCKFEED_OPTION_COOKIE_LINE);
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < lines->count; i++) {
        struct cookie_line cookie;
        struct malformed malformed;

        if (cookie_line_decode(&cookie, &malformed,
                               span_text(lines->items[i])) == SOCKFEED_OK) {
            result = cookies_give_line(reach->cookies, host, &cookie);
        }
    }
    return result;
}

static enum sockfeed_result make_cookies(struct reach *reach,
                                         struct sockfeed_options *options,
                                         const struct endpoint *endpoint)
{
    const struct option_list *given =
        client_options_list(options, SOCKFEED_OPTION_COOKIE);
    const struct option_list *headers =
        client_options_list(options, SOCKFEED_OPTION_HEADER);
    struct span host = buf_span(&endpoint->host);
    enum sockfeed_result result = SOCKFEED_OK;

    reach->cookies = cookies_new();
    if (reach->cookies == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        result = cookies_give(reach->cookies, host, span_text(given->items[i]));
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < headers->count; i++) {
        result =
            give_header(reach->cookies, host, span_text(headers->items[i]));
    }
    if (result == SOCKFEED_OK) {
        result = give_lines(reach, options, host);
    }
    return result == SOCKFEED_FULL
               ? client_options_refuse(options, "too many cookies, or too long")
               : result;
}

enum sockfeed_result reach_init(struct reach *reach,
                                struct sockfeed_options *options,
                                const struct endpoint *endpoint)
{
    *reach = (struct reach){.cookies = NULL};
    return make_cookies(reach, options, endpoint);
}

void reach_deinit(struct reach *reach)
{
    cookies_free(reach->cookies);
    *reach = (struct reach){.cookies = NULL};
}
