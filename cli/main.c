/* SPDX-License-Identifier: MIT */
#include "cli/base/diag.h"
#include "cli/base/exit_status.h"
#include "cli/base/signals.h"
#include "cli/base/standard.h"
#include "cli/options/each.h"
#include "cli/options/environment.h"
#include "cli/options/information.h"
#include "cli/options/option_parse.h"
#include "cli/options/option_together.h"
#include "cli/probe/probe.h"
#include "cli/run/run.h"
#include "cli/serve/demo.h"
#include "cli/serve/serve.h"
#include "sockfeed.h"

static struct run_end run_options(struct options *options)
{
    struct run_end end = {.status = EXIT_STATUS_UNEXPECTED};
    struct sockfeed_loop *loop;
    enum sockfeed_result result;

    switch (options->action) {
    case OPTIONS_ACTION_HELP:
    case OPTIONS_ACTION_VERSION:
        end.status = information_print(options->action);
        return end;
    case OPTIONS_ACTION_STREAM:
        break;
    }
    result = sockfeed_loop_new(&loop, (unsigned)options->urls.count);
    if (result != SOCKFEED_OK) {
        diag_line("%s", sockfeed_result_text(result));
        end.status = exit_status_of(result);
        return end;
    }
    switch (options->command) {
    case OPTIONS_COMMAND_STREAM:
        end = run_stream(options, loop);
        break;
    case OPTIONS_COMMAND_DEMO:
        end = demo_run(options, loop);
        break;
    case OPTIONS_COMMAND_SERVE:
        end = serve_run(options, loop);
        break;
    case OPTIONS_COMMAND_PROBE:
        end = probe_run(options, loop);
        break;
    }
    sockfeed_loop_free(loop);
    return end;
}

int main(int argc, char *argv[])
{
    struct options options;
    struct option_error error = {""};
    struct run_end end = {.status = EXIT_STATUS_UNEXPECTED};
    enum sockfeed_result result;

    signals_begin();
    result = options_init(&options);

    if (result == SOCKFEED_OK) {
        result = standard_hold();
    }
    if (result == SOCKFEED_OK) {
        result = environment_apply(&options, &error);
    }
    if (result == SOCKFEED_OK) {
        result = option_parse(&options, argc - 1, argv + 1, &error);
    }
    if (result == SOCKFEED_OK) {
        result = option_together_check(&options, &error);
    }
    if (result == SOCKFEED_OK) {
        result = each_expand(&options, &error);
    }
    if (result == SOCKFEED_OK) {
        end = run_options(&options);
    } else {
        diag_line("%s", result == SOCKFEED_INVALID
                            ? error.text
                            : sockfeed_result_text(result));
        end.status = exit_status_of(result);
    }
    options_deinit(&options);
    if (end.signal != 0) {
        signals_die(end.signal);
    }
    return (int)end.status;
}
