/* SPDX-License-Identifier: MIT */
#include "cli/output/delivery.h"

#include "base/limits.h"
#include "cli/base/file.h"
#include "cli/base/term.h"

#include <stdio.h>

/* ---- Life --------------------------------------------------------------- */

enum output_verdict delivery_verdict(struct delivery *delivery)
{
    if (delivery->settled) {
        return delivery->end;
    }
    switch (delivery->writer.state) {
    case WRITER_OPEN:
        return OUTPUT_GO_ON;
    case WRITER_FULL:
        return OUTPUT_FULL;
    case WRITER_GONE:
        delivery->end = OUTPUT_GONE;
        break;
    case WRITER_FAILED:
        delivery->end = OUTPUT_FAILED;
        break;
    }
    return delivery->end;
}

/* The end has come, whatever the writer does. */
static enum output_verdict settle(struct delivery *delivery,
                                  enum output_verdict end)
{
    if (!delivery->settled) {
        delivery->end = end;
        delivery->settled = true;
    }
    return delivery->end;
}

static bool is_over(struct delivery *delivery)
{
    return delivery_verdict(delivery) >= OUTPUT_DONE;
}

enum output_verdict delivery_fail_of_memory(struct delivery *delivery)
{
    delivery->out_of_memory = true;
    delivery->settled = false; /* it counts for more than any other end */
    return settle(delivery, OUTPUT_FAILED);
}

const char *delivery_failure(const struct delivery *delivery)
{
    if (delivery->out_of_memory) {
        return sockfeed_result_text(SOCKFEED_NOMEM);
    }
    return copy_result(&delivery->copy) != SOCKFEED_OK
               ? file_writer_failure(delivery->copy.files)
               : delivery->writer.failure;
}

enum sockfeed_result delivery_failure_result(const struct delivery *delivery)
{
    if (delivery->out_of_memory) {
        return SOCKFEED_NOMEM;
    }
    return copy_result(&delivery->copy) != SOCKFEED_OK
               ? copy_result(&delivery->copy)
               : delivery->writer.result;
}

bool delivery_goes_to(const struct delivery *delivery, int descriptor)
{
    const struct copy *copy = &delivery->copy;

    return file_is_same(descriptor, writer_standard_output()) ||
           (copy->files != NULL &&
            file_is_same(descriptor, file_writer_descriptor(copy->files)));
}

static void on_room(void *user)
{
    const struct delivery *delivery = user;

    if (delivery->callbacks->room != NULL) {
        delivery->callbacks->room(delivery->callbacks->user);
    }
}

static void on_ended(void *user)
{
    struct delivery *delivery = user;

    if (delivery->callbacks->ended != NULL) {
        delivery->callbacks->ended(delivery->callbacks->user,
                                   delivery_verdict(delivery));
    }
}

static void on_dropped(void *user, uint64_t count)
{
    const struct delivery *delivery = user;

    if (delivery->callbacks->dropped != NULL) {
        delivery->callbacks->dropped(delivery->callbacks->user, count);
    }
}

static void on_copy_failed(void *user)
{
    struct delivery *delivery = user;

    if (!delivery->settled) {
        (void)settle(delivery, OUTPUT_FAILED);
        on_ended(delivery);
    }
}

static void on_line(void *user, struct span line)
{
    struct delivery *delivery = user;

    copy_line(&delivery->copy, line);
    if (copy_result(&delivery->copy) != SOCKFEED_OK) {
        (void)settle(delivery, OUTPUT_FAILED);
    }
}

static enum sockfeed_result init_copy(struct delivery *delivery,
                                      struct sockfeed_loop *loop,
                                      struct output_error *error)
{
    enum sockfeed_result result;

    if (delivery->options->write == NULL) {
        return SOCKFEED_OK;
    }
    result = copy_init(&delivery->copy, loop, &delivery->printer,
                       on_copy_failed, delivery, error);
    if (result == SOCKFEED_OK &&
        file_is_same(writer_standard_output(),
                     file_writer_descriptor(delivery->copy.files))) {
        (void)snprintf(error->text, sizeof error->text,
                       "--write: standard output goes to this file already");
        result = SOCKFEED_INVALID;
    }
    return result;
}

static void on_writing(void *user)
{
    const struct delivery *delivery = user;

    delivery->callbacks->writing(delivery->callbacks->user);
}

static enum sockfeed_result init_writer(struct delivery *delivery,
                                        struct sockfeed_loop *loop,
                                        struct output_error *error)
{
    const struct output_options *options = delivery->options;
    struct writer_config config = {
        .descriptor = writer_standard_output(),
        .limit = options->buffer == 0 ? LIMIT_OUTPUT_QUEUE : options->buffer,
        .drop = options->on_full == OUTPUT_ON_FULL_DROP,
        .terminator = printer_terminator(&delivery->printer),
        .room = on_room,
        .ended = on_ended,
        .dropped = on_dropped,
        .writing = delivery->callbacks->writing != NULL &&
                           term_is_terminal(writer_standard_output())
                       ? on_writing
                       : NULL,
        .line = options->write != NULL ? on_line : NULL,
        .user = delivery,
    };
    enum sockfeed_result result = writer_init(&delivery->writer, loop, &config);

    if (result == SOCKFEED_SYSTEM) {
        (void)snprintf(error->text, sizeof error->text, "%s",
                       delivery->writer.failure);
    }
    return result;
}

static void on_every(void *user);

static enum sockfeed_result init_latest(struct delivery *delivery,
                                        struct sockfeed_loop *loop,
                                        struct output_error *error)
{
    struct output_error reason = {""};
    enum sockfeed_result result;

    if (delivery->options->latest == NULL) {
        return SOCKFEED_OK;
    }
    result = latest_new(&delivery->latest, delivery->options->latest,
                        LIMIT_LATEST_KEYS, LIMIT_OUTPUT_QUEUE, &reason);
    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "--latest: %.200s",
                       reason.text);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&delivery->every, loop, on_every, delivery);
    }
    if (result == SOCKFEED_OK) {
        sockfeed_timer_set(delivery->every, delivery->options->every);
    }
    return result;
}

enum sockfeed_result delivery_init(struct delivery *delivery,
                                   struct sockfeed_loop *loop,
                                   const struct output_options *options,
                                   const struct output_callbacks *callbacks,
                                   struct output_error *error)
{
    enum sockfeed_result result;

    *delivery = (struct delivery){.options = options, .callbacks = callbacks};
    buf_init(&delivery->held, SIZE_MAX / 2);
    result = printer_init(&delivery->printer, options, callbacks,
                          term_is_terminal(writer_standard_output()), error);
    if (result == SOCKFEED_OK) {
        result = init_writer(delivery, loop, error);
    }
    if (result == SOCKFEED_OK) {
        result = init_latest(delivery, loop, error);
    }
    if (result == SOCKFEED_OK) {
        result = init_copy(delivery, loop, error);
    }
    return result;
}

void delivery_deinit(struct delivery *delivery)
{
    sockfeed_timer_free(delivery->every);
    latest_free(delivery->latest);
    writer_deinit(&delivery->writer);
    copy_deinit(&delivery->copy);
    printer_deinit(&delivery->printer);
    buf_deinit(&delivery->held);
}

/* ---- Lines -------------------------------------------------------------- */

/* A message's line was given to the writer. */
static enum output_verdict count_message(struct delivery *delivery,
                                         enum writer_state state)
{
    delivery->printed++;
    if (delivery->printed == delivery->options->count) {
        (void)settle(delivery, OUTPUT_DONE);
    }
    return state == WRITER_OPEN ? delivery->end : delivery_verdict(delivery);
}

static enum output_verdict end_with(struct delivery *delivery, bool last)
{
    if (last && !is_over(delivery)) {
        (void)settle(delivery, OUTPUT_DONE);
    }
    return delivery_verdict(delivery);
}

enum output_verdict delivery_copy(struct delivery *delivery, const char *data,
                                  size_t size)
{
    return count_message(delivery, writer_copy(&delivery->writer, data, size));
}

struct buf *delivery_line(struct delivery *delivery)
{
    return &delivery->writer.lines.out;
}

enum output_verdict delivery_line_appended(struct delivery *delivery)
{
    return count_message(delivery, writer_end(&delivery->writer, true));
}

/* Those that are still to be printed; false: they are to be copied. */
static bool lend(struct delivery *delivery, const struct sockfeed_text *texts,
                 size_t count)
{
    uint64_t most = delivery->options->count == 0
                        ? count
                        : delivery->options->count - delivery->printed;

    if (most < count) {
        count = (size_t)most;
    }
    if (!writer_lend(&delivery->writer, texts, count)) {
        return false;
    }
    delivery->printed += count - 1;
    (void)count_message(delivery, delivery->writer.state);
    return true;
}

enum output_verdict delivery_copies(struct delivery *delivery,
                                    const struct sockfeed_text *texts,
                                    size_t count)
{
    enum output_verdict verdict = OUTPUT_GO_ON;

    if (count > 0 && texts[0].size >= WRITER_LONG &&
        lend(delivery, texts, count)) {
        return delivery_verdict(delivery);
    }
    /* Once nothing more is to be printed, the rest has come in vain. */
    for (size_t i = 0; i < count && verdict < OUTPUT_DONE; i++) {
        verdict =
            count_message(delivery, writer_copy(&delivery->writer,
                                                texts[i].data, texts[i].size));
    }
    return verdict;
}

static void print_header(struct delivery *delivery)
{
    if (delivery->options->csv && !delivery->header_done) {
        delivery->header_done = true;
        delivery->copy.in_header = true;
        printer_append_header(&delivery->printer, &delivery->writer.lines.out);
        (void)writer_end(&delivery->writer, false);
        delivery->copy.in_header = false;
    }
}

/* ---- Holding back ------------------------------------------------------- */

/* Prints what is held back, up to the last message of -n. */
static void release(struct delivery *delivery)
{
    struct span line;

    while (delivery->latest != NULL && !is_over(delivery) &&
           latest_take(delivery->latest, &line)) {
        buf_append_span(&delivery->writer.lines.out, line);
        (void)delivery_line_appended(delivery);
    }
}

static void on_every(void *user)
{
    struct delivery *delivery = user;

    if (is_over(delivery)) {
        return;
    }
    sockfeed_timer_set(delivery->every, delivery->options->every);
    release(delivery);
    (void)writer_flush(&delivery->writer);
    if (is_over(delivery)) {
        on_ended(delivery);
    }
}

static enum output_verdict hold_back(struct delivery *delivery, struct span key,
                                     struct subject *subject)
{
    enum sockfeed_result result;

    buf_clear(&delivery->held);
    if (!printer_append(&delivery->printer, &delivery->held, subject,
                        delivery->formed + 1)) {
        return delivery_verdict(delivery);
    }
    delivery->formed++;
    result = buf_result(&delivery->held);
    if (result == SOCKFEED_OK) {
        result = latest_put(delivery->latest, key, buf_span(&delivery->held));
    }
    if (result == SOCKFEED_FULL) {
        release(delivery);
        if (is_over(delivery)) {
            return delivery_verdict(delivery);
        }
        result = latest_put(delivery->latest, key, buf_span(&delivery->held));
    }
    return result == SOCKFEED_OK ? delivery_verdict(delivery)
                                 : delivery_fail_of_memory(delivery);
}

/* ---- What is printed ---------------------------------------------------- */

enum output_verdict delivery_message(struct delivery *delivery,
                                     struct subject *subject, bool last)
{
    struct span key = {NULL, 0};

    print_header(delivery);
    if (delivery->latest != NULL && !last) {
        key = latest_key(delivery->latest, subject_data(subject));
    }
    if (key.data != NULL) {
        return hold_back(delivery, key, subject);
    }
    if (last) {
        release(delivery);
    }
    if (!is_over(delivery) &&
        printer_append(&delivery->printer, &delivery->writer.lines.out, subject,
                       delivery->formed + 1)) {
        delivery->formed++;
        (void)delivery_line_appended(delivery);
    }
    return end_with(delivery, last);
}

enum output_verdict delivery_frame(struct delivery *delivery,
                                   enum sockfeed_frame_type type,
                                   struct span data, bool last)
{
    printer_append_frame(&delivery->printer, &delivery->writer.lines.out, type,
                         data);
    (void)delivery_line_appended(delivery);
    return end_with(delivery, last);
}

enum output_verdict delivery_other(struct delivery *delivery, struct span line)
{
    printer_append_line(&delivery->printer, &delivery->writer.lines.out, line);
    (void)writer_end(&delivery->writer, false);
    return delivery_verdict(delivery);
}

enum output_verdict delivery_drained(struct delivery *delivery)
{
    printer_forget_time(&delivery->printer);
    (void)writer_flush(&delivery->writer);
    return delivery_verdict(delivery);
}

enum output_verdict delivery_finish(struct delivery *delivery, int64_t timeout,
                                    int wake)
{
    enum writer_state state;

    release(delivery);
    state = writer_finish(&delivery->writer, timeout, wake);
    copy_finish(&delivery->copy);
    (void)delivery_verdict(delivery);
    if (delivery->out_of_memory ||
        copy_result(&delivery->copy) != SOCKFEED_OK) {
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
