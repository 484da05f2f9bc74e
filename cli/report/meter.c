/* SPDX-License-Identifier: MIT */
#include "cli/report/meter.h"

#include "cli/base/clock.h"
#include "cli/base/diag.h"
#include "cli/choose/latency.h"

#include <stdlib.h>

enum {
    LINE_MAX_SIZE = 4096 /* some thirty numbers and their names */
};

/* How long it was quiet between messages. */
struct meter_gaps {
    uint64_t received; /* messages, when the last read was over */
    int64_t last;      /* when the last message came, ns since the epoch */
    struct histogram all;
    struct histogram recent; /* since the last interval */
};

static struct stats read_counts(const struct meter *meter)
{
    return (struct stats){
        .elapsed = sockfeed_loop_now(meter->loop) - meter->started,
        .counts = output_counts(meter->output),
        .traffic = sockfeed_loop_traffic(meter->loop),
        .connections = meter->connections,
        .losses = meter->losses,
    };
}

static void add_latency(struct stats *stats,
                        const struct latency_figures *figures)
{
    stats->latency = stats_spread_of(&figures->spread);
    stats->early = figures->early;
}

struct stats meter_read(const struct meter *meter)
{
    const struct latency *latency = output_latency(meter->output);
    struct stats stats = read_counts(meter);

    if (meter->gaps != NULL) {
        stats.gaps = stats_spread_of(&meter->gaps->all);
    }
    if (latency != NULL) {
        add_latency(&stats, latency_all(latency));
    }
    return stats;
}

/* Those since this was called last. */
static struct stats take_recent(struct meter *meter)
{
    struct latency *latency = output_latency(meter->output);
    struct stats now = read_counts(meter);
    struct stats recent = stats_between(&meter->last, &now);

    meter->last = now;
    if (meter->gaps != NULL) {
        recent.gaps = stats_spread_of(&meter->gaps->recent);
        histogram_clear(&meter->gaps->recent);
    }
    if (latency != NULL) {
        add_latency(&recent, latency_recent(latency));
        latency_forget(latency);
    }
    return recent;
}

static void tell(const struct meter *meter, const struct stats *stats)
{
    struct buf line;

    buf_init(&line, LINE_MAX_SIZE);
    if (meter->options->stats == STATS_FORM_JSON) {
        stats_append_json(&line, stats);
        buf_append_byte(&line, '\n');
        if (buf_result(&line) == SOCKFEED_OK) {
            diag_write(buf_span(&line));
        }
    } else {
        stats_append_text(&line, stats);
        if (buf_text(&line) != NULL) {
            diag_line("%s", buf_text(&line));
        }
    }
    buf_deinit(&line);
}

static void on_interval(void *user)
{
    struct meter *meter = user;
    struct stats recent = take_recent(meter);

    tell(meter, &recent);
    sockfeed_timer_set(meter->interval, meter->options->stats_interval);
}

enum sockfeed_result meter_init(struct meter *meter, struct sockfeed_loop *loop,
                                const struct report_options *options,
                                struct output *output,
                                const struct feeds *feeds,
                                struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *meter = (struct meter){.options = options,
                            .loop = loop,
                            .output = output,
                            .started = sockfeed_loop_now(loop)};
    if (options->stats != STATS_FORM_NONE || options->stats_interval > 0 ||
        options->metrics.given) {
        meter->gaps = calloc(1, sizeof *meter->gaps);
        result = meter->gaps == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
    }
    if (result == SOCKFEED_OK && options->stats_interval > 0) {
        result = sockfeed_timer_new(&meter->interval, loop, on_interval, meter);
    }
    if (result == SOCKFEED_OK && options->stats_interval > 0) {
        sockfeed_timer_set(meter->interval, options->stats_interval);
    }
    return result == SOCKFEED_OK && options->metrics.given
               ? metrics_init(&meter->metrics, loop, options, meter, feeds,
                              error)
               : result;
}

void meter_deinit(struct meter *meter)
{
    metrics_deinit(&meter->metrics);
    sockfeed_timer_free(meter->interval);
    free(meter->gaps);
    meter->interval = NULL;
    meter->gaps = NULL;
}

void meter_drained(struct meter *meter)
{
    struct meter_gaps *gaps = meter->gaps;
    uint64_t received = output_counts(meter->output).received;
    uint64_t count = received - gaps->received;
    int64_t now = clock_now();

    if (count == 0) {
        return;
    }
    /* Before the first message there is no gap. The clock may have been
     * set. */
    if (gaps->received > 0) {
        uint64_t gap = now > gaps->last ? (uint64_t)(now - gaps->last) : 0;

        histogram_add(&gaps->all, gap, 1);
        histogram_add(&gaps->recent, gap, 1);
    }
    histogram_add(&gaps->all, 0, count - 1);
    histogram_add(&gaps->recent, 0, count - 1);
    gaps->received = received;
    gaps->last = now;
}

void meter_event(struct meter *meter, const struct sockfeed_event *event)
{
    meter->connections += event->type == SOCKFEED_EVENT_OPEN;
    meter->losses += event->type == SOCKFEED_EVENT_LOST;
}

void meter_tell(const struct meter *meter)
{
    struct stats all = meter_read(meter);

    tell(meter, &all);
}

void meter_finish(const struct meter *meter)
{
    if (meter->options->stats != STATS_FORM_NONE) {
        meter_tell(meter);
    }
}
