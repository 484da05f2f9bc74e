/* SPDX-License-Identifier: MIT */
#include "cli/options/option_parse.h"

#include "base/url_mask.h"
#include "cli/options/each.h"
#include "cli/options/option_file.h"
#include "cli/options/option_find.h"
#include "cli/options/profile.h"

#include <string.h>

/* The arguments that are not read yet. */
struct arguments {
    char *const *at;
    int count;
};

/* Every user of the machine can read the arguments of a process: a secret that
 * was read is overwritten there. Its setter has made a copy. */
static void hide(const struct arguments *arguments, const struct option *option,
                 struct span value)
{
    char *argument = arguments->at[-1];
    size_t kept = 0; /* bytes of it: the name of a header */

    if ((option->flags & OPTION_SECRET) == 0 || span_starts(value, "@")) {
        return;
    }
    if ((option->flags & OPTION_HEADER) != 0) {
        kept = span_find(value, ':');
    }
    if (kept < value.size) {
        memset(argument + (value.data - argument) + kept, '*',
               value.size - kept);
    }
}

static struct span take(struct arguments *arguments)
{
    const char *argument = *arguments->at++;

    arguments->count--;
    return span_of(argument, strlen(argument));
}

/* Puts the option before what is said against it, and its value too where
 * that can be shown. The name of a file is no secret. */
static enum sockfeed_result refuse_value(const struct option *option,
                                         struct span given, bool from_file,
                                         struct option_error *error)
{
    bool secret = (option->flags & OPTION_SECRET) != 0 && !from_file;

    if (given.data == NULL || (secret && span_find(given, ':') == given.size) ||
        (secret && (option->flags & OPTION_HEADER) == 0)) {
        return option_error_prefix(error, "option --%s: ", option->name);
    }
    if (secret) {
        given.size = span_find(given, ':') + 1;
        return option_error_prefix(error,
                                   "option --%s: '%.*s ***': ", option->name,
                                   option_error_shown(given), given.data);
    }
    return option_error_prefix(error, "option --%s: '%.*s'%s: ", option->name,
                               option_error_shown(given), given.data,
                               given.size > OPTION_SHOWN_MAX ? "..." : "");
}

enum sockfeed_result option_parse_value(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    struct span given = value;
    enum sockfeed_result result = SOCKFEED_OK;

    if (option->argument == NULL && value.data != NULL) {
        return option_error_set(error, "option --%s: takes no value",
                                option->name);
    }
    if (option->argument != NULL && value.data == NULL &&
        (option->flags & OPTION_OPTIONAL_VALUE) == 0) {
        return option_error_set(error, "option --%s: expected %s after it",
                                option->name, option->argument);
    }
    options->from_file = NULL;
    if ((option->flags & OPTION_FILE) != 0) {
        options->from_file = option_file_of(value);
        result = option_file_value(options, &value, error);
    }
    if (result == SOCKFEED_OK) {
        result = option->set(options, option, value, error);
    }
    if (result != SOCKFEED_INVALID || (option->flags & OPTION_OWN_ERROR) != 0) {
        return result;
    }
    return refuse_value(option, given, options->from_file != NULL, error);
}

static bool wants_argument(const struct option *option)
{
    return option->argument != NULL &&
           (option->flags & OPTION_OPTIONAL_VALUE) == 0;
}

/* `text` is what follows the dashes. */
static enum sockfeed_result parse_long(struct options *options,
                                       struct arguments *rest, struct span text,
                                       struct option_error *error)
{
    size_t equals = span_find(text, '=');
    struct span value = {NULL, 0};
    const struct option *option;
    enum sockfeed_result result;

    result = option_find(&option, options->command, span_of(text.data, equals),
                         error);
    if (result != SOCKFEED_OK) {
        return result;
    }
    if (equals < text.size) {
        value = span_skip(text, equals + 1);
    } else if (wants_argument(option) && rest->count > 0) {
        value = take(rest);
    }
    result = option_parse_value(options, option, value, error);
    hide(rest, option, value);
    return result;
}

/* `text` is what follows the dash: letters, the last perhaps with a value. */
static enum sockfeed_result parse_short(struct options *options,
                                        struct arguments *rest,
                                        struct span text,
                                        struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && text.size > 0 &&
           options->action == OPTIONS_ACTION_STREAM) {
        const struct option *option =
            option_find_letter(options->command, text.data[0]);
        struct span value = {NULL, 0};

        if (option == NULL) {
            /* One character, whatever its size in UTF-8. */
            int size = 1;

            while ((text.data[size] & 0xc0) == 0x80) {
                size++;
            }
            return option_error_set(error, "unknown option -%.*s", size,
                                    text.data);
        }
        text = span_skip(text, 1);
        if (wants_argument(option) && text.size > 0) {
            value = text;
            text = span_skip(text, text.size);
        } else if (wants_argument(option) && rest->count > 0) {
            value = take(rest);
        }
        result = option_parse_value(options, option, value, error);
        hide(rest, option, value);
    }
    return result;
}

static const char *const commands[] = {
    [OPTIONS_COMMAND_STREAM] = "",
    [OPTIONS_COMMAND_DEMO] = "demo",
    [OPTIONS_COMMAND_SERVE] = "serve",
    [OPTIONS_COMMAND_PROBE] = "probe",
};

/* STREAM where the word names no command. */
static enum options_command find_command(const char *word)
{
    for (unsigned i = 1; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(word, commands[i]) == 0) {
            return (enum options_command)i;
        }
    }
    return OPTIONS_COMMAND_STREAM;
}

/* URLs of the command line take the place of those of profiles. */
static enum sockfeed_result add_url(struct options *options, const char *url)
{
    bool of_profile = options->nesting > 0;

    if (of_profile && options->urls.count > options->profile_urls) {
        return SOCKFEED_OK;
    }
    if (!of_profile && options->profile_urls > 0) {
        options->urls.count = 0;
        options->profile_urls = 0;
    }
    options->profile_urls += of_profile;
    return options_add_text(&options->urls, url);
}

static enum sockfeed_result refuse_url(struct span url,
                                       struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_NOMEM;
    struct buf masked;
    const char *text;

    if (url.size == 0) {
        return option_error_set(error, "expected a URL, not an empty text");
    }
    if (find_command(url.data) != OPTIONS_COMMAND_STREAM) {
        return option_error_set(error,
                                "'%s' is no URL; the command stands first: "
                                "sockfeed %s [OPTION]...",
                                url.data, url.data);
    }
    buf_init(&masked, url.size + sizeof "***");
    url_mask_password(&masked, url);
    text = buf_text(&masked);
    if (text != NULL) {
        int size = option_error_shown(buf_span(&masked));

        result = option_error_set(error,
                                  "'%.*s' is no URL; did you mean http://%.*s "
                                  "(Socket.IO) or ws://%.*s (WebSocket)?",
                                  size, text, size, text, size, text);
    }
    buf_wipe(&masked);
    return result;
}

enum sockfeed_result option_parse_url(struct options *options, const char *url,
                                      struct option_error *error)
{
    return strstr(url, "://") == NULL ? refuse_url(span_text(url), error)
                                      : add_url(options, url);
}

static enum sockfeed_result parse_capture(struct options *options,
                                          const char *path,
                                          struct option_error *error)
{
    if (options->serve.capture != NULL) {
        return option_error_set(error, "'%.*s': one CAPTURE is served already",
                                option_error_shown(span_text(path)), path);
    }
    options->serve.capture = path;
    return SOCKFEED_OK;
}

static enum sockfeed_result parse_operand(struct options *options,
                                          const char *text,
                                          struct option_error *error)
{
    struct span operand = span_of(text, strlen(text));

    if (options->command == OPTIONS_COMMAND_SERVE) {
        return parse_capture(options, text, error);
    }
    if (span_starts(operand, "@")) {
        return profile_read(options, text, error);
    }
    /* A host with its port is a URL without its beginning, whatever a profile
     * asks for. */
    if (span_find(operand, ':') == operand.size && operand.size > 0 &&
        each_is_asked_for(options)) {
        return options_add_text(&options->send.each, text);
    }
    return option_parse_url(options, text, error);
}

static enum sockfeed_result parse_argument(struct options *options,
                                           struct arguments *rest,
                                           struct span argument,
                                           struct option_error *error)
{
    if (span_starts(argument, "--")) {
        return parse_long(options, rest, span_skip(argument, 2), error);
    }
    if (span_starts(argument, "-") && argument.size > 1) {
        return parse_short(options, rest, span_skip(argument, 1), error);
    }
    return parse_operand(options, argument.data, error);
}

/* The first argument may name a command; a URL cannot look like one. */
static enum options_command take_command(struct arguments *rest)
{
    enum options_command command =
        rest->count > 0 ? find_command(rest->at[0]) : OPTIONS_COMMAND_STREAM;

    if (command != OPTIONS_COMMAND_STREAM) {
        (void)take(rest);
    }
    return command;
}

enum sockfeed_result option_parse(struct options *options, int argc,
                                  char *const argv[],
                                  struct option_error *error)
{
    struct arguments rest = {argv, argc};
    enum sockfeed_result result = SOCKFEED_OK;
    bool ended = false; /* by `--` */

    options->command = take_command(&rest);

    while (result == SOCKFEED_OK && rest.count > 0 &&
           options->action == OPTIONS_ACTION_STREAM) {
        struct span argument = take(&rest);

        if (ended) {
            result = parse_operand(options, argument.data, error);
        } else if (span_is(argument, "--")) {
            ended = true;
        } else {
            result = parse_argument(options, &rest, argument, error);
        }
    }
    return result;
}
