/* SPDX-License-Identifier: MIT */
#include "codec/set_cookie.h"

#include "base/num.h"
#include "codec/http_date.h"

/* Takes what stands before the next ';' off the text, without white space
 * around it. */
static struct span take_part(struct span *text)
{
    size_t end = span_find(*text, ';');
    struct span part = span_trim(span_of(text->data, end));

    *text = span_skip(*text, end < text->size ? end + 1 : end);
    return part;
}

/* Splits at the first '='; false where there is none. */
static bool split(struct span *name, struct span *value, struct span part)
{
    size_t equals = span_find(part, '=');

    *name = span_trim(span_of(part.data, equals));
    *value = equals < part.size ? span_trim(span_skip(part, equals + 1))
                                : span_of(NULL, 0);
    return equals < part.size;
}

static bool has_control(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte < 0x20 || byte == 0x7f) {
            return true;
        }
    }
    return false;
}

/* RFC 6265, 5.2.2: a number below 1 means that the cookie is over. More digits
 * than a number of ours has mean as long as can be. */
static void read_max_age(struct set_cookie *cookie, struct span value)
{
    bool negative = value.size > 1 && value.data[0] == '-';
    struct span digits = negative ? span_skip(value, 1) : value;
    uint64_t seconds = NUM_SECONDS_MAX;

    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return;
        }
    }
    if (digits.size == 0) {
        return;
    }
    if (num_parse_uint(&seconds, digits, NUM_SECONDS_MAX) != SOCKFEED_OK) {
        seconds = NUM_SECONDS_MAX;
    }
    cookie->has_max_age = true;
    cookie->max_age = negative ? 0 : (int64_t)seconds;
}

static void read_attribute(struct set_cookie *cookie, struct span part)
{
    struct span name;
    struct span value;

    (void)split(&name, &value, part);
    if (span_equal_nocase(name, span_text("Expires"))) {
        if (http_date_parse(&cookie->expires, value) == SOCKFEED_OK) {
            cookie->has_expires = true;
        }
    } else if (span_equal_nocase(name, span_text("Max-Age"))) {
        read_max_age(cookie, value);
    } else if (span_equal_nocase(name, span_text("Domain"))) {
        cookie->domain = span_starts(value, ".") ? span_skip(value, 1) : value;
    } else if (span_equal_nocase(name, span_text("Path"))) {
        cookie->path = span_starts(value, "/") ? value : span_of(NULL, 0);
    } else if (span_equal_nocase(name, span_text("Secure"))) {
        cookie->secure = true;
    }
}

enum sockfeed_result set_cookie_decode(struct set_cookie *cookie,
                                       struct span text)
{
    struct span pair = take_part(&text);

    *cookie = (struct set_cookie){.secure = false};
    if (!split(&cookie->name, &cookie->value, pair) || cookie->name.size == 0 ||
        has_control(cookie->name) || has_control(cookie->value)) {
        return SOCKFEED_INVALID;
    }
    while (text.size > 0) {
        read_attribute(cookie, take_part(&text));
    }
    return SOCKFEED_OK;
}

bool set_cookie_next_pair(struct span *name, struct span *value,
                          struct span *text)
{
    while (text->size > 0) {
        if (split(name, value, take_part(text)) && name->size > 0) {
            return true;
        }
    }
    return false;
}
