/* SPDX-License-Identifier: MIT */
#include "cli/output/output.h"

#include "cli/output/output_inside.h"

#include <stdlib.h>

/* ---- Life --------------------------------------------------------------- */

static bool copies_lines(const struct output *output)
{
    const struct output_options *options = &output->options;

    return output->delivery.printer.color == 0 && !options->timestamp &&
           options->format == NULL && options->select == NULL &&
           options->extract == NULL && options->latest == NULL;
}

static bool prints_verbatim(const struct output *output)
{
    return output->copies && !output->listening && !output->rewrite.wanted &&
           !output->filter.wanted && output->latency == NULL &&
           !output->inspection.wanted;
}

static enum sockfeed_result init_parts(struct output *output,
                                       struct sockfeed_loop *loop,
                                       struct output_error *error)
{
    const struct output_options *options = &output->options;
    const struct output_callbacks *callbacks = &output->callbacks;
    enum sockfeed_result result =
        rewrite_init(&output->rewrite, options, callbacks, error);

    if (result == SOCKFEED_OK) {
        result = filter_init(&output->filter, options, callbacks, error);
    }
    if (result == SOCKFEED_OK) {
        result =
            delivery_init(&output->delivery, loop, options, callbacks, error);
    }
    if (result == SOCKFEED_OK) {
        result =
            inspection_init(&output->inspection, options, callbacks, error);
    }
    if (result == SOCKFEED_OK && options->latency != NULL) {
        result = latency_new(&output->latency, options->latency, error);
    }
    output->copies = copies_lines(output);
    output->verbatim = prints_verbatim(output);
    return result;
}

enum sockfeed_result output_new(struct output **output,
                                struct sockfeed_loop *loop,
                                const struct output_options *options,
                                const struct output_callbacks *callbacks,
                                struct output_error *error)
{
    struct output *created = calloc(1, sizeof *created);
    enum sockfeed_result result;

    *output = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->options = *options;
    created->callbacks = *callbacks;
    subject_init(&created->subject);
    result = init_parts(created, loop, error);
    if (result != SOCKFEED_OK) {
        output_free(created);
        return result;
    }
    *output = created;
    return SOCKFEED_OK;
}

void output_free(struct output *output)
{
    if (output == NULL) {
        return;
    }
    delivery_deinit(&output->delivery);
    filter_deinit(&output->filter);
    rewrite_deinit(&output->rewrite);
    inspection_deinit(&output->inspection);
    latency_free(output->latency);
    subject_deinit(&output->subject);
    for (unsigned i = 0; i < output->source_count; i++) {
        source_deinit(output->sources[i]);
        free(output->sources[i]);
    }
    free(output->sources);
    free(output);
}

enum sockfeed_result output_add_source(struct output *output, unsigned *source,
                                       const char *url,
                                       enum sockfeed_protocol protocol,
                                       unsigned connection,
                                       struct output_error *error)
{
    struct source **sources = realloc(
        output->sources, ((size_t)output->source_count + 1) * sizeof *sources);
    struct source *created;
    enum sockfeed_result result;

    if (sources == NULL) {
        return SOCKFEED_NOMEM;
    }
    output->sources = sources;
    created = malloc(sizeof *created);
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = source_init(created, url, protocol, connection, &output->options,
                         error);
    if (result != SOCKFEED_OK) {
        source_deinit(created);
        free(created);
        return result;
    }
    created->index = output->source_count;
    *source = output->source_count;
    output->sources[output->source_count++] = created;
    return SOCKFEED_OK;
}

unsigned output_wants(const struct output *output, unsigned source)
{
    const struct source *from = output->sources[source];

    return SOCKFEED_DELIVER_BATCHES |
           (from->frames ? SOCKFEED_DELIVER_RECEIVED
                         : SOCKFEED_DELIVER_MESSAGES);
}

void output_listen(struct output *output, bool on)
{
    output->listening = on;
    output->verbatim = prints_verbatim(output);
}

void output_connection(struct output *output, unsigned source,
                       const struct sockfeed_event *event)
{
    struct source *from = output->sources[source];

    if (event->type == SOCKFEED_EVENT_OPEN) {
        source_opened(from, event->connection);
    } else if (event->type == SOCKFEED_EVENT_REPLACED) {
        source_replaced(from, event->connection);
        inspection_settle(&output->inspection, from);
    } else if (event->type == SOCKFEED_EVENT_LOST ||
               event->type == SOCKFEED_EVENT_CLOSED) {
        source_lost(from);
        inspection_settle(&output->inspection, from);
    }
}

enum output_verdict output_drained(struct output *output)
{
    return delivery_drained(&output->delivery);
}

enum output_verdict output_line(struct output *output, const char *line,
                                size_t size)
{
    if (output->delivery.end != OUTPUT_GO_ON) {
        return output->delivery.end;
    }
    return delivery_other(&output->delivery, span_of(line, size));
}

bool output_goes_to(const struct output *output, int descriptor)
{
    return delivery_goes_to(&output->delivery, descriptor);
}

int64_t output_dropped_for(const struct output *output)
{
    return output->delivery.writer.dropped_for;
}

size_t output_pending(const struct output *output)
{
    return writer_pending(&output->delivery.writer);
}

enum output_verdict output_finish(struct output *output, int64_t timeout,
                                  int wake)
{
    return delivery_finish(&output->delivery, timeout, wake);
}

const char *output_failure(const struct output *output)
{
    return delivery_failure(&output->delivery);
}

enum sockfeed_result output_failure_result(const struct output *output)
{
    return delivery_failure_result(&output->delivery);
}

struct latency *output_latency(const struct output *output)
{
    return output->latency;
}

struct output_counts output_counts(const struct output *output)
{
    return (struct output_counts){
        .received = output->received,
        .received_bytes = output->received_bytes,
        .printed = output->delivery.printed,
        .dropped = output->delivery.writer.lines.dropped,
        .written = output->delivery.writer.written,
    };
}
