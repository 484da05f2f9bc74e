/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTIONS_H
#define CLI_OPTIONS_OPTIONS_H

#include "base/span.h"
#include "cli/output/output.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the user asked for, once everything was read: arguments, profiles and
 * files. Each part of the program gets its own part of it. Texts belong to
 * the options and live as long as they.
 */

/* What stands in the order of what is sent. */
enum given_kind {
    GIVEN_MESSAGE,
    GIVEN_AWAIT,          /* the text is a pattern */
    GIVEN_HEARTBEAT,      /* sent every `interval` */
    GIVEN_HEARTBEAT_IDLE, /* only after as long a silence */
};

/* A MESSAGE as it was given. It is understood once the protocol is known. */
struct given_message {
    enum given_kind kind;
    struct span text;
    const char *origin; /* the option's name, or a file's */
    unsigned line;      /* in the file, from 1; 0: it was the option's value */
    const char *file;   /* that it is the content of, perhaps a secret; NULL */
    bool profile;       /* a profile has it */
    int64_t interval;   /* of a heartbeat, ms */
};

/* MESSAGEs in the order they were given. */
struct given_messages {
    struct given_message *at; /* owned */
    size_t count;
    size_t size; /* bytes of all texts; at most LIMIT_SUBSCRIPTIONS */
};

struct send_options {
    struct given_messages subscriptions; /* -s and -S, --await between them */
    struct output_texts each;            /* lines of --each */
    uint64_t per_connection; /* subscriptions of one; 0: all of them */
    struct given_messages heartbeats;
    struct output_texts replies; /* --reply, s/REGEX/TEXT/ */
    struct given_messages emits; /* -e */
    struct given_messages calls; /* -c */
    struct span acknowledgement; /* --ack, a JSON array; data NULL: none */
    int64_t ack_timeout;         /* ms; 0: the usual */
    uint64_t retry_emits;        /* how often at most; 0: not at all */
    bool lines;                  /* -i */
    bool lines_taken;            /* standard input was read already */
    bool exit_on_eof;
    bool drop_lines; /* --volatile: those that come while not connected */
};

/* Commands that are run before each connection; NULL: none. */
struct credential_options {
    const char *auth_command;
    const char *header_command;
    int64_t timeout; /* ms for each: that of connecting */
};

enum {
    OPTIONS_DELAYS_MAX = 64
};

struct delay_options {
    int64_t at[OPTIONS_DELAYS_MAX]; /* ms */
    size_t count;                   /* 0: the library's own */
};

enum status_form {
    STATUS_FORM_TEXT,
    STATUS_FORM_JSON,
    STATUS_FORM_INLINE, /* the same, among the messages */
};

enum stats_form {
    STATS_FORM_NONE,
    STATS_FORM_TEXT,
    STATS_FORM_JSON,
};

/* Where to listen. */
struct listen_options {
    bool given;
    const char *address; /* NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
};

/* What is told of the stream, on standard error and to who asks. */
struct report_options {
    enum status_form status;
    enum stats_form stats;
    int64_t stats_interval; /* ms; 0: none */
    struct listen_options metrics;
    unsigned verbosity; /* how many times -v */
    bool quiet;
};

struct record_options {
    const char *path; /* --record FILE; NULL: nothing is recorded */
    bool secrets;
};

struct kept_text {
    char *data; /* owned; a NUL follows it */
    size_t size;
};

/* What the program is to do. */
enum options_action {
    OPTIONS_ACTION_STREAM,
    OPTIONS_ACTION_HELP,
    OPTIONS_ACTION_VERSION,
};

/* Which of the program's commands was given. */
enum options_command {
    OPTIONS_COMMAND_STREAM,
    OPTIONS_COMMAND_DEMO,
    OPTIONS_COMMAND_SERVE,
    OPTIONS_COMMAND_PROBE,
};

struct demo_options {
    bool seeded; /* --seed was given */
    uint64_t seed;
};

struct serve_options {
    const char *capture; /* its file's name */
    const char *address; /* of --listen; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    int64_t speed;       /* thousandths of the original; 0: as it was */
    bool max_speed;      /* no pauses between frames */
    bool loop;
    bool once;
    bool live;               /* all clients share one clock */
    bool strict;             /* they must send what was sent then */
    const char *certificate; /* PEM file; NULL: without TLS */
    const char *key;         /* PEM file; NULL: in the same */
    const char *password;    /* of the key, or NULL */
};

struct options {
    enum options_command command;
    enum options_action action;
    int64_t started; /* when the program began, ns since the epoch */
    struct output_texts urls;
    size_t profile_urls; /* how many of them are a profile's */
    struct send_options send;
    struct sockfeed_options *connect; /* owned; all but the URL and delays */
    struct delay_options delays;
    struct credential_options credentials;
    struct output_options output;
    struct record_options record;
    struct report_options report;
    struct demo_options demo;
    struct serve_options serve;
    uint64_t max_connecting; /* handshakes at a time; 0: the usual */
    int64_t max_time;        /* -m, ms; 0: without end */

    unsigned nesting;       /* -K files being read, one inside the other */
    const char *from_file;  /* the value being set is its content; or NULL */
    struct kept_text *kept; /* owned, and each text */
    size_t kept_count;
};

/* NOMEM; the options can then still be deinitialised. */
enum sockfeed_result options_init(struct options *options) SOCKFEED_CHECK;

/* Wipes and frees all texts; some are secrets. */
void options_deinit(struct options *options);

/* Gives a NUL-terminated copy that the options own, or NULL when out of
 * memory. */
const char *options_keep(struct options *options, struct span text);

/* Says that standard input is about to be read; INVALID when it was already. */
enum sockfeed_result options_take_stdin(struct options *options) SOCKFEED_CHECK;

/* Add to the end of a list; the texts are kept already. NOMEM, FULL. */
enum sockfeed_result options_add_message(struct given_messages *messages,
                                         const struct given_message *message)
    SOCKFEED_CHECK;
enum sockfeed_result options_add_text(struct output_texts *texts,
                                      const char *text) SOCKFEED_CHECK;

#endif
