/* SPDX-License-Identifier: MIT */
#include "net/listener_http.h"

#include <libwebsockets.h>

#include <stdio.h>

enum {
    ANSWER_SIZE = 1024
};

/* The path as it was asked for by any method; answers its size. */
static size_t copy_path(struct lws *wsi, char *to, size_t size)
{
    static const enum lws_token_indexes methods[] = {
        WSI_TOKEN_GET_URI, WSI_TOKEN_POST_URI, WSI_TOKEN_PUT_URI,
        WSI_TOKEN_DELETE_URI, WSI_TOKEN_OPTIONS_URI};

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        int count = lws_hdr_copy(wsi, to, (int)size, methods[i]);

        if (count > 0) {
            return (size_t)count;
        }
    }
    return 0;
}

/* libwebsockets has taken the query apart; what does not fit is left out. */
static size_t copy_query(struct lws *wsi, char *to, size_t size)
{
    size_t used = 0;

    for (int i = 0; used + 1 < size; i++) {
        size_t mark = i == 0 ? 0 : 1;
        int count = lws_hdr_copy_fragment(wsi, to + used + mark,
                                          (int)(size - used - mark),
                                          WSI_TOKEN_HTTP_URI_ARGS, i);

        if (count < 0) {
            break;
        }
        if (mark != 0) {
            to[used] = '&';
        }
        used += mark + (size_t)count;
    }
    return used;
}

struct span listener_http_path(struct lws *wsi, struct listener_text *text)
{
    return span_of(text->path, copy_path(wsi, text->path, sizeof(text->path)));
}

struct span listener_http_query(struct lws *wsi, struct listener_text *text)
{
    return span_of(text->query,
                   copy_query(wsi, text->query, sizeof(text->query)));
}

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    default:
        return "Unknown";
    }
}

/* By hand: what libwebsockets writes before an upgrade calls itself
 * HTTP/1.0. */
void listener_http_answer(struct lws *wsi, int status, const char *body)
{
    unsigned char bytes[LWS_PRE + ANSWER_SIZE];
    int size = snprintf(
        (char *)bytes + LWS_PRE, ANSWER_SIZE,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
        "Connection: close\r\n\r\n%s",
        status, reason_of(status),
        body[0] == '{' ? "application/json" : "text/plain; charset=utf-8",
        strlen(body), body);

    if (size > 0 && size < ANSWER_SIZE) {
        (void)lws_write(wsi, bytes + LWS_PRE, (size_t)size, LWS_WRITE_RAW);
    }
}
