/* SPDX-License-Identifier: MIT */
#include "net/step.h"

#include "base/limits.h"
#include "base/printable.h"
#include "codec/http_response.h"
#include "net/proxy.h"
#include "net/tls.h"

#include <string.h>

enum {
    HEADER_TEXT = 256, /* of a header's value; more is cut */
    PROXY_TEXT = 300   /* a name has 253 bytes at most */
};

static void cut_port(char *text)
{
    char *port = strstr(text, " port ");

    if (port != NULL) {
        *port = '\0';
    }
}

void step_resolved(step_callback step, void *user, const char *host,
                   const struct address *addresses, size_t count)
{
    char texts[LIMIT_ADDRESSES][ADDRESS_TEXT];
    const char *views[LIMIT_ADDRESSES];
    struct sockfeed_step made = {.type = SOCKFEED_STEP_RESOLVED};

    if (step == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        views[i] = address_text(&addresses[i], texts[i]);
        cut_port(texts[i]);
    }
    made.u.resolved.host = host;
    made.u.resolved.addresses = views;
    made.u.resolved.count = count;
    step(user, &made);
}

void step_connected(step_callback step, void *user, const struct address *peer)
{
    char text[ADDRESS_TEXT];
    struct sockfeed_step made = {.type = SOCKFEED_STEP_CONNECTED};

    if (step != NULL) {
        made.u.connected.address = address_text(peer, text);
        step(user, &made);
    }
}

void step_proxied(step_callback step, void *user, const struct proxy *proxy)
{
    char text[PROXY_TEXT];
    struct sockfeed_step made = {.type = SOCKFEED_STEP_PROXIED};

    if (step != NULL) {
        proxy_describe(proxy, text, sizeof text);
        made.u.proxied.proxy = text;
        step(user, &made);
    }
}

void step_secured(step_callback step, void *user, const struct tls *tls)
{
    struct sockfeed_step made = {.type = SOCKFEED_STEP_SECURED};
    struct tls_facts facts;

    if (step == NULL) {
        return;
    }
    tls_inspect(tls, &facts);
    made.u.secured.version = facts.version;
    made.u.secured.cipher = facts.cipher;
    made.u.secured.resumed = facts.resumed;
    made.u.secured.subject = facts.subject;
    made.u.secured.issuer = facts.issuer;
    made.u.secured.hosts = facts.hosts;
    made.u.secured.not_before = facts.not_before;
    made.u.secured.not_after = facts.not_after;
    step(user, &made);
}

static const char *header_text(const struct http_response *response,
                               const char *name, char text[HEADER_TEXT])
{
    const struct http_header *header = http_response_find(response, name);

    (void)printable_copy(text, HEADER_TEXT,
                         header == NULL ? span_text(NULL) : header->value);
    return text;
}

void step_answered(step_callback step, void *user,
                   const struct http_response *response)
{
    char phrase[HEADER_TEXT];
    char server[HEADER_TEXT];
    char subprotocol[HEADER_TEXT];
    char extensions[HEADER_TEXT];
    struct sockfeed_step made = {.type = SOCKFEED_STEP_ANSWERED};

    if (step == NULL) {
        return;
    }
    (void)printable_copy(phrase, sizeof phrase, response->reason);
    made.u.answered.status = response->status;
    made.u.answered.phrase = phrase;
    made.u.answered.server = header_text(response, "Server", server);
    made.u.answered.subprotocol =
        header_text(response, "Sec-WebSocket-Protocol", subprotocol);
    made.u.answered.extensions =
        header_text(response, "Sec-WebSocket-Extensions", extensions);
    step(user, &made);
}
