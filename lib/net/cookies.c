/* SPDX-License-Identifier: MIT */
#include "net/cookies.h"

#include "base/limits.h"
#include "base/url.h"
#include "base/wipe.h"
#include "codec/cookie_line.h"
#include "codec/http_response.h"
#include "codec/set_cookie.h"

#include <stdlib.h>

#define NEVER INT64_MAX

struct cookie {
    struct span name; /* views of `text`, as the next three */
    struct span value;
    struct span domain;
    struct span path;
    bool host_only; /* not for hosts below the domain */
    bool secure;
    int64_t expires; /* seconds since the epoch; NEVER */
    uint64_t created;
    size_t size; /* of `text` */
    char text[];
};

/* In the order in which they are sent: longer paths first, then older ones
 * (RFC 6265, 5.4). */
struct cookies {
    struct cookie *at[LIMIT_COOKIES]; /* owned */
    size_t count;
    uint64_t created; /* so far */
};

/* -- Life -- */

struct cookies *cookies_new(void)
{
    return calloc(1, sizeof(struct cookies));
}

/* A value lets others in: it does not stay in memory. */
static void discard(struct cookie *cookie)
{
    wipe(cookie->text, cookie->size);
    free(cookie);
}

static void remove_at(struct cookies *cookies, size_t index)
{
    discard(cookies->at[index]);
    cookies->count--;
    memmove(&cookies->at[index], &cookies->at[index + 1],
            (cookies->count - index) * sizeof(struct cookie *));
}

void cookies_free(struct cookies *cookies)
{
    if (cookies != NULL) {
        while (cookies->count > 0) {
            remove_at(cookies, cookies->count - 1);
        }
        free(cookies);
    }
}

static void forget_expired(struct cookies *cookies, int64_t now)
{
    for (size_t i = cookies->count; i > 0; i--) {
        if (cookies->at[i - 1]->expires <= now) {
            remove_at(cookies, i - 1);
        }
    }
}

/* -- Matching -- */

static bool is_address(struct span host)
{
    return url_host_kind(host) != URL_HOST_NAME;
}

/* RFC 6265, 5.1.3. */
static bool is_within(struct span host, struct span domain)
{
    size_t more;

    if (span_equal_nocase(host, domain)) {
        return true;
    }
    if (host.size <= domain.size || is_address(host)) {
        return false;
    }
    more = host.size - domain.size;
    return host.data[more - 1] == '.' &&
           span_equal_nocase(span_skip(host, more), domain);
}

static struct span path_of(struct span target)
{
    return span_of(target.data, span_find(target, '?'));
}

/* RFC 6265, 5.1.4: up to the last slash, which is not part of it. */
static struct span folder_of(struct span path)
{
    size_t end = path.size;

    while (end > 0 && path.data[end - 1] != '/') {
        end--;
    }
    return end <= 1 ? span_text("/") : span_of(path.data, end - 1);
}

/* RFC 6265, 5.1.4. */
static bool is_below(struct span path, struct span folder)
{
    return path.size >= folder.size &&
           span_equal(span_of(path.data, folder.size), folder) &&
           (path.size == folder.size || folder.data[folder.size - 1] == '/' ||
            path.data[folder.size] == '/');
}

static bool is_for(const struct cookie *cookie, struct span host)
{
    return cookie->host_only ? span_equal_nocase(host, cookie->domain)
                             : is_within(host, cookie->domain);
}

static bool goes_to(const struct cookie *cookie,
                    const struct cookies_place *place)
{
    return is_for(cookie, place->host) &&
           is_below(path_of(place->target), cookie->path) &&
           (place->secure || !cookie->secure);
}

/* -- Keeping -- */

static struct span copy_into(struct cookie *cookie, struct span text)
{
    char *to = cookie->text + cookie->size;

    if (text.size > 0) {
        memcpy(to, text.data, text.size);
    }
    cookie->size += text.size;
    return span_of(to, text.size);
}

static struct cookie *copy(const struct cookie *views)
{
    struct cookie *made =
        malloc(sizeof(*made) + views->name.size + views->value.size +
               views->domain.size + views->path.size);

    if (made != NULL) {
        *made = *views;
        made->size = 0;
        made->name = copy_into(made, views->name);
        made->value = copy_into(made, views->value);
        made->domain = copy_into(made, views->domain);
        made->path = copy_into(made, views->path);
    }
    return made;
}

/* The cookie that one of this name takes the place of, or `count`. */
static size_t find_same(const struct cookies *cookies,
                        const struct cookie *cookie)
{
    size_t i = 0;

    while (i < cookies->count &&
           !(span_equal(cookies->at[i]->name, cookie->name) &&
             span_equal_nocase(cookies->at[i]->domain, cookie->domain) &&
             cookies->at[i]->host_only == cookie->host_only &&
             span_equal(cookies->at[i]->path, cookie->path))) {
        i++;
    }
    return i;
}

/* How a server takes one back: it sets it anew, with a time that is over. */
static void forget(struct cookies *cookies, const struct cookie *cookie)
{
    size_t same = find_same(cookies, cookie);

    if (same < cookies->count) {
        remove_at(cookies, same);
    }
}

static size_t find_oldest(const struct cookies *cookies)
{
    size_t oldest = 0;

    for (size_t i = 1; i < cookies->count; i++) {
        if (cookies->at[i]->created < cookies->at[oldest]->created) {
            oldest = i;
        }
    }
    return oldest;
}

/* Where one of such a path goes: behind all whose paths are as long. */
static size_t find_place(const struct cookies *cookies, size_t path)
{
    size_t i = 0;

    while (i < cookies->count && cookies->at[i]->path.size >= path) {
        i++;
    }
    return i;
}

/* Copies a cookie of views and puts it into its place. FULL, NOMEM. */
static enum sockfeed_result keep(struct cookies *cookies,
                                 const struct cookie *views)
{
    size_t same = find_same(cookies, views);
    struct cookie *made;
    size_t place;

    if (views->name.size + views->value.size > LIMIT_COOKIE ||
        views->path.size > LIMIT_COOKIE) {
        return SOCKFEED_FULL;
    }
    made = copy(views);
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (same < cookies->count) {
        /* It is as old as the one before (RFC 6265, 5.3, step 11). */
        made->created = cookies->at[same]->created;
        discard(cookies->at[same]);
        cookies->at[same] = made;
        return SOCKFEED_OK;
    }
    if (cookies->count == LIMIT_COOKIES) {
        remove_at(cookies, find_oldest(cookies));
    }
    made->created = cookies->created++;
    place = find_place(cookies, made->path.size);
    memmove(&cookies->at[place + 1], &cookies->at[place],
            (cookies->count - place) * sizeof(struct cookie *));
    cookies->at[place] = made;
    cookies->count++;
    return SOCKFEED_OK;
}

/* What the user gives drives nothing out. */
static enum sockfeed_result give(struct cookies *cookies,
                                 const struct cookie *cookie)
{
    return cookies->count == LIMIT_COOKIES &&
                   find_same(cookies, cookie) == cookies->count
               ? SOCKFEED_FULL
               : keep(cookies, cookie);
}

enum sockfeed_result cookies_give(struct cookies *cookies, struct span host,
                                  struct span text)
{
    struct cookie cookie = {.domain = host,
                            .path = span_text("/"),
                            .host_only = true,
                            .expires = NEVER};
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK &&
           set_cookie_next_pair(&cookie.name, &cookie.value, &text)) {
        result = give(cookies, &cookie);
    }
    return result;
}

enum sockfeed_result cookies_give_line(struct cookies *cookies,
                                       struct span host,
                                       const struct cookie_line *line)
{
    const struct cookie cookie = {
        .name = line->name,
        .value = line->value,
        .domain = line->domain,
        .path = line->path,
        .host_only = line->host_only,
        .secure = line->secure,
        .expires = line->expires == 0 ? NEVER : line->expires,
    };

    if (!is_for(&cookie, host)) {
        return SOCKFEED_OK;
    }
    return give(cookies, &cookie);
}

/* -- What servers set -- */

static int64_t end_of(const struct set_cookie *set, int64_t now)
{
    if (set->has_max_age) {
        return now + set->max_age;
    }
    return set->has_expires ? set->expires : NEVER;
}

/* Whether a server there may set it. A name without a dot is nobody's domain:
 * the list of those with one ("co.uk") that are not either is a browser's
 * business, which meets more than one feed. */
static bool may_set(const struct set_cookie *set,
                    const struct cookies_place *from)
{
    if (set->secure && !from->secure) {
        return false;
    }
    return set->domain.size == 0 ||
           span_equal_nocase(set->domain, from->host) ||
           (is_within(from->host, set->domain) &&
            span_find(set->domain, '.') < set->domain.size);
}

static void receive(struct cookies *cookies, const struct cookies_place *from,
                    struct span text, int64_t now)
{
    struct set_cookie set;
    struct cookie cookie;

    if (set_cookie_decode(&set, text) != SOCKFEED_OK || !may_set(&set, from)) {
        return;
    }
    cookie = (struct cookie){
        .name = set.name,
        .value = set.value,
        .domain = set.domain.size > 0 ? set.domain : from->host,
        .path = set.path.size > 0 ? set.path : folder_of(path_of(from->target)),
        .host_only = set.domain.size == 0 || is_address(from->host),
        .secure = set.secure,
        .expires = end_of(&set, now),
    };
    if (cookie.expires > now) {
        (void)keep(cookies, &cookie);
    } else {
        forget(cookies, &cookie);
    }
}

void cookies_receive(struct cookies *cookies, const struct cookies_place *from,
                     const struct http_response *response, int64_t now)
{
    for (size_t i = 0; cookies != NULL && i < response->header_count; i++) {
        if (http_header_is(&response->headers[i], "Set-Cookie")) {
            receive(cookies, from, response->headers[i].value, now);
        }
    }
}

void cookies_append(struct buf *to, struct cookies *cookies,
                    const struct cookies_place *place, int64_t now)
{
    const char *between = "";

    if (cookies == NULL) {
        return;
    }
    forget_expired(cookies, now);
    for (size_t i = 0; i < cookies->count; i++) {
        const struct cookie *cookie = cookies->at[i];

        if (goes_to(cookie, place)) {
            buf_append_text(to, between);
            buf_append_span(to, cookie->name);
            buf_append_byte(to, '=');
            buf_append_span(to, cookie->value);
            between = "; ";
        }
    }
}
