/* SPDX-License-Identifier: MIT */
#include "cli/run/console.h"

#include "base/limits.h"
#include "base/num.h"
#include "cli/base/diag.h"
#include "cli/input/editor.h"
#include "cli/input/message.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    NAMES_MAX = 256,     /* events whose names are kept for completion */
    CALLS_MAX = 64,      /* of /call that wait for an answer */
    CALL_TIMEOUT = 10000 /* ms */
};

struct pending_call {
    const struct feed *feed; /* NULL: a free place */
    uint64_t call;
};

struct console {
    struct console_callbacks callbacks;
    struct editor *editor;
    struct feeds *feeds;
    struct lines *lines;
    size_t number;          /* of lines typed */
    char *names[NAMES_MAX]; /* owned */
    size_t name_count;
    struct pending_call calls[CALLS_MAX];
};

/* ---- Messages ----------------------------------------------------------- */

/* Does something with a message for one feed; answers what the library said. */
typedef enum sockfeed_result (*action)(struct console *console,
                                       struct feed *feed,
                                       const struct sockfeed_outgoing *message);

static enum sockfeed_result subscribe(struct console *console,
                                      struct feed *feed,
                                      const struct sockfeed_outgoing *message)
{
    (void)console;
    return sockfeed_client_subscribe(feed->client, message);
}

static enum sockfeed_result unsubscribe(struct console *console,
                                        struct feed *feed,
                                        const struct sockfeed_outgoing *message)
{
    (void)console;
    return sockfeed_client_unsubscribe(feed->client, message);
}

static enum sockfeed_result call(struct console *console, struct feed *feed,
                                 const struct sockfeed_outgoing *message)
{
    struct pending_call *place = console->calls;
    enum sockfeed_result result;

    while (place < console->calls + CALLS_MAX && place->feed != NULL) {
        place++;
    }
    if (place == console->calls + CALLS_MAX) {
        return SOCKFEED_FULL;
    }
    place->feed = feed;
    result =
        sockfeed_client_call(feed->client, &place->call, message, CALL_TIMEOUT);
    if (result != SOCKFEED_OK) {
        place->feed = NULL;
    }
    return result;
}

/* Reads the MESSAGE and does it on one feed. True: it was done. */
static bool act_on(struct console *console, struct feed *feed, action act,
                   struct span text, const char **reason)
{
    struct message message;
    struct malformed malformed = {0, ""};
    enum sockfeed_result result;

    message_init(&message);
    result = message_parse(&message, &malformed, feed->protocol, text);
    if (result == SOCKFEED_OK) {
        struct sockfeed_outgoing outgoing = message_outgoing(&message);

        result = act(console, feed, &outgoing);
        *reason = result == SOCKFEED_INVALID && act == unsubscribe
                      ? "there is no such subscription"
                      : sockfeed_result_text(result);
    } else {
        *reason = result == SOCKFEED_INVALID ? malformed.reason
                                             : sockfeed_result_text(result);
    }
    message_deinit(&message);
    return result == SOCKFEED_OK;
}

/* On the first connection of each URL; a subscription is forgotten on
 * whichever has it. */
static void act_on_all(struct console *console, action act, struct span text)
{
    const char *reason = "there is no connection";
    bool done = false;

    for (size_t i = 0; i < console->feeds->count; i++) {
        struct feed *feed = &console->feeds->at[i];

        if (!feed->closed && (feed->share == 0 || act == unsubscribe) &&
            act_on(console, feed, act, text, &reason)) {
            done = true;
        }
    }
    if (!done) {
        diag_line("%s", reason);
    }
}

/* ---- Commands ----------------------------------------------------------- */

static void do_help(struct console *console, struct span rest);

static void do_sub(struct console *console, struct span rest)
{
    act_on_all(console, subscribe, rest);
}

static void do_unsub(struct console *console, struct span rest)
{
    act_on_all(console, unsubscribe, rest);
}

static void do_call(struct console *console, struct span rest)
{
    act_on_all(console, call, rest);
}

static void do_close(struct console *console, struct span rest)
{
    uint64_t code = 0;

    if (num_parse_uint(&code, rest, UINT16_MAX) != SOCKFEED_OK) {
        diag_line("/close: expected a code, as 1000 or 4000");
        return;
    }
    console->callbacks.quit(console->callbacks.user, (uint16_t)code);
}

static void do_stats(struct console *console, struct span rest)
{
    (void)rest;
    console->callbacks.stats(console->callbacks.user);
}

static void do_quit(struct console *console, struct span rest)
{
    (void)rest;
    console->callbacks.quit(console->callbacks.user, 0);
}

static const struct command {
    const char *name;
    const char *argument;
    const char *help;
    void (*run)(struct console *console, struct span rest);
} commands[] = {
    {"/help",  "",        "show this",                                do_help },
    {"/sub",   "MESSAGE", "subscribe, also after a reconnect",        do_sub  },
    {"/unsub", "MESSAGE", "no longer send this after a reconnect",    do_unsub},
    {"/call",  "MESSAGE", "send, and print the acknowledgement",      do_call },
    {"/close", "CODE",    "close with this WebSocket code and leave", do_close},
    {"/stats", "",        "show figures",                             do_stats},
    {"/quit",  "",        "leave",                                    do_quit },
};

enum {
    COMMAND_COUNT = sizeof commands / sizeof commands[0]
};

static void do_help(struct console *console, struct span rest)
{
    (void)console;
    (void)rest;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        diag_line("%-7s%-9s%s", commands[i].name, commands[i].argument,
                  commands[i].help);
    }
    diag_line("Anything else is a MESSAGE, sent as it is.");
}

static const struct command *find_command(struct span name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (span_is(name, commands[i].name)) {
            return &commands[i];
        }
    }
    return NULL;
}

/* ---- What is typed ------------------------------------------------------ */

static void on_line(void *user, struct span line)
{
    struct console *console = user;
    struct span name = span_of(line.data, span_find(line, ' '));
    const struct command *command = find_command(name);

    console->number++;
    if (command != NULL) {
        command->run(console, span_trim(span_skip(line, name.size)));
    } else if (span_trim(line).size > 0 &&
               !lines_give(console->lines, line, console->number)) {
        diag_line("not sent: too much is waiting to be sent");
    }
}

static void on_end(void *user)
{
    struct console *console = user;

    lines_end(console->lines);
}

static const char *word_at(void *user, size_t index)
{
    const struct console *console = user;

    if (index < COMMAND_COUNT) {
        return commands[index].name;
    }
    index -= COMMAND_COUNT;
    return index < console->name_count ? console->names[index] : NULL;
}

static bool is_quiet(void *user)
{
    struct console *console = user;

    return console->callbacks.quiet(console->callbacks.user);
}

/* ---- What comes --------------------------------------------------------- */

/* A name that can be typed as it is: without its quotes. */
static struct span plain_name(const struct sockfeed_message *message)
{
    struct span name = span_of(message->name, message->name_size);

    if (name.size < 3 || name.data[0] != '"') {
        return span_of(NULL, 0);
    }
    name = span_of(name.data + 1, name.size - 2);
    for (size_t i = 0; i < name.size; i++) {
        unsigned char byte = (unsigned char)name.data[i];

        if (byte <= ' ' || byte >= 0x7f || strchr("\"\\[{,", byte) != NULL) {
            return span_of(NULL, 0);
        }
    }
    return name;
}

void console_note(struct console *console, const struct sockfeed_event *event)
{
    struct span name = event->u.message.type == SOCKFEED_MESSAGE_EVENT
                           ? plain_name(&event->u.message)
                           : span_of(NULL, 0);
    char *copy;

    if (name.size == 0 || console->name_count == NAMES_MAX) {
        return;
    }
    for (size_t i = 0; i < console->name_count; i++) {
        if (span_is(name, console->names[i])) {
            return;
        }
    }
    copy = malloc(name.size + 1);
    if (copy != NULL) {
        memcpy(copy, name.data, name.size);
        copy[name.size] = '\0';
        console->names[console->name_count++] = copy;
    }
}

static void print_answer(struct console *console,
                         const struct sockfeed_answer *answer)
{
    if (answer->result != SOCKFEED_OK) {
        diag_line("/call: %s", sockfeed_result_text(answer->result));
    } else if (answer->arg_count == 1) {
        console->callbacks.print(console->callbacks.user,
                                 span_of(answer->args, answer->args_size));
    } else if (answer->arg_count == 0) {
        console->callbacks.print(console->callbacks.user, span_text("null"));
    } else {
        console->callbacks.print(console->callbacks.user,
                                 span_of(answer->data, answer->data_size));
    }
}

bool console_answer(struct console *console, const struct feed *feed,
                    const struct sockfeed_event *event)
{
    for (size_t i = 0; i < CALLS_MAX; i++) {
        struct pending_call *pending = &console->calls[i];

        if (pending->feed == feed && pending->call == event->u.answer.call) {
            pending->feed = NULL;
            print_answer(console, &event->u.answer);
            return true;
        }
    }
    return false;
}

void console_make_way(struct console *console)
{
    editor_make_way(console->editor);
}

void console_suspend(struct console *console)
{
    editor_suspend(console->editor);
}

void console_resume(struct console *console)
{
    editor_resume(console->editor);
}

/* ---- Life --------------------------------------------------------------- */

static void before_diagnostic(void *user)
{
    console_make_way(user);
}

enum sockfeed_result console_new(struct console **console,
                                 struct sockfeed_loop *loop,
                                 struct feeds *feeds, struct lines *lines,
                                 const struct console_callbacks *callbacks)
{
    struct console *made = calloc(1, sizeof *made);
    const struct editor_callbacks from_editor = {
        .line = on_line,
        .end = on_end,
        .word = word_at,
        .quiet = is_quiet,
        .user = made,
    };
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->callbacks = *callbacks;
    made->feeds = feeds;
    made->lines = lines;
    result = editor_new(&made->editor, loop, STDIN_FILENO, &from_editor);
    if (result != SOCKFEED_OK) {
        free(made);
        return result;
    }
    diag_announce(before_diagnostic, made);
    *console = made;
    return SOCKFEED_OK;
}

void console_free(struct console *console)
{
    if (console == NULL) {
        return;
    }
    diag_announce(NULL, NULL);
    editor_free(console->editor);
    for (size_t i = 0; i < console->name_count; i++) {
        free(console->names[i]);
    }
    free(console);
}
