/* SPDX-License-Identifier: MIT */
#include "api/polling_head.h"

#include "api/carrier.h"
#include "api/connection.h"
#include "api/endpoint.h"
#include "api/reach.h"
#include "api/request.h"
#include "base/limits.h"
#include "codec/http_request.h"
#include "codec/http_response.h"
#include "net/cookies.h"
#include "net/loop.h"
#include "session/eio_polling.h"
#include "session/ws_request.h"

static struct cookies_place place(const struct carrier_config *config)
{
    const struct ws_handshake_request *request = &config->request->handshake;

    return (struct cookies_place){.host = request->host,
                                  .target = request->target,
                                  .secure = request->secure};
}

/* The request line and all that does not depend on the method. */
static void write_usual(struct buf *head, const struct carrier_config *config,
                        const char *method, struct span query)
{
    struct ws_handshake_request usual = config->request->handshake;
    const struct cookies_place to = place(config);
    struct malformed ignored;
    struct buf target;
    struct buf cookie;

    buf_init(&target, head->limit);
    buf_init(&cookie, LIMIT_HTTP_HEAD);
    endpoint_append_target(&target, config->connection->endpoint, query);
    cookies_append(&cookie, config->connection->reach->cookies, &to,
                   loop_date());
    usual.target = buf_span(&target);
    usual.cookie = buf_span(&cookie);
    if (buf_result(&target) != SOCKFEED_OK) {
        head->result = buf_result(&target);
    } else if (buf_result(&cookie) != SOCKFEED_OK) {
        head->result = buf_result(&cookie);
    } else if (ws_request_check(&usual, &ignored) != SOCKFEED_OK) {
        head->result = SOCKFEED_INVALID;
    }
    http_request_begin(head, method, usual.target);
    ws_request_write_usual(head, &usual);
    buf_wipe(&target);
    buf_wipe(&cookie);
}

void polling_head_write(struct buf *head, const struct carrier_config *config,
                        const struct eio_polling_request *request)
{
    bool post = request->method == EIO_POLLING_POST;

    buf_clear(head);
    write_usual(head, config, post ? "POST" : "GET", request->query);
    if (post) {
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
        http_response_is_redirect(head->status)) {
        buf_clear(location);
        buf_append_span(location, header->value);
    }
}
