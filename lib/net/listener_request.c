/* SPDX-License-Identifier: MIT */
#include "net/listener_request.h"

#include <libwebsockets.h>

/* What libwebsockets has taken apart; what does not fit is left out. */
static struct span copy_query(struct lws *wsi, char to[LISTENER_QUERY])
{
    size_t used = 0;

    for (int i = 0; used + 1 < LISTENER_QUERY; i++) {
        size_t mark = i == 0 ? 0 : 1;
        int count = lws_hdr_copy_fragment(wsi, to + used + mark,
                                          (int)(LISTENER_QUERY - used - mark),
                                          WSI_TOKEN_HTTP_URI_ARGS, i);

        if (count < 0) {
            break;
        }
        if (mark != 0) {
            to[used] = '&';
        }
        used += mark + (size_t)count;
    }
    return span_of(to, used);
}

struct span listener_request_field(struct lws *wsi, int token, char *to,
                                   size_t size)
{
    int count = lws_hdr_copy(wsi, to, (int)size, (enum lws_token_indexes)token);

    return span_of(to, count > 0 ? (size_t)count : 0);
}

static bool field_is(struct lws *wsi, int token, const char *text)
{
    char value[LISTENER_FIELD];

    return span_equal_nocase(
        listener_request_field(wsi, token, value, sizeof value),
        span_text(text));
}

struct listener_request listener_request_read(struct lws *wsi,
                                              struct listener_text *text)
{
    struct listener_request request = {.method = LISTENER_OTHER};
    char *path = NULL;
    int size = 0;
    int method = lws_http_get_uri_and_method(wsi, &path, &size);

    if (method == LWSHUMETH_GET) {
        request.method = LISTENER_GET;
    } else if (method == LWSHUMETH_HEAD) {
        request.method = LISTENER_HEAD;
    } else if (method == LWSHUMETH_POST) {
        request.method = LISTENER_POST;
    }
    if (path != NULL && size > 0 && size < LISTENER_PATH) {
        memcpy(text->path, path, (size_t)size);
        request.path = span_of(text->path, (size_t)size);
    }
    request.query = copy_query(wsi, text->query);
    request.content_type =
        listener_request_field(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE,
                               text->content_type, sizeof text->content_type);
    return request;
}

bool listener_request_last(struct lws *wsi)
{
    return field_is(wsi, WSI_TOKEN_CONNECTION, "close") ||
           (!field_is(wsi, WSI_TOKEN_HTTP, "HTTP/1.1") &&
            !field_is(wsi, WSI_TOKEN_CONNECTION, "keep-alive"));
}

bool listener_request_body(struct lws *wsi,
                           const struct listener_request *request)
{
    return lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 &&
           (request->method == LISTENER_POST ||
            !field_is(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, "0"));
}

void listener_request_subprotocol(struct lws *wsi, char *to, size_t size)
{
    struct span offered =
        listener_request_field(wsi, WSI_TOKEN_PROTOCOL, to, size);
    struct span first = span_of(offered.data, span_find(offered, ','));

    first = span_trim(first);
    memmove(to, first.size > 0 ? first.data : "", first.size);
    to[first.size] = '\0';
}
