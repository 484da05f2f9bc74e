/* SPDX-License-Identifier: MIT */
#include "api/redirect.h"

#include "api/client_options.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/url.h"
#include "base/url_mask.h"
#include "base/url_reference.h"

void redirect_init(struct redirect *redirect)
{
    *redirect = (struct redirect){.count = 0};
    buf_init(&redirect->location, LIMIT_URL);
}

void redirect_deinit(struct redirect *redirect)
{
    buf_wipe(&redirect->location);
    endpoint_deinit(&redirect->endpoint);
}

static void append_origin(struct buf *to, const struct endpoint *endpoint)
{
    struct url url = {.scheme = endpoint->secure ? URL_HTTPS : URL_HTTP,
                      .host = buf_span(&endpoint->host),
                      .port = endpoint->port};

    buf_append_text(to, url_scheme_text(url.scheme));
    buf_append_text(to, "://");
    url_append_authority(to, &url);
}

static enum sockfeed_result refuse(const struct redirect *redirect,
                                   struct sockfeed_failure *failure,
                                   enum sockfeed_result result,
                                   const char *reason)
{
    char shown[192];

    url_mask_copy(shown, sizeof shown, buf_span(&redirect->location));
    return failure_set(failure, result, SOCKFEED_STAGE_HANDSHAKE,
                       "a redirect to %s is not followed: %s", shown, reason);
}

/* Resolves the location into a URL; NULL, or why that cannot be. */
static const char *resolve(const struct redirect *redirect, struct buf *text,
                           struct url *url, const struct endpoint *from)
{
    struct malformed malformed;
    struct buf origin;

    buf_init(&origin, LIMIT_URL);
    append_origin(&origin, from);
    url_reference_append(text, buf_span(&origin), buf_span(&from->target),
                         buf_span(&redirect->location));
    if (buf_result(&origin) != SOCKFEED_OK) {
        text->result = buf_result(&origin);
    }
    buf_deinit(&origin);
    if (buf_result(text) != SOCKFEED_OK) {
        return sockfeed_result_text(buf_result(text));
    }
    if (url_parse(url, buf_span(text), &malformed) != SOCKFEED_OK) {
        return malformed.reason;
    }
    return from->secure && !url_is_secure(url->scheme)
               ? "it leads from TLS to a connection without"
               : NULL;
}

static enum sockfeed_result follow(struct redirect *redirect,
                                   struct endpoint *next, struct buf *text,
                                   const struct endpoint *from,
                                   struct sockfeed_options *options,
                                   struct sockfeed_failure *failure)
{
    struct url url;
    const char *reason = resolve(redirect, text, &url, from);
    enum sockfeed_result result;

    if (reason != NULL) {
        return refuse(redirect, failure, SOCKFEED_REFUSED, reason);
    }
    result = endpoint_follow(next, from, options, &url);
    if (result == SOCKFEED_INVALID) {
        return refuse(redirect, failure, SOCKFEED_REFUSED,
                      sockfeed_options_failure(options));
    }
    return result;
}

enum sockfeed_result redirect_follow(struct redirect *redirect,
                                     const struct endpoint *first,
                                     struct sockfeed_options *options,
                                     struct sockfeed_failure *failure)
{
    struct endpoint next = {.secure = false};
    enum sockfeed_result result;
    struct buf text;

    if (redirect->count == LIMIT_REDIRECTS) {
        return refuse(redirect, failure, SOCKFEED_REDIRECTS,
                      "too many of them came before");
    }
    buf_init(&text, (size_t)LIMIT_URL * 2);
    result = follow(redirect, &next, &text,
                    redirect->count == 0 ? first : &redirect->endpoint, options,
                    failure);
    buf_wipe(&text);
    endpoint_deinit(&redirect->endpoint);
    redirect->endpoint = next;
    redirect->count++;
    buf_clear(&redirect->location);
    return result;
}

bool redirect_withholds(const struct redirect *redirect,
                        const struct endpoint *first,
                        const struct sockfeed_options *options)
{
    return redirect->endpoint.foreign &&
           (first->authorization.size > 0 ||
            client_options_text(options, SOCKFEED_OPTION_CERTIFICATE).size >
                0 ||
            client_options_text(options, SOCKFEED_OPTION_AUTH).size > 0 ||
            client_options_list(options, SOCKFEED_OPTION_HEADER)->count > 0 ||
            client_options_list(options, SOCKFEED_OPTION_COOKIE)->count > 0);
}

void redirect_describe(struct buf *to, const struct redirect *redirect)
{
    const struct endpoint *endpoint = &redirect->endpoint;
    struct span target = buf_span(&endpoint->target);

    buf_append_text(to, "redirected to ");
    append_origin(to, endpoint);
    buf_append(to, target.data, span_find(target, '?'));
    if (endpoint->foreign) {
        buf_append_text(to, ", which gets no credentials");
    }
}
