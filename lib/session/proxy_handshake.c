/* SPDX-License-Identifier: MIT */
#include "session/proxy_handshake.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/printable.h"
#include "base/result.h"
#include "base/url.h"
#include "codec/http_request.h"
#include "codec/http_response.h"
#include "codec/socks5.h"

#include <stdlib.h>

enum state {
    STATE_HEAD,   /* HTTP: of the answer */
    STATE_CHOICE, /* SOCKS 5: how to log in */
    STATE_LOGIN,
    STATE_REPLY,
    STATE_DONE,
    STATE_FAILED,
};

struct proxy_handshake {
    enum state state;
    struct proxy_handshake_request request;
    bool answered; /* response holds a head */
    struct http_response response;
    struct sockfeed_failure failure;
};

/* What a refusal shows of a host name, which a URL bounds too. */
enum {
    HOST_SHOWN = 255
};

static enum sockfeed_result fail(struct proxy_handshake *handshake,
                                 enum sockfeed_cause cause, const char *what,
                                 const char *detail)
{
    handshake->state = STATE_FAILED;
    (void)failure_set(&handshake->failure, SOCKFEED_PROXY, SOCKFEED_STAGE_PROXY,
                      "%s%s", what, detail);
    handshake->failure.cause = cause;
    return SOCKFEED_PROXY;
}

static enum sockfeed_result refuse(struct proxy_handshake *handshake,
                                   const char *reason)
{
    const struct proxy_handshake_request *request = &handshake->request;
    int size =
        request->host.size < HOST_SHOWN ? (int)request->host.size : HOST_SHOWN;

    handshake->state = STATE_FAILED;
    return failure_set(&handshake->failure, SOCKFEED_PROXY,
                       SOCKFEED_STAGE_PROXY,
                       "the proxy refused to connect to %.*s port %u: %s", size,
                       request->host.data, (unsigned)request->port, reason);
}

static enum sockfeed_result refuse_login(struct proxy_handshake *handshake,
                                         const char *reason)
{
    return fail(handshake, SOCKFEED_CAUSE_PROXY_LOGIN,
                handshake->request.login
                    ? "the proxy does not accept the user and the password"
                    : "the proxy wants a user and a password",
                reason);
}

/* ---- HTTP --------------------------------------------------------------- */

/* "host:port": always with the port (RFC 9110, 7.2.2), IPv6 in brackets. */
static void append_authority(struct buf *to,
                             const struct proxy_handshake_request *request)
{
    bool brackets = url_host_kind(request->host) == URL_HOST_IPV6;

    buf_append_text(to, brackets ? "[" : "");
    buf_append_span(to, request->host);
    buf_append_text(to, brackets ? "]:" : ":");
    buf_append_uint(to, request->port);
}

static void append_authorization(struct buf *to, struct buf *pair,
                                 const struct proxy_handshake_request *request)
{
    buf_append_span(pair, request->user);
    buf_append_byte(pair, ':');
    buf_append_span(pair, request->password);
    buf_append_text(to, "Proxy-Authorization: Basic ");
    base64_append(to, buf_span(pair));
    buf_append_text(to, "\r\n");
}

static void write_connect(struct buf *out,
                          const struct proxy_handshake_request *request)
{
    struct buf authority;
    struct buf pair;

    buf_init(&authority, LIMIT_URL);
    buf_init(&pair, LIMIT_URL);
    append_authority(&authority, request);
    http_request_begin(out, "CONNECT", buf_span(&authority));
    http_request_header(out, span_text("Host"), buf_span(&authority));
    if (request->login) {
        append_authorization(out, &pair, request);
    }
    if (request->user_agent.size > 0) {
        http_request_header(out, span_text("User-Agent"), request->user_agent);
    }
    http_request_end(out);
    if (buf_result(&authority) != SOCKFEED_OK ||
        buf_result(&pair) != SOCKFEED_OK) {
        out->result = SOCKFEED_NOMEM;
    }
    buf_deinit(&authority);
    buf_wipe(&pair);
}

/* The status line after "HTTP/1.1 ". What a body says is for browsers. */
static enum sockfeed_result refuse_head(struct proxy_handshake *handshake)
{
    const struct http_response *head = &handshake->response;
    char phrase[128] = ": ";

    (void)printable_copy(phrase + 2, sizeof phrase - 2,
                         span_skip(head->line, sizeof "HTTP/1.1"));
    if (head->status == 407) {
        (void)refuse_login(handshake, phrase);
    } else {
        (void)refuse(handshake, phrase + 2);
    }
    handshake->failure.http_status = (int)head->status;
    return handshake->failure.result;
}

static enum sockfeed_result receive_head(struct proxy_handshake *handshake,
                                         size_t *used, struct span data)
{
    struct malformed malformed;
    enum sockfeed_result result =
        http_response_decode(&handshake->response, used, &malformed, data);

    if (result == SOCKFEED_PROTOCOL) {
        return fail(handshake, SOCKFEED_CAUSE_NO_PROXY,
                    "the proxy's answer is no HTTP: ", malformed.reason);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    handshake->answered = true;
    if (handshake->response.status >= 300) {
        return refuse_head(handshake);
    }
    /* 1xx is an interim answer (RFC 9110, 15.2). */
    if (handshake->response.status >= 200) {
        handshake->state = STATE_DONE;
    }
    return SOCKFEED_OK;
}

/* ---- SOCKS 5 -------------------------------------------------------------- */

static enum sockfeed_result malformed_socks(struct proxy_handshake *handshake,
                                            const struct malformed *malformed)
{
    return fail(handshake, SOCKFEED_CAUSE_NO_PROXY,
                "the proxy's answer is no SOCKS 5: ", malformed->reason);
}

static void ask(struct proxy_handshake *handshake, struct buf *out)
{
    socks5_append_request(out, handshake->request.host,
                          handshake->request.port);
    handshake->state = STATE_REPLY;
}

static enum sockfeed_result receive_choice(struct proxy_handshake *handshake,
                                           struct buf *out, size_t *used,
                                           struct span data)
{
    const struct proxy_handshake_request *request = &handshake->request;
    struct malformed malformed;
    unsigned method;
    enum sockfeed_result result =
        socks5_decode_choice(&method, used, &malformed, data);

    if (result == SOCKFEED_PROTOCOL) {
        return malformed_socks(handshake, &malformed);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (method == SOCKS5_METHOD_NONE) {
        ask(handshake, out);
    } else if (method == SOCKS5_METHOD_LOGIN && request->login) {
        socks5_append_login(out, request->user, request->password);
        handshake->state = STATE_LOGIN;
    } else if (method == SOCKS5_METHOD_REFUSED && !request->login) {
        return refuse_login(handshake, "");
    } else {
        return fail(handshake, SOCKFEED_CAUSE_OTHER,
                    "the proxy wants to be logged in to in a way "
                    "that is not known here",
                    "");
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result receive_verdict(struct proxy_handshake *handshake,
                                            struct buf *out, size_t *used,
                                            struct span data)
{
    struct malformed malformed;
    bool accepted;
    enum sockfeed_result result =
        socks5_decode_verdict(&accepted, used, &malformed, data);

    if (result == SOCKFEED_PROTOCOL) {
        return malformed_socks(handshake, &malformed);
    }
    if (result == SOCKFEED_OK && !accepted) {
        return refuse_login(handshake, "");
    }
    if (result == SOCKFEED_OK) {
        ask(handshake, out);
    }
    return result;
}

static enum sockfeed_result receive_reply(struct proxy_handshake *handshake,
                                          size_t *used, struct span data)
{
    struct malformed malformed;
    unsigned code;
    enum sockfeed_result result =
        socks5_decode_reply(&code, used, &malformed, data);

    if (result == SOCKFEED_PROTOCOL) {
        return malformed_socks(handshake, &malformed);
    }
    if (result == SOCKFEED_OK && code != 0) {
        return refuse(handshake, socks5_reply_text(code));
    }
    if (result == SOCKFEED_OK) {
        handshake->state = STATE_DONE;
    }
    return result;
}

/* ---- Both ------------------------------------------------------------------- */

static enum sockfeed_result check_request(
    const struct proxy_handshake_request *request)
{
    if (request->host.size == 0) {
        return SOCKFEED_INVALID;
    }
    for (size_t i = 0; i < request->host.size; i++) {
        unsigned char byte = (unsigned char)request->host.data[i];

        if (byte <= 0x20 || byte >= 0x7f) {
            return SOCKFEED_INVALID;
        }
    }
    if (request->kind == PROXY_HANDSHAKE_SOCKS5 &&
        (request->host.size > SOCKS5_TEXT_MAX ||
         request->user.size > SOCKS5_TEXT_MAX ||
         request->password.size > SOCKS5_TEXT_MAX)) {
        return SOCKFEED_INVALID;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result proxy_handshake_new(
    struct proxy_handshake **handshake, struct buf *out,
    const struct proxy_handshake_request *request,
    struct sockfeed_failure *failure)
{
    struct proxy_handshake *made;

    *handshake = NULL;
    if (check_request(request) != SOCKFEED_OK) {
        return failure_set(failure, SOCKFEED_INVALID, SOCKFEED_STAGE_PROXY,
                           "the proxy cannot be asked for such a host, user "
                           "or password");
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_PROXY);
    }
    made->request = *request;
    switch (request->kind) {
    case PROXY_HANDSHAKE_HTTP:
        made->state = STATE_HEAD;
        write_connect(out, request);
        break;
    case PROXY_HANDSHAKE_SOCKS5:
        made->state = STATE_CHOICE;
        socks5_append_greeting(out, request->login);
        break;
    }
    *handshake = made;
    return SOCKFEED_OK;
}

void proxy_handshake_free(struct proxy_handshake *handshake)
{
    free(handshake);
}

enum sockfeed_result proxy_handshake_receive(struct proxy_handshake *handshake,
                                             struct buf *out, size_t *used,
                                             struct span data)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *used = 0;
    while (result == SOCKFEED_OK) {
        struct span rest = span_skip(data, *used);
        size_t taken = 0;

        switch (handshake->state) {
        case STATE_HEAD:
            result = receive_head(handshake, &taken, rest);
            break;
        case STATE_CHOICE:
            result = receive_choice(handshake, out, &taken, rest);
            break;
        case STATE_LOGIN:
            result = receive_verdict(handshake, out, &taken, rest);
            break;
        case STATE_REPLY:
            result = receive_reply(handshake, &taken, rest);
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

enum sockfeed_result proxy_handshake_end(struct proxy_handshake *handshake)
{
    if (handshake->state != STATE_FAILED) {
        (void)fail(handshake, SOCKFEED_CAUSE_NO_PROXY,
                   "the proxy closed the connection before it had answered",
                   "");
    }
    return handshake->failure.result;
}

const struct sockfeed_failure *proxy_handshake_failure(
    const struct proxy_handshake *handshake)
{
    return &handshake->failure;
}

const struct http_response *proxy_handshake_response(
    const struct proxy_handshake *handshake)
{
    return handshake->answered ? &handshake->response : NULL;
}
