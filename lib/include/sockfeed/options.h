/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_OPTIONS_H
#define SOCKFEED_OPTIONS_H

/*
 * Options of a client: where it connects to, how, and what it does when that
 * fails. sockfeed(1) says more of each, under the option of the same name.
 */

#include "sockfeed/message.h"
#include "sockfeed/result.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sockfeed_transport {
    SOCKFEED_TRANSPORT_AUTO, /* by the URL; or a WebSocket, and long-polling
                                where that does not come about */
    SOCKFEED_TRANSPORT_WEBSOCKET,
    SOCKFEED_TRANSPORT_POLLING, /* long-polling: Socket.IO and Engine.IO */
    SOCKFEED_TRANSPORT_UPGRADE, /* long-polling, then a WebSocket */
};

enum sockfeed_reconnect {
    SOCKFEED_RECONNECT_NEVER,
    SOCKFEED_RECONNECT_LOST,   /* what was once up is brought back */
    SOCKFEED_RECONNECT_ALWAYS, /* the first try and refusals too */
};

/* What a client reports besides the records of its life. */
enum {
    SOCKFEED_DELIVER_MESSAGES = 1,
    SOCKFEED_DELIVER_RECEIVED = 2, /* every frame as received */
    SOCKFEED_DELIVER_SENT = 4,     /* every frame as sent, before masking */
    SOCKFEED_DELIVER_BATCHES = 8,  /* MESSAGES, TEXTS and FRAMES may come */
};

/* name, kind (TEXT, NUMBER, or LIST: texts that add up), meaning; behind a
 * semicolon the default. */
#define SOCKFEED_OPTIONS(X)                                                   \
 X(URL, TEXT, "http, https, ws or wss; required")                             \
 X(PROTOCOL, NUMBER, "enum sockfeed_protocol; AUTO")                          \
 X(EIO, NUMBER, "Engine.IO protocol asked for: 3, 4, 0 to find out; 0")       \
 X(TRANSPORT, NUMBER, "enum sockfeed_transport; AUTO")                        \
 X(PATH, TEXT, "request path of Socket.IO and Engine.IO")                     \
 X(EXACT_PATH, NUMBER, "1: no final slash is added to the path")              \
 X(QUERY, LIST, "KEY=VALUE added to the request's query")                     \
 X(NAMESPACE, LIST, "namespaces besides the URL's")                           \
 X(RECOVERY, NUMBER, "1: servers that offer it are asked to go on; 1")        \
 X(STRIP_OFFSET, NUMBER, "1: recovery's offset is taken off the args")        \
 X(AUTH, TEXT, "JSON object: payload of the CONNECT packet")                  \
 X(MSGPACK, NUMBER, "1: the server uses socket.io-msgpack-parser")            \
 X(HEADER, LIST, "Name: value, sent with the handshake request")              \
 X(COOKIE, LIST, "NAME=VALUE; ..., sent to the URL's host")                   \
 X(COOKIE_LINE, LIST, "a cookie, as a line of a Netscape cookie file")        \
 X(USER, TEXT, "NAME:PASSWORD, sent as HTTP's basic authentication")          \
 X(BEARER, TEXT, "a token, sent as Authorization: Bearer")                    \
 X(LOCATION, NUMBER, "1: redirects of the handshake are followed")            \
 X(USER_AGENT, TEXT, "sockfeed/VERSION; empty: none is sent")                 \
 X(ORIGIN, TEXT, "none by default")                                           \
 X(SUBPROTOCOL, LIST, "WebSocket subprotocols offered")                       \
 X(COMPRESSED, NUMBER, "1: permessage-deflate is offered")                    \
 X(INSECURE, NUMBER, "1: certificates are not verified")                      \
 X(CA_FILE, TEXT, "PEM file trusted in place of the system's")                \
 X(CA_DIRECTORY, TEXT, "the same: a directory as openssl-rehash leaves")      \
 X(CERTIFICATE, TEXT, "PEM file shown to servers that ask for one")           \
 X(KEY, TEXT, "PEM file of its key; the same file by default")                \
 X(KEY_PASSWORD, TEXT, "pass phrase of the key")                              \
 X(TLS_VERSION, NUMBER, "oldest TLS accepted, 12 or 13; 12")                  \
 X(CIPHERS, TEXT, "TLS ciphers offered, as OpenSSL names them")               \
 X(SERVER_NAME, TEXT, "whom the certificate is for, if not the host")         \
 X(PINNED_KEY, TEXT, "sha256//BASE64;..., or a file with a public key")       \
 X(TLS_KEY_LOG, TEXT, "file that the secrets of TLS are appended to")         \
 X(PROXY, TEXT, "[SCHEME://][USER:PASSWORD@]HOST[:PORT]; empty: none")        \
 X(NO_PROXY, TEXT, "hosts reached without one, as in the environment")        \
 X(FAMILY, NUMBER, "4 or 6: addresses of IPv4 or IPv6 alone, 0: both; 0")     \
 X(RESOLVE, LIST, "HOST:PORT:ADDRESS[,ADDRESS]...: not looked up")            \
 X(CONNECT_TO, LIST, "HOST1:PORT1:HOST2:PORT2: to 2 in place of 1")           \
 X(INTERFACE, TEXT, "interface or address that sockets begin at")             \
 X(UNIX_SOCKET, TEXT, "path of a socket in place of the network")             \
 X(KEEPALIVE, NUMBER, "ms between TCP's probes when idle, 0 none; 0")         \
 X(CONNECT_TIMEOUT, NUMBER, "ms up to the open packet; 10000")                \
 X(MAX_MESSAGE, NUMBER, "largest message accepted, bytes; 16777216")          \
 X(MAX_ATTACHMENTS, NUMBER, "binary attachments of one packet; 10")           \
 X(RECONNECT, NUMBER, "enum sockfeed_reconnect; LOST")                        \
 X(DELAY, LIST, "ms before each try, the last repeated; 1000 ... 60000")      \
 X(JITTER, NUMBER, "each delay times 1 +- this / 1000; 200")                  \
 X(RETRIES, NUMBER, "tries in a row before giving up, -1 no end; -1")         \
 X(SUBSCRIBE_RATE, NUMBER, "messages sent in any second, 0 no limit; 0")      \
 X(AWAIT_TIMEOUT, NUMBER, "ms at a barrier of sockfeed_client_await; 10000")  \
 X(IDLE_TIMEOUT, NUMBER, "ms without a message that are a loss, 0 none; 0")   \
 X(MAX_AGE, NUMBER, "ms until a connection is replaced, 0 never; 0")          \
 X(PING_INTERVAL, NUMBER, "ms between pings, plain WebSocket, 0 none; 20000") \
 X(PING_TIMEOUT, NUMBER, "ms until a ping without answer is a loss; 20000")   \
 X(PREPARE, NUMBER, "1: PREPARE comes before each connection")                \
 X(DELIVER, NUMBER, "set of SOCKFEED_DELIVER_; MESSAGES")

enum sockfeed_option {
#define SOCKFEED_OPTION_ENTRY(name, kind, text) SOCKFEED_OPTION_##name,
    SOCKFEED_OPTIONS(SOCKFEED_OPTION_ENTRY)
#undef SOCKFEED_OPTION_ENTRY
    SOCKFEED_OPTION_COUNT
};

struct sockfeed_options;

/* Gives options with their defaults, or NULL when out of memory. */
SOCKFEED_API struct sockfeed_options *sockfeed_options_new(void);

/* Gives a copy, or NULL when out of memory. */
SOCKFEED_API struct sockfeed_options *sockfeed_options_copy(
    const struct sockfeed_options *options);

/* Wipes what they hold, for there may be secrets. Fits NULL. */
SOCKFEED_API void sockfeed_options_free(struct sockfeed_options *options);

/* Both copy what they are given. A TEXT replaces, a LIST grows. INVALID when
 * the value cannot be; sockfeed_options_failure then says why. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_options_set_text(
    struct sockfeed_options *options, enum sockfeed_option option,
    const char *value) SOCKFEED_CHECK;
SOCKFEED_API enum sockfeed_result sockfeed_options_set_number(
    struct sockfeed_options *options, enum sockfeed_option option,
    int64_t value) SOCKFEED_CHECK;

/* The value of a NUMBER as it is set; 0 for other kinds. */
SOCKFEED_API int64_t sockfeed_options_number(
    const struct sockfeed_options *options, enum sockfeed_option option);

/* Why the last setter or the last check said INVALID; views the options. */
SOCKFEED_API const char *sockfeed_options_failure(
    const struct sockfeed_options *options);

/* Holds the options against each other: INVALID, or OK and, where wanted,
 * the protocol that the URL and the options come to. */
SOCKFEED_API enum sockfeed_result sockfeed_options_check(
    struct sockfeed_options *options,
    enum sockfeed_protocol *protocol) SOCKFEED_CHECK;

#ifdef __cplusplus
}
#endif

#endif
