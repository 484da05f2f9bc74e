/* SPDX-License-Identifier: MIT */
#include "cli/output/verbatim.h"

#include "base/json_scan.h"
#include "cli/shape/form.h"

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Of an event: the part of it that is the line as it came, byte for byte, or
 * data NULL. */
static struct span event_as_it_is(enum output_form form,
                                  const struct sockfeed_message *message)
{
    const char *args = message->args;

    if (verbatim_is_event(form, message)) {
        return span_of(message->data, message->data_size);
    }
    if (form == OUTPUT_FORM_DATA && !message->multiline &&
        message->arg_count == 1 && !is_space(args[0]) &&
        !is_space(args[message->args_size - 1])) {
        return span_of(args, message->args_size);
    }
    return span_of(NULL, 0);
}

/* The same of a text that is to be JSON. */
static struct span json_as_it_is(struct span text)
{
    struct json_scan_result scanned;
    struct malformed malformed;

    return json_scan(&scanned, &malformed, text,
                     JSON_SCAN_UTF8 | JSON_SCAN_PADDED) == SOCKFEED_OK &&
                   !scanned.multiline
               ? text
               : span_of(NULL, 0);
}

struct span verbatim_line(enum output_form form,
                          const struct sockfeed_message *message)
{
    struct span data = span_of(message->data, message->data_size);

    if (message->type == SOCKFEED_MESSAGE_EVENT) {
        return event_as_it_is(form, message);
    }
    if (message->type != SOCKFEED_MESSAGE_TEXT || data.data == NULL ||
        form == OUTPUT_FORM_ENVELOPE) {
        return span_of(NULL, 0);
    }
    return form == OUTPUT_FORM_RAW || form == OUTPUT_FORM_TEXT
               ? data
               : json_as_it_is(data);
}

bool verbatim_append(struct buf *out, struct printer *printer,
                     struct source *source,
                     const struct sockfeed_message *message)
{
    const struct span args = span_of(message->args, message->args_size);
    int terminator = printer_terminator(printer);
    struct span head;

    if (message->type != SOCKFEED_MESSAGE_EVENT || message->multiline ||
        args.size == 0 || is_space(args.data[0]) ||
        is_space(args.data[args.size - 1])) {
        return false;
    }
    if (source->form == OUTPUT_FORM_DATA && message->arg_count > 1) {
        form_append_array(out, args, terminator);
        return true;
    }
    if (source->form != OUTPUT_FORM_ENVELOPE || message->has_id) {
        return false;
    }
    head = source_event_head(source, printer_stamp(printer),
                             span_of(message->space, message->space_size));
    if (head.data == NULL) {
        return false;
    }
    form_append_event(out, head, span_of(message->name, message->name_size),
                      args, span_of(NULL, 0), terminator);
    return true;
}

struct span verbatim_chosen(struct subject *subject)
{
    switch (subject->source->form) {
    case OUTPUT_FORM_JSON:
        return subject_json(subject);
    case OUTPUT_FORM_DATA:
        return subject_data(subject);
    case OUTPUT_FORM_DEFAULT:
    case OUTPUT_FORM_TEXT:
    case OUTPUT_FORM_ENVELOPE:
    case OUTPUT_FORM_RAW:
        break;
    }
    return span_of(NULL, 0);
}
