/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_H
#define SOCKFEED_H

/*
 * libsockfeed: clients of WebSocket (RFC 6455), Engine.IO (protocol 3 and 4)
 * and Socket.IO (protocol 4 and 5) feeds, and the serving side of the same.
 *
 * Everything happens in one thread, in a loop that the caller runs or embeds
 * in its own. What a client learns comes as events to one callback. Times are
 * in milliseconds, sizes in bytes, texts are UTF-8. The words used for
 * ownership: a function *borrows* what it needs for the call only, an event
 * *views* memory that is valid during the callback, the library *gives* what
 * the caller frees by the matching _free function.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
# define SOCKFEED_API          __attribute__((visibility("default")))
# define SOCKFEED_CHECK        __attribute__((warn_unused_result))
# define SOCKFEED_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
# define SOCKFEED_API
# define SOCKFEED_CHECK
# define SOCKFEED_PRINTF(f, a)
#endif

#define SOCKFEED_VERSION "0.1.0"

/* ---- Results ---------------------------------------------------------- */

/* Every function that can fail answers with one of these. Zero is success,
 * positive ones say "not now", negative ones are failures. */
#define SOCKFEED_RESULTS(X)                                     \
 X(OK, 0, "success")                                            \
 X(MORE, 1, "more input is needed")                             \
 X(AGAIN, 2, "not possible now")                                \
 X(NOMEM, -1, "out of memory")                                  \
 X(INVALID, -2, "invalid argument")                             \
 X(STATE, -3, "not possible in this state")                     \
 X(SYSTEM, -4, "a system call failed")                          \
 X(FULL, -5, "a buffer is full")                                \
 X(RESOLVE, -6, "the host name cannot be resolved")             \
 X(CONNECT, -7, "no connection can be made")                    \
 X(TIMEOUT, -8, "time ran out")                                 \
 X(TLS, -9, "the TLS handshake failed")                         \
 X(CERTIFICATE, -10, "the server's certificate is not trusted") \
 X(CA_FILE, -11, "the CA file cannot be used")                  \
 X(OWN_CERTIFICATE, -30, "our certificate cannot be used")      \
 X(PIN, -31, "the server's public key is not the pinned one")   \
 X(REFUSED, -12, "the server refused the handshake")            \
 X(PROTOCOL, -13, "the peer broke the protocol")                \
 X(TOO_LARGE, -14, "a message is too large")                    \
 X(NAMESPACE, -15, "the namespace was refused")                 \
 X(LOST, -16, "the connection was lost")                        \
 X(CLOSED, -17, "the connection was closed")                    \
 X(PROXY_NAME, -18, "the proxy's name cannot be resolved")      \
 X(PROXY, -19, "the proxy refused to connect")                  \
 X(INTERFACE, -20, "the network interface cannot be used")      \
 X(REDIRECTS, -21, "too many redirects")

enum sockfeed_result {
#define SOCKFEED_RESULT_ENTRY(name, value, text) SOCKFEED_##name = (value),
    SOCKFEED_RESULTS(SOCKFEED_RESULT_ENTRY)
#undef SOCKFEED_RESULT_ENTRY
};

/* The text beside the result in the list above; never NULL. */
SOCKFEED_API const char *sockfeed_result_text(enum sockfeed_result result);

/* How far a connection had come when it failed. */
enum sockfeed_stage {
    SOCKFEED_STAGE_NONE,
    SOCKFEED_STAGE_RESOLVE,
    SOCKFEED_STAGE_CONNECT,
    SOCKFEED_STAGE_PROXY, /* asking it to connect to the server */
    SOCKFEED_STAGE_TLS,
    SOCKFEED_STAGE_HANDSHAKE, /* the HTTP upgrade */
    SOCKFEED_STAGE_OPEN,      /* waiting for Engine.IO's open packet, CONNECT */
    SOCKFEED_STAGE_STREAM,    /* messages were flowing */
};

/* Causes that a person may be told more about than the failure's text says:
 * what to try. */
enum sockfeed_cause {
    SOCKFEED_CAUSE_OTHER,
    SOCKFEED_CAUSE_SELF_SIGNED,    /* CERTIFICATE */
    SOCKFEED_CAUSE_UNKNOWN_ISSUER, /* CERTIFICATE */
    SOCKFEED_CAUSE_NO_AUTHORITIES, /* CERTIFICATE */
    SOCKFEED_CAUSE_EXPIRED,        /* CERTIFICATE */
    SOCKFEED_CAUSE_NOT_YET_VALID,  /* CERTIFICATE */
    SOCKFEED_CAUSE_WRONG_HOST,     /* CERTIFICATE */
    SOCKFEED_CAUSE_NO_IDENTITY,    /* TLS: the server wants a certificate of
                                      ours, and there is none */
    SOCKFEED_CAUSE_IDENTITY,       /* TLS: the server does not accept ours */
    SOCKFEED_CAUSE_TLS_VERSION,    /* TLS: none in common */
    SOCKFEED_CAUSE_NO_TLS,         /* TLS: the server does not speak it here */
    SOCKFEED_CAUSE_TLS_WANTED,     /* TLS: the server expects it here */
    SOCKFEED_CAUSE_UNANSWERED,     /* LOST: the server ended the connection
                                      before it said a word, as one that
                                      expects TLS may */
    SOCKFEED_CAUSE_REDIRECT,       /* REFUSED: to be followed elsewhere */
    SOCKFEED_CAUSE_KEY_ENCRYPTED,  /* OWN_CERTIFICATE */
    SOCKFEED_CAUSE_NO_ENGINE_IO,   /* PROTOCOL: what came first is no packet */
};

/* What went wrong, in numbers for programs and in words for people. */
struct sockfeed_failure {
    enum sockfeed_result result;
    enum sockfeed_stage stage;
    int system_error; /* errno, or 0 */
    int http_status;  /* of a refused handshake, or 0 */
    enum sockfeed_cause cause;
    int64_t retry_after; /* ms the server asked to wait (Retry-After), or 0 */
    uint16_t close_code; /* of the peer's close frame (RFC 6455, 7.4), or 0 */
    char text[512];      /* one sentence without a final full stop */
};

/* The version of the library in use, "1.2.3". */
SOCKFEED_API const char *sockfeed_version(void);

/* The versions of the libraries in use and how the loop waits,
 * "libwebsockets/4.1.6 OpenSSL/3.0.15 cJSON/1.7.15 loop/epoll". Static
 * storage. */
SOCKFEED_API const char *sockfeed_libraries(void);

/* ---- The loop --------------------------------------------------------- */

/* One thread's turn-taking: descriptors, timers, and all clients on it. */
struct sockfeed_loop;

/* Gives a loop. `descriptors` is how many are expected; it sizes tables and is
 * no limit: waiting costs the same for one and for a thousand. NOMEM,
 * SYSTEM. */
SOCKFEED_API enum sockfeed_result sockfeed_loop_new(
    struct sockfeed_loop **loop, unsigned descriptors) SOCKFEED_CHECK;

/* At most so many connections of the loop's clients are in their handshake at
 * a time, the others wait their turn; 0, as at first: all may be. */
SOCKFEED_API void sockfeed_loop_limit_connecting(struct sockfeed_loop *loop,
                                                 unsigned limit);

/* Clients, servers, watches and timers on the loop must be freed before. */
SOCKFEED_API void sockfeed_loop_free(struct sockfeed_loop *loop);

/* Runs until sockfeed_loop_stop; a stop before the run ends it at once. */
SOCKFEED_API void sockfeed_loop_run(struct sockfeed_loop *loop);
SOCKFEED_API void sockfeed_loop_stop(struct sockfeed_loop *loop);

/* For a caller with a loop of its own: wait until the descriptor is readable
 * or the deadline has come, then step once, which never waits. The descriptor
 * stays the loop's, and the deadline is in milliseconds from now, -1 for
 * none. */
SOCKFEED_API int sockfeed_loop_descriptor(struct sockfeed_loop *loop);
SOCKFEED_API int64_t sockfeed_loop_deadline(struct sockfeed_loop *loop);
SOCKFEED_API void sockfeed_loop_step(struct sockfeed_loop *loop);

/* Milliseconds of the monotonic clock, read once for each turn. */
SOCKFEED_API int64_t sockfeed_loop_now(const struct sockfeed_loop *loop);

/* What all clients of a loop have read from their sockets and written to them:
 * frames and HTTP as they travel, compressed and masked, without what TLS
 * adds. */
struct sockfeed_traffic {
    uint64_t received; /* bytes */
    uint64_t sent;
};

SOCKFEED_API struct sockfeed_traffic sockfeed_loop_traffic(
    const struct sockfeed_loop *loop);

enum {
    SOCKFEED_READABLE = 1,
    SOCKFEED_WRITABLE = 2
};

struct sockfeed_watch;
typedef void (*sockfeed_watch_callback)(void *user, unsigned ready);

/* Watches a descriptor that stays the caller's and must outlive the watch.
 * `wanted` is a set of the two flags, also 0. A hang-up or an error of the
 * descriptor is reported as whatever was wanted. Descriptors that cannot be
 * waited for (regular files) give INVALID. */
SOCKFEED_API enum sockfeed_result sockfeed_watch_new(
    struct sockfeed_watch **watch, struct sockfeed_loop *loop, int descriptor,
    unsigned wanted, sockfeed_watch_callback callback,
    void *user) SOCKFEED_CHECK;
SOCKFEED_API void sockfeed_watch_want(struct sockfeed_watch *watch,
                                      unsigned wanted);
/* Fits NULL. */
SOCKFEED_API void sockfeed_watch_free(struct sockfeed_watch *watch);

struct sockfeed_timer;
typedef void (*sockfeed_timer_callback)(void *user);

/* A timer that is not set. Setting it again moves it; it fires once. */
SOCKFEED_API enum sockfeed_result sockfeed_timer_new(
    struct sockfeed_timer **timer, struct sockfeed_loop *loop,
    sockfeed_timer_callback callback, void *user) SOCKFEED_CHECK;
SOCKFEED_API void sockfeed_timer_set(struct sockfeed_timer *timer,
                                     int64_t milliseconds);
SOCKFEED_API void sockfeed_timer_clear(struct sockfeed_timer *timer);
/* Fits NULL. */
SOCKFEED_API void sockfeed_timer_free(struct sockfeed_timer *timer);

/* ---- Options of a client ---------------------------------------------- */

enum sockfeed_protocol {
    SOCKFEED_PROTOCOL_AUTO, /* by the URL */
    SOCKFEED_PROTOCOL_WS,   /* WebSocket messages as they are */
    SOCKFEED_PROTOCOL_EIO,  /* Engine.IO messages */
    SOCKFEED_PROTOCOL_SIO,  /* Socket.IO events */
};

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
    SOCKFEED_DELIVER_TEXTS = 8,    /* plain WebSocket: TEXTS may come */
};

/* name, kind (TEXT, NUMBER, or LIST: texts that add up), meaning. */
#define SOCKFEED_OPTIONS(X)                                              \
 X(URL, TEXT, "http, https, ws or wss; required")                        \
 X(PROTOCOL, NUMBER, "enum sockfeed_protocol")                           \
 X(EIO, NUMBER, "Engine.IO protocol asked for: 3, 4, 0 to find out")     \
 X(TRANSPORT, NUMBER, "enum sockfeed_transport")                         \
 X(PATH, TEXT, "request path of Socket.IO and Engine.IO")                \
 X(EXACT_PATH, NUMBER, "1: no final slash is added to the path")         \
 X(QUERY, LIST, "KEY=VALUE added to the request's query")                \
 X(NAMESPACE, LIST, "namespaces besides the URL's")                      \
 X(RECOVERY, NUMBER, "0: servers that offer it are not asked to go on")  \
 X(STRIP_OFFSET, NUMBER, "1: recovery's offset is taken off the args")   \
 X(AUTH, TEXT, "JSON object: payload of the CONNECT packet")             \
 X(MSGPACK, NUMBER, "1: the server uses socket.io-msgpack-parser")       \
 X(HEADER, LIST, "Name: value, sent with the handshake request")         \
 X(COOKIE, LIST, "NAME=VALUE; ..., sent to the URL's host")              \
 X(COOKIE_LINE, LIST, "a cookie, as a line of a Netscape cookie file")   \
 X(USER, TEXT, "NAME:PASSWORD, sent as HTTP's basic authentication")     \
 X(BEARER, TEXT, "a token, sent as Authorization: Bearer")               \
 X(LOCATION, NUMBER, "1: redirects of the handshake are followed")       \
 X(USER_AGENT, TEXT, "sockfeed/VERSION; empty: none is sent")            \
 X(ORIGIN, TEXT, "none by default")                                      \
 X(SUBPROTOCOL, LIST, "WebSocket subprotocols offered")                  \
 X(COMPRESSED, NUMBER, "1: permessage-deflate is offered")               \
 X(INSECURE, NUMBER, "1: certificates are not verified")                 \
 X(CA_FILE, TEXT, "PEM file trusted in place of the system's")           \
 X(CA_DIRECTORY, TEXT, "the same: a directory as openssl-rehash leaves") \
 X(CERTIFICATE, TEXT, "PEM file shown to servers that ask for one")      \
 X(KEY, TEXT, "PEM file of its key; the same file by default")           \
 X(KEY_PASSWORD, TEXT, "pass phrase of the key")                         \
 X(TLS_VERSION, NUMBER, "oldest TLS accepted: 12 or 13; 12")             \
 X(CIPHERS, TEXT, "TLS ciphers offered, as OpenSSL names them")          \
 X(SERVER_NAME, TEXT, "whom the certificate is for, if not the host")    \
 X(PINNED_KEY, TEXT, "sha256//BASE64;..., or a file with a public key")  \
 X(TLS_KEY_LOG, TEXT, "file that the secrets of TLS are appended to")    \
 X(PROXY, TEXT, "[SCHEME://][USER:PASSWORD@]HOST[:PORT]; empty: none")   \
 X(NO_PROXY, TEXT, "hosts reached without one, as in the environment")   \
 X(FAMILY, NUMBER, "4 or 6: addresses of IPv4 or IPv6 alone; 0: both")   \
 X(RESOLVE, LIST, "HOST:PORT:ADDRESS[,ADDRESS]...: not looked up")       \
 X(CONNECT_TO, LIST, "HOST1:PORT1:HOST2:PORT2: to 2 in place of 1")      \
 X(INTERFACE, TEXT, "interface or address that sockets begin at")        \
 X(UNIX_SOCKET, TEXT, "path of a socket in place of the network")        \
 X(KEEPALIVE, NUMBER, "ms between TCP's probes when idle; 0 none")       \
 X(CONNECT_TIMEOUT, NUMBER, "ms up to the open packet; 10000")           \
 X(MAX_MESSAGE, NUMBER, "largest message accepted, bytes; 16777216")     \
 X(MAX_ATTACHMENTS, NUMBER, "binary attachments of one packet; 10")      \
 X(RECONNECT, NUMBER, "enum sockfeed_reconnect")                         \
 X(DELAY, LIST, "ms before each try, the last repeated; 1000 ... 60000") \
 X(JITTER, NUMBER, "each delay times 1 +- this / 1000; 200")             \
 X(RETRIES, NUMBER, "tries in a row before giving up; -1 without end")   \
 X(SUBSCRIBE_RATE, NUMBER, "messages sent in any second; 0 no limit")    \
 X(AWAIT_TIMEOUT, NUMBER, "ms at a barrier of sockfeed_client_await")    \
 X(IDLE_TIMEOUT, NUMBER, "ms without a message that are a loss; 0 none") \
 X(MAX_AGE, NUMBER, "ms until a connection is replaced; 0 never")        \
 X(PING_INTERVAL, NUMBER, "ms between pings on plain WebSocket; 0 none") \
 X(PING_TIMEOUT, NUMBER, "ms until a ping without answer is a loss")     \
 X(PREPARE, NUMBER, "1: PREPARE comes before each connection")           \
 X(DELIVER, NUMBER, "set of SOCKFEED_DELIVER_; MESSAGES by default")

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

/* ---- Events of a client ----------------------------------------------- */

enum sockfeed_event_type {
    SOCKFEED_EVENT_MESSAGE,    /* .message */
    SOCKFEED_EVENT_TEXTS,      /* .texts: several messages, in their order */
    SOCKFEED_EVENT_FRAME,      /* .frame */
    SOCKFEED_EVENT_ANSWER,     /* .answer: to a call */
    SOCKFEED_EVENT_DRAINED,    /* all that one read brought was delivered */
    SOCKFEED_EVENT_PREPARE,    /* sockfeed_client_prepare is waited for */
    SOCKFEED_EVENT_OPEN,       /* .open: connected, namespaces joined */
    SOCKFEED_EVENT_UPGRADED,   /* from long-polling to a WebSocket */
    SOCKFEED_EVENT_SUBSCRIBED, /* .subscribed: subscriptions were sent */
    SOCKFEED_EVENT_AWAITING,   /* .awaiting: at a barrier among them */
    SOCKFEED_EVENT_SENT,       /* all that was kept to be sent has gone */
    SOCKFEED_EVENT_REFUSED,    /* .refused: a namespace, the rest lives on */
    SOCKFEED_EVENT_LEFT,       /* .refused: the server ended a namespace */
    SOCKFEED_EVENT_REPLACED,   /* a connection, by a younger one */
    SOCKFEED_EVENT_LOST,       /* .lost: the connection is gone */
    SOCKFEED_EVENT_RETRY,      /* .retry: a try is due after a delay */
    SOCKFEED_EVENT_GAP,        /* .gap: open again after a loss */
    SOCKFEED_EVENT_CLOSED,     /* .lost: over, the last event of a client */
    SOCKFEED_EVENT_NOTICE,     /* .notice: one line worth telling a person */
    SOCKFEED_EVENT_TRACE,      /* .notice: a step of connecting, for -v */
    SOCKFEED_EVENT_STEP,       /* .step: the same for programs */
    SOCKFEED_EVENT_PONG,       /* the answer to sockfeed_client_ping */
};

enum sockfeed_message_type {
    SOCKFEED_MESSAGE_TEXT,   /* WebSocket text, Engine.IO text message */
    SOCKFEED_MESSAGE_BINARY, /* the same in binary */
    SOCKFEED_MESSAGE_EVENT,  /* Socket.IO EVENT */
};

/* Bytes that can be read behind the data of a client's TEXT: for scanners. */
#define SOCKFEED_PADDING 64

/* All pointers are views. In an EVENT `data` is the whole JSON array, `name`
 * its first element as a JSON token, `args` the text between the comma after
 * the name and the closing bracket. The JSON has been checked (RFC 8259). */
struct sockfeed_message {
    enum sockfeed_message_type type;
    bool multiline;    /* EVENT: LF or CR stand between tokens of data */
    const char *frame; /* the WebSocket message as received */
    size_t frame_size;
    const char *data; /* TEXT and BINARY: the payload */
    size_t data_size;
    const char *space; /* EVENT: the namespace, "/" for the root */
    size_t space_size;
    const char *name; /* EVENT: with its quotes; or a number */
    size_t name_size;
    const char *args;
    size_t args_size;
    size_t arg_count; /* EVENT: arguments after the name */
    bool has_id;      /* EVENT: the sender asks for an acknowledgement */
    uint64_t id;      /* which names this */
};

/* A TEXT of plain WebSocket that comes as one of several, padded too. */
struct sockfeed_text {
    const char *data;
    size_t size;
};

/* How a call ended: TIMEOUT, LOST, CLOSED, NAMESPACE (refused, ended), or why
 * it could not be sent. The pointers are views, as in an EVENT. */
struct sockfeed_answer {
    uint64_t call; /* as sockfeed_client_call numbered it */
    enum sockfeed_result result;
    const char *space; /* OK: the namespace, "/" for the root */
    size_t space_size;
    const char *data; /* OK: the whole JSON array */
    size_t data_size;
    const char *args; /* its elements, without the brackets */
    size_t args_size;
    size_t arg_count;
};

enum sockfeed_frame_type {
    SOCKFEED_FRAME_TEXT,
    SOCKFEED_FRAME_BINARY,
    SOCKFEED_FRAME_PING,
    SOCKFEED_FRAME_PONG,
    SOCKFEED_FRAME_CLOSE, /* data: the reason; code: 0 when there was none */
    SOCKFEED_FRAME_HTTP,  /* of long-polling, whose packets come as TEXT and
                             BINARY: "POST /path" sent, "200 OK" received */
};

/* Steps of connecting that are done, in their order. Which there are depends
 * on the URL. */
enum sockfeed_step_type {
    SOCKFEED_STEP_RESOLVED,  /* .resolved */
    SOCKFEED_STEP_CONNECTED, /* .connected */
    SOCKFEED_STEP_PROXIED,   /* .proxied: the proxy has a connection, too */
    SOCKFEED_STEP_SECURED,   /* .secured */
    SOCKFEED_STEP_ANSWERED,  /* .answered: to the handshake, also a refusal */
    SOCKFEED_STEP_ENGINE,    /* .engine: Engine.IO's open packet */
    SOCKFEED_STEP_JOINED,    /* .joined: one namespace */
};

/* All texts are views without control characters, never NULL. */
struct sockfeed_step {
    enum sockfeed_step_type type;
    union {
        struct {
            const char *host;
            const char *const *addresses; /* "192.0.2.1" */
            size_t count;
        } resolved;
        struct {
            const char *address; /* "192.0.2.1 port 443" */
        } connected;
        struct {
            const char *proxy; /* "http://192.0.2.2:3128" */
        } proxied;
        struct {
            const char *version; /* "TLSv1.3" */
            const char *cipher;
            bool resumed;        /* a session of an earlier connection */
            const char *subject; /* of the certificate, "CN=a.example" */
            const char *issuer;
            const char *hosts;  /* "a.example, b.example" */
            int64_t not_before; /* seconds since the epoch; both 0 where */
            int64_t not_after;  /* there is no certificate */
        } secured;
        struct {
            unsigned status; /* 101 */
            const char *phrase;
            const char *server; /* these are empty where there is none */
            const char *subprotocol;
            const char *extensions;
        } answered;
        struct {
            const char *sid;
            int64_t ping_interval; /* ms */
            int64_t ping_timeout;  /* ms */
            uint64_t max_payload;  /* bytes; 0: not said */
            bool upgrades;         /* from polling to a WebSocket */
        } engine;
        struct {
            const char *space;
        } joined;
    } u;
};

struct sockfeed_event {
    enum sockfeed_event_type type;
    unsigned connection; /* counts the client's connections from 1 */
    union {
        struct sockfeed_message message;
        struct {
            const struct sockfeed_text *at;
            size_t count; /* at least 1 */
        } texts;
        struct sockfeed_answer answer;
        struct {
            enum sockfeed_frame_type type;
            bool sent;
            uint16_t code;
            const char *data; /* a whole message, a control frame's payload */
            size_t size;
        } frame;
        struct {
            enum sockfeed_protocol protocol;
            int eio; /* 3 or 4; 0 on plain WebSocket */
            int sio; /* major line shown to people: 2 or 4; 0 without */
            const char *transport; /* "websocket" or "polling" */
            bool again;            /* not the first time */
            bool recovered;        /* goes on, nothing was missed: no GAP */
        } open;
        struct {
            size_t count;
        } subscribed;
        struct {
            size_t index; /* of the barrier, from 0 in the order of adding */
        } awaiting;
        struct {
            const char *space; /* namespace, NUL-terminated */
            const char *reason;
        } refused;
        struct {
            const struct sockfeed_failure *failure;
        } lost;
        struct {
            unsigned attempt; /* counts from 1 since the loss */
            int64_t delay;    /* ms */
        } retry;
        struct {
            int64_t duration; /* ms between the loss and this OPEN */
        } gap;
        struct {
            const char *text;
        } notice;
        struct sockfeed_step step;
    } u;
};

struct sockfeed_client;
typedef void (*sockfeed_callback)(struct sockfeed_client *client,
                                  const struct sockfeed_event *event,
                                  void *user);

/* ---- Clients ---------------------------------------------------------- */

/* What is sent: TEXT and BINARY on plain WebSocket and Engine.IO, an EVENT on
 * Socket.IO. An EVENT is a checked JSON array, its first element the name. */
enum sockfeed_outgoing_type {
    SOCKFEED_OUTGOING_TEXT,
    SOCKFEED_OUTGOING_BINARY,
    SOCKFEED_OUTGOING_EVENT,
};

struct sockfeed_outgoing {
    enum sockfeed_outgoing_type type;
    const char *space; /* EVENT: namespace, NULL for the URL's */
    const char *data;
    size_t size;
};

/* Gives a client that does nothing until it is started. Copies the options.
 * INVALID when they do not hold together, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_new(
    struct sockfeed_client **client, struct sockfeed_loop *loop,
    const struct sockfeed_options *options, sockfeed_callback callback,
    void *user) SOCKFEED_CHECK;

/* Legal at any time, also inside the callback, where it is deferred: no
 * further event comes. */
SOCKFEED_API void sockfeed_client_free(struct sockfeed_client *client);

/* Begins to connect. Failures come as events. STATE when called twice. */
SOCKFEED_API enum sockfeed_result sockfeed_client_start(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* Answers PREPARE, inside the callback or later: the connection is made with
 * the client's options, AUTH of `fresh` in place of theirs, each HEADER in
 * place of those of its name. Copies. STATE when the connection does not wait
 * (any more), INVALID when the options do not hold together, NOMEM; after
 * these, as after _decline, it is a try that failed. `reason` is a failure. */
SOCKFEED_API enum sockfeed_result sockfeed_client_prepare(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_options *fresh) SOCKFEED_CHECK;
SOCKFEED_API void sockfeed_client_decline(struct sockfeed_client *client,
                                          unsigned connection,
                                          enum sockfeed_result reason,
                                          const char *text);

/* Adds a subscription: sent after every connect, in the order of adding, and
 * when connected, behind those that are on their way. Copies. FULL, NOMEM; INVALID for a type that the
 * protocol does not carry. */
SOCKFEED_API enum sockfeed_result sockfeed_client_subscribe(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Forgets the first subscription that says the same: it is not sent again, and
 * not yet where it had not gone. INVALID when there is none. */
SOCKFEED_API enum sockfeed_result sockfeed_client_unsubscribe(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Adds a barrier behind the subscriptions so far: when a connection has come
 * to it, AWAITING says so, and no more is sent on it until
 * sockfeed_client_proceed. When that does not come within AWAIT_TIMEOUT, the
 * connection is given up (TIMEOUT). FULL, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_await(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* The connection with the number of that event may go on; elsewhere this does
 * nothing. */
SOCKFEED_API void sockfeed_client_proceed(struct sockfeed_client *client,
                                          unsigned connection);

/* Adds a message that is sent on every connection each `interval` ms; with
 * `idle` only when no message was sent or received for as long. To be called
 * before the start: STATE. Copies. FULL after 16 of them, NOMEM; INVALID for a
 * type that the protocol does not carry, or no interval. */
SOCKFEED_API enum sockfeed_result sockfeed_client_heartbeat(
    struct sockfeed_client *client, int64_t interval, bool idle,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Answers what came on a connection: sends on that one, before all that waits
 * to be sent. STATE when it is not open any more; FULL, NOMEM, INVALID. */
SOCKFEED_API enum sockfeed_result sockfeed_client_answer(
    struct sockfeed_client *client, unsigned connection,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Sends once: now, or kept in order until connected and subscribed (up to 16
 * MiB: FULL). What was kept has gone when SENT comes. */
SOCKFEED_API enum sockfeed_result sockfeed_client_send(
    struct sockfeed_client *client,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;

/* Sends an EVENT once and asks for an acknowledgement. Gives the call's
 * number, counted from 1; ANSWER comes for it exactly once, at the latest
 * `timeout` ms after it was sent or when its connection is gone. While not
 * connected it is kept, behind the messages that are. At most 4096 wait at a
 * time: FULL. INVALID unless on Socket.IO, STATE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_client_call(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout) SOCKFEED_CHECK;

/* The same at least once: one such event after the other, and each again,
 * also on another connection, when `timeout` ms or its connection went by
 * without an answer, up to `retries` times. Then the next one's turn comes. */
SOCKFEED_API enum sockfeed_result sockfeed_client_deliver(
    struct sockfeed_client *client, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout,
    unsigned retries) SOCKFEED_CHECK;

/* Answers an EVENT that has an id, at most once, with a checked JSON array of
 * arguments. `connection` is the one it came on: STATE when that is gone, or
 * the namespace has ended. `space` need not end in NUL. */
struct sockfeed_acknowledgement {
    unsigned connection;
    const char *space;
    size_t space_size;
    uint64_t id;
    const char *data;
    size_t size;
};
SOCKFEED_API enum sockfeed_result sockfeed_client_acknowledge(
    struct sockfeed_client *client,
    const struct sockfeed_acknowledgement *acknowledgement) SOCKFEED_CHECK;

/* How many messages are kept, not yet sent. */
SOCKFEED_API size_t
sockfeed_client_unsent(const struct sockfeed_client *client);

/* Sends a ping of WebSocket's, in any protocol; EVENT_PONG comes with the
 * answer. STATE unless connected over a WebSocket. */
SOCKFEED_API enum sockfeed_result sockfeed_client_ping(
    struct sockfeed_client *client) SOCKFEED_CHECK;

/* Stops and resumes reading messages, for a consumer that cannot keep up.
 * Heartbeats go on as far as the protocol lets the client begin them. */
SOCKFEED_API void sockfeed_client_pause(struct sockfeed_client *client);
SOCKFEED_API void sockfeed_client_resume(struct sockfeed_client *client);

/* For a consumer that cannot take a message of the server's: gives the present
 * connection up as if the library had found it too large (TOO_LARGE) or
 * malformed (PROTOCOL), which the server is told. The text is what LOST or
 * CLOSED say. Does nothing while not connected. */
SOCKFEED_API void sockfeed_client_reject(struct sockfeed_client *client,
                                         enum sockfeed_result reason,
                                         const char *text);

/* Says goodbye (Socket.IO DISCONNECT, a close frame with 1000), waits up to
 * `timeout` ms for the peer's answer, then EVENT_CLOSED with result OK. */
SOCKFEED_API void sockfeed_client_close(struct sockfeed_client *client,
                                        int64_t timeout);

/* The same with another close code, where a WebSocket carries it: INVALID for
 * one that may not be sent (RFC 6455, 7.4). */
SOCKFEED_API enum sockfeed_result sockfeed_client_close_with(
    struct sockfeed_client *client, uint16_t code,
    int64_t timeout) SOCKFEED_CHECK;

/* ---- Servers ---------------------------------------------------------- */

struct sockfeed_server;
struct sockfeed_peer;

struct sockfeed_server_config {
    const char *address;   /* numeric; NULL is 127.0.0.1 */
    uint16_t port;         /* 0: any free one */
    const char *path;      /* what Socket.IO's begin with; NULL is /socket.io/,
                              and whatever comes with EIO= in its query */
    bool engine_io;        /* there: Engine.IO messages, without Socket.IO */
    int64_t ping_interval; /* ms; 0 is 25000 */
    int64_t ping_timeout;  /* ms; 0 is 20000 */
    size_t max_peers;      /* connections; 0 is 1024 */
    size_t max_queue;      /* bytes waiting for one peer; 0 is 64 MiB */
    const char *certificate;  /* PEM file, with the chain behind it: for TLS */
    const char *key;          /* PEM file; NULL: it is in the same */
    const char *key_password; /* or NULL */
};

enum sockfeed_peer_event_type {
    SOCKFEED_PEER_OPEN,    /* .open; messages may be sent from now on */
    SOCKFEED_PEER_MESSAGE, /* .message */
    SOCKFEED_PEER_ANSWER,  /* .answer: to a call */
    SOCKFEED_PEER_LEFT,    /* .left: the client has ended a namespace */
    SOCKFEED_PEER_DRAINED, /* all that was queued has been written */
    SOCKFEED_PEER_CLOSED,  /* the last event; the peer is gone after it */
};

struct sockfeed_peer_event {
    enum sockfeed_peer_event_type type;
    union {
        struct {
            enum sockfeed_protocol protocol; /* WS, EIO or SIO */
            int eio;
            const char *space; /* SIO: the namespace joined */
        } open;
        struct sockfeed_message message;
        struct sockfeed_answer answer;
        struct {
            const char *space;
        } left;
    } u;
};

typedef void (*sockfeed_server_callback)(
    struct sockfeed_server *server, struct sockfeed_peer *peer,
    const struct sockfeed_peer_event *event, void *user);

/* Listens. On `path` it speaks Socket.IO in the revision that each client
 * asks for, by long-polling, WebSocket, or the one and then the other;
 * elsewhere plain WebSocket, of the first subprotocol that is offered, if any.
 * `failure` (may be NULL) says what went wrong:
 * SYSTEM, INVALID, OWN_CERTIFICATE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_server_new(
    struct sockfeed_server **server, struct sockfeed_loop *loop,
    const struct sockfeed_server_config *config,
    sockfeed_server_callback callback, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Ends all peers without a word; legal inside the callback. */
SOCKFEED_API void sockfeed_server_free(struct sockfeed_server *server);
SOCKFEED_API uint16_t
sockfeed_server_port(const struct sockfeed_server *server);

/* Whether what was said last to a client of long-polling is not written yet,
 * also after its PEER_CLOSED: freed now, the server would leave it without. */
SOCKFEED_API bool sockfeed_server_is_answering(
    const struct sockfeed_server *server);

/* From now on nobody joins this namespace; `why` is checked JSON, a text or an
 * object whose member "message" is one. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_server_refuse(
    struct sockfeed_server *server, const char *space,
    const char *why) SOCKFEED_CHECK;

/* FULL when the peer reads too slowly, STATE when it is closing, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_send(
    struct sockfeed_peer *peer,
    const struct sockfeed_outgoing *message) SOCKFEED_CHECK;
SOCKFEED_API size_t sockfeed_peer_queued(const struct sockfeed_peer *peer);

/* Sends an EVENT and asks for an acknowledgement. Gives the call's number,
 * counted from 1; ANSWER comes for it once, at the latest after `timeout` ms,
 * unless the peer closes first. INVALID unless on Socket.IO; FULL, STATE,
 * NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_call(
    struct sockfeed_peer *peer, uint64_t *call,
    const struct sockfeed_outgoing *message, int64_t timeout) SOCKFEED_CHECK;

/* Answers an EVENT that has an id, at most once; the connection's number is
 * not looked at. Results as of sockfeed_peer_call. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_acknowledge(
    struct sockfeed_peer *peer,
    const struct sockfeed_acknowledgement *acknowledgement) SOCKFEED_CHECK;

/* Ends one namespace of a Socket.IO peer, which lives on. */
SOCKFEED_API enum sockfeed_result sockfeed_peer_leave(
    struct sockfeed_peer *peer, const char *space) SOCKFEED_CHECK;

/* Closes with a WebSocket close code (RFC 6455, 7.4.1; 0: none). With 1000 a
 * Socket.IO client hears first that its namespaces end; one that polls is told
 * of the end without the code. */
SOCKFEED_API void sockfeed_peer_close(struct sockfeed_peer *peer, uint16_t code,
                                      const char *reason);

/* A pointer of the caller's own on each peer; NULL at first. */
SOCKFEED_API void sockfeed_peer_set_user(struct sockfeed_peer *peer,
                                         void *user);
SOCKFEED_API void *sockfeed_peer_user(const struct sockfeed_peer *peer);

/* ---- Answers over HTTP ------------------------------------------------ */

/* Whoever asks for figures or health: GET requests, answered at once. */
struct sockfeed_responder;

struct sockfeed_responder_config {
    const char *address; /* numeric; NULL is 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
};

/* What is answered; the texts are borrowed until the next request. */
struct sockfeed_http_answer {
    int status;
    const char *content_type;
    const char *body;
    size_t size;
};

/* Makes the answer to a request for a path, which comes decoded and without
 * its query. As it comes it says 404. */
typedef void (*sockfeed_responder_callback)(
    void *user, const char *path, struct sockfeed_http_answer *answer);

/* Listens. `failure` (may be NULL) says what went wrong: SYSTEM, INVALID,
 * NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_responder_new(
    struct sockfeed_responder **responder, struct sockfeed_loop *loop,
    const struct sockfeed_responder_config *config,
    sockfeed_responder_callback callback, void *user,
    struct sockfeed_failure *failure) SOCKFEED_CHECK;

/* Not inside the callback. Fits NULL. */
SOCKFEED_API void sockfeed_responder_free(struct sockfeed_responder *responder);
SOCKFEED_API uint16_t
sockfeed_responder_port(const struct sockfeed_responder *responder);

/* ---- Frames that were kept -------------------------------------------- */

/* Reads the frames of one connection, of which FRAME events have told, once
 * more: what did they say? */
struct sockfeed_transcript;

enum sockfeed_said_type {
    SOCKFEED_SAID_TEXT,    /* WebSocket or Engine.IO message: data */
    SOCKFEED_SAID_BINARY,  /* the same of bytes */
    SOCKFEED_SAID_JOIN,    /* Socket.IO CONNECT: space */
    SOCKFEED_SAID_LEAVE,   /* DISCONNECT: space */
    SOCKFEED_SAID_REFUSAL, /* CONNECT_ERROR: space, data: JSON or empty */
    SOCKFEED_SAID_EVENT,   /* space, id where there is one, data: the array */
    SOCKFEED_SAID_ANSWER,  /* the same of an acknowledgement */
};

/* All pointers are views. Attachments stand in JSON as {"$base64":"..."}. */
struct sockfeed_said {
    enum sockfeed_said_type type;
    const char *space;
    size_t space_size;
    bool has_id;
    uint64_t id;
    const char *data;
    size_t size;
};

/* Gives a transcript of the protocol (WS, EIO, SIO), whose revision of
 * Engine.IO is seen by what the server says. NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_transcript_new(
    struct sockfeed_transcript **transcript,
    enum sockfeed_protocol protocol) SOCKFEED_CHECK;
/* Fits NULL. */
SOCKFEED_API void sockfeed_transcript_free(
    struct sockfeed_transcript *transcript);

/* Takes the next TEXT or BINARY frame of the connection, in the order in which
 * they went. Borrows the data until the last call of _next for it. */
SOCKFEED_API void sockfeed_transcript_take(
    struct sockfeed_transcript *transcript, bool sent,
    enum sockfeed_frame_type type, const char *data, size_t size);

/* Gives the next thing that it said, a view until the next call of either. OK;
 * MORE: there is none (left), as of a heartbeat; PROTOCOL: the rest of it
 * cannot be read, and `*reason` says why; TOO_LARGE, NOMEM. */
SOCKFEED_API enum sockfeed_result sockfeed_transcript_next(
    struct sockfeed_transcript *transcript, struct sockfeed_said *said,
    const char **reason) SOCKFEED_CHECK;

#ifdef __cplusplus
}
#endif

#endif
