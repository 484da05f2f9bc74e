/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe.h"

#include "base/limits.h"
#include "cli/base/clock.h"
#include "cli/base/diag.h"
#include "cli/base/signals.h"
#include "cli/feeds/credentials.h"
#include "cli/feeds/feed.h"
#include "cli/output/writer.h"
#include "cli/probe/probe_findings.h"
#include "cli/probe/probe_report.h"
#include "cli/report/report.h"

#include <string.h>

enum {
    PROBE_PATIENCE = 2000, /* ms for the answer to a ping, for an upgrade */
    PROBE_GOODBYE = 500    /* ms for the peer's answer to our close */
};

/*
 *   connecting --open--> pinging --PONG, five times--> closing --> over
 *       |                   |                             ^         ^
 *       |                   +---PROBE_PATIENCE------------+         |
 *       +--failure--------------------------------------------------+
 *
 * With --transport upgrade pinging begins when the WebSocket is there, for which
 * there is PROBE_PATIENCE as well.
 *
 * Where nobody chose a transport, and there are two, the same is then done over
 * long-polling, without pings; of that only the outcome is told.
 */
struct probe {
    const struct options *options;
    struct sockfeed_loop *loop;
    struct feed feed;
    struct writer writer;
    struct probe_report report;
    struct probe_findings findings;
    struct probe_attempt *attempt; /* of the findings: the one under way */
    bool second;                   /* it is the one of which little is told */
    bool upgrades;                 /* the server offers a WebSocket */
    struct signals signals;
    struct sockfeed_timer *patience; /* owned */
    int64_t since; /* of the last step, or of the second attempt, us since the
                      epoch */
    struct run_end end;
};

static int64_t microseconds(void)
{
    return clock_now() / 1000;
}

/* What the step took that is done now. */
static int64_t lap(struct probe *probe)
{
    int64_t now = microseconds();
    int64_t took = now > probe->since ? now - probe->since : 0;

    probe->since = now;
    return took;
}

/* Lines are written as they come, an object when it is whole. */
static void show(struct probe *probe)
{
    if (!probe->report.json) {
        (void)writer_end(&probe->writer, false);
        (void)writer_flush(&probe->writer);
    }
}

/* ---- The end -------------------------------------------------------------- */

static enum sockfeed_result start(struct probe *probe,
                                  struct probe_attempt *attempt,
                                  struct option_error *error);

static void conclude(struct probe *probe)
{
    struct probe_verdict verdict;

    probe->findings.now = clock_now() / 1000000000;
    probe_findings_judge(&probe->findings, &verdict);
    probe->end.status = exit_status_of(verdict.result);
    probe_report_verdict(&probe->report, &verdict, (int)probe->end.status);
    (void)writer_end(&probe->writer, false);
    sockfeed_loop_stop(probe->loop);
}

static void go_on(struct probe *probe)
{
    if (probe->second) {
        probe_report_polling(&probe->report, &probe->findings.polling,
                             lap(probe));
        show(probe);
    }
    if (probe_findings_want_polling(&probe->findings)) {
        struct option_error ignored = {""}; /* the first could be made */

        probe->second = true;
        if (start(probe, &probe->findings.polling, &ignored) == SOCKFEED_OK) {
            return;
        }
        probe->findings.polling.tried = false;
    }
    conclude(probe);
}

/* ---- Round trips ---------------------------------------------------------- */

static void end_pings(struct probe *probe)
{
    sockfeed_timer_clear(probe->patience);
    if (probe->attempt == &probe->findings.websocket && !probe->findings.lags) {
        probe_report_round_trip(&probe->report, &probe->findings);
        show(probe);
    }
    sockfeed_client_close(probe->feed.client, PROBE_GOODBYE);
}

static void ping(struct probe *probe)
{
    probe->since = microseconds();
    if (probe->findings.pongs < PROBE_PINGS &&
        sockfeed_client_ping(probe->feed.client) == SOCKFEED_OK) {
        sockfeed_timer_set(probe->patience, PROBE_PATIENCE);
    } else {
        end_pings(probe);
    }
}

static void on_pong(struct probe *probe)
{
    if (probe->findings.pongs < PROBE_PINGS) {
        probe->findings.round_trip[probe->findings.pongs] = lap(probe);
        probe->findings.pongs++;
        ping(probe);
    }
}

static void on_patience(void *user)
{
    end_pings(user);
}

/* ---- Events --------------------------------------------------------------- */

static void on_step(struct probe *probe, const struct sockfeed_step *step)
{
    if (probe->second) {
        return;
    }
    if (step->type == SOCKFEED_STEP_SECURED) {
        probe->findings.not_after = step->u.secured.not_after;
    } else if (step->type == SOCKFEED_STEP_ENGINE) {
        probe->upgrades = step->u.engine.upgrades;
    }
    probe_report_step(&probe->report, step, lap(probe), clock_now());
    show(probe);
}

static void on_open(struct probe *probe, const struct sockfeed_event *event)
{
    probe->attempt->open = true;
    probe->findings.eio = event->u.open.eio;
    probe->findings.sio = event->u.open.sio;
    if (probe->second) {
        sockfeed_client_close(probe->feed.client, PROBE_GOODBYE);
        return;
    }
    probe_report_open(&probe->report, event, lap(probe));
    show(probe);
    if (probe->attempt == &probe->findings.websocket &&
        strcmp(event->u.open.transport, "polling") == 0) {
        probe->findings.lags = true;
        if (probe->upgrades) {
            sockfeed_timer_set(probe->patience, PROBE_PATIENCE);
        } else {
            end_pings(probe);
        }
    } else {
        ping(probe);
    }
}

static void on_upgraded(struct probe *probe)
{
    if (probe->findings.lags) {
        probe->findings.lags = false;
        probe_report_upgraded(&probe->report, lap(probe));
        show(probe);
        ping(probe);
    }
}

static void on_closed(struct probe *probe, const struct sockfeed_event *event)
{
    const struct sockfeed_failure *failure = event->u.lost.failure;

    sockfeed_timer_clear(probe->patience);
    if (failure->result != SOCKFEED_OK) {
        probe->attempt->open = false;
        probe->attempt->failure = *failure;
        if (!probe->second) {
            probe_report_failure(&probe->report, failure);
            show(probe);
        }
    }
    go_on(probe);
}

/* `0{"sid":...}`, in a feed that was taken for plain WebSocket. */
static void on_message(struct probe *probe,
                       const struct sockfeed_message *message)
{
    if (message->type == SOCKFEED_MESSAGE_TEXT &&
        probe->findings.protocol == SOCKFEED_PROTOCOL_WS &&
        span_starts(span_of(message->data, message->data_size),
                    "0{\"sid\":\"")) {
        probe->findings.foreign = true;
    }
}

static void on_event(struct sockfeed_client *client,
                     const struct sockfeed_event *event, void *user)
{
    struct feed *feed = user;
    struct probe *probe = feed->user;
    const struct report_subject subject = {
        .url = probe->feed.shown.data,
        .label = probe->feed.label.data,
        .connection = 1,
        .protocol = probe->feed.protocol,
        .alone = true,
    };

    (void)client;
    switch (event->type) {
    case SOCKFEED_EVENT_PREPARE:
        credentials_prepare(&feed->credentials, event->connection);
        break;
    case SOCKFEED_EVENT_STEP:
        on_step(probe, &event->u.step);
        break;
    case SOCKFEED_EVENT_OPEN:
        on_open(probe, event);
        break;
    case SOCKFEED_EVENT_UPGRADED:
        on_upgraded(probe);
        break;
    case SOCKFEED_EVENT_PONG:
        on_pong(probe);
        break;
    case SOCKFEED_EVENT_REFUSED:
        if (!probe->second) {
            probe_report_refused(&probe->report, event, lap(probe));
            show(probe);
        }
        break;
    case SOCKFEED_EVENT_CLOSED:
        on_closed(probe, event);
        break;
    case SOCKFEED_EVENT_MESSAGE:
        on_message(probe, &event->u.message);
        break;
    case SOCKFEED_EVENT_FRAME:
    case SOCKFEED_EVENT_TRACE:
    case SOCKFEED_EVENT_NOTICE:
        report_event(&probe->options->report, &subject, event);
        break;
    default:
        break;
    }
}

static void on_signal(void *user, int signal)
{
    struct probe *probe = user;

    if (signals_is_stop(signal)) {
        probe->end.signal = signal;
        sockfeed_loop_stop(probe->loop);
    }
}

/* ---- Beginning ------------------------------------------------------------ */

static enum sockfeed_result set_options(const struct probe *probe,
                                        struct sockfeed_options *options)
{
    enum sockfeed_result result = sockfeed_options_set_number(
        options, SOCKFEED_OPTION_RECONNECT, SOCKFEED_RECONNECT_NEVER);

    if (result == SOCKFEED_OK && probe->findings.both) {
        result = sockfeed_options_set_number(
            options, SOCKFEED_OPTION_TRANSPORT,
            probe->second ? SOCKFEED_TRANSPORT_POLLING
                          : SOCKFEED_TRANSPORT_WEBSOCKET);
    }
    return result;
}

static enum sockfeed_result start(struct probe *probe,
                                  struct probe_attempt *attempt,
                                  struct option_error *error)
{
    struct feed *feed = &probe->feed;
    unsigned deliver = SOCKFEED_DELIVER_MESSAGES;
    enum sockfeed_result result = set_options(probe, feed->options);

    if (probe->options->report.verbosity > 0) {
        deliver |= SOCKFEED_DELIVER_RECEIVED | SOCKFEED_DELIVER_SENT;
    }
    credentials_deinit(&feed->credentials);
    sockfeed_client_free(feed->client);
    feed->client = NULL;
    if (result == SOCKFEED_OK) {
        result = feed_open(feed, probe->loop, probe->options, deliver, on_event,
                           error);
    }
    probe->attempt = attempt;
    attempt->tried = true;
    probe->since = microseconds();
    return result == SOCKFEED_OK ? sockfeed_client_start(feed->client) : result;
}

static enum sockfeed_result begin(struct probe *probe,
                                  struct option_error *error)
{
    const struct writer_config config = {.descriptor = writer_standard_output(),
                                         .limit = LIMIT_OUTPUT_BLOCK,
                                         .terminator = '\n'};
    enum sockfeed_result result = feed_init(
        &probe->feed, probe->options, probe->options->urls.at[0], 0, 1, error);

    probe->feed.user = probe;
    if (result == SOCKFEED_OK) {
        result = writer_init(&probe->writer, NULL, &config);
    }
    if (result == SOCKFEED_SYSTEM) {
        (void)option_error_set(error, "%s", probe->writer.failure);
        probe->end.status = EXIT_STATUS_WRITE;
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&probe->patience, probe->loop, on_patience,
                                    probe);
    }
    if (result == SOCKFEED_OK) {
        result = signals_open(&probe->signals, probe->loop, on_signal, probe);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    probe_report_begin(&probe->report, &probe->writer.lines.out,
                       probe->options->output.form == OUTPUT_FORM_JSON,
                       probe->feed.shown.data);
    show(probe);
    return start(probe,
                 probe_findings_begin(
                     &probe->findings, probe->options->urls.at[0],
                     probe->feed.protocol,
                     (enum sockfeed_transport)sockfeed_options_number(
                         probe->options->connect, SOCKFEED_OPTION_TRANSPORT)),
                 error);
}

static void refuse(struct probe *probe, enum sockfeed_result result,
                   const struct option_error *error)
{
    diag_line("%s", error->text[0] != '\0' ? error->text
                                           : sockfeed_result_text(result));
    if (probe->end.status == EXIT_STATUS_DONE) {
        probe->end.status = exit_status_of(result);
    }
}

/* All that was found out is written, however slowly it is read. */
static void finish(struct probe *probe)
{
    if (writer_finish(&probe->writer, -1, -1) == WRITER_FAILED) {
        diag_line("%s", probe->writer.failure);
        probe->end.status = EXIT_STATUS_WRITE;
    }
}

struct run_end probe_run(const struct options *options,
                         struct sockfeed_loop *loop)
{
    struct probe probe = {
        .options = options, .loop = loop, .signals = {.pipe = {-1, -1}}};
    struct option_error error = {""};
    enum sockfeed_result result = begin(&probe, &error);

    if (result == SOCKFEED_OK) {
        sockfeed_loop_run(loop);
        finish(&probe);
    } else {
        refuse(&probe, result, &error);
    }
    feed_deinit(&probe.feed);
    sockfeed_timer_free(probe.patience);
    signals_close(&probe.signals);
    probe_report_deinit(&probe.report);
    writer_deinit(&probe.writer);
    return probe.end;
}
