/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "codec/http_response.h"
#include "codec/set_cookie.h"
#include "net/cookies.h"

#include <assert.h>
#include <stdlib.h>

static struct http_response response;

/* What goes into a request is lines of nobody's making but ours. */
static void assert_sendable(const struct buf *sent)
{
    struct malformed malformed;

    assert(buf_result(sent) == SOCKFEED_OK);
    assert(http_header_check_value(buf_span(sent), &malformed) == SOCKFEED_OK);
}

/* Each line of the input is a Set-Cookie of the next answer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct cookies_place places[] = {
        {{"a.example.org", 13}, {"/socket.io/?EIO=4", 17}, true },
        {{"127.0.0.1", 9},      {"/", 1},                  false},
    };
    struct span rest = span_of((const char *)data, size);
    struct cookies *cookies = cookies_new();
    struct buf sent;
    int64_t now = 0;

    assert(cookies != NULL);
    while (rest.size > 0) {
        struct span line = span_of(rest.data, span_find(rest, '\n'));
        const struct cookies_place *place = &places[line.size % 2];

        rest =
            span_skip(rest, line.size < rest.size ? line.size + 1 : line.size);
        http_response_init(&response);
        response.headers[0].name = span_text("Set-Cookie");
        response.headers[0].value = line;
        response.header_count = 1;
        cookies_receive(cookies, place, &response, now);
        now += 100000000;
        buf_init(&sent, (size_t)LIMIT_COOKIES * (LIMIT_COOKIE + 3));
        cookies_append(&sent, cookies, place, now);
        assert_sendable(&sent);
        buf_deinit(&sent);
    }
    cookies_free(cookies);
    return 0;
}
