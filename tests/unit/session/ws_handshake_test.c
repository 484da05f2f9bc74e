/* SPDX-License-Identifier: MIT */
#include "session/ws_handshake.h"

#include "base/limits.h"
#include "base/rng.h"

#include <openssl/sha.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static struct rng rng;
static struct buf request;
static struct sockfeed_failure failure;

static void sha1(const void *data, size_t size, unsigned char digest[20])
{
    (void)SHA1(data, size, digest);
}

static struct ws_handshake_request asking(const char *target)
{
    return (struct ws_handshake_request){
        .target = span_text(target),
        .host = span_text("example.com"),
        .port = 80,
    };
}

static enum sockfeed_result make(struct ws_handshake **handshake,
                                 const struct ws_handshake_request *asked)
{
    rng_init_seed(&rng, 1);
    buf_deinit(&request);
    buf_init(&request, LIMIT_URL);
    memset(&failure, 0, sizeof failure);
    return ws_handshake_new(handshake, &request, &failure, asked, &rng, sha1);
}

static int drop_request(void **state)
{
    (void)state;
    buf_deinit(&request);
    return 0;
}

/* Sec-WebSocket-Accept for the key in the request. */
static const char *accept_value(void)
{
    static char accept[WS_HANDSHAKE_ACCEPT_SIZE + 1];
    const char *key = strstr(buf_text(&request), "Sec-WebSocket-Key: ");

    assert_non_null(key);
    ws_handshake_accept(accept, span_of(key + 19, WS_HANDSHAKE_KEY_SIZE), sha1);
    return accept;
}

/* ---- The request ------------------------------------------------------- */

static void computes_accept_as_in_the_rfc(void **state)
{
    char accept[WS_HANDSHAKE_ACCEPT_SIZE + 1];

    (void)state;
    ws_handshake_accept(accept, span_text("dGhlIHNhbXBsZSBub25jZQ=="), sha1);
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void asks_for_what_it_needs(void **state)
{
    static const char before[] = "GET /socket.io/?EIO=4 HTTP/1.1\r\n"
                                 "Host: example.com\r\n"
                                 "Upgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: ";
    struct ws_handshake_request asked = asking("/socket.io/?EIO=4");
    struct ws_handshake *handshake;
    const char *text;

    (void)state;
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    text = buf_text(&request);
    assert_int_equal(strncmp(text, before, sizeof before - 1), 0);
    text += sizeof before - 1 + WS_HANDSHAKE_KEY_SIZE;
    assert_string_equal(text, "\r\n\r\n");
    ws_handshake_free(handshake);
}

static void asks_for_what_the_user_wants(void **state)
{
    static const struct span protocols[] = {
        {"a", 1},
        {"b", 1},
    };
    static const struct span headers[] = {
        {"Authorization: Bearer x", 23},
        {"X-Empty:",                8 },
    };
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;

    (void)state;
    asked.secure = true;
    asked.user_agent = span_text("sockfeed/1");
    asked.origin = span_text("https://o");
    asked.protocols = protocols;
    asked.protocol_count = 2;
    asked.headers = headers;
    asked.header_count = 2;
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    assert_non_null(strstr(buf_text(&request), "Host: example.com:80\r\n"));
    assert_non_null(strstr(buf_text(&request),
                           "\r\nSec-WebSocket-Protocol: a, b\r\n"
                           "Origin: https://o\r\n"
                           "User-Agent: sockfeed/1\r\n"
                           "Authorization: Bearer x\r\n"
                           "X-Empty: \r\n\r\n"));
    ws_handshake_free(handshake);
}

static void the_users_headers_stand_for_ours(void **state)
{
    static const struct span headers[] = {
        {"host: other",   11},
        {"USER-AGENT: u", 13},
        {"Origin:",       7 },
    };
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;

    (void)state;
    asked.user_agent = span_text("sockfeed/1");
    asked.origin = span_text("https://o");
    asked.headers = headers;
    asked.header_count = 3;
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    assert_null(strstr(buf_text(&request), "example.com"));
    assert_null(strstr(buf_text(&request), "sockfeed"));
    assert_null(strstr(buf_text(&request), "Origin"));
    assert_non_null(
        strstr(buf_text(&request), "\r\nhost: other\r\nUSER-AGENT: u\r\n\r\n"));
    ws_handshake_free(handshake);
}

static void refuses_to_send_what_breaks_a_request(void **state)
{
    static const struct span twice[] = {
        {"a", 1},
        {"a", 1},
    };
    static const struct span no_token[] = {
        {"a b", 3}
    };
    static const struct span injected[] = {
        {"X: y\r\nZ: w", 10}
    };
    struct ws_handshake_request asked[8];
    struct ws_handshake *handshake;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        asked[i] = asking("/");
    }
    asked[0].target = span_text("/a b");
    asked[1].host = span_text("a\r\nb");
    asked[2].host = span_text("");
    asked[3].user_agent = span_text("a\nb");
    asked[4].origin = span_of("a\0b", 3);
    asked[5].protocols = twice;
    asked[5].protocol_count = 2;
    asked[6].protocols = no_token;
    asked[6].protocol_count = 1;
    asked[7].headers = injected;
    asked[7].header_count = 1;
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(make(&handshake, &asked[i]), SOCKFEED_INVALID);
        assert_int_equal(failure.result, SOCKFEED_INVALID);
        assert_int_equal(request.size, 0);
    }
}

static void judges_the_users_header_lines(void **state)
{
    static const char *const good[] = {
        "Authorization: Basic eA==", "Host: x", "User-Agent:", "Origin:",
        "Sec-Fetch-Mode: x",         "X:",      "Cookie: a=b",
    };
    static const char *const bad[] = {
        "",
        "X",
        "X y: z",
        " X: y",
        "X: y\r\nZ: w",
        "Host:",
        "Upgrade: h2c",
        "connection: close",
        "Sec-WebSocket-Key: x",
        "sec-websocket-protocol: x",
        "Sec-WebSocket-Extensions: permessage-deflate",
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
    };
    struct malformed malformed;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(
            ws_handshake_check_header(span_text(good[i]), &malformed),
            SOCKFEED_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(
            ws_handshake_check_header(span_text(bad[i]), &malformed),
            SOCKFEED_INVALID);
    }
}

static void says_when_the_request_is_too_large(void **state)
{
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;
    struct buf small;

    (void)state;
    buf_init(&small, 100);
    assert_int_equal(
        ws_handshake_new(&handshake, &small, &failure, &asked, &rng, sha1),
        SOCKFEED_FULL);
    buf_deinit(&small);
}

/* ---- The answer -------------------------------------------------------- */

/* Feeds the answer in pieces of `step` bytes, then the end of the stream when
 * it is wanted, and answers with the result and how much was used up. */
static enum sockfeed_result answer_in_steps(struct ws_handshake *handshake,
                                            struct span text, size_t step,
                                            bool end, size_t *start)
{
    enum sockfeed_result result = SOCKFEED_MORE;

    *start = 0;
    for (size_t at = 0; result == SOCKFEED_MORE && at < text.size;) {
        size_t used;

        at = at + step < text.size ? at + step : text.size;
        result = ws_handshake_receive(handshake, text.data + *start,
                                      at - *start, &used);
        *start += used;
    }
    return result == SOCKFEED_MORE && end ? ws_handshake_end(handshake)
                                          : result;
}

/* Every chunking of the answer gives the same result and the same text. %s in
 * the answer stands for the right Sec-WebSocket-Accept. */
static enum sockfeed_result answer(const struct ws_handshake_request *asked,
                                   const char *format, bool end)
{
    enum sockfeed_result result = SOCKFEED_MORE;
    struct sockfeed_failure first;
    size_t size = 1;

    for (size_t step = 1; step <= size; step++) {
        struct ws_handshake *handshake;
        const char *mark = strstr(format, "%s");
        enum sockfeed_result again;
        struct buf text;
        size_t used;

        assert_int_equal(make(&handshake, asked), SOCKFEED_OK);
        buf_init(&text, 100000);
        if (mark != NULL) {
            buf_append(&text, format, (size_t)(mark - format));
            buf_append_text(&text, accept_value());
            mark += 2;
        }
        buf_append_text(&text, mark != NULL ? mark : format);
        size = text.size;
        again = answer_in_steps(handshake, buf_span(&text), step, end, &used);
        if (step == 1) {
            result = again;
            first = *ws_handshake_failure(handshake);
        }
        assert_int_equal(again, result);
        assert_string_equal(ws_handshake_failure(handshake)->text, first.text);
        failure = *ws_handshake_failure(handshake);
        if (result < 0) {
            assert_int_equal(failure.result, result);
            assert_int_equal(failure.stage, SOCKFEED_STAGE_HANDSHAKE);
            /* Sticky. */
            assert_int_equal(ws_handshake_receive(handshake, "x", 1, &used),
                             result);
            assert_int_equal(ws_handshake_end(handshake), result);
        }
        buf_deinit(&text);
        ws_handshake_free(handshake);
    }
    return result;
}

static const char good_answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
                                  "Upgrade: WebSocket\r\n"
                                  "Connection: keep-alive, upgrade\r\n"
                                  "Sec-WebSocket-Accept: %s\r\n"
                                  "\r\n";

static void takes_the_right_answer(void **state)
{
    struct ws_handshake_request asked = asking("/");

    (void)state;
    assert_int_equal(answer(&asked, good_answer, false), SOCKFEED_OK);
    assert_int_equal(failure.result, SOCKFEED_OK);
}

static void leaves_the_frames_after_it(void **state)
{
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;
    struct buf text;
    size_t used;

    (void)state;
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    assert_null(ws_handshake_response(handshake));
    buf_init(&text, 1000);
    buf_append_text(&text, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 101 \r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    buf_append_text(&text, accept_value());
    buf_append_text(&text, "\r\n\r\n");
    buf_append_text(&text, "\x81\x05Hello");
    assert_int_equal(
        ws_handshake_receive(handshake, text.data, text.size, &used),
        SOCKFEED_OK);
    assert_int_equal(used, text.size - 7);
    assert_int_equal(ws_handshake_response(handshake)->status, 101);
    assert_int_equal(ws_handshake_end(handshake), SOCKFEED_OK);
    buf_deinit(&text);
    ws_handshake_free(handshake);
}

static void refuses_an_answer_that_is_not_to_this_request(void **state)
{
    static const struct {
        const char *answer;
        const char *reason;
    } wrong[] = {
        {"HTTP/1.1 101 x\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\n\r\n",                              "no Upgrade to websocket"           },
        {"HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\n\r\n",                              "no Upgrade to websocket"           },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",       "no Upgrade to websocket"           },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Accept: %s\r\n\r\n",                              "no Connection: Upgrade"            },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: close\r\n"
         "Sec-WebSocket-Accept: %s\r\n\r\n",                              "no Connection: Upgrade"            },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
         "no Sec-WebSocket-Accept"                                                                                     },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",    "a wrong Sec-WebSocket-Accept"      },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Accept: x\r\n\r\n",   "a wrong Sec-WebSocket-Accept"      },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",          "an extension that was not offered" },
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: a\r\n\r\n", "a subprotocol that was not offered"},
        {"HTTP/1.0 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: %s\r\n\r\n",                              "101 in HTTP/1.0"                   },
        {"SSH-2.0-OpenSSH\r\n",                                                    "an answer that is not HTTP/1.1"    },
        {"HTTP/1.1 101 x\r\nA: b\r\n c\r\n\r\n",                                   "a folded header"                   },
    };
    struct ws_handshake_request asked = asking("/");

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(answer(&asked, wrong[i].answer, true),
                         SOCKFEED_PROTOCOL);
        assert_non_null(strstr(failure.text, wrong[i].reason));
    }
}

static void no_byte_of_the_answer_can_be_another(void **state)
{
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;
    struct buf text;

    (void)state;
    buf_init(&text, 1000);
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    buf_append_text(&text, "HTTP/1.1 101 \r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    buf_append_text(&text, accept_value());
    buf_append_text(&text, "\r\n\r\n");
    ws_handshake_free(handshake);
    for (size_t at = 0; at < text.size; at++) {
        char *byte = text.data + at;
        char kept = *byte;
        enum sockfeed_result result;
        size_t used;

        *byte = '\x01';
        assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
        result = ws_handshake_receive(handshake, text.data, text.size, &used);
        assert_true(result != SOCKFEED_OK);
        ws_handshake_free(handshake);
        *byte = kept;
    }
    buf_deinit(&text);
}

static void takes_one_of_the_subprotocols_offered_or_none(void **state)
{
    static const char with[] = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: %s\r\n"
                               "Sec-WebSocket-Protocol: b\r\n\r\n";
    static const char other[] = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\n"
                                "Sec-WebSocket-Accept: %s\r\n"
                                "Sec-WebSocket-Protocol: B\r\n\r\n";
    static const char list[] = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: %s\r\n"
                               "Sec-WebSocket-Protocol: a, b\r\n\r\n";
    static const struct span protocols[] = {
        {"a", 1},
        {"b", 1},
    };
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;
    char text[300];
    size_t used;

    (void)state;
    asked.protocols = protocols;
    asked.protocol_count = 2;
    assert_int_equal(answer(&asked, with, true), SOCKFEED_OK);
    assert_int_equal(answer(&asked, good_answer, true), SOCKFEED_OK);
    assert_int_equal(answer(&asked, other, true), SOCKFEED_PROTOCOL);
    assert_int_equal(answer(&asked, list, true), SOCKFEED_PROTOCOL);
    assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
    assert_int_equal(ws_handshake_agreed(handshake)->protocol.size, 0);
    (void)snprintf(text, sizeof text,
                   "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                   "Sec-WebSocket-Protocol: b\r\n\r\n",
                   accept_value());
    assert_int_equal(ws_handshake_receive(handshake, text, strlen(text), &used),
                     SOCKFEED_OK);
    assert_true(span_is(ws_handshake_agreed(handshake)->protocol, "b"));
    ws_handshake_free(handshake);
}

static void tells_what_a_refusal_says(void **state)
{
    static const struct {
        const char *answer;
        const char *text;
        int status;
        int64_t retry_after;
    } cases[] = {
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 25\r\n\r\n"
         "no such key\nsecond line\n",                                       "the server answered 403 Forbidden: no such key",              403, 0   },
        {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
         "the server answered 401 Unauthorized",                                                                                                     401, 0   },
        {"HTTP/1.1 404\r\n\r\n\r\n\r\n  not here  \r\nat all",
         "the server answered 404: not here",                                                                                                        404, 0   },
        {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n"
         "Content-Length: 0\r\n\r\n",                                        "the server answered 429 Too Many Requests",                   429, 7000},
        {"HTTP/1.1 503 x\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"
         "Content-Length: 0\r\n\r\n",                                        "the server answered 503 x",                                   503, 0   },
        {"HTTP/1.1 503 x\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"
         "Date: Fri, 31 Dec 1999 23:59:50 GMT\r\nContent-Length: 0\r\n\r\n", "the server answered 503 x",                                   503, 9000},
        {"HTTP/1.1 503 x\r\nRetry-After: Fri, 31 Dec 1999 23:59:49 GMT\r\n"
         "Date: Fri, 31 Dec 1999 23:59:50 GMT\r\nContent-Length: 0\r\n\r\n", "the server answered 503 x",                                   503, 0   },
        {"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
         "1\r\n{\r\n9\r\n\"code\":5}\r\n0\r\n\r\n",                          "the server answered 400 Bad Request: {\"code\":5}",           400, 0   },
        {"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\nabcX",                                                        "the server answered 400 Bad Request: abc",                    400, 0   },
        {"HTTP/1.1 302 Found\r\nLocation: https://e.org/\r\n"
         "Content-Length: 2\r\n\r\nhi",                                      "the server answered 302 Found, a redirect to https://e.org/", 302, 0   },
        {"HTTP/1.1 200 OK\r\n\r\n<html>",                                             "the server answered 200 OK: <html>",
         200,                                                                                                                                             0   },
        {"HTTP/1.1 401 Un\x1b[2J\r\nContent-Length: 8\r\n\r\n"
         "\x1b[31m\x07\xff\x9b",                                             "the server answered 401 Un?[2J: ?[31m???",                    401, 0   },
        {"HTTP/1.1 500 x\r\nContent-Length: 100\r\n\r\ncut short",
         "the server answered 500 x: cut short",                                                                                                     500, 0   },
    };
    struct ws_handshake_request asked = asking("/");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(answer(&asked, cases[i].answer, true),
                         SOCKFEED_REFUSED);
        assert_string_equal(failure.text, cases[i].text);
        assert_int_equal(failure.http_status, cases[i].status);
        assert_int_equal(failure.retry_after, cases[i].retry_after);
    }
}

static void reads_no_more_of_a_body_than_the_limit(void **state)
{
    struct ws_handshake_request asked = asking("/");
    struct ws_handshake *handshake;
    char body[LIMIT_HTTP_BODY];
    size_t used;

    (void)state;
    memset(body, 'x', sizeof body);
    for (size_t size = LIMIT_HTTP_BODY - 1; size <= LIMIT_HTTP_BODY; size++) {
        assert_int_equal(make(&handshake, &asked), SOCKFEED_OK);
        assert_int_equal(ws_handshake_receive(
                             handshake, "HTTP/1.1 500 x\r\n\r\n", 18, &used),
                         SOCKFEED_MORE);
        assert_int_equal(used, 18);
        assert_int_equal(ws_handshake_receive(handshake, body, size, &used),
                         size < LIMIT_HTTP_BODY ? SOCKFEED_MORE
                                                : SOCKFEED_REFUSED);
        ws_handshake_free(handshake);
    }
}

static void an_end_before_the_answer_is_a_loss(void **state)
{
    struct ws_handshake_request asked = asking("/");

    (void)state;
    assert_int_equal(answer(&asked, "HTTP/1.1 101 x\r\n", true), SOCKFEED_LOST);
    assert_int_equal(answer(&asked, "HTTP/1.1 100 x\r\n\r\n", true),
                     SOCKFEED_LOST);
    ws_handshake_free(NULL);
}

static void a_tls_alert_tells_of_a_port_for_tls(void **state)
{
    struct ws_handshake_request asked = asking("/");

    (void)state;
    /* Fatal (2), protocol_version (70). */
    assert_int_equal(answer(&asked, "\x15\x03\x01\x02\x02\x02\x46", true),
                     SOCKFEED_TLS);
    assert_int_equal(failure.cause, SOCKFEED_CAUSE_TLS_WANTED);
    assert_string_equal(failure.text, "the server speaks TLS on this port");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_accept_as_in_the_rfc),
        cmocka_unit_test(asks_for_what_it_needs),
        cmocka_unit_test(asks_for_what_the_user_wants),
        cmocka_unit_test(the_users_headers_stand_for_ours),
        cmocka_unit_test(refuses_to_send_what_breaks_a_request),
        cmocka_unit_test(judges_the_users_header_lines),
        cmocka_unit_test(says_when_the_request_is_too_large),
        cmocka_unit_test(takes_the_right_answer),
        cmocka_unit_test(leaves_the_frames_after_it),
        cmocka_unit_test(refuses_an_answer_that_is_not_to_this_request),
        cmocka_unit_test(no_byte_of_the_answer_can_be_another),
        cmocka_unit_test(takes_one_of_the_subprotocols_offered_or_none),
        cmocka_unit_test(tells_what_a_refusal_says),
        cmocka_unit_test(reads_no_more_of_a_body_than_the_limit),
        cmocka_unit_test(an_end_before_the_answer_is_a_loss),
        cmocka_unit_test(a_tls_alert_tells_of_a_port_for_tls),
    };

    return cmocka_run_group_tests(tests, NULL, drop_request);
}
