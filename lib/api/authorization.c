/* SPDX-License-Identifier: MIT */
#include "api/authorization.h"

#include "api/client_options.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/percent.h"

/* RFC 7617. */
static void append_basic(struct buf *line, struct span user)
{
    buf_append_text(line, "Authorization: Basic ");
    base64_append(line, user);
}

static enum sockfeed_result append_url_user(struct buf *line,
                                            struct sockfeed_options *options,
                                            struct span user_info)
{
    enum sockfeed_result result = SOCKFEED_OK;
    struct malformed malformed;
    struct buf user;

    buf_init(&user, LIMIT_URL);
    if (percent_decode(&user, user_info, &malformed) == SOCKFEED_INVALID) {
        result = client_options_refuse(options, "the URL's user: %s",
                                       malformed.reason);
    } else {
        if (span_find(buf_span(&user), ':') == user.size) {
            buf_append_byte(&user, ':');
        }
        append_basic(line, buf_span(&user));
    }
    buf_wipe(&user);
    return result;
}

enum sockfeed_result authorization_append(struct buf *line,
                                          struct sockfeed_options *options,
                                          struct span user_info)
{
    struct span bearer = client_options_text(options, SOCKFEED_OPTION_BEARER);
    struct span user = client_options_text(options, SOCKFEED_OPTION_USER);

    if (bearer.size > 0 && user.size > 0) {
        return client_options_refuse(options, "a user and a bearer token "
                                              "cannot both be sent");
    }
    if (bearer.size > 0) {
        buf_append_text(line, "Authorization: Bearer ");
        buf_append_span(line, bearer);
    } else if (user.size > 0) {
        append_basic(line, user);
    } else if (user_info.data != NULL) {
        return append_url_user(line, options, user_info);
    }
    return SOCKFEED_OK;
}
