/* SPDX-License-Identifier: MIT */
#include "api/request.h"

#include "api/calls.h"
#include "api/client_options.h"
#include "api/endpoint.h"
#include "api/outbox.h"
#include "sockfeed/version.h"

#include <stdlib.h>

/* Views of a list's texts, with room for `spare` more. */
static struct span *views_of(const struct option_list *list, size_t spare)
{
    struct span *views = calloc(list->count + spare, sizeof *views);

    for (size_t i = 0; views != NULL && i < list->count; i++) {
        views[i] = span_text(list->items[i]);
    }
    return views;
}

static void add_spaces(struct request *request, const struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->count; i++) {
        if (outbox->items[i].space != NULL) {
            request->namespaces[request->namespace_count++] =
                span_text(outbox->items[i].space);
        }
    }
}

/* The URL's, those of the options, those that messages are addressed to. The
 * same one twice does no harm. */
static bool gather_namespaces(struct request *request,
                              const struct endpoint *endpoint,
                              const struct option_list *added,
                              const struct outbox *subscriptions,
                              const struct outbox *unsent,
                              const struct calls *calls)
{
    request->namespaces = views_of(added, 1 + subscriptions->count +
                                              unsent->count + calls->count);
    if (request->namespaces == NULL) {
        return false;
    }
    if (added->count > 0) {
        request->namespaces[added->count] = request->namespaces[0];
    }
    request->namespaces[0] = buf_span(&endpoint->space);
    request->namespace_count = 1 + added->count;
    add_spaces(request, subscriptions);
    add_spaces(request, unsent);
    request->namespace_count +=
        calls_spaces(calls, request->namespaces + request->namespace_count);
    return true;
}

static bool is_header(const char *line, const char *name)
{
    struct span text = span_text(line);

    return span_equal_nocase(span_of(text.data, span_find(text, ':')),
                             span_text(name));
}

/* The user's lines, unless they may not go to this server; cookies are the
 * jar's. A line of theirs that authorizes stands for what ours would say. */
static void add_headers(struct request *request,
                        const struct endpoint *endpoint,
                        const struct option_list *headers)
{
    bool authorized = endpoint->authorization.size == 0;
    size_t count = 0;

    for (size_t i = 0; !endpoint->foreign && i < headers->count; i++) {
        if (!is_header(headers->items[i], "Cookie")) {
            request->headers[count++] = span_text(headers->items[i]);
            authorized =
                authorized || is_header(headers->items[i], "Authorization");
        }
    }
    if (!authorized) {
        request->headers[count++] = buf_span(&endpoint->authorization);
    }
    request->handshake.headers = request->headers;
    request->handshake.header_count = count;
}

static bool gather_headers(struct request *request,
                           const struct endpoint *endpoint,
                           const struct option_list *headers,
                           const struct option_list *subprotocols)
{
    request->headers = calloc(headers->count + 1, sizeof *request->headers);
    request->subprotocols = views_of(subprotocols, 1);
    if (request->headers == NULL || request->subprotocols == NULL) {
        return false;
    }
    add_headers(request, endpoint, headers);
    request->handshake.protocols = request->subprotocols;
    request->handshake.protocol_count = subprotocols->count;
    return true;
}

/* The user's, which may be none at all (empty), else the library's name. */
static struct span user_agent(const struct sockfeed_options *options)
{
    struct span given =
        client_options_text(options, SOCKFEED_OPTION_USER_AGENT);

    return given.data != NULL ? given : span_text("sockfeed/" SOCKFEED_VERSION);
}

enum sockfeed_result request_init(struct request *request,
                                  const struct endpoint *endpoint,
                                  const struct sockfeed_options *options,
                                  const struct outbox *subscriptions,
                                  const struct outbox *unsent,
                                  const struct calls *calls)
{
    *request = (struct request){
        .handshake =
            {
                        .target = buf_span(&endpoint->target),
                        .host = buf_span(&endpoint->host),
                        .port = endpoint->port,
                        .secure = endpoint->secure,
                        .user_agent = user_agent(options),
                        .origin = client_options_text(options, SOCKFEED_OPTION_ORIGIN),
                        .compressed = client_options_number(
                                  options, SOCKFEED_OPTION_COMPRESSED) != 0,
                        },
    };
    if (!gather_namespaces(
            request, endpoint,
            client_options_list(options, SOCKFEED_OPTION_NAMESPACE),
            subscriptions, unsent, calls) ||
        !gather_headers(
            request, endpoint,
            client_options_list(options, SOCKFEED_OPTION_HEADER),
            client_options_list(options, SOCKFEED_OPTION_SUBPROTOCOL))) {
        return SOCKFEED_NOMEM;
    }
    return SOCKFEED_OK;
}

void request_deinit(struct request *request)
{
    free(request->namespaces);
    free(request->headers);
    free(request->subprotocols);
    *request = (struct request){.namespaces = NULL};
}
