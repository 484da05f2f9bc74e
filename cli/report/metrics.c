/* SPDX-License-Identifier: MIT */
#include "cli/report/metrics.h"

#include "cli/base/diag.h"
#include "cli/feeds/feeds.h"
#include "cli/report/meter.h"
#include "cli/report/metrics_text.h"

#include <string.h>

enum {
    BODY_MAX = 65536 /* some thirty numbers with their names and help */
};

static void answer(struct sockfeed_http_answer *to, int status,
                   const char *text)
{
    to->status = status;
    to->body = text;
    to->size = strlen(text);
}

static void answer_figures(struct metrics *metrics,
                           struct sockfeed_http_answer *to)
{
    struct stats stats = meter_read(metrics->meter);
    const char *text;

    buf_clear(&metrics->body);
    metrics_text_append(&metrics->body, &stats,
                        feeds_open_count(metrics->feeds),
                        metrics->feeds->count);
    text = buf_text(&metrics->body);
    if (text == NULL) {
        answer(to, 500, "out of memory\n");
        return;
    }
    answer(to, 200, text);
    to->content_type = metrics_text_type;
}

static void on_request(void *user, const char *path,
                       struct sockfeed_http_answer *to)
{
    struct metrics *metrics = user;

    if (strcmp(path, "/metrics") == 0) {
        answer_figures(metrics, to);
    } else if (strcmp(path, "/healthz") == 0) {
        bool connected = feeds_open_count(metrics->feeds) > 0;

        answer(to, connected ? 200 : 503,
               connected ? "connected\n" : "not connected\n");
    }
}

static void tell(const struct metrics *metrics,
                 const struct listen_options *options)
{
    const char *address =
        options->address == NULL ? "127.0.0.1" : options->address;
    bool bracketed = strchr(address, ':') != NULL;

    diag_line("metrics on http://%s%s%s:%u/metrics", bracketed ? "[" : "",
              address, bracketed ? "]" : "",
              (unsigned)sockfeed_responder_port(metrics->responder));
}

enum sockfeed_result metrics_init(struct metrics *metrics,
                                  struct sockfeed_loop *loop,
                                  const struct report_options *options,
                                  const struct meter *meter,
                                  const struct feeds *feeds,
                                  struct option_error *error)
{
    const struct sockfeed_responder_config config = {
        .address = options->metrics.address, .port = options->metrics.port};
    struct sockfeed_failure failure = {.text = ""};
    enum sockfeed_result result;

    *metrics = (struct metrics){.meter = meter, .feeds = feeds};
    buf_init(&metrics->body, BODY_MAX);
    result = sockfeed_responder_new(&metrics->responder, loop, &config,
                                    on_request, metrics, &failure);
    if (failure.text[0] != '\0') {
        (void)option_error_set(error, "--metrics: %s", failure.text);
    }
    if (result == SOCKFEED_OK && !options->quiet) {
        tell(metrics, &options->metrics);
    }
    return result;
}

void metrics_deinit(struct metrics *metrics)
{
    sockfeed_responder_free(metrics->responder);
    metrics->responder = NULL;
    buf_deinit(&metrics->body);
}
