/* SPDX-License-Identifier: MIT */
#include "cli/run/lines.h"

#include "cli/base/diag.h"
#include "cli/base/term.h"
#include "cli/input/message.h"

#include <string.h>
#include <unistd.h>

enum {
    LINES_AGAIN = 50 /* ms until a queue that was full is tried again */
};

static void skip(struct lines *lines, size_t number, const char *reason)
{
    lines->bad = true;
    diag_line("standard input, line %zu: %s", number, reason);
}

/* Sends a line to a feed. False: there is no room now. */
static bool send_message(struct lines *lines, struct feed *feed,
                         const struct message *message, size_t number)
{
    struct sockfeed_outgoing outgoing = message_outgoing(message);
    enum sockfeed_result result;

    if (lines->drop && !feed->is_open) {
        return true;
    }
    result = sockfeed_client_send(feed->client, &outgoing);
    if (result == SOCKFEED_FULL) {
        return false;
    }
    if (result != SOCKFEED_OK) {
        skip(lines, number, sockfeed_result_text(result));
    }
    return true;
}

static bool send_line(struct lines *lines, struct feed *feed, struct span line,
                      size_t number)
{
    struct message message;
    struct malformed malformed;
    enum sockfeed_result result;
    bool taken = true;

    message_init(&message);
    result = message_parse(&message, &malformed, feed->protocol, line);
    if (result == SOCKFEED_OK) {
        taken = send_message(lines, feed, &message, number);
    } else if (result == SOCKFEED_INVALID) {
        lines->bad = true;
        diag_line("standard input, line %zu, column %zu: %s", number,
                  message_column(line, malformed.offset), malformed.reason);
    } else {
        skip(lines, number, sockfeed_result_text(result));
    }
    message_deinit(&message);
    return taken;
}

/* Events have names, so that an empty line is none. */
static bool is_nothing(const struct feed *feed, struct span line)
{
    return feed->protocol == SOCKFEED_PROTOCOL_SIO && span_trim(line).size == 0;
}

static bool give(struct lines *lines, struct span line, size_t number)
{
    bool all = true;

    for (size_t i = 0; i < lines->feeds->count; i++) {
        struct feed *feed = &lines->feeds->at[i];

        if (!feed->line_taken) {
            feed->line_taken = feed->closed || feed->share > 0 ||
                               is_nothing(feed, line) ||
                               send_line(lines, feed, line, number);
        }
        all = all && feed->line_taken;
    }
    return all;
}

/* The next line is a new one for all. */
static void take(struct lines *lines)
{
    for (size_t i = 0; i < lines->feeds->count; i++) {
        lines->feeds->at[i].line_taken = false;
    }
}

static bool on_line(void *user, struct span line, size_t number)
{
    struct lines *lines = user;

    if (!give(lines, line, number)) {
        sockfeed_timer_set(lines->again, LINES_AGAIN);
        return false;
    }
    take(lines);
    return true;
}

bool lines_give(struct lines *lines, struct span line, size_t number)
{
    bool given = give(lines, line, number);

    take(lines);
    return given;
}

bool lines_are_typed(void)
{
    return term_is_terminal(STDIN_FILENO);
}

void lines_end(struct lines *lines)
{
    lines->ended = true;
    lines->end(lines->user);
}

static void on_too_long(void *user, size_t number)
{
    skip(user, number, "the line is too long");
}

static void on_end(void *user, int error)
{
    struct lines *lines = user;

    if (error != 0) {
        lines->bad = true;
        diag_line("cannot read standard input: %s", strerror(error));
    }
    lines_end(lines);
}

static void on_again(void *user)
{
    struct lines *lines = user;

    input_resume(lines->input);
}

enum sockfeed_result lines_open(struct lines *lines, struct sockfeed_loop *loop,
                                struct feeds *feeds, void (*end)(void *user),
                                void *user)
{
    *lines = (struct lines){.feeds = feeds, .end = end, .user = user};
    return sockfeed_timer_new(&lines->again, loop, on_again, lines);
}

enum sockfeed_result lines_read(struct lines *lines, struct sockfeed_loop *loop)
{
    const struct input_callbacks callbacks = {
        .line = on_line, .too_long = on_too_long, .end = on_end, .user = lines};

    return input_new(&lines->input, loop, STDIN_FILENO, &callbacks);
}

void lines_close(struct lines *lines)
{
    input_free(lines->input);
    sockfeed_timer_free(lines->again);
    *lines = (struct lines){.input = NULL};
}
