/* SPDX-License-Identifier: MIT */
#include "api/proxies.h"

#include "api/client_options.h"
#include "api/endpoint.h"
#include "net/no_proxy.h"

static const char *const schemes[] = {"http", "https", "ws", "wss"};

/* One for all: empty where the user wants none. */
static enum sockfeed_result take_given(struct proxies *proxies,
                                       struct sockfeed_options *options,
                                       struct span text)
{
    for (size_t i = 0; text.size > 0 && i < PROXIES_COUNT; i++) {
        const char *reason = proxy_parse(&proxies->of[i], text);

        if (reason != NULL) {
            return client_options_refuse(options, "the proxy: %s", reason);
        }
    }
    return SOCKFEED_OK;
}

/* A variable for another scheme than the endpoint's counts once a redirect
 * leads there. */
static enum sockfeed_result take_environment(struct proxies *proxies,
                                             struct sockfeed_options *options,
                                             const struct endpoint *endpoint)
{
    for (size_t i = 0; i < PROXIES_COUNT; i++) {
        const char *name;
        struct span text = proxy_environment(&name, schemes[i]);
        const char *reason =
            text.size == 0 ? NULL : proxy_parse(&proxies->of[i], text);

        if (reason != NULL && strcmp(schemes[i], endpoint->scheme) == 0) {
            return client_options_refuse(options, "%s in the environment: %s",
                                         name, reason);
        }
        if (reason != NULL) {
            proxy_deinit(&proxies->of[i]);
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result proxies_init(struct proxies *proxies,
                                  struct sockfeed_options *options,
                                  const struct endpoint *endpoint)
{
    struct span given = client_options_text(options, SOCKFEED_OPTION_PROXY);
    struct span path =
        client_options_text(options, SOCKFEED_OPTION_UNIX_SOCKET);
    struct span exceptions =
        client_options_text(options, SOCKFEED_OPTION_NO_PROXY);

    *proxies = (struct proxies){.exceptions = {.data = NULL}};
    if (exceptions.data == NULL) {
        exceptions = proxy_environment_exceptions();
    }
    buf_init(&proxies->exceptions, exceptions.size);
    buf_append_span(&proxies->exceptions, exceptions);
    if (buf_result(&proxies->exceptions) != SOCKFEED_OK) {
        return SOCKFEED_NOMEM;
    }
    if (path.size > 0) {
        return given.size == 0
                   ? SOCKFEED_OK
                   : client_options_refuse(options, "a proxy cannot lead to a "
                                                    "unix socket");
    }
    return given.data != NULL ? take_given(proxies, options, given)
                              : take_environment(proxies, options, endpoint);
}

void proxies_deinit(struct proxies *proxies)
{
    for (size_t i = 0; i < PROXIES_COUNT; i++) {
        proxy_deinit(&proxies->of[i]);
    }
    buf_deinit(&proxies->exceptions);
}

const struct proxy *proxies_find(const struct proxies *proxies,
                                 const struct endpoint *endpoint)
{
    if (no_proxy_has(buf_span(&proxies->exceptions),
                     buf_span(&endpoint->host))) {
        return NULL;
    }
    for (size_t i = 0; i < PROXIES_COUNT; i++) {
        if (proxies->of[i].port != 0 &&
            strcmp(schemes[i], endpoint->scheme) == 0) {
            return &proxies->of[i];
        }
    }
    return NULL;
}

bool proxies_want_tls(const struct proxies *proxies)
{
    for (size_t i = 0; i < PROXIES_COUNT; i++) {
        if (proxies->of[i].port != 0 && proxies->of[i].kind == PROXY_HTTPS) {
            return true;
        }
    }
    return false;
}
