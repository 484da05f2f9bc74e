/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "base/url_reference.h"
#include "codec/cookie_line.h"
#include "net/no_proxy.h"
#include "net/proxy.h"
#include "net/route.h"

#include <assert.h>

/* The texts by which a user says how a server is reached. */

static void assert_inside(struct span part, struct span text)
{
    assert(part.size == 0 || (part.data >= text.data &&
                              part.data + part.size <= text.data + text.size));
}

static void read_proxy(struct span text)
{
    struct proxy proxy;
    char shown[512];

    if (proxy_parse(&proxy, text) == NULL) {
        assert(proxy.port != 0 && proxy.host.size > 0);
        assert(proxy.login || proxy.user.size + proxy.password.size == 0);
        proxy_describe(&proxy, shown, sizeof shown);
        assert(strstr(shown, "://") != NULL);
    }
    proxy_deinit(&proxy);
}

static void read_route(struct span text)
{
    struct route_pin pin;
    struct route_detour detour;
    struct route route = {
        .pins = &pin, .pin_count = 1, .detours = &detour, .detour_count = 1};
    uint16_t port = 80;
    struct span host = span_text("h");

    if (route_pin_parse(&pin, text) == NULL) {
        assert(pin.count >= 1 && pin.count <= ROUTE_PIN_ADDRESSES);
        assert(pin.port != 0);
        assert_inside(pin.host, text);
        assert(route_find_pin(&route, pin.host, pin.port) == &pin);
    }
    if (route_detour_parse(&detour, text) == NULL) {
        assert_inside(detour.from_host, text);
        assert_inside(detour.to_host, text);
        route_take_detour(&route, &host, &port);
        assert(port != 0 && host.size > 0);
    }
}

static void read_cookie(struct span text)
{
    struct cookie_line cookie;
    struct malformed malformed;

    switch (cookie_line_decode(&cookie, &malformed, text)) {
    case SOCKFEED_OK:
        assert(cookie.name.size > 0 && cookie.domain.size > 0);
        assert_inside(cookie.value, text);
        break;
    case SOCKFEED_MORE:
        break;
    default:
        assert(malformed.offset <= text.size && malformed.reason != NULL);
        break;
    }
}

static void resolve(struct span text)
{
    struct span target = span_text("/a/b?c");
    struct buf whole;

    buf_init(&whole, text.size + 64);
    url_reference_append(&whole, span_text("http://h:1"), target, text);
    assert(buf_result(&whole) == SOCKFEED_OK && whole.size > 0);
    assert(span_find(buf_span(&whole), '#') == whole.size);
    buf_deinit(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);

    read_proxy(text);
    read_route(text);
    read_cookie(text);
    resolve(text);
    (void)no_proxy_has(text, span_text("a.example.org"));
    (void)no_proxy_has(text, span_text("10.1.2.3"));
    (void)no_proxy_has(span_text("example.org,10.0.0.0/8,[::1]/64"), text);
    return 0;
}
