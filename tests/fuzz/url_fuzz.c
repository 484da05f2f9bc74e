/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "base/percent.h"
#include "base/url.h"
#include "base/url_mask.h"

#include <assert.h>
#include <stdint.h>

static bool same_part(struct span a, struct span b)
{
    return (a.data == NULL) == (b.data == NULL) && span_equal(a, b);
}

static void append_part(struct buf *to, const char *mark, struct span part)
{
    if (part.data != NULL) {
        buf_append_text(to, mark);
        buf_append_span(to, part);
    }
}

/* Put together again from its parts, a URL has the same parts. */
static void put_together(const struct url *url)
{
    struct malformed malformed;
    struct url again;
    struct buf text;

    /* "https://" and the port may be longer than what was written. */
    buf_init(&text, LIMIT_URL + 16);
    buf_append_text(&text, url_scheme_text(url->scheme));
    buf_append_text(&text, "://");
    if (url->user_info.data != NULL) {
        buf_append_span(&text, url->user_info);
        buf_append_byte(&text, '@');
    }
    url_append_authority(&text, url);
    buf_append_span(&text, url->path);
    append_part(&text, "?", url->query);
    append_part(&text, "#", url->fragment);
    assert(buf_result(&text) == SOCKFEED_OK);
    assert(text.size > LIMIT_URL ||
           url_parse(&again, buf_span(&text), &malformed) == SOCKFEED_OK);
    if (text.size <= LIMIT_URL) {
        assert(again.scheme == url->scheme && again.port == url->port);
        assert(span_equal_nocase(again.host, url->host));
        assert(same_part(again.user_info, url->user_info));
        assert(same_part(again.path, url->path));
        assert(same_part(again.query, url->query));
        assert(same_part(again.fragment, url->fragment));
    }
    buf_deinit(&text);
}

/* A masked URL is one still, and its password is three asterisks. */
static void mask(struct span text, const struct url *url)
{
    struct malformed malformed;
    struct url masked;
    struct buf to;
    size_t colon = span_find(url->user_info, ':');

    buf_init(&to, text.size + 3);
    url_mask_password(&to, text);
    assert(buf_result(&to) == SOCKFEED_OK);
    if (colon == url->user_info.size) {
        assert(span_equal(buf_span(&to), text));
    } else if (to.size <= LIMIT_URL) {
        assert(url_parse(&masked, buf_span(&to), &malformed) == SOCKFEED_OK);
        assert(span_is(span_skip(masked.user_info, colon), ":***"));
    }
    buf_deinit(&to);
}

/* Any text at all is masked within its bound. */
static void mask_text(struct span text)
{
    struct buf to;

    buf_init(&to, url_mask_most(text.size));
    url_mask_secrets(&to, text);
    assert(buf_result(&to) == SOCKFEED_OK);
    buf_deinit(&to);
}

/* Each parameter is found under its key, at the first one of that key. */
static void walk_query(struct span query)
{
    struct span rest = query;
    struct url_parameter parameter;
    struct span value;
    size_t count = 0;

    while (url_query_next(&parameter, &rest)) {
        char key[16] = {0};

        count++;
        assert(span_find(parameter.key, '=') == parameter.key.size);
        assert(span_find(parameter.value, '&') == parameter.value.size);
        if (parameter.key.size < sizeof key) {
            memcpy(key, parameter.key.data, parameter.key.size);
            assert(url_query_find(&value, query, key));
        }
    }
    assert(count <= query.size);
}

static void encode_and_decode(struct span text)
{
    struct malformed malformed;
    struct buf encoded;
    struct buf decoded;

    buf_init(&encoded, 3 * text.size);
    buf_init(&decoded, text.size);
    percent_encode(&encoded, text);
    assert(percent_decode(&decoded, buf_span(&encoded), &malformed) ==
           SOCKFEED_OK);
    assert(span_equal(buf_span(&decoded), text));
    buf_clear(&decoded);
    if (percent_decode(&decoded, text, &malformed) != SOCKFEED_OK) {
        assert(malformed.offset < text.size);
        assert(text.data[malformed.offset] == '%');
    }
    buf_deinit(&encoded);
    buf_deinit(&decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct malformed malformed = {SIZE_MAX, NULL};
    struct url url;

    if (url_parse(&url, text, &malformed) == SOCKFEED_OK) {
        put_together(&url);
        mask(text, &url);
        walk_query(url.query);
    } else {
        assert(malformed.offset <= size && malformed.reason != NULL);
    }
    mask_text(text);
    encode_and_decode(text);
    return 0;
}
