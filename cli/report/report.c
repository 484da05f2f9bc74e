/* SPDX-License-Identifier: MIT */
#include "cli/report/report.h"

#include "base/limits.h"
#include "cli/base/clock.h"
#include "cli/base/diag.h"
#include "cli/report/status.h"
#include "cli/report/trace.h"

/* A verdict comes with the next message or with output_drained. */
static void write_record(enum status_form form, struct output *output,
                         struct buf *record)
{
    if (form == STATUS_FORM_INLINE && output != NULL) {
        if (buf_result(record) == SOCKFEED_OK) {
            (void)output_line(output, record->data, record->size);
        }
    } else if (form != STATUS_FORM_TEXT) {
        buf_append_byte(record, '\n');
        if (buf_result(record) == SOCKFEED_OK) {
            diag_write(buf_span(record));
        }
    } else if (buf_text(record) != NULL) {
        diag_line("%s", buf_text(record));
    }
}

static void tell_status(const struct report_options *options,
                        const struct report_subject *subject,
                        const struct sockfeed_event *event)
{
    struct status_record record = {.event = event,
                                   .url = options->status == STATUS_FORM_TEXT
                                              ? subject->label
                                              : subject->url,
                                   .connection = subject->connection,
                                   .protocol = subject->protocol,
                                   .time = clock_now()};
    struct buf line;

    if (options->status == STATUS_FORM_TEXT && options->quiet &&
        status_is_quiet(event)) {
        return;
    }
    buf_init(&line, LIMIT_DIAGNOSTIC);
    status_append(&line, options->status, &record);
    write_record(options->status, subject->output, &line);
    buf_deinit(&line);
}

static void tell_trace(const struct report_options *options,
                       const struct report_subject *subject,
                       const struct sockfeed_event *event)
{
    struct buf lines;

    if (options->verbosity == 0) {
        return;
    }
    buf_init(&lines, LIMIT_DIAGNOSTIC);
    trace_append(&lines, options->verbosity,
                 subject->alone ? 0 : subject->connection, event);
    if (buf_result(&lines) == SOCKFEED_OK) {
        diag_write(buf_span(&lines));
    }
    buf_deinit(&lines);
}

void report_event(const struct report_options *options,
                  const struct report_subject *subject,
                  const struct sockfeed_event *event)
{
    switch (event->type) {
    case SOCKFEED_EVENT_MESSAGE:
    case SOCKFEED_EVENT_MESSAGES:
    case SOCKFEED_EVENT_TEXTS:
    case SOCKFEED_EVENT_FRAMES:
    case SOCKFEED_EVENT_ANSWER:
    case SOCKFEED_EVENT_PREPARE:
    case SOCKFEED_EVENT_DRAINED:
    case SOCKFEED_EVENT_AWAITING:
    case SOCKFEED_EVENT_SENT:
    case SOCKFEED_EVENT_STEP:
    case SOCKFEED_EVENT_PONG:
        break;
    case SOCKFEED_EVENT_FRAME:
    case SOCKFEED_EVENT_TRACE:
        tell_trace(options, subject, event);
        break;
    case SOCKFEED_EVENT_OPEN:
    case SOCKFEED_EVENT_UPGRADED:
    case SOCKFEED_EVENT_SUBSCRIBED:
    case SOCKFEED_EVENT_REPLACED:
    case SOCKFEED_EVENT_LOST:
    case SOCKFEED_EVENT_RETRY:
    case SOCKFEED_EVENT_GAP:
    case SOCKFEED_EVENT_CLOSED:
        tell_status(options, subject, event);
        break;
    case SOCKFEED_EVENT_REFUSED:
        diag_line("%s: namespace %s was refused: %s", subject->label,
                  event->u.refused.space, event->u.refused.reason);
        break;
    case SOCKFEED_EVENT_LEFT:
        diag_line("%s: namespace %s was ended: %s", subject->label,
                  event->u.refused.space, event->u.refused.reason);
        break;
    case SOCKFEED_EVENT_NOTICE:
        diag_line("%s: %s", subject->label, event->u.notice.text);
        break;
    }
}

static bool is_silent(const struct report_options *options)
{
    return options->status == STATUS_FORM_TEXT && options->quiet;
}

void report_dropped(const struct report_options *options, struct output *output,
                    uint64_t count)
{
    struct buf line;

    if (is_silent(options)) {
        return;
    }
    buf_init(&line, LIMIT_DIAGNOSTIC);
    status_append_dropped(&line, options->status, clock_now(),
                          output_dropped_for(output), count);
    write_record(options->status, output, &line);
    buf_deinit(&line);
}

void report_gap(const struct report_options *options,
                const struct report_subject *subject,
                const struct output_gap *gap)
{
    struct status_record record = {.url = options->status == STATUS_FORM_TEXT
                                              ? subject->label
                                              : subject->url,
                                   .connection = subject->connection,
                                   .time = gap->to};
    struct buf line;

    if (is_silent(options)) {
        return;
    }
    buf_init(&line, LIMIT_DIAGNOSTIC);
    status_append_sequence(&line, options->status, &record, gap);
    write_record(options->status, subject->output, &line);
    buf_deinit(&line);
}
