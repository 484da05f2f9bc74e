/* SPDX-License-Identifier: MIT */
#include "session/ws_handshake.h"

#include "base/base64.h"
#include "base/rng.h"
#include "session/http_refusal.h"
#include "session/ws_request.h"

#include <stdlib.h>

/*
 *   HEAD ---- 101, and all is right ---> DONE
 *    |  \---- 101, but something is not --> FAILED
 *    v any other final status
 *   BODY ---- its first line, or its end --> FAILED (REFUSED)
 */
enum state {
    STATE_HEAD,
    STATE_BODY,
    STATE_DONE,
    STATE_FAILED,
};

struct ws_handshake {
    enum state state;
    const struct span *protocols; /* offered; viewed */
    size_t protocol_count;
    bool compressed; /* offered */
    struct ws_handshake_agreed agreed;
    char accept[WS_HANDSHAKE_ACCEPT_SIZE + 1];
    bool secure;
    bool begun;    /* a byte of the answer has come */
    bool taken;    /* and something of it was read */
    bool answered; /* response holds a head */
    struct http_response response;
    struct http_refusal refusal;
    struct sockfeed_failure failure;
};

/* ---- The request ------------------------------------------------------- */

void ws_handshake_accept(char accept[WS_HANDSHAKE_ACCEPT_SIZE + 1],
                         struct span key, ws_handshake_digest digest)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char text[WS_HANDSHAKE_KEY_SIZE + sizeof guid - 1];
    unsigned char hash[20];

    memcpy(text, key.data, WS_HANDSHAKE_KEY_SIZE);
    memcpy(text + WS_HANDSHAKE_KEY_SIZE, guid, sizeof guid - 1);
    digest(text, sizeof text, hash);
    base64_encode(accept, span_of((const char *)hash, sizeof hash));
    accept[WS_HANDSHAKE_ACCEPT_SIZE] = '\0';
}

/* The handshake is made of these, or they promise a body. */
static bool is_ours(const struct http_header *header)
{
    static const char websocket[] = "Sec-WebSocket-";
    struct span start = header->name;

    if (start.size > sizeof websocket - 1) {
        start.size = sizeof websocket - 1;
    }
    return span_equal_nocase(start, span_text(websocket)) ||
           http_header_is(header, "Connection") ||
           http_header_is(header, "Upgrade") ||
           http_header_is(header, "Content-Length") ||
           http_header_is(header, "Transfer-Encoding");
}

enum sockfeed_result ws_handshake_check_header(struct span line,
                                               struct malformed *malformed)
{
    struct http_header header;
    const char *reason = NULL;

    if (http_header_parse(&header, malformed, line) != SOCKFEED_OK) {
        return SOCKFEED_INVALID;
    }
    if (is_ours(&header)) {
        reason = "a header that the handshake sets itself";
    } else if (http_header_is(&header, "Host") && header.value.size == 0) {
        reason = "an empty Host";
    }
    if (reason != NULL) {
        (void)malformed_set(malformed, 0, reason);
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result check_request(
    const struct ws_handshake_request *asked, struct malformed *malformed)
{
    enum sockfeed_result result = ws_request_check(asked, malformed);

    for (size_t i = 0; i < asked->header_count && result == SOCKFEED_OK; i++) {
        result = ws_handshake_check_header(asked->headers[i], malformed);
    }
    return result;
}

enum sockfeed_result ws_handshake_new(struct ws_handshake **handshake,
                                      struct buf *request,
                                      struct sockfeed_failure *failure,
                                      const struct ws_handshake_request *asked,
                                      struct rng *rng,
                                      ws_handshake_digest digest)
{
    unsigned char nonce[16];
    char key[WS_HANDSHAKE_KEY_SIZE];
    struct span key_span = span_of(key, sizeof key);
    struct malformed malformed;
    struct ws_handshake *made;

    if (check_request(asked, &malformed) != SOCKFEED_OK) {
        return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_HANDSHAKE,
                           "the request cannot be sent: %s", malformed.reason);
    }
    rng_bytes(rng, nonce, sizeof nonce);
    base64_encode(key, span_of((const char *)nonce, sizeof nonce));
    ws_request_write(request, asked, key_span);
    made = calloc(1, sizeof *made);
    if (made == NULL || buf_result(request) != SOCKFEED_OK) {
        bool full = made != NULL && buf_result(request) == SOCKFEED_FULL;

        free(made);
        return failure_set(failure, full ? SOCKFEED_FULL : SOCKFEED_NOMEM,
                           SOCKFEED_STAGE_HANDSHAKE,
                           "the request cannot be sent: %s",
                           full ? "it is too large" : "out of memory");
    }
    made->secure = asked->secure;
    made->protocols = asked->protocols;
    made->protocol_count = asked->protocol_count;
    made->compressed = asked->compressed;
    ws_handshake_accept(made->accept, key_span, digest);
    *handshake = made;
    return SOCKFEED_OK;
}

void ws_handshake_free(struct ws_handshake *handshake)
{
    if (handshake != NULL) {
        http_refusal_deinit(&handshake->refusal);
        free(handshake);
    }
}

/* ---- The answer -------------------------------------------------------- */

static enum sockfeed_result fail(struct ws_handshake *handshake,
                                 const char *reason)
{
    handshake->state = STATE_FAILED;
    return failure_set(&handshake->failure, SOCKFEED_PROTOCOL,
                       SOCKFEED_STAGE_HANDSHAKE,
                       "the server broke the handshake: %s", reason);
}

static enum sockfeed_result refuse(struct ws_handshake *handshake)
{
    handshake->state = STATE_FAILED;
    return http_refusal_tell(&handshake->refusal, &handshake->failure,
                             SOCKFEED_REFUSED, SOCKFEED_STAGE_HANDSHAKE,
                             "the server answered");
}

/* The server may choose one of the subprotocols offered, or none. */
static bool choose_protocol(struct ws_handshake *handshake,
                            const struct http_header *header)
{
    for (size_t i = 0; i < handshake->protocol_count; i++) {
        if (span_equal(header->value, handshake->protocols[i])) {
            handshake->agreed.protocol = handshake->protocols[i];
            return true;
        }
    }
    return false;
}

/* NULL, or what is wrong with the extensions: at most one line of them, and in
 * it what was offered (RFC 6455, 11.3.2). */
static const char *check_extensions(struct ws_handshake *handshake)
{
    static const char name[] = "Sec-WebSocket-Extensions";
    const struct http_header *header =
        http_response_find(&handshake->response, name);
    struct malformed malformed;

    if (header == NULL) {
        return NULL;
    }
    if (!handshake->compressed ||
        http_response_count(&handshake->response, name) > 1) {
        return "an extension that was not offered";
    }
    if (ws_extension_parse(&handshake->agreed.compression, &malformed,
                           header->value) != SOCKFEED_OK) {
        return malformed.reason;
    }
    handshake->agreed.compressed = true;
    return NULL;
}

/* RFC 6455, 4.1, what the client must check in the answer. NULL, or what is
 * wrong with it. */
static const char *check_switch(struct ws_handshake *handshake)
{
    const struct http_response *head = &handshake->response;
    const struct http_header *upgrade = http_response_find(head, "Upgrade");
    const struct http_header *accept =
        http_response_find(head, "Sec-WebSocket-Accept");
    const struct http_header *protocol =
        http_response_find(head, "Sec-WebSocket-Protocol");

    if (head->minor == 0) {
        return "101 in HTTP/1.0";
    }
    if (upgrade == NULL || http_response_count(head, "Upgrade") > 1 ||
        !span_equal_nocase(upgrade->value, span_text("websocket"))) {
        return "no Upgrade to websocket";
    }
    if (!http_response_has(head, "Connection", "upgrade")) {
        return "no Connection: Upgrade";
    }
    if (accept == NULL) {
        return "no Sec-WebSocket-Accept";
    }
    if (http_response_count(head, "Sec-WebSocket-Accept") > 1 ||
        !span_is(accept->value, handshake->accept)) {
        return "a wrong Sec-WebSocket-Accept";
    }
    if (protocol != NULL &&
        (http_response_count(head, "Sec-WebSocket-Protocol") > 1 ||
         !choose_protocol(handshake, protocol))) {
        return "a subprotocol that was not offered";
    }
    return check_extensions(handshake);
}

/* A server that expects TLS answers a request with an alert: a record of type
 * 21, version 3.x (RFC 8446, 5.1). */
static bool is_tls_alert(struct span answer)
{
    return answer.size >= 2 && memcmp(answer.data, "\x15\x03", 2) == 0;
}

static bool may_be_tls_alert(struct span answer)
{
    return answer.size == 1 && answer.data[0] == 0x15;
}

static enum sockfeed_result fail_without_tls(struct ws_handshake *handshake)
{
    handshake->state = STATE_FAILED;
    (void)failure_set(&handshake->failure, SOCKFEED_TLS,
                      SOCKFEED_STAGE_HANDSHAKE,
                      "the server speaks TLS on this port");
    handshake->failure.cause = SOCKFEED_CAUSE_TLS_WANTED;
    return SOCKFEED_TLS;
}

static enum sockfeed_result receive_head(struct ws_handshake *handshake,
                                         size_t *used, struct span data)
{
    struct malformed malformed;
    const char *wrong;
    enum sockfeed_result result;

    if (!handshake->taken && is_tls_alert(data)) {
        return fail_without_tls(handshake);
    }
    if (!handshake->taken && may_be_tls_alert(data)) {
        return SOCKFEED_MORE;
    }
    result = http_response_decode(&handshake->response, used, &malformed, data);
    handshake->taken = handshake->taken || *used > 0;
    if (result == SOCKFEED_PROTOCOL) {
        return fail(handshake, malformed.reason);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    handshake->answered = true;
    if (handshake->response.status == 101) {
        wrong = check_switch(handshake);
        if (wrong != NULL) {
            return fail(handshake, wrong);
        }
        handshake->state = STATE_DONE;
    } else if (handshake->response.status >= 200) {
        http_refusal_init(&handshake->refusal, &handshake->response);
        handshake->state = STATE_BODY;
    }
    /* Any other 1xx is an interim answer (RFC 9110, 15.2). */
    return SOCKFEED_OK;
}

static enum sockfeed_result receive_body(struct ws_handshake *handshake,
                                         size_t *used, struct span data)
{
    enum sockfeed_result result =
        http_refusal_receive(&handshake->refusal, used, data);

    return result == SOCKFEED_MORE ? result : refuse(handshake);
}

enum sockfeed_result ws_handshake_receive(struct ws_handshake *handshake,
                                          const char *data, size_t size,
                                          size_t *used)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *used = 0;
    handshake->begun = handshake->begun || size > 0;
    while (result == SOCKFEED_OK) {
        struct span rest = span_of(data + *used, size - *used);
        size_t taken = 0;

        switch (handshake->state) {
        case STATE_HEAD:
            result = receive_head(handshake, &taken, rest);
            break;
        case STATE_BODY:
            result = receive_body(handshake, &taken, rest);
            break;
        case STATE_DONE:
            return SOCKFEED_OK;
        case STATE_FAILED:
            return handshake->failure.result;
        }
        *used += taken;
    }
    return result;
}

enum sockfeed_result ws_handshake_end(struct ws_handshake *handshake)
{
    switch (handshake->state) {
    case STATE_HEAD:
        handshake->state = STATE_FAILED;
        (void)failure_set(&handshake->failure, SOCKFEED_LOST,
                          SOCKFEED_STAGE_HANDSHAKE,
                          "the server closed the connection before it had "
                          "answered the handshake");
        if (!handshake->secure && !handshake->begun) {
            handshake->failure.cause = SOCKFEED_CAUSE_UNANSWERED;
        }
        return SOCKFEED_LOST;
    case STATE_BODY:
        return refuse(handshake);
    case STATE_DONE:
    case STATE_FAILED:
        break;
    }
    return handshake->failure.result;
}

const struct sockfeed_failure *ws_handshake_failure(
    const struct ws_handshake *handshake)
{
    return &handshake->failure;
}

const struct http_response *ws_handshake_response(
    const struct ws_handshake *handshake)
{
    return handshake->answered ? &handshake->response : NULL;
}

const struct ws_handshake_agreed *ws_handshake_agreed(
    const struct ws_handshake *handshake)
{
    return &handshake->agreed;
}
