/* SPDX-License-Identifier: MIT */
#include "api/option_check.h"

#include "base/base64.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/utf8.h"
#include "codec/cookie_line.h"
#include "codec/http_header.h"
#include "codec/set_cookie.h"
#include "net/proxy.h"
#include "net/route.h"
#include "session/ws_handshake.h"

enum {
    DAY_MS = 86400000,
    HOST_NAME_MOST = 253, /* RFC 1035, 2.3.4, as text */
    DIGEST_SIZE = 32      /* SHA-256 */
};

/* The formatter would lay the rows out anew for every one that is added. */
/* clang-format off */
static const struct {
    int64_t least;
    int64_t most;
    const char *expected;
} ranges[SOCKFEED_OPTION_COUNT] = {
    [SOCKFEED_OPTION_PROTOCOL] = {
        SOCKFEED_PROTOCOL_AUTO, SOCKFEED_PROTOCOL_SIO,
        "expected ws, eio or sio"},
    [SOCKFEED_OPTION_EIO] = {0, 4, "expected 3, 4 or auto"},
    [SOCKFEED_OPTION_TRANSPORT] = {
        SOCKFEED_TRANSPORT_AUTO, SOCKFEED_TRANSPORT_UPGRADE,
        "expected websocket, polling, upgrade or auto"},
    [SOCKFEED_OPTION_EXACT_PATH] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_RECOVERY] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_STRIP_OFFSET] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_MSGPACK] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_COMPRESSED] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_INSECURE] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_TLS_VERSION] = {12, 13, "expected 12 or 13"},
    [SOCKFEED_OPTION_LOCATION] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_FAMILY] = {0, 6, "expected 4, 6 or 0"},
    [SOCKFEED_OPTION_KEEPALIVE] = {0, 32767000, "expected at most 32767 s"},
    [SOCKFEED_OPTION_CONNECT_TIMEOUT] = {
        1, DAY_MS, "expected from 0.001 s to one day"},
    [SOCKFEED_OPTION_MAX_MESSAGE] = {
        1, INT64_C(1) << 40, "expected from 1 byte to 1024 GiB"},
    [SOCKFEED_OPTION_MAX_ATTACHMENTS] = {
        1, LIMIT_ATTACHMENTS_MOST, "expected a count from 1 to 65536"},
    [SOCKFEED_OPTION_RECONNECT] = {
        SOCKFEED_RECONNECT_NEVER, SOCKFEED_RECONNECT_ALWAYS,
        "expected never, lost or always"},
    [SOCKFEED_OPTION_JITTER] = {0, 1000, "expected from 0 to 1"},
    [SOCKFEED_OPTION_RETRIES] = {-1, INT32_MAX, "expected a count"},
    [SOCKFEED_OPTION_SUBSCRIBE_RATE] = {
        0, LIMIT_RATE, "expected at most 100000 in a second"},
    [SOCKFEED_OPTION_AWAIT_TIMEOUT] = {
        1, DAY_MS, "expected from 0.001 s to one day"},
    [SOCKFEED_OPTION_IDLE_TIMEOUT] = {0, DAY_MS, "expected at most one day"},
    [SOCKFEED_OPTION_MAX_AGE] = {
        0, INT64_C(365) * DAY_MS, "expected at most 365 days"},
    [SOCKFEED_OPTION_PING_INTERVAL] = {0, DAY_MS, "expected at most one day"},
    [SOCKFEED_OPTION_PING_TIMEOUT] = {0, DAY_MS, "expected at most one day"},
    [SOCKFEED_OPTION_PREPARE] = {0, 1, "expected 0 or 1"},
    [SOCKFEED_OPTION_DELIVER] = {
        0,
        SOCKFEED_DELIVER_MESSAGES | SOCKFEED_DELIVER_RECEIVED |
            SOCKFEED_DELIVER_SENT | SOCKFEED_DELIVER_BATCHES,
        "expected a set of SOCKFEED_DELIVER_ flags"},
};
/* clang-format on */

const char *option_check_number(enum sockfeed_option option, int64_t value)
{
    if (value < ranges[option].least || value > ranges[option].most) {
        return ranges[option].expected;
    }
    if (option == SOCKFEED_OPTION_EIO && value > 0 && value < 3) {
        return ranges[option].expected;
    }
    if (option == SOCKFEED_OPTION_FAMILY && value % 6 != 0 && value != 4) {
        return ranges[option].expected;
    }
    return NULL;
}

static bool is_target_byte(char byte)
{
    return (unsigned char)byte > ' ' && byte != '\x7f';
}

static const char *check_path(struct span value)
{
    if (value.size == 0 || value.data[0] != '/') {
        return "expected a path that begins with '/'";
    }
    for (size_t i = 0; i < value.size; i++) {
        if (!is_target_byte(value.data[i]) || value.data[i] == '?' ||
            value.data[i] == '#') {
            return "expected a path without white space, '?' and '#'";
        }
    }
    return NULL;
}

static const char *check_query(struct span value)
{
    size_t equals = span_find(value, '=');

    if (equals == 0 || equals == value.size) {
        return "expected KEY=VALUE";
    }
    return NULL;
}

static const char *check_namespace(struct span value)
{
    if (value.size == 0 || value.size > LIMIT_NAMESPACE) {
        return "expected a name of 1 to 1024 bytes";
    }
    if (span_find(value, ',') < value.size) {
        return "expected a name without a comma";
    }
    return utf8_check(value) == value.size ? NULL : "expected UTF-8";
}

static const char *check_auth(struct span value)
{
    struct json_scan_result scan;
    struct malformed malformed;

    if (json_scan(&scan, &malformed, value, 0) != SOCKFEED_OK ||
        scan.kind != JSON_OBJECT) {
        return "expected a JSON object";
    }
    return NULL;
}

static const char *check_header(struct span value)
{
    struct malformed malformed;

    return ws_handshake_check_header(value, &malformed) == SOCKFEED_OK
               ? NULL
               : malformed.reason;
}

static const char *check_cookie(struct span value)
{
    struct malformed malformed;
    struct span rest = value;
    struct span name;
    struct span content;

    if (http_header_check_value(value, &malformed) != SOCKFEED_OK) {
        return malformed.reason;
    }
    return set_cookie_next_pair(&name, &content, &rest)
               ? NULL
               : "expected NAME=VALUE; ...";
}

static const char *check_cookie_line(struct span value)
{
    struct cookie_line cookie;
    struct malformed malformed;

    return cookie_line_decode(&cookie, &malformed, value) == SOCKFEED_PROTOCOL
               ? malformed.reason
               : NULL;
}

static const char *check_user(struct span value)
{
    return span_find(value, ':') < value.size ? NULL : "expected NAME:PASSWORD";
}

static const char *check_proxy(struct span value)
{
    struct proxy proxy = {.port = 0};
    const char *reason = value.size == 0 ? NULL : proxy_parse(&proxy, value);

    proxy_deinit(&proxy);
    return reason;
}

static const char *check_pin(struct span value)
{
    struct route_pin pin;

    return route_pin_parse(&pin, value);
}

static const char *check_detour(struct span value)
{
    struct route_detour detour;

    return route_detour_parse(&detour, value);
}

static const char *check_unix_socket(struct span value)
{
    struct address address;

    return address_of_path(&address, value.data)
               ? NULL
               : "expected a path of 1 to 107 bytes";
}

static const char *check_bearer(struct span value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (!is_target_byte(value.data[i]) || (value.data[i] & 0x80) != 0) {
            return "expected a token without white space";
        }
    }
    return value.size > 0 ? NULL : "expected a token";
}

static const char *check_header_value(struct span value)
{
    struct malformed malformed;

    return http_header_check_value(value, &malformed) == SOCKFEED_OK
               ? NULL
               : malformed.reason;
}

static const char *check_subprotocol(struct span value)
{
    struct malformed malformed;

    return http_header_check_token(value, &malformed) == SOCKFEED_OK
               ? NULL
               : "expected a token (letters, digits, !#$%&'*+-.^_`|~)";
}

static const char *check_delay(struct span value)
{
    uint64_t number;

    return num_parse_uint(&number, value, DAY_MS) == SOCKFEED_OK
               ? NULL
               : "expected milliseconds up to one day";
}

/* Which names there are OpenSSL knows; it is asked when TLS is set up. */
static const char *check_ciphers(struct span value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (!is_target_byte(value.data[i])) {
            return "expected names without white space, separated by colons";
        }
    }
    return value.size > 0 && value.size < LIMIT_CIPHERS
               ? NULL
               : "expected the names of ciphers, separated by colons";
}

static const char *check_server_name(struct span value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (!is_target_byte(value.data[i]) || value.data[i] == '/') {
            return "expected a host's name";
        }
    }
    return value.size > 0 && value.size <= HOST_NAME_MOST
               ? NULL
               : "expected a host's name";
}

/* A list of digests; all else is the name of a file. */
static const char *check_pins(struct span value)
{
    static const char prefix[] = "sha256//";

    if (!span_starts(value, prefix)) {
        return value.size > 0 ? NULL : "expected sha256//BASE64 or a file";
    }
    while (value.size > 0) {
        struct span pin = span_of(value.data, span_find(value, ';'));
        struct span digits = span_starts(pin, prefix)
                                 ? span_skip(pin, sizeof prefix - 1)
                                 : span_of(NULL, 0);
        char digest[DIGEST_SIZE];
        struct malformed malformed;

        if (base64_decoded_size(digits) != sizeof digest ||
            base64_decode(digest, digits, &malformed) != SOCKFEED_OK) {
            return "expected sha256// and 32 bytes in base64, several "
                   "separated by ';'";
        }
        value = pin.size < value.size ? span_skip(value, pin.size + 1)
                                      : span_of(NULL, 0);
    }
    return NULL;
}

static const char *check_url(struct span value)
{
    return value.size <= LIMIT_URL ? NULL : "expected at most 64 KiB";
}

static const char *check_file(struct span value)
{
    return value.size > 0 ? NULL : "expected a file's name";
}

static const char *check_directory(struct span value)
{
    return value.size > 0 ? NULL : "expected a directory's name";
}

static const char *check_interface(struct span value)
{
    return value.size > 0 ? NULL : "expected an interface or an address";
}

static const char *check_nothing(struct span value)
{
    (void)value;
    return NULL;
}

/* Of every option that is a text. */
static const char *(*const checks[SOCKFEED_OPTION_COUNT])(struct span) = {
    [SOCKFEED_OPTION_URL] = check_url,
    [SOCKFEED_OPTION_PATH] = check_path,
    [SOCKFEED_OPTION_QUERY] = check_query,
    [SOCKFEED_OPTION_NAMESPACE] = check_namespace,
    [SOCKFEED_OPTION_AUTH] = check_auth,
    [SOCKFEED_OPTION_HEADER] = check_header,
    [SOCKFEED_OPTION_COOKIE] = check_cookie,
    [SOCKFEED_OPTION_COOKIE_LINE] = check_cookie_line,
    [SOCKFEED_OPTION_USER] = check_user,
    [SOCKFEED_OPTION_PROXY] = check_proxy,
    [SOCKFEED_OPTION_NO_PROXY] = check_nothing,
    [SOCKFEED_OPTION_RESOLVE] = check_pin,
    [SOCKFEED_OPTION_CONNECT_TO] = check_detour,
    [SOCKFEED_OPTION_INTERFACE] = check_interface,
    [SOCKFEED_OPTION_UNIX_SOCKET] = check_unix_socket,
    [SOCKFEED_OPTION_BEARER] = check_bearer,
    [SOCKFEED_OPTION_USER_AGENT] = check_header_value,
    [SOCKFEED_OPTION_ORIGIN] = check_header_value,
    [SOCKFEED_OPTION_SUBPROTOCOL] = check_subprotocol,
    [SOCKFEED_OPTION_DELAY] = check_delay,
    [SOCKFEED_OPTION_CA_FILE] = check_file,
    [SOCKFEED_OPTION_CERTIFICATE] = check_file,
    [SOCKFEED_OPTION_KEY] = check_file,
    [SOCKFEED_OPTION_TLS_KEY_LOG] = check_file,
    [SOCKFEED_OPTION_CA_DIRECTORY] = check_directory,
    [SOCKFEED_OPTION_CIPHERS] = check_ciphers,
    [SOCKFEED_OPTION_KEY_PASSWORD] = check_nothing,
    [SOCKFEED_OPTION_SERVER_NAME] = check_server_name,
    [SOCKFEED_OPTION_PINNED_KEY] = check_pins,
};

const char *option_check_text(enum sockfeed_option option, struct span value)
{
    return checks[option] == NULL ? "not an option with a text"
                                  : checks[option](value);
}
