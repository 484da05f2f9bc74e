/* SPDX-License-Identifier: MIT */
#include "api/polling_head.h"

#include "api/carrier.h"
#include "api/connection.h"
#include "api/endpoint.h"
#include "api/reach.h"
#include "api/request.h"
#include "base/limits.h"
#include "codec/http_request.h"
#include "net/cookies.h"
#include "net/loop.h"
#include "session/eio_polling.h"
#include "session/http_refusal.h"
#include "session/ws_request.h"

static struct cookies_place place(const struct carrier_config *config)
{
    const struct ws_handshake_request *request = &config->request->handshake;

    return (struct cookies_place){.host = request->host,
                                  .target = request->target,
                                  .secure = request->secure};
}

static void write_usual(struct buf *head, const struct carrier_config *config)
{
    struct ws_handshake_request usual = config->request->handshake;
    const struct cookies_place to = place(config);
    struct buf cookie;

    buf_init(&cookie, LIMIT_HTTP_HEAD);
    cookies_append(&cookie, config->connection->reach->cookies, &to,
                   loop_date());
    usual.cookie = buf_span(&cookie);
    ws_request_write_usual(head, &usual);
    if (buf_result(&cookie) != SOCKFEED_OK) {
        head->result = buf_result(&cookie);
    }
    buf_wipe(&cookie);
}

static void write_line(struct buf *head, const struct carrier_config *config,
                       const struct eio_polling_request *request)
{
    struct buf target;

    buf_init(&target, head->limit);
    endpoint_append_target(&target, config->connection->endpoint,
                           request->query);
    http_request_begin(head,
                       request->method == EIO_POLLING_POST ? "POST" : "GET",
                       buf_span(&target));
    if (buf_result(&target) != SOCKFEED_OK) {
        head->result = buf_result(&target);
    }
    buf_wipe(&target);
}

void polling_head_write(struct buf *head, const struct carrier_config *config,
                        const struct eio_polling_request *request)
{
    buf_clear(head);
    write_line(head, config, request);
    write_usual(head, config);
    buf_append_text(head, "Accept: */*\r\n"
                          "Accept-Encoding: gzip, deflate\r\n");
    if (request->method == EIO_POLLING_POST) {
        http_request_header(head, span_text("Content-Type"),
                            request->content_type);
        buf_append_text(head, "Content-Length: ");
        buf_append_uint(head, request->body.size);
        buf_append_text(head, "\r\n");
    }
    http_request_end(head);
}

void polling_head_receive(const struct carrier_config *config,
                          const struct http_response *head, bool first)
{
    struct buf *location = config->connection->location;
    const struct http_header *header = http_response_find(head, "Location");
    const struct cookies_place from = place(config);

    cookies_receive(config->connection->reach->cookies, &from, head,
                    loop_date());
    if (first && location != NULL && header != NULL &&
        http_refusal_is_redirect(head->status)) {
        buf_clear(location);
        buf_append_span(location, header->value);
    }
}
