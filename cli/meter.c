/* SPDX-License-Identifier: MIT */
#include "cli/meter.h"

#include "cli/diag.h"

enum {
    LINE_MAX_SIZE = 1024 /* a dozen numbers and their names */
};

static struct stats read_all(const struct meter *meter)
{
    return (struct stats){
        .elapsed = sockfeed_loop_now(meter->loop) - meter->started,
        .counts = output_counts(meter->output),
        .connections = meter->connections,
        .losses = meter->losses,
    };
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
    struct stats now = read_all(meter);
    struct stats between = stats_between(&meter->last, &now);

    meter->last = now;
    tell(meter, &between);
    sockfeed_timer_set(meter->interval, meter->options->stats_interval);
}

enum sockfeed_result meter_init(struct meter *meter, struct sockfeed_loop *loop,
                                const struct report_options *options,
                                const struct output *output)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *meter = (struct meter){.options = options,
                            .loop = loop,
                            .output = output,
                            .started = sockfeed_loop_now(loop)};
    if (options->stats_interval > 0) {
        result = sockfeed_timer_new(&meter->interval, loop, on_interval, meter);
    }
    if (meter->interval != NULL) {
        sockfeed_timer_set(meter->interval, options->stats_interval);
    }
    return result;
}

void meter_deinit(struct meter *meter)
{
    if (meter->interval != NULL) {
        sockfeed_timer_free(meter->interval);
        meter->interval = NULL;
    }
}

void meter_event(struct meter *meter, const struct sockfeed_event *event)
{
    meter->connections += event->type == SOCKFEED_EVENT_OPEN;
    meter->losses += event->type == SOCKFEED_EVENT_LOST;
}

void meter_tell(const struct meter *meter)
{
    struct stats all = read_all(meter);

    tell(meter, &all);
}

void meter_finish(const struct meter *meter)
{
    if (meter->options->stats != STATS_FORM_NONE) {
        meter_tell(meter);
    }
}
