/* SPDX-License-Identifier: MIT */
#include "session/eio_request.h"

#include "base/url.h"

static bool parameter_is(struct span query, const char *key, const char *value)
{
    struct span found;

    return url_query_find(&found, query, key) && span_is(found, value);
}

void eio_request_parse(struct eio_request *request, struct span query)
{
    struct span base64;

    *request = (struct eio_request){
        .revision =
            parameter_is(query, "EIO", "4") ? EIO_REVISION_4 : EIO_REVISION_3,
    };
    if (parameter_is(query, "transport", "polling")) {
        request->transport = EIO_TRANSPORT_POLLING;
    } else if (parameter_is(query, "transport", "websocket")) {
        request->transport = EIO_TRANSPORT_WEBSOCKET;
    }
    request->has_sid = url_query_find(&request->sid, query, "sid");
    request->base64 = url_query_find(&base64, query, "b64") && base64.size > 0;
}

#define REFUSALS(X)                     \
 X(TRANSPORT, "0", "Transport unknown") \
 X(SESSION, "1", "Session ID unknown")  \
 X(METHOD, "2", "Bad handshake method") \
 X(BAD_REQUEST, "3", "Bad request")     \
 X(FORBIDDEN, "4", "Forbidden")         \
 X(UNSUPPORTED, "5", "Unsupported protocol version")

const char *eio_request_refusal_json(enum eio_refusal refusal)
{
    static const char *const texts[] = {
#define JSON(name, code, text) \
 [EIO_REFUSAL_##name] = "{\"code\":" code ",\"message\":\"" text "\"}",
        REFUSALS(JSON)
#undef JSON
    };

    return texts[refusal];
}

const char *eio_request_refusal_text(enum eio_refusal refusal)
{
    static const char *const texts[] = {
#define TEXT(name, code, text) [EIO_REFUSAL_##name] = (text),
        REFUSALS(TEXT)
#undef TEXT
    };

    return texts[refusal];
}
