/* SPDX-License-Identifier: MIT */
#include "cli/options/option_together.h"

#include "cli/options/option_serve.h"

#include <string.h>

/* What a command is about, and options that mean something else to it. */
static enum sockfeed_result check_command(const struct options *options,
                                          struct option_error *error)
{
    switch (options->command) {
    case OPTIONS_COMMAND_STREAM:
        if (options->urls.count == 0) {
            return option_error_set(
                error, "expected a URL; sockfeed --help says more");
        }
        break;
    case OPTIONS_COMMAND_DEMO:
        if (options->urls.count > 0) {
            return option_error_set(
                error, "demo: expected no URL; it streams its own feed");
        }
        break;
    case OPTIONS_COMMAND_SERVE:
        return option_serve_check(options, error);
    case OPTIONS_COMMAND_PROBE:
        if (options->urls.count != 1) {
            return option_error_set(error, "probe: expected one URL");
        }
        if (options->output.form != OUTPUT_FORM_DEFAULT &&
            options->output.form != OUTPUT_FORM_TEXT &&
            options->output.form != OUTPUT_FORM_JSON) {
            return option_error_set(
                error, "probe: option --output: expected text or json");
        }
        break;
    }
    return SOCKFEED_OK;
}

/* What is written where, and read from where. */
static enum sockfeed_result check_files(const struct options *options,
                                        struct option_error *error)
{
    if (options->send.lines && options->send.lines_taken) {
        return option_error_set(error,
                                "option --stdin: standard input was read "
                                "already, by --subscribe-file - or --config -");
    }
    if (options->record.path != NULL && options->output.write != NULL &&
        strcmp(options->record.path, options->output.write) == 0) {
        return option_error_set(error, "options --record and --write: each "
                                       "needs a file of its own");
    }
    return SOCKFEED_OK;
}

/* An option that could not do anything without another one. */
static enum sockfeed_result check_needs(const struct options *options,
                                        struct option_error *error)
{
    const struct send_options *send = &options->send;
    /* The demo has subscriptions of its own; a line may be a subscription. */
    bool subscribes = send->subscriptions.count > 0 || send->lines ||
                      options->command == OPTIONS_COMMAND_DEMO;
    const struct {
        bool given;
        bool fulfilled;
        const char *option;
        const char *needs;
    } needs[] = {
        {options->record.secrets,                      options->record.path != NULL,
         "record-secrets",                                                                             "--record"   },
        {options->report.status == STATUS_FORM_INLINE,
         options->output.form == OUTPUT_FORM_ENVELOPE,                               "status inline",
         "-o envelope"                                                                                              },
        {send->exit_on_eof,                            send->lines,                  "exit-on-eof",    "--stdin"    },
        {send->drop_lines,                             send->lines,                  "volatile",       "--stdin"    },
        {send->retry_emits > 0,                        send->emits.count > 0,        "retry-emits",    "--emit"     },
        {send->per_connection > 0,                     subscribes,                   "per-connection", "--subscribe"},
    };

    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if (needs[i].given && !needs[i].fulfilled) {
            return option_error_set(error, "option --%s: needs %s",
                                    needs[i].option, needs[i].needs);
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result option_together_check(const struct options *options,
                                           struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (options->action != OPTIONS_ACTION_STREAM) {
        return SOCKFEED_OK;
    }
    result = check_command(options, error);
    if (result == SOCKFEED_OK) {
        result = check_files(options, error);
    }
    return result == SOCKFEED_OK ? check_needs(options, error) : result;
}
