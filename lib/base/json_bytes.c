/* SPDX-License-Identifier: MIT */
#include "base/json_bytes.h"

#include "base/base64.h"
#include "base/json_quote.h"
#include "base/json_walk.h"

const char json_bytes_key[] = "$base64";

void json_bytes_append(struct buf *to, struct span bytes)
{
    buf_append_text(to, "{\"$base64\":\"");
    base64_append(to, bytes);
    buf_append_text(to, "\"}");
}

bool json_bytes_mentioned(struct span json)
{
    size_t at = span_find(json, '$');

    while (at < json.size) {
        json = span_skip(json, at);
        if (span_starts(json, json_bytes_key)) {
            return true;
        }
        json = span_skip(json, 1);
        at = span_find(json, '$');
    }
    return false;
}

struct span json_bytes_find(struct span object)
{
    struct span none = span_of(NULL, 0);
    struct json_walk walk;
    struct span value;
    struct span more;
    struct span key;

    json_walk_init(&walk, object);
    if (!walk.object || !json_walk_next(&walk, &key, &value) ||
        value.data[0] != '"' || !json_walk_string_is(key, json_bytes_key) ||
        json_walk_next(&walk, &key, &more)) {
        return none;
    }
    return value;
}

enum sockfeed_result json_bytes_decode(struct buf *to, struct span token)
{
    struct malformed malformed;
    enum sockfeed_result result;
    struct buf text;
    char *bytes;

    buf_init(&text, token.size);
    result = json_unquote(&text, token);
    if (result == SOCKFEED_OK) {
        size_t size = base64_decoded_size(buf_span(&text));

        bytes = buf_reserve(to, size);
        result = bytes == NULL
                     ? buf_result(to)
                     : base64_decode(bytes, buf_span(&text), &malformed);
        to->size += result == SOCKFEED_OK ? size : 0;
    }
    buf_deinit(&text);
    return result == SOCKFEED_PROTOCOL ? SOCKFEED_INVALID : result;
}
