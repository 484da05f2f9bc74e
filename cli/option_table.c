/* SPDX-License-Identifier: MIT */
#include "cli/option_table.h"

#include "cli/option_client.h"
#include "cli/option_message.h"
#include "cli/option_serve.h"
#include "cli/option_set.h"

#include <assert.h>

#define FIELD(name) offsetof(struct options, name)

static const struct option_choice protocols[] = {
    {"ws",  SOCKFEED_PROTOCOL_WS },
    {"eio", SOCKFEED_PROTOCOL_EIO},
    {"sio", SOCKFEED_PROTOCOL_SIO},
    {NULL,  0                    },
};

static const struct option_choice revisions[] = {
    {"3",    3},
    {"4",    4},
    {"auto", 0},
    {NULL,   0},
};

static const struct option_choice reconnects[] = {
    {"never",  SOCKFEED_RECONNECT_NEVER },
    {"lost",   SOCKFEED_RECONNECT_LOST  },
    {"always", SOCKFEED_RECONNECT_ALWAYS},
    {NULL,     0                        },
};

static const struct option_choice forms[] = {
    {"json",     OUTPUT_FORM_JSON    },
    {"data",     OUTPUT_FORM_DATA    },
    {"text",     OUTPUT_FORM_TEXT    },
    {"envelope", OUTPUT_FORM_ENVELOPE},
    {"raw",      OUTPUT_FORM_RAW     },
    {NULL,       0                   },
};

static const struct option_choice binaries[] = {
    {"base64", OUTPUT_BINARY_BASE64},
    {"hex",    OUTPUT_BINARY_HEX   },
    {"raw",    OUTPUT_BINARY_RAW   },
    {NULL,     0                   },
};

static const struct option_choice colors[] = {
    {"auto",   OUTPUT_COLOR_AUTO  },
    {"always", OUTPUT_COLOR_ALWAYS},
    {"never",  OUTPUT_COLOR_NEVER },
    {NULL,     0                  },
};

static const struct option_choice decoders[] = {
    {"cryptocompare", OUTPUT_DECODE_CRYPTOCOMPARE},
    {NULL,            0                          },
};

static const struct option_choice on_full[] = {
    {"block", OUTPUT_ON_FULL_BLOCK},
    {"drop",  OUTPUT_ON_FULL_DROP },
    {NULL,    0                   },
};

static const struct option_choice status_forms[] = {
    {"text", STATUS_FORM_TEXT},
    {"json", STATUS_FORM_JSON},
    {NULL,   0               },
};

static const struct option_choice stats_forms[] = {
    {"text", STATS_FORM_TEXT},
    {"json", STATS_FORM_JSON},
    {NULL,   0              },
};

static const struct option_choice tls_12[] = {
    {"1.2", 12},
    {NULL,  0 },
};

static const struct option_choice tls_13[] = {
    {"1.3", 13},
    {NULL,  0 },
};

static const struct option_choice help_action[] = {
    {"help", OPTIONS_ACTION_HELP},
    {NULL,   0                  },
};

static const struct option_choice version_action[] = {
    {"version", OPTIONS_ACTION_VERSION},
    {NULL,      0                     },
};

/* The formatter cannot lay out rows that leave out different members. */
/* clang-format off */
const struct option option_table[] = {
    {.name = "auth", .letter = 'a', .argument = "JSON",
     .group = OPTION_GROUP_SOCKET_IO, .help = "payload of the CONNECT packet",
     .set = option_client_text, .client = SOCKFEED_OPTION_AUTH,
     .flags = OPTION_FILE | OPTION_SECRET},
    {.name = "binary", .argument = "HOW", .group = OPTION_GROUP_PRINTING,
     .help = "base64, hex or raw: WebSocket binary messages",
     .set = option_set_choice, .field = FIELD(output.binary),
     .choices = binaries},
    {.name = "buffer", .argument = "SIZE", .group = OPTION_GROUP_STAYING,
     .help = "output kept for a slow reader (64M)",
     .set = option_set_size, .field = FIELD(output.buffer)},
    {.name = "cacert", .argument = "FILE", .group = OPTION_GROUP_CONNECTING,
     .help = "trust these, not the system's authorities",
     .set = option_client_text, .client = SOCKFEED_OPTION_CA_FILE},
    {.name = "capath", .argument = "DIR", .group = OPTION_GROUP_CONNECTING,
     .help = "the same: a directory, hashed by openssl rehash",
     .set = option_client_text, .client = SOCKFEED_OPTION_CA_DIRECTORY},
    {.name = "cert", .argument = "FILE", .group = OPTION_GROUP_CONNECTING,
     .help = "our certificate, PEM, its key too unless --key",
     .set = option_client_text, .client = SOCKFEED_OPTION_CERTIFICATE},
    {.name = "ciphers", .argument = "LIST", .group = OPTION_GROUP_CONNECTING,
     .help = "TLS ciphers to offer, as OpenSSL names them",
     .set = option_client_text, .client = SOCKFEED_OPTION_CIPHERS},
    {.name = "color", .argument = "WHEN", .group = OPTION_GROUP_PRINTING,
     .help = "auto, always or never",
     .set = option_set_choice, .field = FIELD(output.color), .choices = colors},
    {.name = "config", .letter = 'K', .argument = "FILE",
     .group = OPTION_GROUP_GENERAL,
     .help = "read options from FILE, @NAME: from a profile",
     .set = option_set_config, .flags = OPTION_OWN_ERROR},
    {.name = "connect-timeout", .argument = "S",
     .group = OPTION_GROUP_CONNECTING,
     .help = "give up connecting after S seconds (10)",
     .set = option_client_seconds, .client = SOCKFEED_OPTION_CONNECT_TIMEOUT},
    {.name = "count", .letter = 'n', .argument = "N",
     .group = OPTION_GROUP_CHOOSING, .help = "leave after N printed messages",
     .set = option_set_count, .field = FIELD(output.count)},
    {.name = "csv", .group = OPTION_GROUP_PRINTING,
     .help = "with --select: as CSV under a header line",
     .set = option_set_flag, .field = FIELD(output.csv)},
    {.name = "decode", .argument = "cryptocompare",
     .group = OPTION_GROUP_PRINTING,
     .help = "packed messages become JSON objects",
     .set = option_set_choice, .field = FIELD(output.decode),
     .choices = decoders},
    {.name = "delays", .argument = "S,...", .group = OPTION_GROUP_STAYING,
     .help = "before each try (1,2,4,8,30,60)",
     .set = option_set_delays, .field = FIELD(delays)},
    {.name = "eio", .argument = "3|4|auto", .group = OPTION_GROUP_SOCKET_IO,
     .help = "Engine.IO revision (auto)",
     .set = option_client_choice, .client = SOCKFEED_OPTION_EIO,
     .choices = revisions},
    {.name = "emit", .letter = 'e', .argument = "MESSAGE",
     .group = OPTION_GROUP_SENDING, .help = "send once, on the first connect",
     .set = option_message, .field = FIELD(send.emits), .flags = OPTION_FILE},
    {.name = "event", .letter = 'E', .argument = "GLOB",
     .group = OPTION_GROUP_CHOOSING,
     .help = "only events with such a name; !GLOB: not those",
     .set = option_set_checked_list, .field = FIELD(output.events),
     .check = OUTPUT_VALUE_GLOB},
    {.name = "every", .argument = "S", .group = OPTION_GROUP_CHOOSING,
     .help = "with --latest: how often to print",
     .set = option_set_seconds, .field = FIELD(output.every)},
    {.name = "exit-on-eof", .group = OPTION_GROUP_SENDING,
     .help = "leave at the end of standard input",
     .set = option_set_flag, .field = FIELD(send.exit_on_eof)},
    {.name = "extract", .argument = "REGEX", .group = OPTION_GROUP_PRINTING,
     .help = "print what group 1 matches",
     .set = option_set_checked, .field = FIELD(output.extract),
     .check = OUTPUT_VALUE_REGEX},
    {.name = "format", .letter = 'f', .argument = "TEMPLATE",
     .group = OPTION_GROUP_PRINTING,
     .help = "print each message so: %e event, %d data, ...",
     .set = option_set_checked, .field = FIELD(output.format),
     .check = OUTPUT_VALUE_TEMPLATE},
    {.name = "header", .letter = 'H', .argument = "'NAME: VALUE'",
     .group = OPTION_GROUP_CONNECTING, .help = "add to the handshake request",
     .set = option_client_text, .client = SOCKFEED_OPTION_HEADER,
     .flags = OPTION_FILE},
    {.name = "help", .letter = 'h', .group = OPTION_GROUP_GENERAL,
     .help = "show this",
     .set = option_set_choice, .field = FIELD(action), .choices = help_action,
     .commands = OPTION_FOR_ALL},
    {.name = "inflate", .group = OPTION_GROUP_PRINTING,
     .help = "compressed binary messages become text",
     .set = option_set_flag, .field = FIELD(output.inflate)},
    {.name = "insecure", .letter = 'k', .group = OPTION_GROUP_CONNECTING,
     .help = "do not verify certificates",
     .set = option_client_flag, .client = SOCKFEED_OPTION_INSECURE},
    {.name = "jitter", .argument = "FRACTION", .group = OPTION_GROUP_STAYING,
     .help = "vary delays by this much (0.2)",
     .set = option_client_permille, .client = SOCKFEED_OPTION_JITTER},
    {.name = "key", .argument = "FILE", .group = OPTION_GROUP_CONNECTING,
     .help = "the key of --cert, PEM",
     .set = option_client_text, .client = SOCKFEED_OPTION_KEY},
    {.name = "latest", .argument = "POINTER", .group = OPTION_GROUP_CHOOSING,
     .help = "with --every: only the newest for each value",
     .set = option_set_checked, .field = FIELD(output.latest),
     .check = OUTPUT_VALUE_POINTER},
    {.name = "listen", .argument = "ADDR:PORT", .group = OPTION_GROUP_SERVING,
     .help = "serve: where to listen (127.0.0.1:0)",
     .set = option_serve_listen, .commands = OPTION_FOR_SERVE},
    {.name = "loop", .group = OPTION_GROUP_SERVING,
     .help = "serve: begin again at the capture's end",
     .set = option_set_flag, .field = FIELD(serve.loop),
     .commands = OPTION_FOR_SERVE},
    {.name = "match", .argument = "REGEX", .group = OPTION_GROUP_CHOOSING,
     .help = "only messages whose text matches",
     .set = option_set_checked_list, .field = FIELD(output.match),
     .check = OUTPUT_VALUE_REGEX},
    {.name = "max-message", .argument = "SIZE",
     .group = OPTION_GROUP_CONNECTING, .help = "largest message accepted (16M)",
     .set = option_client_max_message, .client = SOCKFEED_OPTION_MAX_MESSAGE},
    {.name = "max-time", .letter = 'm', .argument = "S",
     .group = OPTION_GROUP_CHOOSING, .help = "leave after S seconds",
     .set = option_set_seconds, .field = FIELD(max_time)},
    {.name = "msgpack", .group = OPTION_GROUP_SOCKET_IO,
     .help = "the server uses socket.io-msgpack-parser",
     .set = option_client_flag, .client = SOCKFEED_OPTION_MSGPACK},
    {.name = "namespace", .letter = 'N', .argument = "NAME",
     .group = OPTION_GROUP_SOCKET_IO, .help = "connect to this namespace too",
     .set = option_client_text, .client = SOCKFEED_OPTION_NAMESPACE},
    {.name = "null", .letter = '0', .group = OPTION_GROUP_PRINTING,
     .help = "end messages with NUL, not newline",
     .set = option_set_flag, .field = FIELD(output.null)},
    {.name = "on-full", .argument = "HOW", .group = OPTION_GROUP_STAYING,
     .help = "block or drop, once that is full (block)",
     .set = option_set_choice, .field = FIELD(output.on_full),
     .choices = on_full},
    {.name = "once", .group = OPTION_GROUP_SERVING,
     .help = "serve: until the first client has had all",
     .set = option_set_flag, .field = FIELD(serve.once),
     .commands = OPTION_FOR_SERVE},
    {.name = "origin", .argument = "ORIGIN", .group = OPTION_GROUP_CONNECTING,
     .help = "its Origin header (none)",
     .set = option_client_text, .client = SOCKFEED_OPTION_ORIGIN},
    {.name = "output", .letter = 'o', .argument = "FORM",
     .group = OPTION_GROUP_PRINTING,
     .help = "json, data, text, envelope or raw",
     .set = option_set_choice, .field = FIELD(output.form), .choices = forms},
    {.name = "pass", .argument = "PHRASE", .group = OPTION_GROUP_CONNECTING,
     .help = "what the key is encrypted with",
     .set = option_client_text, .client = SOCKFEED_OPTION_KEY_PASSWORD,
     .flags = OPTION_FILE | OPTION_SECRET},
    {.name = "path", .argument = "PATH", .group = OPTION_GROUP_SOCKET_IO,
     .help = "request path (/socket.io/)",
     .set = option_client_text, .client = SOCKFEED_OPTION_PATH},
    {.name = "ping-interval", .argument = "S", .group = OPTION_GROUP_STAYING,
     .help = "between WebSocket pings (20; 0: none)",
     .set = option_client_seconds, .client = SOCKFEED_OPTION_PING_INTERVAL},
    {.name = "ping-timeout", .argument = "S", .group = OPTION_GROUP_STAYING,
     .help = "how long an answer may take (20; 0: for ever)",
     .set = option_client_seconds, .client = SOCKFEED_OPTION_PING_TIMEOUT},
    {.name = "pinnedpubkey", .argument = "PINS",
     .group = OPTION_GROUP_CONNECTING,
     .help = "keys to insist on: sha256//BASE64;... or a file",
     .set = option_client_text, .client = SOCKFEED_OPTION_PINNED_KEY},
    {.name = "pretty", .group = OPTION_GROUP_PRINTING,
     .help = "indent messages",
     .set = option_set_flag, .field = FIELD(output.pretty)},
    {.name = "protocol", .argument = "ws|eio|sio",
     .group = OPTION_GROUP_CONNECTING, .help = "what is spoken (by the URL)",
     .set = option_client_choice, .client = SOCKFEED_OPTION_PROTOCOL,
     .choices = protocols},
    {.name = "query", .argument = "KEY=VALUE", .group = OPTION_GROUP_SOCKET_IO,
     .help = "add a query parameter",
     .set = option_client_text, .client = SOCKFEED_OPTION_QUERY},
    {.name = "quiet", .letter = 'q', .group = OPTION_GROUP_GENERAL,
     .help = "say nothing about connections that work",
     .set = option_set_flag, .field = FIELD(report.quiet)},
    {.name = "reconnect", .argument = "WHEN", .group = OPTION_GROUP_STAYING,
     .help = "never, lost or always (lost)",
     .set = option_client_choice, .client = SOCKFEED_OPTION_RECONNECT,
     .choices = reconnects},
    {.name = "reject", .argument = "REGEX", .group = OPTION_GROUP_CHOOSING,
     .help = "only messages whose text does not match",
     .set = option_set_checked_list, .field = FIELD(output.reject),
     .check = OUTPUT_VALUE_REGEX},
    {.name = "retries", .argument = "N", .group = OPTION_GROUP_STAYING,
     .help = "give up after N tries in a row have failed",
     .set = option_client_count, .client = SOCKFEED_OPTION_RETRIES},
    {.name = "seed", .argument = "N", .group = OPTION_GROUP_SERVING,
     .help = "demo: the same prices for the same N",
     .set = option_serve_seed, .commands = OPTION_FOR_DEMO},
    {.name = "select", .argument = "POINTER,...",
     .group = OPTION_GROUP_PRINTING,
     .help = "print these values, tab-separated",
     .set = option_set_checked, .field = FIELD(output.select),
     .check = OUTPUT_VALUE_POINTERS},
    {.name = "servername", .argument = "NAME",
     .group = OPTION_GROUP_CONNECTING,
     .help = "whom the certificate must be for (the host)",
     .set = option_client_text, .client = SOCKFEED_OPTION_SERVER_NAME},
    {.name = "speed", .argument = "N|max", .group = OPTION_GROUP_SERVING,
     .help = "serve: times the original speed (1)",
     .set = option_serve_speed, .commands = OPTION_FOR_SERVE},
    {.name = "stats", .argument = "FORM", .group = OPTION_GROUP_PRINTING,
     .help = "a summary at the end, as text or json",
     .set = option_set_choice, .field = FIELD(report.stats),
     .choices = stats_forms, .flags = OPTION_OPTIONAL_VALUE},
    {.name = "stats-interval", .argument = "S", .group = OPTION_GROUP_PRINTING,
     .help = "a line of it every S seconds",
     .set = option_set_seconds, .field = FIELD(report.stats_interval)},
    {.name = "status", .argument = "FORM", .group = OPTION_GROUP_PRINTING,
     .help = "text or json: records of the connection",
     .set = option_set_choice, .field = FIELD(report.status),
     .choices = status_forms},
    {.name = "stdin", .letter = 'i', .group = OPTION_GROUP_SENDING,
     .help = "send each line of standard input",
     .set = option_set_flag, .field = FIELD(send.lines)},
    {.name = "subprotocol", .argument = "NAME",
     .group = OPTION_GROUP_CONNECTING,
     .help = "offer this WebSocket subprotocol",
     .set = option_client_text, .client = SOCKFEED_OPTION_SUBPROTOCOL},
    {.name = "subscribe", .letter = 's', .argument = "MESSAGE",
     .group = OPTION_GROUP_SENDING, .help = "send after every connect",
     .set = option_message, .field = FIELD(send.subscriptions),
     .flags = OPTION_FILE},
    {.name = "subscribe-file", .letter = 'S', .argument = "FILE",
     .group = OPTION_GROUP_SENDING,
     .help = "the same for each line of FILE, - for stdin",
     .set = option_message_file, .field = FIELD(send.subscriptions)},
    {.name = "timestamp", .letter = 't', .group = OPTION_GROUP_PRINTING,
     .help = "prefix the time of arrival",
     .set = option_set_flag, .field = FIELD(output.timestamp)},
    {.name = "tlsv1.2", .group = OPTION_GROUP_CONNECTING,
     .help = "TLS 1.2 or later, as without it",
     .set = option_client_choice, .client = SOCKFEED_OPTION_TLS_VERSION,
     .choices = tls_12},
    {.name = "tlsv1.3", .group = OPTION_GROUP_CONNECTING,
     .help = "TLS 1.3 or later",
     .set = option_client_choice, .client = SOCKFEED_OPTION_TLS_VERSION,
     .choices = tls_13},
    {.name = "until", .argument = "REGEX", .group = OPTION_GROUP_CHOOSING,
     .help = "leave after the first message that matches",
     .set = option_set_checked, .field = FIELD(output.until),
     .check = OUTPUT_VALUE_REGEX},
    {.name = "unwrap", .argument = "POINTER", .group = OPTION_GROUP_PRINTING,
     .help = "JSON inside of the string there takes its place",
     .set = option_set_checked, .field = FIELD(output.unwrap),
     .check = OUTPUT_VALUE_POINTER},
    {.name = "user-agent", .letter = 'A', .argument = "TEXT",
     .group = OPTION_GROUP_CONNECTING,
     .help = "its User-Agent header; empty: none",
     .set = option_client_text, .client = SOCKFEED_OPTION_USER_AGENT},
    {.name = "verbose", .letter = 'v', .group = OPTION_GROUP_GENERAL,
     .help = "show connecting and frames; -vv: their bytes",
     .set = option_set_more, .field = FIELD(report.verbosity)},
    {.name = "version", .letter = 'V', .group = OPTION_GROUP_GENERAL,
     .help = "show the versions of this and its libraries",
     .set = option_set_choice, .field = FIELD(action),
     .choices = version_action,
     .commands = OPTION_FOR_ALL},
    {.name = "where", .argument = "'POINTER OP VALUE'",
     .group = OPTION_GROUP_CHOOSING,
     .help = "only messages whose value there compares so",
     .set = option_set_checked_list, .field = FIELD(output.where),
     .check = OUTPUT_VALUE_WHERE},
};
/* clang-format on */

const size_t option_table_count = sizeof option_table / sizeof option_table[0];

bool option_table_belongs(const struct option *option,
                          enum options_command command)
{
    unsigned commands = option->commands == 0
                            ? OPTION_FOR_STREAM | OPTION_FOR_DEMO
                            : option->commands;

    return (commands & 1U << command) != 0;
}

const char *option_table_group(enum option_group group)
{
    static const char *const names[] = {
        [OPTION_GROUP_SENDING] = "Sending",
        [OPTION_GROUP_SOCKET_IO] = "Socket.IO",
        [OPTION_GROUP_CHOOSING] = "Choosing",
        [OPTION_GROUP_PRINTING] = "Printing",
        [OPTION_GROUP_CONNECTING] = "Connecting",
        [OPTION_GROUP_STAYING] = "Staying connected",
        [OPTION_GROUP_SERVING] = "Demo and serve",
        [OPTION_GROUP_GENERAL] = "General",
    };

    static_assert(sizeof names / sizeof names[0] == OPTION_GROUP_COUNT,
                  "every group has a name");
    return names[group];
}
