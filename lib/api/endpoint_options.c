/* SPDX-License-Identifier: MIT */
#include "api/endpoint_options.h"

#include "api/client_options.h"
#include "base/json_walk.h"
#include "base/limits.h"
#include "base/span.h"

static const struct {
    enum sockfeed_option option;
    const char *name; /* as the program's users know it */
    int64_t unset;    /* of a number: what it is when nobody asked */
    bool engine;      /* Engine.IO by itself has it too */
} uses[] = {
    {SOCKFEED_OPTION_EIO,             "--eio",             0,                 true },
    {SOCKFEED_OPTION_PATH,            "--path",            0,                 true },
    {SOCKFEED_OPTION_EXACT_PATH,      "--exact-path",      0,                 true },
    {SOCKFEED_OPTION_NAMESPACE,       "--namespace",       0,                 false},
    {SOCKFEED_OPTION_AUTH,            "--auth",            0,                 false},
    {SOCKFEED_OPTION_RECOVERY,        "--no-recovery",     1,                 false},
    {SOCKFEED_OPTION_STRIP_OFFSET,    "--strip-offset",    0,                 false},
    {SOCKFEED_OPTION_MAX_ATTACHMENTS, "--max-attachments", LIMIT_ATTACHMENTS,
     false                                                                         },
    {SOCKFEED_OPTION_MSGPACK,         "--msgpack",         0,                 false},
};

static const char *const reserved[] = {"EIO", "transport", "sid",
                                       "t",   "b64",       "j"};

enum {
    RESERVED = sizeof reserved / sizeof reserved[0]
};

bool endpoint_options_is_reserved(struct span key)
{
    size_t i = 0;

    while (i < RESERVED && !span_is(key, reserved[i])) {
        i++;
    }
    return i < RESERVED;
}

const char *endpoint_options_reserved_in(struct span object)
{
    for (size_t i = 0; i < RESERVED; i++) {
        if (json_walk_find(object, reserved[i]).size > 0) {
            return reserved[i];
        }
    }
    return NULL;
}

static bool is_given(const struct sockfeed_options *options, size_t use)
{
    enum sockfeed_option option = uses[use].option;

    return client_options_number(options, option) != uses[use].unset ||
           client_options_text(options, option).size > 0 ||
           client_options_list(options, option)->count > 0;
}

static enum sockfeed_result check_uses(struct sockfeed_options *options,
                                       enum sockfeed_protocol protocol)
{
    bool engine = protocol == SOCKFEED_PROTOCOL_EIO;

    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        if (is_given(options, i) && !(engine && uses[i].engine)) {
            return client_options_refuse(
                options, "%s is for Socket.IO, and this is %s", uses[i].name,
                engine ? "Engine.IO by itself" : "a plain WebSocket");
        }
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result check_query(struct sockfeed_options *options)
{
    const struct option_list *added =
        client_options_list(options, SOCKFEED_OPTION_QUERY);

    for (size_t i = 0; i < added->count; i++) {
        const char *item = added->items[i];
        struct span key = span_of(item, strcspn(item, "="));

        if (endpoint_options_is_reserved(key)) {
            return client_options_refuse(
                options,
                "--query: the parameter %.*s is the protocol's own; --eio and "
                "--transport say what is spoken",
                (int)key.size, key.data);
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result endpoint_options_check(struct sockfeed_options *options,
                                            enum sockfeed_protocol protocol,
                                            bool request_path)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (protocol != SOCKFEED_PROTOCOL_SIO) {
        result = check_uses(options, protocol);
    }
    if (result != SOCKFEED_OK || protocol == SOCKFEED_PROTOCOL_WS) {
        return result;
    }
    if (request_path &&
        client_options_text(options, SOCKFEED_OPTION_PATH).size > 0) {
        return client_options_refuse(
            options, "--path: the path of the request is in the URL already");
    }
    return check_query(options);
}
