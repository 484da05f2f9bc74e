/* SPDX-License-Identifier: MIT */
#include "codec/socks5.h"

#include "base/url.h"

enum {
    VERSION = 5,
    LOGIN_VERSION = 1, /* of RFC 1929's own */
    COMMAND_CONNECT = 1,
    ADDRESS_IPV4 = 1,
    ADDRESS_NAME = 3,
    ADDRESS_IPV6 = 4,
};

static unsigned byte_at(struct span data, size_t index)
{
    return (unsigned char)data.data[index];
}

static void append_bytes(struct buf *to, unsigned first, unsigned second)
{
    buf_append_byte(to, (char)first);
    buf_append_byte(to, (char)second);
}

/* With its size before it. */
static void append_counted(struct buf *to, struct span text)
{
    buf_append_byte(to, (char)text.size);
    buf_append_span(to, text);
}

/* Every answer begins with a version. */
static enum sockfeed_result check_version(struct malformed *malformed,
                                          struct span data, unsigned version)
{
    if (data.size == 0) {
        return SOCKFEED_MORE;
    }
    return byte_at(data, 0) == version
               ? SOCKFEED_OK
               : malformed_set(malformed, 0, "another version");
}

/* Answers of a version and one byte. */
static enum sockfeed_result decode_pair(unsigned *second, size_t *used,
                                        struct malformed *malformed,
                                        struct span data, unsigned version)
{
    enum sockfeed_result result = check_version(malformed, data, version);

    *used = 0;
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (data.size < 2) {
        return SOCKFEED_MORE;
    }
    *second = byte_at(data, 1);
    *used = 2;
    return SOCKFEED_OK;
}

void socks5_append_greeting(struct buf *to, bool login)
{
    append_bytes(to, VERSION, login ? 2 : 1);
    buf_append_byte(to, SOCKS5_METHOD_NONE);
    if (login) {
        buf_append_byte(to, SOCKS5_METHOD_LOGIN);
    }
}

enum sockfeed_result socks5_decode_choice(unsigned *method, size_t *used,
                                          struct malformed *malformed,
                                          struct span data)
{
    return decode_pair(method, used, malformed, data, VERSION);
}

void socks5_append_login(struct buf *to, struct span user, struct span password)
{
    buf_append_byte(to, LOGIN_VERSION);
    append_counted(to, user);
    append_counted(to, password);
}

enum sockfeed_result socks5_decode_verdict(bool *accepted, size_t *used,
                                           struct malformed *malformed,
                                           struct span data)
{
    unsigned status = 1;
    enum sockfeed_result result =
        decode_pair(&status, used, malformed, data, LOGIN_VERSION);

    *accepted = status == 0;
    return result;
}

void socks5_append_request(struct buf *to, struct span host, uint16_t port)
{
    unsigned char bytes[16];

    append_bytes(to, VERSION, COMMAND_CONNECT);
    buf_append_byte(to, 0);
    switch (url_host_address(bytes, host)) {
    case URL_HOST_IPV4:
        buf_append_byte(to, ADDRESS_IPV4);
        buf_append(to, bytes, 4);
        break;
    case URL_HOST_IPV6:
        buf_append_byte(to, ADDRESS_IPV6);
        buf_append(to, bytes, 16);
        break;
    case URL_HOST_NAME:
        buf_append_byte(to, ADDRESS_NAME);
        append_counted(to, host);
        break;
    }
    append_bytes(to, port >> 8, port & 0xff);
}

/* The size of the address that the proxy says it connects from, which nobody
 * asks for; 0 for a kind that is none. `data` has its first byte. */
static size_t address_size(unsigned kind, struct span data)
{
    switch (kind) {
    case ADDRESS_IPV4:
        return 4;
    case ADDRESS_IPV6:
        return 16;
    case ADDRESS_NAME:
        return 1 + (size_t)byte_at(data, 4);
    default:
        return 0;
    }
}

enum sockfeed_result socks5_decode_reply(unsigned *code, size_t *used,
                                         struct malformed *malformed,
                                         struct span data)
{
    enum sockfeed_result result = check_version(malformed, data, VERSION);
    size_t size;

    *used = 0;
    if (result != SOCKFEED_OK) {
        return result;
    }
    /* A proxy that refuses may hang up before the address, which then does not
     * matter. */
    if (data.size >= 2 && byte_at(data, 1) != 0) {
        *code = byte_at(data, 1);
        *used = data.size;
        return SOCKFEED_OK;
    }
    if (data.size < 5) {
        return SOCKFEED_MORE;
    }
    size = address_size(byte_at(data, 3), data);
    if (size == 0) {
        return malformed_set(malformed, 3, "an unknown kind of address");
    }
    if (data.size < 4 + size + 2) {
        return SOCKFEED_MORE;
    }
    *code = 0;
    *used = 4 + size + 2;
    return SOCKFEED_OK;
}

const char *socks5_reply_text(unsigned code)
{
    static const char *const texts[] = {
        "it has connected",
        "it has failed in general",
        "its rules do not allow that",
        "the network cannot be reached",
        "the host cannot be reached",
        "connection refused",
        "time ran out on the way",
        "it knows no such command",
        "it knows no such kind of address",
    };

    return code < sizeof texts / sizeof texts[0] ? texts[code]
                                                 : "for an unknown reason";
}
