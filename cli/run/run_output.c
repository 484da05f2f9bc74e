/* SPDX-License-Identifier: MIT */
#include "cli/run/run_output.h"

#include "cli/base/diag.h"

struct report_subject run_output_subject(const struct run *run,
                                         const struct feed *feed)
{
    return (struct report_subject){
        .url = feed->shown.data,
        .label = feed->label.data,
        .connection = feed->number + 1,
        .protocol = feed->protocol,
        .alone = run->feeds.count == 1,
        .output = run->output,
    };
}

static void on_room(void *user)
{
    struct run *run = user;

    feeds_resume(&run->feeds);
}

enum exit_status run_output_status(const struct run *run)
{
    return output_failure_result(run->output) == SOCKFEED_NOMEM
               ? EXIT_STATUS_MEMORY
               : EXIT_STATUS_WRITE;
}

static void fail_output(struct run *run)
{
    if (!run->ending) {
        diag_line("%s", output_failure(run->output));
    }
    run_stop(run, run_output_status(run));
}

static void obey(void *user, enum output_verdict verdict)
{
    struct run *run = user;

    switch (verdict) {
    case OUTPUT_GO_ON:
    case OUTPUT_TOO_LARGE: /* one connection's, see on_message */
        break;
    case OUTPUT_FULL:
        feeds_pause(&run->feeds);
        break;
    case OUTPUT_DONE:
    case OUTPUT_GONE:
        run_stop(run, EXIT_STATUS_DONE);
        break;
    case OUTPUT_FAILED:
        fail_output(run);
        break;
    }
}

static void on_dropped(void *user, uint64_t count)
{
    struct run *run = user;

    report_dropped(&run->options->report, run->output, count);
}

static void on_gap(void *user, const struct output_gap *gap)
{
    struct run *run = user;
    const struct feed *feed = &run->feeds.at[gap->source];
    struct report_subject subject = run_output_subject(run, feed);

    report_gap(&run->options->report, &subject, gap);
}

static void on_writing(void *user)
{
    struct run *run = user;

    if (run->console != NULL) {
        console_make_way(run->console);
    }
}

static bool on_heard(void *user, unsigned source, unsigned connection,
                     const char *text, size_t size)
{
    struct run *run = user;
    bool taken = reactions_take(&run->reactions, &run->feeds.at[source],
                                connection, span_of(text, size));

    output_listen(run->output, reactions_listen(&run->reactions));
    return taken;
}

static void on_warning(void *user, const char *text)
{
    (void)user;
    diag_line("%s", text);
}

void run_output_heed(struct feed *feed, enum output_verdict verdict)
{
    if (verdict == OUTPUT_TOO_LARGE) {
        sockfeed_client_reject(feed->client, SOCKFEED_TOO_LARGE,
                               "a message inflates to more than "
                               "--max-message allows");
    } else {
        obey(feed->user, verdict);
    }
}

bool run_output_hear(struct run *run, const struct feed *feed,
                     const struct sockfeed_event *event)
{
    return on_heard(run, feed->number, event->connection,
                    event->u.message.frame, event->u.message.frame_size);
}

/* ---- Beginning ---------------------------------------------------------- */

/* What is printed: where there are calls, their answers' data. */
static enum sockfeed_result choose_output(const struct run *run,
                                          struct output_options *output,
                                          struct option_error *error)
{
    *output = run->options->output;
    if (run->options->send.calls.count == 0) {
        return SOCKFEED_OK;
    }
    if (output->form == OUTPUT_FORM_RAW) {
        return option_error_set(error, "-o raw prints frames, and with -c "
                                       "only answers are printed");
    }
    if (output->form == OUTPUT_FORM_DEFAULT && output->format == NULL &&
        output->select == NULL && output->extract == NULL) {
        output->form = OUTPUT_FORM_DATA;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result run_output_make(struct run *run,
                                     struct option_error *error)
{
    const struct output_callbacks callbacks = {.room = on_room,
                                               .ended = obey,
                                               .warning = on_warning,
                                               .dropped = on_dropped,
                                               .gap = on_gap,
                                               .writing = on_writing,
                                               .heard = on_heard,
                                               .user = run};
    struct output_options options;
    struct output_error reason = {""};
    enum sockfeed_result result = choose_output(run, &options, error);

    if (result == SOCKFEED_OK) {
        result =
            output_new(&run->output, run->loop, &options, &callbacks, &reason);
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < run->feeds.count; i++) {
        struct feed *feed = &run->feeds.at[i];

        result = output_add_source(
            run->output, &feed->number, feed->shown.data, feed->protocol,
            run->feeds.count > 1 ? (unsigned)i + 1 : 0, &reason);
    }
    if (reason.text[0] != '\0') {
        (void)option_error_set(error, "%s", reason.text);
    }
    if (result == SOCKFEED_SYSTEM) {
        run->end.status = EXIT_STATUS_WRITE;
    }
    return result;
}

unsigned run_output_deliver(const struct run *run, const struct feed *feed)
{
    unsigned flags = run->options->send.calls.count > 0
                         ? 0
                         : output_wants(run->output, feed->number);

    if (run->options->send.acknowledgement.data != NULL ||
        (flags == 0 && reactions_any(&run->reactions))) {
        flags |= SOCKFEED_DELIVER_MESSAGES;
    }
    return run->options->report.verbosity > 0 || run->recorder != NULL
               ? flags | SOCKFEED_DELIVER_RECEIVED | SOCKFEED_DELIVER_SENT
               : flags;
}
