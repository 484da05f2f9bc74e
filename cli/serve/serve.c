/* SPDX-License-Identifier: MIT */
#include "cli/serve/serve.h"

#include "base/span.h"
#include "cli/base/diag.h"
#include "cli/base/signals.h"
#include "cli/report/hint.h"
#include "cli/serve/replay.h"

enum {
    SERVE_LINGER = 2000, /* ms for the last answers to be written */
    SERVE_LOOK = 5       /* ms between two looks whether they are */
};

struct serving {
    struct sockfeed_loop *loop;
    struct replay *replay; /* owned */
    struct signals signals;
    struct sockfeed_timer *leave; /* owned: --once is done */
    int64_t leave_by;             /* of the loop's clock */
    struct run_end end;
};

static void on_signal(void *user, int signal)
{
    struct serving *serving = user;

    if (signals_is_stop(signal)) {
        serving->end.signal = signal;
        sockfeed_loop_stop(serving->loop);
    }
}

static void on_leave(void *user)
{
    struct serving *serving = user;

    if (replay_is_answering(serving->replay) &&
        sockfeed_loop_now(serving->loop) < serving->leave_by) {
        sockfeed_timer_set(serving->leave, SERVE_LOOK);
    } else {
        sockfeed_loop_stop(serving->loop);
    }
}

static void on_done(void *user, bool differed)
{
    struct serving *serving = user;

    if (differed) {
        serving->end.status = EXIT_STATUS_UNEXPECTED;
    }
    serving->leave_by = sockfeed_loop_now(serving->loop) + SERVE_LINGER;
    sockfeed_timer_set(serving->leave, 0);
}

static void on_told(void *user, const char *text)
{
    (void)user;
    diag_line("serve: %s", text);
}

static void on_failed(void *user, const char *text)
{
    struct serving *serving = user;

    diag_line("serve: %s", text);
    serving->end.status = EXIT_STATUS_UNEXPECTED;
    sockfeed_loop_stop(serving->loop);
}

static void tell_address(const struct serve_options *options,
                         const struct replay *replay)
{
    const char *address =
        options->address == NULL ? "127.0.0.1" : options->address;
    bool six = span_find(span_text(address), ':') < span_text(address).size;

    diag_line("serving on %s://%s%s%s:%u",
              options->certificate == NULL ? "http" : "https", six ? "[" : "",
              address, six ? "]" : "", (unsigned)replay_port(replay));
}

/* A capture that cannot be served is an argument that cannot be. */
static enum exit_status status_of(enum sockfeed_result result)
{
    return result == SOCKFEED_INVALID ? EXIT_STATUS_USAGE
                                      : exit_status_of(result);
}

static enum sockfeed_result start(struct serving *serving,
                                  const struct serve_options *options,
                                  struct sockfeed_failure *failure)
{
    const struct replay_callbacks callbacks = {
        .done = on_done,
        .told = on_told,
        .failed = on_failed,
        .user = serving,
    };
    enum sockfeed_result result =
        sockfeed_timer_new(&serving->leave, serving->loop, on_leave, serving);

    return result == SOCKFEED_OK ? replay_new(&serving->replay, serving->loop,
                                              options, &callbacks, failure)
                                 : result;
}

struct run_end serve_run(const struct options *options,
                         struct sockfeed_loop *loop)
{
    struct serving serving = {.loop = loop};
    struct sockfeed_failure failure = {.text = "out of memory"};
    enum sockfeed_result result = start(&serving, &options->serve, &failure);

    if (result != SOCKFEED_OK) {
        const char *hint = hint_for(&failure, SOCKFEED_PROTOCOL_AUTO);

        diag_line("serve: %s%s%s", failure.text, hint == NULL ? "" : "; ",
                  hint == NULL ? "" : hint);
        serving.end.status = status_of(result);
        sockfeed_timer_free(serving.leave);
        return serving.end;
    }
    result = signals_open(&serving.signals, loop, on_signal, &serving);
    if (result == SOCKFEED_OK) {
        tell_address(&options->serve, serving.replay);
        sockfeed_loop_run(loop);
    } else {
        diag_line("serve: %s", sockfeed_result_text(result));
        serving.end.status = EXIT_STATUS_UNEXPECTED;
    }
    signals_close(&serving.signals);
    sockfeed_timer_free(serving.leave);
    replay_free(serving.replay);
    return serving.end;
}
