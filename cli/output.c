/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "base/noinline.h"
#include "cli/delivery.h"
#include "cli/filter.h"
#include "cli/inspection.h"
#include "cli/latency.h"
#include "cli/rewrite.h"
#include "cli/source.h"
#include "cli/subject.h"
#include "cli/verbatim.h"

#include <stdlib.h>

struct output {
    struct output_options options;
    struct output_callbacks callbacks;
    struct rewrite rewrite;
    struct filter filter;
    struct delivery delivery;
    struct subject subject; /* the message at hand */

    struct source **sources; /* each at an address of its own */
    unsigned source_count;

    struct inspection inspection;
    struct latency *latency; /* owned; NULL: not asked for */

    /* Nothing looks into messages: where the form is what came, the bytes are
     * copied and that is all. */
    bool verbatim;
    bool listening; /* somebody wants to hear what comes */
    uint64_t received;
    uint64_t received_bytes;
};

/* ---- Life --------------------------------------------------------------- */

static bool prints_verbatim(const struct output *output)
{
    const struct output_options *options = &output->options;

    return !output->listening && !output->rewrite.wanted &&
           !output->filter.wanted && output->delivery.printer.color == 0 &&
           !options->timestamp && options->format == NULL &&
           options->select == NULL && options->extract == NULL &&
           options->latest == NULL && options->latency == NULL &&
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

    return from->frames ? SOCKFEED_DELIVER_RECEIVED
           : from->protocol == SOCKFEED_PROTOCOL_WS
               ? SOCKFEED_DELIVER_MESSAGES | SOCKFEED_DELIVER_TEXTS
               : SOCKFEED_DELIVER_MESSAGES;
}

void output_listen(struct output *output, bool on)
{
    output->listening = on;
    output->verbatim = prints_verbatim(output);
}

/* ---- Events ------------------------------------------------------------- */

/* What is done with a message before anything chooses by what is in it.
 * *taken: nothing more is. */
static enum sockfeed_result prepare(struct output *output,
                                    struct subject *subject, bool *taken)
{
    bool passes = true;
    enum sockfeed_result result = output->rewrite.wanted
                                      ? rewrite_apply(&output->rewrite, subject)
                                      : SOCKFEED_OK;

    if (result == SOCKFEED_OK && output->inspection.wanted) {
        result =
            inspection_take(&output->inspection, subject,
                            printer_time(&output->delivery.printer), &passes);
    }
    *taken = !passes;
    return result;
}

static bool is_heard(struct output *output, const struct source *source,
                     unsigned connection, struct span text)
{
    return output->listening && output->callbacks.heard != NULL &&
           output->callbacks.heard(output->callbacks.user, source->index,
                                   connection, text.data, text.size);
}

/* Shows the message to who listens: what is inflated is, all else as it was
 * received. *taken: nothing more is done about it. */
static enum sockfeed_result show(struct output *output, struct subject *subject,
                                 bool *taken)
{
    enum sockfeed_result result = rewrite_inflate(&output->rewrite, subject);

    if (result == SOCKFEED_OK) {
        *taken = is_heard(output, subject->source, subject->connection,
                          subject->received.data == NULL ? subject->text
                                                         : subject->received);
    }
    return result;
}

static NOINLINE enum output_verdict take_message(
    struct output *output, struct source *source, unsigned connection,
    const struct sockfeed_message *message)
{
    struct subject *subject = &output->subject;
    enum sockfeed_result result =
        subject_take(subject, source, connection, message);
    bool taken = false;
    /* A hole is one of the feed: only names choose before it is looked for. */
    bool early = subject->kind == SUBJECT_EVENT || !output->inspection.wanted;

    if (result == SOCKFEED_OK && output->listening) {
        result = show(output, subject, &taken);
    }
    if (taken) {
        return delivery_verdict(&output->delivery);
    }
    if (result == SOCKFEED_OK && early &&
        !filter_early(&output->filter, subject)) {
        return delivery_verdict(&output->delivery);
    }
    if (result == SOCKFEED_OK) {
        result = prepare(output, subject, &taken);
    }
    if (result == SOCKFEED_TOO_LARGE) {
        return OUTPUT_TOO_LARGE;
    }
    if (result != SOCKFEED_OK) {
        return delivery_fail_of_memory(&output->delivery);
    }
    if (taken || (!early && !filter_early(&output->filter, subject)) ||
        !filter_late(&output->filter, subject)) {
        return delivery_verdict(&output->delivery);
    }
    if (output->latency != NULL) {
        latency_observe(output->latency, subject_data(subject),
                        printer_time(&output->delivery.printer));
    }
    return delivery_message(&output->delivery, subject,
                            filter_is_last(&output->filter, subject));
}

static void count_received(struct output *output, size_t size)
{
    output->received++;
    output->received_bytes += size;
}

/* A frame that is a message of the server's, not WebSocket's own. */
static bool is_printed_frame(const struct sockfeed_event *event)
{
    return event->type == SOCKFEED_EVENT_FRAME && !event->u.frame.sent &&
           (event->u.frame.type == SOCKFEED_FRAME_TEXT ||
            event->u.frame.type == SOCKFEED_FRAME_BINARY);
}

static enum output_verdict take_frame(struct output *output,
                                      const struct source *source,
                                      const struct sockfeed_event *event)
{
    struct span data = span_of(event->u.frame.data, event->u.frame.size);

    if (!is_printed_frame(event)) {
        return delivery_verdict(&output->delivery);
    }
    count_received(output, data.size);
    if (is_heard(output, source, event->connection, data)) {
        return delivery_verdict(&output->delivery);
    }
    if (output->verbatim && event->u.frame.type == SOCKFEED_FRAME_TEXT) {
        return delivery_copy(&output->delivery, data.data, data.size);
    }
    if (!filter_frame(&output->filter, data)) {
        return delivery_verdict(&output->delivery);
    }
    return delivery_frame(&output->delivery, event->u.frame.type, data,
                          filter_is_last_frame(&output->filter, data));
}

/* Each as a message of its own. */
static enum output_verdict take_each(struct output *output, unsigned source,
                                     const struct sockfeed_event *event)
{
    struct sockfeed_event one = {.type = SOCKFEED_EVENT_MESSAGE,
                                 .connection = event->connection};
    enum output_verdict verdict = OUTPUT_GO_ON;

    one.u.message.type = SOCKFEED_MESSAGE_TEXT;
    for (size_t i = 0; i < event->u.texts.count &&
                       (verdict == OUTPUT_GO_ON || verdict == OUTPUT_FULL);
         i++) {
        const struct sockfeed_text *text = &event->u.texts.at[i];

        one.u.message.frame = text->data;
        one.u.message.frame_size = text->size;
        one.u.message.data = text->data;
        one.u.message.data_size = text->size;
        verdict = output_event(output, source, &one);
    }
    return verdict;
}

static enum output_verdict take_texts(struct output *output, unsigned source,
                                      const struct sockfeed_event *event)
{
    enum output_form form = output->sources[source]->form;

    if (!output->verbatim ||
        (form != OUTPUT_FORM_RAW && form != OUTPUT_FORM_TEXT)) {
        return take_each(output, source, event);
    }
    for (size_t i = 0; i < event->u.texts.count; i++) {
        count_received(output, event->u.texts.at[i].size);
    }
    return delivery_copies(&output->delivery, event->u.texts.at,
                           event->u.texts.count);
}

static NOINLINE enum output_verdict take_other(
    struct output *output, unsigned source, const struct sockfeed_event *event)
{
    const struct source *from = output->sources[source];

    if (from->frames) {
        return take_frame(output, from, event);
    }
    return event->type == SOCKFEED_EVENT_TEXTS
               ? take_texts(output, source, event)
               : delivery_verdict(&output->delivery);
}

enum output_verdict output_event(struct output *output, unsigned source,
                                 const struct sockfeed_event *event)
{
    const struct sockfeed_message *message = &event->u.message;
    struct source *from = output->sources[source];
    struct span line = {NULL, 0};

    if (output->delivery.end != OUTPUT_GO_ON) {
        return output->delivery.end;
    }
    if (from->frames || event->type != SOCKFEED_EVENT_MESSAGE) {
        return take_other(output, source, event);
    }
    count_received(output, message->frame_size);
    if (output->verbatim) {
        line = verbatim_line(from->form, message);
    }
    return line.data != NULL
               ? delivery_copy(&output->delivery, line.data, line.size)
               : take_message(output, from, event->connection, message);
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
