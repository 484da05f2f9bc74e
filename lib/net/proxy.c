/* SPDX-License-Identifier: MIT */
#include "net/proxy.h"

#include "base/limits.h"
#include "base/percent.h"
#include "base/url.h"
#include "codec/socks5.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *scheme;
    uint16_t port;
} kinds[] = {
    [PROXY_HTTP] = {"http",    1080},
    [PROXY_HTTPS] = {"https",   443 },
    [PROXY_SOCKS5] = {"socks5",  1080},
    [PROXY_SOCKS5H] = {"socks5h", 1080},
};

/* ---- The text ----------------------------------------------------------- */

static bool find_scheme_end(size_t *end, struct span text)
{
    size_t colon = span_find(text, ':');

    *end = colon;
    return span_starts(span_skip(text, colon), "://");
}

/* Takes the scheme off the text. */
static const char *take_scheme(struct proxy *proxy, struct span *text)
{
    size_t end;

    proxy->kind = PROXY_HTTP;
    if (!find_scheme_end(&end, *text)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (span_equal_nocase(span_of(text->data, end),
                              span_text(kinds[i].scheme))) {
            proxy->kind = (enum proxy_kind)i;
            *text = span_skip(*text, end + 3);
            return NULL;
        }
    }
    return "expected http, https, socks5 or socks5h before ://";
}

static const char *decode(struct buf *to, struct span text)
{
    struct malformed malformed;

    switch (percent_decode(to, text, &malformed)) {
    case SOCKFEED_OK:
        return NULL;
    case SOCKFEED_INVALID:
        return malformed.reason;
    default:
        return "the user or the password is too long";
    }
}

static const char *check_login(const struct proxy *proxy)
{
    bool socks = proxy->kind == PROXY_SOCKS5 || proxy->kind == PROXY_SOCKS5H;

    if (socks && (proxy->user.size == 0 || proxy->user.size > SOCKS5_TEXT_MAX ||
                  proxy->password.size > SOCKS5_TEXT_MAX)) {
        return "expected a user and a password of at most 255 bytes";
    }
    return NULL;
}

/* Takes "user:password@" off the text: up to the last '@'. */
static const char *take_login(struct proxy *proxy, struct span *text)
{
    size_t at = text->size;
    struct span pair;
    size_t colon;
    const char *reason;

    while (at > 0 && text->data[at - 1] != '@') {
        at--;
    }
    if (at == 0) {
        return NULL;
    }
    pair = span_of(text->data, at - 1);
    *text = span_skip(*text, at);
    colon = span_find(pair, ':');
    proxy->login = true;
    reason = decode(&proxy->user, span_of(pair.data, colon));
    if (reason == NULL && colon < pair.size) {
        reason = decode(&proxy->password, span_skip(pair, colon + 1));
    }
    return reason == NULL ? check_login(proxy) : reason;
}

static bool names_port(struct span whole, const struct url *url)
{
    size_t end = (size_t)(url->host.data - whole.data) + url->host.size;
    struct span rest = span_skip(whole, end);

    return span_starts(rest, ":") || span_starts(rest, "]:");
}

/* Host and port are read as those of a URL, which have the same rules. */
static const char *read_host(struct proxy *proxy, struct buf *whole,
                             struct span text)
{
    struct malformed malformed;
    struct url url;

    buf_append_text(whole, "http://");
    buf_append_span(whole, text);
    if (buf_result(whole) != SOCKFEED_OK) {
        return "it is too long";
    }
    if (url_parse(&url, buf_span(whole), &malformed) != SOCKFEED_OK) {
        return malformed.reason;
    }
    if (url.path.size > 1 || url.query.data != NULL ||
        url.fragment.data != NULL) {
        return "expected nothing behind the host and the port";
    }
    url_append_host(&proxy->host, url.host);
    proxy->port =
        names_port(buf_span(whole), &url) ? url.port : kinds[proxy->kind].port;
    return buf_text(&proxy->host) == NULL ? "out of memory" : NULL;
}

const char *proxy_parse(struct proxy *proxy, struct span text)
{
    const char *reason;
    struct buf whole;

    *proxy = (struct proxy){.port = 0};
    buf_init(&proxy->host, LIMIT_URL);
    buf_init(&proxy->user, LIMIT_URL);
    buf_init(&proxy->password, LIMIT_URL);
    buf_init(&whole, LIMIT_URL);
    reason = take_scheme(proxy, &text);
    if (reason == NULL) {
        reason = take_login(proxy, &text);
    }
    if (reason == NULL) {
        reason = read_host(proxy, &whole, text);
    }
    buf_wipe(&whole);
    return reason;
}

void proxy_deinit(struct proxy *proxy)
{
    buf_deinit(&proxy->host);
    buf_wipe(&proxy->user);
    buf_wipe(&proxy->password);
    proxy->port = 0;
}

void proxy_describe(const struct proxy *proxy, char *text, size_t size)
{
    bool brackets = url_host_kind(buf_span(&proxy->host)) == URL_HOST_IPV6;

    (void)snprintf(text, size, "%s://%s%s%s:%u", kinds[proxy->kind].scheme,
                   brackets ? "[" : "", proxy->host.data, brackets ? "]" : "",
                   (unsigned)proxy->port);
}

/* ---- The environment ---------------------------------------------------- */

struct variables {
    const char *scheme;
    const char *names[6];
};

static const struct variables order[] = {
    {"http",  {"http_proxy", "all_proxy", "ALL_PROXY"}                        },
    {"https", {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}        },
    {"ws",    {"ws_proxy", "WS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"}},
    {"wss",
     {"wss_proxy", "WSS_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
      "ALL_PROXY"}                                                            },
};

/* A variable that is empty is none. */
static struct span first_of(const char **name, const char *const *names,
                            size_t count)
{
    for (size_t i = 0; i < count && names[i] != NULL; i++) {
        struct span value = span_text(getenv(names[i]));

        if (value.size > 0) {
            *name = names[i];
            return value;
        }
    }
    *name = NULL;
    return span_of(NULL, 0);
}

struct span proxy_environment(const char **name, const char *scheme)
{
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (strcmp(order[i].scheme, scheme) == 0) {
            return first_of(name, order[i].names,
                            sizeof(order[i].names) / sizeof(char *));
        }
    }
    *name = NULL;
    return span_of(NULL, 0);
}

struct span proxy_environment_exceptions(void)
{
    static const char *const names[] = {"no_proxy", "NO_PROXY"};
    const char *name;

    return first_of(&name, names, sizeof(names) / sizeof(names[0]));
}
