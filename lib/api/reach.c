/* SPDX-License-Identifier: MIT */
#include "api/reach.h"

#include "api/client_options.h"
#include "api/endpoint.h"
#include "api/security.h"
#include "codec/cookie_line.h"
#include "codec/http_header.h"
#include "net/cookies.h"
#include "net/tls_config.h"

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

enum sockfeed_result reach_give_headers(const struct reach *reach,
                                        const struct endpoint *endpoint,
                                        const struct option_list *headers)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < headers->count; i++) {
        result = give_header(reach->cookies, buf_span(&endpoint->host),
                             span_text(headers->items[i]));
    }
    return result;
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
    struct span host = buf_span(&endpoint->host);
    enum sockfeed_result result = SOCKFEED_OK;

    reach->cookies = cookies_new();
    if (reach->cookies == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        result = cookies_give(reach->cookies, host, span_text(given->items[i]));
    }
    if (result == SOCKFEED_OK) {
        result = reach_give_headers(
            reach, endpoint,
            client_options_list(options, SOCKFEED_OPTION_HEADER));
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
    enum sockfeed_result result;

    *reach = (struct reach){.cookies = NULL};
    result = ways_init(&reach->ways, options);
    if (result == SOCKFEED_OK) {
        result = proxies_init(&reach->proxies, options, endpoint);
    }
    return result == SOCKFEED_OK ? make_cookies(reach, options, endpoint)
                                 : result;
}

enum sockfeed_result reach_prepare(struct reach *reach,
                                   const struct sockfeed_options *options,
                                   struct sockfeed_failure *failure)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (proxies_want_tls(&reach->proxies)) {
        result = security_new_for_proxy(&reach->proxy_tls, options, failure);
    }
    if (result == SOCKFEED_OK && security_is_personal(options) &&
        client_options_number(options, SOCKFEED_OPTION_LOCATION) != 0) {
        result =
            security_new_for_foreign(&reach->foreign_tls, options, failure);
    }
    return result;
}

void reach_deinit(struct reach *reach)
{
    ways_deinit(&reach->ways);
    proxies_deinit(&reach->proxies);
    tls_config_free(reach->proxy_tls);
    tls_config_free(reach->foreign_tls);
    cookies_free(reach->cookies);
    *reach = (struct reach){.cookies = NULL};
}

/* ---- All options, held against each other ------------------------------- */

enum sockfeed_result sockfeed_options_check(struct sockfeed_options *options,
                                            enum sockfeed_protocol *protocol)
{
    struct reach reach = {.cookies = NULL};
    struct endpoint endpoint;
    enum sockfeed_result result = endpoint_init(&endpoint, options);

    if (result == SOCKFEED_OK) {
        result = security_check(options);
    }
    if (result == SOCKFEED_OK) {
        result = reach_init(&reach, options, &endpoint);
    }
    if (result == SOCKFEED_OK && protocol != NULL) {
        *protocol = endpoint.protocol;
    }
    reach_deinit(&reach);
    endpoint_deinit(&endpoint);
    return result;
}
