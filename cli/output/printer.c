/* SPDX-License-Identifier: MIT */
#include "cli/output/printer.h"

#include "cli/base/term.h"
#include "cli/shape/color.h"
#include "cli/shape/form.h"

#include <stdint.h>
#include <stdio.h>

/* ---- Options ------------------------------------------------------------ */

/* Why the options cannot stand together, or NULL. */
static const char *contradiction(const struct output_options *options)
{
    bool has_form = options->form != OUTPUT_FORM_DEFAULT;
    bool has_json_form = options->form == OUTPUT_FORM_JSON;

    if (options->format != NULL &&
        (has_form || options->select != NULL || options->extract != NULL)) {
        return "-f stands in place of -o, --select and --extract";
    }
    if (options->format != NULL && options->timestamp) {
        return "-t does not go with -f: %T is the time";
    }
    if (options->extract != NULL && (has_form || options->select != NULL)) {
        return "--extract stands in place of -o and --select";
    }
    if (options->select != NULL && has_form && !has_json_form) {
        return "--select goes with -o json or with no -o";
    }
    if (options->csv && (options->select == NULL || has_json_form)) {
        return "--csv needs --select, without -o json";
    }
    if (options->csv && options->timestamp) {
        return "-t does not go with --csv";
    }
    if ((options->latest != NULL) != (options->every > 0)) {
        return "--latest and --every need each other";
    }
    return NULL;
}

static enum sockfeed_result check(const struct output_options *options,
                                  struct output_error *error)
{
    const char *reason = contradiction(options);

    if (reason == NULL) {
        return SOCKFEED_OK;
    }
    (void)snprintf(error->text, sizeof error->text, "%s", reason);
    return SOCKFEED_INVALID;
}

static unsigned color_flags(const struct output_options *options, bool terminal)
{
    unsigned flags = options->pretty ? COLOR_INDENT : 0;

    switch (options->color) {
    case OUTPUT_COLOR_AUTO:
        flags |= terminal && !term_no_color() ? COLOR_PAINT : 0;
        break;
    case OUTPUT_COLOR_ALWAYS:
        flags |= COLOR_PAINT;
        break;
    case OUTPUT_COLOR_NEVER:
        break;
    }
    return flags | (terminal ? COLOR_VISIBLE : 0);
}

static enum sockfeed_result init_parts(struct printer *printer,
                                       struct output_error *error)
{
    const struct output_options *options = printer->options;
    struct output_error reason = {""};
    const char *option = "";
    enum sockfeed_result result = SOCKFEED_OK;

    if (options->format != NULL) {
        option = "-f";
        result = template_new(&printer->template, options->format, &reason);
    } else if (options->select != NULL) {
        option = "--select";
        result = select_new(&printer->select, options->select, &reason);
    } else if (options->extract != NULL) {
        option = "--extract";
        result = regex_new(&printer->extract, options->extract, 0, &reason);
    }
    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "%s: %.200s", option,
                       reason.text);
    }
    return result;
}

enum sockfeed_result printer_init(struct printer *printer,
                                  const struct output_options *options,
                                  const struct output_callbacks *callbacks,
                                  bool terminal, struct output_error *error)
{
    enum sockfeed_result result;

    *printer = (struct printer){.options = options,
                                .callbacks = callbacks,
                                .color = color_flags(options, terminal)};
    buf_init(&printer->plain, SIZE_MAX / 2);
    result = check(options, error);
    return result == SOCKFEED_OK ? init_parts(printer, error) : result;
}

void printer_deinit(struct printer *printer)
{
    template_free(printer->template);
    select_free(printer->select);
    regex_free(printer->extract);
    buf_deinit(&printer->plain);
}

int printer_terminator(const struct printer *printer)
{
    if (printer->options->null) {
        return '\0';
    }
    return printer->template == NULL ? '\n' : -1;
}

/* ---- Lines -------------------------------------------------------------- */

void printer_forget_time(struct printer *printer)
{
    printer->stamped = false;
}

struct clock_stamp *printer_stamp(struct printer *printer)
{
    if (!printer->stamped) {
        clock_stamp_read(&printer->stamp);
        printer->stamped = true;
    }
    return &printer->stamp;
}

int64_t printer_time(struct printer *printer)
{
    return printer_stamp(printer)->time;
}

static void end_line(const struct printer *printer, struct buf *out)
{
    int terminator = printer_terminator(printer);

    if (terminator >= 0) {
        buf_append_byte(out, (char)terminator);
    }
}

static void begin_line(struct printer *printer, struct buf *out)
{
    if (printer->options->timestamp) {
        buf_append(out, clock_stamp_text(printer_stamp(printer)),
                   CLOCK_TEXT_SIZE - 1);
        buf_append_byte(out, '\t');
    }
}

void printer_append_header(const struct printer *printer, struct buf *out)
{
    select_append_header(printer->select, out);
    end_line(printer, out);
}

static bool append_extract(struct printer *printer, struct buf *out,
                           struct span text)
{
    struct regex *extract = printer->extract;

    if (text.data == NULL || !regex_match(extract, text)) {
        if (regex_take_limit(extract) && printer->callbacks->warning != NULL) {
            printer->callbacks->warning(
                printer->callbacks->user,
                "--extract: a match took too long and counts as none; further "
                "ones are not reported");
        }
        return false;
    }
    text = regex_group(extract, regex_group_count(extract) > 0);
    begin_line(printer, out);
    if ((printer->color & COLOR_VISIBLE) != 0) {
        color_append_text(out, text);
    } else {
        buf_append_span(out, text);
    }
    end_line(printer, out);
    return true;
}

static enum select_form select_form(const struct output_options *options)
{
    return options->csv                        ? SELECT_CSV
           : options->form == OUTPUT_FORM_JSON ? SELECT_JSON
                                               : SELECT_TABS;
}

/* The message without -t and the end of the line. False when no end follows
 * it. */
static bool append_content(struct printer *printer, struct buf *out,
                           struct subject *subject, uint64_t count)
{
    enum output_binary binary = printer->options->binary;

    if (printer->template != NULL) {
        template_append(printer->template, out, subject, binary,
                        printer_stamp(printer), count);
        return true;
    }
    if (printer->select != NULL) {
        select_append(printer->select, out, select_form(printer->options),
                      subject_data(subject));
        return true;
    }
    /* The clock is read for those forms alone that show it. */
    return form_append(out, subject->source->form, subject, binary,
                       subject->source->form == OUTPUT_FORM_ENVELOPE
                           ? printer_stamp(printer)
                           : &printer->stamp);
}

/* Whether what append_content appended is JSON. */
static bool is_json(const struct printer *printer, struct subject *subject)
{
    if (printer->template != NULL) {
        return false;
    }
    if (printer->select != NULL) {
        return select_form(printer->options) == SELECT_JSON;
    }
    switch (subject->source->form) {
    case OUTPUT_FORM_JSON:
    case OUTPUT_FORM_DATA:
    case OUTPUT_FORM_ENVELOPE:
    case OUTPUT_FORM_DEFAULT:
        return true;
    case OUTPUT_FORM_TEXT:
    case OUTPUT_FORM_RAW:
        break;
    }
    /* A text as it is, which often is JSON all the same. */
    if (subject->kind == SUBJECT_EVENT) {
        return subject->arg_count != 1 || subject->args.data[0] != '"';
    }
    (void)subject_json(subject);
    return subject->is_json;
}

/* As append_content, for eyes. */
static bool append_colored(struct printer *printer, struct buf *out,
                           struct subject *subject, uint64_t count)
{
    bool ends;

    buf_clear(&printer->plain);
    ends = append_content(printer, &printer->plain, subject, count);
    if (is_json(printer, subject)) {
        color_append_json(out, buf_span(&printer->plain), printer->color);
    } else if ((printer->color & COLOR_VISIBLE) != 0) {
        color_append_text(out, buf_span(&printer->plain));
    } else {
        buf_append_span(out, buf_span(&printer->plain));
    }
    if (buf_result(&printer->plain) != SOCKFEED_OK) {
        out->result = buf_result(&printer->plain);
    }
    return ends;
}

bool printer_append(struct printer *printer, struct buf *out,
                    struct subject *subject, uint64_t count)
{
    bool ends;

    if (printer->extract != NULL) {
        return append_extract(printer, out, subject->received);
    }
    begin_line(printer, out);
    ends = printer->color == 0 ? append_content(printer, out, subject, count)
                               : append_colored(printer, out, subject, count);
    if (ends) {
        end_line(printer, out);
    }
    return true;
}

void printer_append_frame(struct printer *printer, struct buf *out,
                          enum sockfeed_frame_type type, struct span data)
{
    begin_line(printer, out);
    if ((printer->color & COLOR_VISIBLE) != 0 &&
        type != SOCKFEED_FRAME_BINARY) {
        color_append_text(out, data);
    } else {
        form_append_frame(out, type, data);
    }
    end_line(printer, out);
}

void printer_append_line(const struct printer *printer, struct buf *out,
                         struct span line)
{
    buf_append_span(out, line);
    end_line(printer, out);
}
