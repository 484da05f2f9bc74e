/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "base/limits.h"
#include "cli/filter.h"
#include "cli/latest.h"
#include "cli/printer.h"
#include "cli/rewrite.h"
#include "cli/source.h"
#include "cli/subject.h"
#include "cli/term.h"
#include "cli/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct output {
    struct output_options options;
    struct output_callbacks callbacks;
    struct rewrite rewrite;
    struct filter filter;
    struct printer printer;
    struct writer writer;
    struct subject subject; /* the message at hand */

    struct source **sources; /* each at an address of its own */
    unsigned source_count;

    /* Nothing looks into messages: where the form is what came, the bytes are
     * copied and that is all. */
    bool verbatim;
    bool header_done;
    uint64_t formed; /* messages made into lines, also those held back */
    struct output_counts counts;

    struct latest *latest;
    struct sockfeed_timer *every;
    struct buf line; /* on its way to `latest` */

    enum output_verdict end; /* DONE, GONE or FAILED, once it has come */
    bool out_of_memory;
};

/* ---- Life --------------------------------------------------------------- */

static void on_room(void *user)
{
    struct output *output = user;

    if (output->callbacks.room != NULL) {
        output->callbacks.room(output->callbacks.user);
    }
}

/* What has come of it so far. */
static enum output_verdict verdict(struct output *output)
{
    if (output->end == OUTPUT_DONE || output->out_of_memory) {
        return output->end;
    }
    switch (output->writer.state) {
    case WRITER_OPEN:
        return OUTPUT_GO_ON;
    case WRITER_FULL:
        return OUTPUT_FULL;
    case WRITER_GONE:
        output->end = OUTPUT_GONE;
        break;
    case WRITER_FAILED:
        output->end = OUTPUT_FAILED;
        break;
    }
    return output->end;
}

static void tell_end(struct output *output)
{
    if (output->callbacks.ended != NULL) {
        output->callbacks.ended(output->callbacks.user, verdict(output));
    }
}

static void on_ended(void *user)
{
    tell_end(user);
}

static void on_dropped(void *user, uint64_t count)
{
    struct output *output = user;

    if (output->callbacks.dropped != NULL) {
        output->callbacks.dropped(output->callbacks.user, count);
    }
}

static enum output_verdict fail_of_memory(struct output *output)
{
    output->out_of_memory = true;
    output->end = OUTPUT_FAILED;
    return output->end;
}

static enum sockfeed_result init_writer(struct output *output,
                                        struct sockfeed_loop *loop,
                                        struct output_error *error)
{
    const struct output_options *options = &output->options;
    struct writer_config config = {
        .descriptor = STDOUT_FILENO,
        .limit = options->buffer == 0 ? LIMIT_OUTPUT_QUEUE : options->buffer,
        .drop = options->on_full == OUTPUT_ON_FULL_DROP,
        .terminator = printer_terminator(&output->printer),
        .room = on_room,
        .ended = on_ended,
        .dropped = on_dropped,
        .user = output,
    };
    enum sockfeed_result result = writer_init(&output->writer, loop, &config);

    if (result == SOCKFEED_SYSTEM) {
        (void)snprintf(error->text, sizeof error->text, "%s",
                       output->writer.failure);
    }
    return result;
}

static void on_every(void *user);

static enum sockfeed_result init_latest(struct output *output,
                                        struct sockfeed_loop *loop,
                                        struct output_error *error)
{
    const struct output_options *options = &output->options;
    struct output_error reason = {""};
    enum sockfeed_result result;

    if (options->latest == NULL) {
        return SOCKFEED_OK;
    }
    result = latest_new(&output->latest, options->latest, LIMIT_LATEST_KEYS,
                        LIMIT_OUTPUT_QUEUE, &reason);
    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "--latest: %.200s",
                       reason.text);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&output->every, loop, on_every, output);
    }
    if (result == SOCKFEED_OK) {
        sockfeed_timer_set(output->every, options->every);
    }
    return result;
}

static enum sockfeed_result init_parts(struct output *output,
                                       struct sockfeed_loop *loop,
                                       struct output_error *error)
{
    const struct output_options *options = &output->options;
    const struct output_callbacks *callbacks = &output->callbacks;
    enum sockfeed_result result =
        printer_init(&output->printer, options, callbacks,
                     term_is_terminal(STDOUT_FILENO), error);

    if (result == SOCKFEED_OK) {
        result = rewrite_init(&output->rewrite, options, callbacks, error);
    }
    if (result == SOCKFEED_OK) {
        result = filter_init(&output->filter, options, callbacks, error);
    }
    if (result == SOCKFEED_OK) {
        result = init_writer(output, loop, error);
    }
    if (result == SOCKFEED_OK) {
        result = init_latest(output, loop, error);
    }
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
    buf_init(&created->line, SIZE_MAX / 2);
    result = init_parts(created, loop, error);
    if (result != SOCKFEED_OK) {
        output_free(created);
        return result;
    }
    created->verbatim = !created->rewrite.wanted && !created->filter.wanted &&
                        created->printer.color == 0 && !options->timestamp &&
                        !options->stats && options->format == NULL &&
                        options->select == NULL && options->extract == NULL &&
                        options->latest == NULL;
    *output = created;
    return SOCKFEED_OK;
}

void output_free(struct output *output)
{
    if (output == NULL) {
        return;
    }
    sockfeed_timer_free(output->every);
    latest_free(output->latest);
    writer_deinit(&output->writer);
    printer_deinit(&output->printer);
    filter_deinit(&output->filter);
    rewrite_deinit(&output->rewrite);
    subject_deinit(&output->subject);
    buf_deinit(&output->line);
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
    *source = output->source_count;
    output->sources[output->source_count++] = created;
    return SOCKFEED_OK;
}

unsigned output_wants(const struct output *output, unsigned source)
{
    return output->sources[source]->frames ? SOCKFEED_DELIVER_RECEIVED
                                           : SOCKFEED_DELIVER_MESSAGES;
}

/* ---- Lines -------------------------------------------------------------- */

/* A message's line was appended to the writer's buffer. */
static enum output_verdict end_message(struct output *output)
{
    (void)writer_end(&output->writer, true);
    output->counts.printed++;
    if (output->counts.printed == output->options.count) {
        output->end = OUTPUT_DONE;
    }
    return verdict(output);
}

static void print_header(struct output *output)
{
    if (output->header_done) {
        return;
    }
    output->header_done = true;
    printer_append_header(&output->printer, &output->writer.out);
    if (output->writer.out.size > output->writer.end) {
        (void)writer_end(&output->writer, false);
    }
}

/* Prints what is held back; ends early where -n is satisfied. */
static enum output_verdict release_latest(struct output *output)
{
    struct span line;

    while (output->latest != NULL && verdict(output) <= OUTPUT_FULL &&
           latest_take(output->latest, &line)) {
        buf_append_span(&output->writer.out, line);
        (void)end_message(output);
    }
    return verdict(output);
}

static void on_every(void *user)
{
    struct output *output = user;

    if (verdict(output) > OUTPUT_FULL) {
        return;
    }
    sockfeed_timer_set(output->every, output->options.every);
    (void)release_latest(output);
    (void)writer_flush(&output->writer);
    if (verdict(output) > OUTPUT_FULL) {
        tell_end(output);
    }
}

/* The line of a message with a value at --latest's pointer waits there. */
static enum output_verdict hold_back(struct output *output, struct span key)
{
    struct span line;
    enum sockfeed_result result;

    buf_clear(&output->line);
    if (!printer_append(&output->printer, &output->line, &output->subject,
                        output->formed + 1)) {
        return verdict(output);
    }
    output->formed++;
    line = buf_span(&output->line);
    result = buf_result(&output->line);
    if (result == SOCKFEED_OK) {
        result = latest_put(output->latest, key, line);
    }
    if (result == SOCKFEED_FULL) {
        if (release_latest(output) > OUTPUT_FULL) {
            return verdict(output);
        }
        result = latest_put(output->latest, key, line);
    }
    return result == SOCKFEED_OK ? verdict(output) : fail_of_memory(output);
}

static enum output_verdict print(struct output *output)
{
    if (!printer_append(&output->printer, &output->writer.out, &output->subject,
                        output->formed + 1)) {
        return verdict(output);
    }
    output->formed++;
    return end_message(output);
}

/* ---- Messages ----------------------------------------------------------- */

/* Whether the message is printed as it came, byte for byte. */
static bool is_verbatim(const struct output *output,
                        const struct source *source,
                        const struct sockfeed_message *message)
{
    if (!output->verbatim) {
        return false;
    }
    if (message->type == SOCKFEED_MESSAGE_EVENT) {
        return source->form == OUTPUT_FORM_JSON && !message->multiline;
    }
    return message->type == SOCKFEED_MESSAGE_TEXT &&
           (source->form == OUTPUT_FORM_RAW ||
            source->form == OUTPUT_FORM_TEXT);
}

static enum output_verdict copy(struct output *output, const char *data,
                                size_t size)
{
    char *to = buf_reserve(&output->writer.out, size + 1);

    if (to != NULL) {
        if (size > 0) {
            memcpy(to, data, size);
        }
        to[size] = (char)output->writer.config.terminator;
        output->writer.out.size += size + 1;
    }
    return end_message(output);
}

static enum output_verdict take_message(struct output *output,
                                        struct source *source,
                                        unsigned connection,
                                        const struct sockfeed_message *message)
{
    struct subject *subject = &output->subject;
    struct span key = {NULL, 0};
    enum sockfeed_result result =
        subject_take(subject, source, connection, message);
    bool last;

    if (result == SOCKFEED_OK && !filter_early(&output->filter, subject)) {
        return verdict(output);
    }
    if (result == SOCKFEED_OK && output->rewrite.wanted) {
        result = rewrite_apply(&output->rewrite, subject);
    }
    if (result == SOCKFEED_TOO_LARGE) {
        return OUTPUT_TOO_LARGE;
    }
    if (result != SOCKFEED_OK) {
        return fail_of_memory(output);
    }
    if (!filter_late(&output->filter, subject)) {
        return verdict(output);
    }
    print_header(output);
    last = filter_is_last(&output->filter, subject);
    if (output->latest != NULL && !last) {
        key = latest_key(output->latest, subject_data(subject));
    }
    if (key.data != NULL) {
        return hold_back(output, key);
    }
    /* What is held back came before the message that ends it all. */
    if (last && release_latest(output) > OUTPUT_FULL) {
        return verdict(output);
    }
    (void)print(output);
    if (last && verdict(output) <= OUTPUT_FULL) {
        output->end = OUTPUT_DONE;
    }
    return verdict(output);
}

static enum output_verdict take_frame(struct output *output,
                                      enum sockfeed_frame_type type,
                                      struct span data)
{
    bool last;

    if (output->verbatim && type == SOCKFEED_FRAME_TEXT) {
        return copy(output, data.data, data.size);
    }
    if (!filter_frame(&output->filter, data)) {
        return verdict(output);
    }
    last = filter_is_last_frame(&output->filter, data);
    printer_append_frame(&output->printer, &output->writer.out, type, data);
    (void)end_message(output);
    if (last && verdict(output) <= OUTPUT_FULL) {
        output->end = OUTPUT_DONE;
    }
    return verdict(output);
}

static void count_received(struct output *output, size_t size)
{
    if (output->options.stats) {
        output->counts.received++;
        output->counts.received_bytes += size;
    }
}

enum output_verdict output_event(struct output *output, unsigned source,
                                 const struct sockfeed_event *event)
{
    struct source *from = output->sources[source];

    if (output->end != OUTPUT_GO_ON) {
        return output->end;
    }
    if (event->type == SOCKFEED_EVENT_MESSAGE && !from->frames) {
        const struct sockfeed_message *message = &event->u.message;

        if (is_verbatim(output, from, message)) {
            return copy(output, message->data, message->data_size);
        }
        count_received(output, message->type == SOCKFEED_MESSAGE_EVENT
                                   ? message->frame_size
                                   : message->data_size);
        return take_message(output, from, event->connection, message);
    }
    if (event->type == SOCKFEED_EVENT_FRAME && from->frames &&
        !event->u.frame.sent &&
        (event->u.frame.type == SOCKFEED_FRAME_TEXT ||
         event->u.frame.type == SOCKFEED_FRAME_BINARY)) {
        count_received(output, event->u.frame.size);
        return take_frame(output, event->u.frame.type,
                          span_of(event->u.frame.data, event->u.frame.size));
    }
    return verdict(output);
}

/* ---- The end of reads, and of all --------------------------------------- */

enum output_verdict output_drained(struct output *output)
{
    printer_forget_time(&output->printer);
    (void)writer_flush(&output->writer);
    return verdict(output);
}

enum output_verdict output_line(struct output *output, const char *line,
                                size_t size)
{
    if (output->end != OUTPUT_GO_ON) {
        return output->end;
    }
    printer_append_line(&output->printer, &output->writer.out,
                        span_of(line, size));
    (void)writer_end(&output->writer, false);
    return verdict(output);
}

size_t output_pending(const struct output *output)
{
    return writer_pending(&output->writer);
}

enum output_verdict output_finish(struct output *output, int64_t timeout,
                                  int wake)
{
    enum writer_state state;

    (void)release_latest(output);
    state = writer_finish(&output->writer, timeout, wake);
    if (output->out_of_memory) {
        return OUTPUT_FAILED;
    }
    switch (state) {
    case WRITER_OPEN:
        return OUTPUT_GO_ON;
    case WRITER_FULL:
        return OUTPUT_FULL;
    case WRITER_GONE:
        return OUTPUT_GONE;
    case WRITER_FAILED:
        break;
    }
    return OUTPUT_FAILED;
}

const char *output_failure(const struct output *output)
{
    return output->out_of_memory ? sockfeed_result_text(SOCKFEED_NOMEM)
                                 : output->writer.failure;
}

enum sockfeed_result output_failure_result(const struct output *output)
{
    return output->out_of_memory ? SOCKFEED_NOMEM : SOCKFEED_SYSTEM;
}

struct output_counts output_counts(const struct output *output)
{
    struct output_counts counts = output->counts;

    counts.dropped = output->writer.dropped;
    counts.written = output->writer.written;
    return counts;
}
