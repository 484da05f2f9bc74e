/* SPDX-License-Identifier: MIT */
#include "base/noinline.h"
#include "cli/output/output_inside.h"
#include "cli/output/verbatim.h"

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

static enum output_verdict print(struct output *output, struct subject *subject)
{
    bool last = filter_is_last(&output->filter, subject);
    struct span line =
        output->copies && !last ? verbatim_chosen(subject) : span_of(NULL, 0);

    return line.data != NULL
               ? delivery_copy(&output->delivery, line.data, line.size)
               : delivery_message(&output->delivery, subject, last);
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
    return print(output, subject);
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

/* Whether what comes after this is still printed: a writer that is full for
 * now takes what one read has brought. */
static bool goes_on(enum output_verdict verdict)
{
    return verdict == OUTPUT_GO_ON || verdict == OUTPUT_FULL;
}

/* Copies the message as far as its form is what came; false, with nothing
 * done, where the line has to be made. */
static inline bool copy_message(struct output *output, struct source *source,
                                const struct sockfeed_message *message,
                                enum output_verdict *verdict)
{
    struct delivery *delivery = &output->delivery;
    struct span line;

    /* What nearly every message is. */
    if (verbatim_is_event(source->form, message)) {
        *verdict = delivery_copy(delivery, message->data, message->data_size);
        return true;
    }
    line = verbatim_line(source->form, message);
    if (line.data != NULL) {
        *verdict = delivery_copy(delivery, line.data, line.size);
        return true;
    }
    if (!verbatim_append(delivery_line(delivery), &delivery->printer, source,
                         message)) {
        return false;
    }
    *verdict = delivery_line_appended(delivery);
    return true;
}

static enum output_verdict take_messages(
    struct output *output, struct source *source, unsigned connection,
    const struct sockfeed_message *messages, size_t count)
{
    enum output_verdict verdict = OUTPUT_GO_ON;

    for (size_t i = 0; i < count && goes_on(verdict); i++) {
        count_received(output, messages[i].frame_size);
        if (!output->verbatim ||
            !copy_message(output, source, &messages[i], &verdict)) {
            verdict = take_message(output, source, connection, &messages[i]);
        }
    }
    return verdict;
}

/* Texts as they came, one after the other. */
static enum output_verdict copy_texts(struct output *output,
                                      const struct sockfeed_event *event)
{
    for (size_t i = 0; i < event->u.texts.count; i++) {
        count_received(output, event->u.texts.at[i].size);
    }
    return delivery_copies(&output->delivery, event->u.texts.at,
                           event->u.texts.count);
}

static enum output_verdict take_texts(struct output *output,
                                      struct source *source,
                                      const struct sockfeed_event *event)
{
    struct sockfeed_message message = {.type = SOCKFEED_MESSAGE_TEXT};
    enum output_verdict verdict = OUTPUT_GO_ON;

    if (output->verbatim &&
        (source->form == OUTPUT_FORM_RAW || source->form == OUTPUT_FORM_TEXT)) {
        return copy_texts(output, event);
    }
    for (size_t i = 0; i < event->u.texts.count && goes_on(verdict); i++) {
        message.frame = event->u.texts.at[i].data;
        message.frame_size = event->u.texts.at[i].size;
        message.data = message.frame;
        message.data_size = message.frame_size;
        verdict = take_messages(output, source, event->connection, &message, 1);
    }
    return verdict;
}

static enum output_verdict take_frames(struct output *output,
                                       const struct source *source,
                                       const struct sockfeed_event *event)
{
    struct sockfeed_event frame = {.type = SOCKFEED_EVENT_FRAME,
                                   .connection = event->connection};
    enum output_verdict verdict = OUTPUT_GO_ON;

    if (output->verbatim) {
        return copy_texts(output, event);
    }
    frame.u.frame.type = SOCKFEED_FRAME_TEXT;
    for (size_t i = 0; i < event->u.texts.count && goes_on(verdict); i++) {
        frame.u.frame.data = event->u.texts.at[i].data;
        frame.u.frame.size = event->u.texts.at[i].size;
        verdict = take_frame(output, source, &frame);
    }
    return verdict;
}

enum output_verdict output_event(struct output *output, unsigned source,
                                 const struct sockfeed_event *event)
{
    struct source *from = output->sources[source];

    if (output->delivery.end != OUTPUT_GO_ON) {
        return output->delivery.end;
    }
    if (from->frames) {
        return event->type == SOCKFEED_EVENT_FRAMES
                   ? take_frames(output, from, event)
                   : take_frame(output, from, event);
    }
    switch (event->type) {
    case SOCKFEED_EVENT_MESSAGE:
        return take_messages(output, from, event->connection, &event->u.message,
                             1);
    case SOCKFEED_EVENT_MESSAGES:
        return take_messages(output, from, event->connection,
                             event->u.messages.at, event->u.messages.count);
    case SOCKFEED_EVENT_TEXTS:
        return take_texts(output, from, event);
    default:
        return delivery_verdict(&output->delivery);
    }
}
