/* SPDX-License-Identifier: MIT */
#include "cli/run/run.h"

#include "cli/base/clock.h"
#include "cli/base/diag.h"
#include "cli/run/run_output.h"
#include "cli/run/run_state.h"

#include <limits.h>
#include <signal.h>

enum {
    RUN_GOODBYE = 1500,   /* ms for the peer's answer to our close */
    RUN_GRACE = 1700,     /* ms until nobody is waited for any more */
    RUN_LAST_WRITES = 300 /* ms for standard output, after a signal */
};

void run_stop(struct run *run, enum exit_status status)
{
    if (run->ending) {
        return;
    }
    run->ending = true;
    run->end.status = status == EXIT_STATUS_DONE ? run->answers.status : status;
    feeds_close(&run->feeds, run->close_code, RUN_GOODBYE);
    if (run->feeds.live == 0) {
        sockfeed_loop_stop(run->loop);
    } else {
        sockfeed_timer_set(run->leave, RUN_GRACE);
    }
}

/* ---- Recording ----------------------------------------------------------- */

static void on_record_failed(void *user)
{
    struct run *run = user;

    if (!run->ending) {
        diag_line("%s", recorder_failure(run->recorder));
    }
    run_stop(run, EXIT_STATUS_WRITE);
}

/* ---- Events ------------------------------------------------------------- */

/* At the end of input the program leaves once all that was read is sent, and
 * nothing is waited for. */
static void leave_if_sent(struct run *run)
{
    if (!run->ending && run->lines.ended && run->options->send.exit_on_eof &&
        feeds_have_sent(&run->feeds) && run->answers.unsettled == 0) {
        /* Not from inside the event that says that it is connected. */
        sockfeed_timer_set(run->leave, 0);
    }
}

static void on_lines_end(void *user)
{
    leave_if_sent(user);
}

static void on_leave(void *user)
{
    struct run *run = user;

    if (run->ending) {
        sockfeed_loop_stop(run->loop);
    } else {
        run_stop(run, run->lines.bad ? EXIT_STATUS_USAGE : EXIT_STATUS_DONE);
    }
}

static void on_closed(struct run *run, const struct sockfeed_event *event)
{
    if (!run->ending) {
        run->end.status = exit_status_of(event->u.lost.failure->result);
    }
    if (run->feeds.live == 0) {
        sockfeed_loop_stop(run->loop);
    } else {
        leave_if_sent(run);
    }
}

/* What is told about a connection, and about frames under -v. */
static void take_record(struct run *run, struct feed *feed,
                        const struct sockfeed_event *event)
{
    struct report_subject subject = run_output_subject(run, feed);

    output_connection(run->output, feed->number, event);
    report_event(&run->options->report, &subject, event);
    meter_event(&run->meter, event);
    feeds_event(&run->feeds, feed, event);
    reactions_event(&run->reactions, feed, event);
    output_listen(run->output, reactions_listen(&run->reactions));
    if (event->type == SOCKFEED_EVENT_OPEN ||
        event->type == SOCKFEED_EVENT_SENT) {
        leave_if_sent(run);
    } else if (event->type == SOCKFEED_EVENT_ANSWER &&
               (run->console == NULL ||
                !console_answer(run->console, feed, event))) {
        answers_event(&run->answers, feed, event);
    } else if (event->type == SOCKFEED_EVENT_CLOSED) {
        on_closed(run, event);
    }
}

/* The events that come for every message, every frame, every read are served
 * first, and without a detour. */
static void on_event(struct sockfeed_client *client,
                     const struct sockfeed_event *event, void *user)
{
    struct feed *feed = user;
    struct run *run = feed->user;
    enum output_verdict verdict;

    (void)client;
    if (event->type <= SOCKFEED_EVENT_FRAMES) {
        verdict = output_event(run->output, feed->number, event);
    } else if (event->type == SOCKFEED_EVENT_FRAME) {
        if (run->options->report.verbosity > 0) {
            take_record(run, feed, event);
        }
        verdict = output_event(run->output, feed->number, event);
    } else if (event->type == SOCKFEED_EVENT_DRAINED) {
        verdict = output_drained(run->output);
        if (run->meter.gaps != NULL) {
            meter_drained(&run->meter);
        }
    } else {
        take_record(run, feed, event);
        verdict = run->options->report.status == STATUS_FORM_INLINE
                      ? output_drained(run->output)
                      : OUTPUT_GO_ON;
    }
    if (verdict != OUTPUT_GO_ON) {
        run_output_heed(feed, verdict);
    }
}

/* With -c, --ack and -i on a terminal a message is more, or less, than
 * something to print. */
static void on_event_asked(struct sockfeed_client *client,
                           const struct sockfeed_event *event, void *user)
{
    struct feed *feed = user;
    struct run *run = feed->user;
    struct span acknowledgement = run->options->send.acknowledgement;

    if (event->type == SOCKFEED_EVENT_MESSAGE && run->console != NULL) {
        console_note(run->console, event);
    }
    if (event->type == SOCKFEED_EVENT_MESSAGE && acknowledgement.data != NULL) {
        answers_acknowledge(feed, acknowledgement, event);
    }
    if (event->type != SOCKFEED_EVENT_MESSAGE || !run->answers.printing) {
        on_event(client, event, user);
    } else if (reactions_listen(&run->reactions)) {
        (void)run_output_hear(run, feed, event);
    }
}

static void on_answer(void *user, struct feed *feed,
                      const struct sockfeed_event *event)
{
    (void)user;
    on_event(feed->client, event, feed);
}

static void on_settled(void *user)
{
    struct run *run = user;

    if (run->answers.printing) {
        run_stop(run, EXIT_STATUS_DONE);
    } else {
        leave_if_sent(run);
    }
}

/* ---- Limits -------------------------------------------------------------- */

static bool is_satisfied(const struct run *run)
{
    const struct output_options *output = &run->options->output;

    /* With -n and --until it would have ended by now. */
    return output->count == 0 && output->until == NULL &&
           run->answers.unsettled == 0 && feeds_were_open(&run->feeds);
}

static void on_limit(void *user)
{
    struct run *run = user;
    bool satisfied = is_satisfied(run);

    if (!satisfied && !run->ending) {
        diag_line("time ran out (--max-time)");
    }
    run_stop(run, satisfied ? EXIT_STATUS_DONE : EXIT_STATUS_TIMEOUT);
}

/* A second signal that kills is to find the terminal as it was. */
static void leave_terminal(struct run *run)
{
    struct console *console = run->console;

    run->console = NULL;
    console_free(console);
}

static void on_terminal_signal(struct run *run, int signal)
{
    if (signal == SIGTSTP) {
        console_suspend(run->console);
        signals_stop();
    } else {
        console_resume(run->console);
    }
}

static void on_signal(void *user, int signal)
{
    struct run *run = user;

    if (signals_is_stop(signal)) {
        run->end.signal = signal;
        signals_release();
        run_stop(run, EXIT_STATUS_DONE);
        leave_terminal(run);
    } else if (signal == SIGUSR1) {
        meter_tell(&run->meter);
    } else if (run->console != NULL) {
        on_terminal_signal(run, signal);
    }
}

/* ---- Beginning and end ---------------------------------------------------- */

enum {
    RUN_CONNECTING = 8 /* handshakes at a time */
};

static enum sockfeed_result make_timers(struct run *run)
{
    enum sockfeed_result result =
        sockfeed_timer_new(&run->limit, run->loop, on_limit, run);

    return result == SOCKFEED_OK
               ? sockfeed_timer_new(&run->leave, run->loop, on_leave, run)
               : result;
}

static enum sockfeed_result make_recorder(struct run *run,
                                          struct option_error *error)
{
    enum sockfeed_result result =
        recorder_new(&run->recorder, run->loop, &run->options->record,
                     on_record_failed, run, error);

    if (result == SOCKFEED_SYSTEM) {
        run->end.status = EXIT_STATUS_WRITE;
    }
    if (result == SOCKFEED_OK &&
        output_goes_to(run->output, recorder_descriptor(run->recorder))) {
        return option_error_set(error, "--record: messages go to this file "
                                       "already, it needs one of its own");
    }
    return result;
}

/* What the user sees of a failure before anything was connected. */
static void refuse(struct run *run, enum sockfeed_result result,
                   const struct option_error *error)
{
    diag_line("%s", error->text[0] != '\0' ? error->text
                                           : sockfeed_result_text(result));
    if (run->end.status == EXIT_STATUS_DONE) {
        run->end.status = exit_status_of(result);
    }
}

static enum sockfeed_result open_feeds(struct run *run,
                                       struct option_error *error)
{
    const struct send_options *send = &run->options->send;
    bool asked = send->calls.count > 0 || send->acknowledgement.data != NULL ||
                 (send->lines && lines_are_typed());
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < run->feeds.count; i++) {
        struct feed *feed = &run->feeds.at[i];
        unsigned deliver = run_output_deliver(run, feed);

        feed->recorder = run->recorder;
        if (asked) {
            deliver &= ~(unsigned)SOCKFEED_DELIVER_BATCHES;
        }
        result = feed_open(feed, run->loop, run->options, deliver,
                           asked ? on_event_asked : on_event, error);
    }
    return result;
}

static enum sockfeed_result make_calls(struct run *run,
                                       struct option_error *error)
{
    const struct answers_callbacks callbacks = {
        .print = on_answer, .settled = on_settled, .user = run};

    return answers_init(&run->answers, &run->options->send, &run->feeds,
                        &callbacks, error);
}

static void on_stats(void *user)
{
    struct run *run = user;

    meter_tell(&run->meter);
}

static void on_quit(void *user, uint16_t code)
{
    struct run *run = user;

    run->close_code = code;
    sockfeed_timer_set(run->leave, 0);
}

static void on_print(void *user, struct span line)
{
    struct run *run = user;

    (void)output_line(run->output, line.data, line.size);
    (void)output_drained(run->output);
}

static bool is_quiet(void *user)
{
    const struct run *run = user;

    return output_pending(run->output) == 0;
}

/* A person's lines are edited where that can be had. */
static enum sockfeed_result read_lines(struct run *run)
{
    const struct console_callbacks callbacks = {
        .stats = on_stats,
        .quit = on_quit,
        .print = on_print,
        .quiet = is_quiet,
        .user = run,
    };

    if (lines_are_typed() &&
        console_new(&run->console, run->loop, &run->feeds, &run->lines,
                    &callbacks) == SOCKFEED_OK) {
        return signals_attend();
    }
    return lines_read(&run->lines, run->loop);
}

static enum sockfeed_result start(struct run *run)
{
    enum sockfeed_result result = feeds_start(&run->feeds);

    if (result == SOCKFEED_OK && run->options->send.lines) {
        result =
            lines_open(&run->lines, run->loop, &run->feeds, on_lines_end, run);
        run->lines.drop = run->options->send.drop_lines;
        if (result == SOCKFEED_OK) {
            result = read_lines(run);
        }
    }
    return result;
}

/* -m counts from the start of the program, -S - may have waited since. */
static int64_t time_left(const struct run *run)
{
    int64_t passed = (clock_now() - run->options->started) / 1000000;
    int64_t left = run->options->max_time - (passed > 0 ? passed : 0);

    return left > 0 ? left : 0;
}

/* All that can be refused is, before anything is connected. */
static enum sockfeed_result begin(struct run *run, struct option_error *error)
{
    uint64_t connecting = run->options->max_connecting;
    enum sockfeed_result result = make_timers(run);

    sockfeed_loop_limit_connecting(run->loop, connecting == 0 ? RUN_CONNECTING
                                              : connecting > UINT_MAX
                                                  ? 0
                                                  : (unsigned)connecting);
    if (result == SOCKFEED_OK) {
        result = feeds_init(&run->feeds, run->options, run, error);
    }
    if (result == SOCKFEED_OK) {
        result = run_output_make(run, error);
    }
    if (result == SOCKFEED_OK && run->options->record.path != NULL) {
        result = make_recorder(run, error);
    }
    if (result == SOCKFEED_OK) {
        result = reactions_init(&run->reactions, &run->options->send,
                                &run->feeds, error);
    }
    if (result == SOCKFEED_OK) {
        result = meter_init(&run->meter, run->loop, &run->options->report,
                            run->output, &run->feeds, error);
    }
    if (result == SOCKFEED_OK) {
        result = open_feeds(run, error);
    }
    if (result == SOCKFEED_OK) {
        result = make_calls(run, error);
    }
    if (result == SOCKFEED_OK) {
        result = signals_open(&run->signals, run->loop, on_signal, run);
    }
    if (result == SOCKFEED_OK && run->options->max_time != 0) {
        sockfeed_timer_set(run->limit, time_left(run));
    }
    return result == SOCKFEED_OK ? start(run) : result;
}

static void finish_recorder(struct run *run)
{
    if (run->recorder != NULL &&
        recorder_finish(run->recorder) != SOCKFEED_OK &&
        run->end.status == EXIT_STATUS_DONE) {
        diag_line("%s", recorder_failure(run->recorder));
        run->end.status = EXIT_STATUS_WRITE;
    }
}

/* Writes what standard output has not taken yet: a reader may be as slow as
 * it likes, unless somebody asked to leave. */
static void finish(struct run *run)
{
    enum output_verdict verdict;

    verdict =
        output_finish(run->output, run->end.signal == 0 ? -1 : RUN_LAST_WRITES,
                      signals_descriptor(&run->signals));
    if (run->end.signal == 0) {
        run->end.signal = signals_take(&run->signals);
    }
    if (verdict == OUTPUT_FAILED && run->end.status == EXIT_STATUS_DONE) {
        diag_line("%s", output_failure(run->output));
        run->end.status = run_output_status(run);
    }
    finish_recorder(run);
    meter_finish(&run->meter);
}

static void free_all(struct run *run)
{
    console_free(run->console);
    lines_close(&run->lines);
    answers_deinit(&run->answers);
    reactions_deinit(&run->reactions);
    feeds_deinit(&run->feeds);
    meter_deinit(&run->meter);
    output_free(run->output);
    recorder_free(run->recorder);
    signals_close(&run->signals);
    sockfeed_timer_free(run->limit);
    sockfeed_timer_free(run->leave);
}

struct run_end run_stream(const struct options *options,
                          struct sockfeed_loop *loop)
{
    struct run run = {
        .options = options, .loop = loop, .signals = {.pipe = {-1, -1}}};
    struct option_error error = {""};
    enum sockfeed_result result = begin(&run, &error);

    if (result == SOCKFEED_OK) {
        sockfeed_loop_run(loop);
        finish(&run);
    } else {
        refuse(&run, result, &error);
    }
    free_all(&run);
    return run.end;
}
