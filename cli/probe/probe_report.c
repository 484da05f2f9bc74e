/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_report.h"

#include "base/limits.h"
#include "cli/base/visible.h"
#include "cli/probe/probe_print.h"
#include "cli/probe/probe_stage.h"

#include <inttypes.h>

/* ---- Beginning and end ---------------------------------------------------- */

void probe_report_begin(struct probe_report *report, struct buf *out, bool json,
                        const char *url)
{
    *report = (struct probe_report){.out = out, .json = json};
    buf_init(&report->spaces, LIMIT_DIAGNOSTIC);
    buf_init(&report->redirects, LIMIT_DIAGNOSTIC);
    if (json) {
        buf_append_text(out, "{\"url\":");
        visible_append_json(out, span_text(url));
        report->stages_at = out->size;
    } else {
        probe_print_line(report->out, "url", PROBE_PRINT_NO_TIME, "%s", url);
    }
}

void probe_report_deinit(struct probe_report *report)
{
    buf_deinit(&report->spaces);
    buf_deinit(&report->redirects);
}

/* ---- Namespaces ----------------------------------------------------------- */

/* `reason` is NULL for one that was joined. */
static void tell_space(struct probe_report *report, const char *name,
                       const char *reason, int64_t took)
{
    struct buf *spaces = &report->spaces;

    if (!report->json) {
        probe_print_line(report->out, "namespace", took, "%s: %s%s", name,
                         reason == NULL ? "joined" : "refused: ",
                         reason == NULL ? "" : reason);
        return;
    }
    buf_append_text(spaces, spaces->size == 0 ? "{\"name\":" : ",{\"name\":");
    visible_append_json(spaces, span_text(name));
    buf_append_format(spaces, ",\"joined\":%s",
                      reason == NULL ? "true" : "false");
    if (reason != NULL) {
        buf_append_text(spaces, ",\"reason\":");
        visible_append_json(spaces, span_text(reason));
    }
    buf_append_byte(spaces, '}');
}

void probe_report_refused(struct probe_report *report,
                          const struct sockfeed_event *event, int64_t took)
{
    tell_space(report, event->u.refused.space, event->u.refused.reason, took);
}

void probe_report_step(struct probe_report *report,
                       const struct sockfeed_step *step, int64_t took,
                       int64_t now)
{
    if (step->type == SOCKFEED_STEP_JOINED) {
        tell_space(report, step->u.joined.space, NULL, took);
    } else {
        probe_stage_tell(report, step, took, now);
    }
}

/* ---- What it comes to ----------------------------------------------------- */

void probe_report_open(struct probe_report *report,
                       const struct sockfeed_event *event, int64_t took)
{
    int eio = event->u.open.eio;
    int sio = event->u.open.sio;

    if (report->json) {
        probe_print_begin_object(report->out, "protocol", took);
        probe_print_member(report->out, "name",
                           sio != 0 ? "sio" : (eio != 0 ? "eio" : "ws"), "");
        if (sio != 0) {
            buf_append_format(report->out, ",\"sio\":%d", sio);
        }
        if (eio != 0) {
            buf_append_format(report->out, ",\"eio\":%d", eio);
        }
        buf_append_text(report->out, ",");
        probe_print_member(report->out, "transport", event->u.open.transport,
                           "}");
    } else if (sio != 0) {
        probe_print_line(report->out, "protocol", took,
                         "Socket.IO %d, Engine.IO %d, %s", sio, eio,
                         event->u.open.transport);
    } else if (eio != 0) {
        probe_print_line(report->out, "protocol", took, "Engine.IO %d, %s", eio,
                         event->u.open.transport);
    } else {
        probe_print_line(report->out, "protocol", took, "WebSocket");
    }
}

void probe_report_upgraded(struct probe_report *report, int64_t took)
{
    if (report->json) {
        probe_print_begin_object(report->out, "upgrade", took);
        probe_print_member(report->out, "transport", "websocket", "}");
    } else {
        probe_print_line(report->out, "upgrade", took, "to a WebSocket");
    }
}

static const char *stage_name(enum sockfeed_stage stage)
{
    switch (stage) {
    case SOCKFEED_STAGE_NONE:
        break;
    case SOCKFEED_STAGE_RESOLVE:
        return "resolve";
    case SOCKFEED_STAGE_CONNECT:
        return "connect";
    case SOCKFEED_STAGE_PROXY:
        return "proxy";
    case SOCKFEED_STAGE_TLS:
        return "tls";
    case SOCKFEED_STAGE_HANDSHAKE:
        return "http";
    case SOCKFEED_STAGE_OPEN:
        return "protocol";
    case SOCKFEED_STAGE_STREAM:
        return "stream";
    }
    return "options";
}

void probe_report_failure(struct probe_report *report,
                          const struct sockfeed_failure *failure)
{
    if (report->json) {
        probe_print_begin_object(report->out, "failure", PROBE_PRINT_NO_TIME);
        probe_print_member(report->out, "stage", stage_name(failure->stage),
                           ",");
        probe_print_member(report->out, "text", failure->text, "}");
    } else {
        probe_print_line(report->out, stage_name(failure->stage),
                         PROBE_PRINT_NO_TIME, "failed: %s", failure->text);
    }
}

void probe_report_polling(struct probe_report *report,
                          const struct probe_attempt *polling, int64_t took)
{
    if (!report->json) {
        probe_print_line(report->out, "polling", took, "%s%s",
                         polling->open ? "answers too" : "fails: ",
                         polling->open ? "" : polling->failure.text);
        return;
    }
    probe_print_begin_object(report->out, "polling", took);
    buf_append_format(report->out, "\"works\":%s",
                      polling->open ? "true" : "false");
    if (!polling->open) {
        buf_append_byte(report->out, ',');
        probe_print_member(report->out, "failure", polling->failure.text, "");
    }
    buf_append_byte(report->out, '}');
}

void probe_report_round_trip(struct probe_report *report,
                             const struct probe_findings *findings)
{
    int64_t least = findings->round_trip[0];
    int64_t most = least;
    int64_t sum = 0;

    for (unsigned i = 0; i < findings->pongs; i++) {
        int64_t time = findings->round_trip[i];

        least = time < least ? time : least;
        most = time > most ? time : most;
        sum += time;
    }
    if (report->json) {
        buf_append_text(report->out, ",\"round_trip\":{\"seconds\":[");
        for (unsigned i = 0; i < findings->pongs; i++) {
            int64_t time = findings->round_trip[i];

            buf_append_format(report->out, "%s%" PRId64 ".%06" PRId64,
                              i == 0 ? "" : ",", time / 1000000,
                              time % 1000000);
        }
        buf_append_format(report->out, "],\"pings\":%d}", PROBE_PINGS);
    } else if (findings->pongs == 0) {
        probe_print_line(report->out, "round trip", PROBE_PRINT_NO_TIME,
                         "no answer to a ping");
    } else {
        probe_print_line(report->out, "round trip", sum / findings->pongs,
                         "pings answered: %u of %d; least %" PRId64
                         ".%03d ms, most "
                         "%" PRId64 ".%03d ms",
                         findings->pongs, PROBE_PINGS, least / 1000,
                         (int)(least % 1000), most / 1000, (int)(most % 1000));
    }
}

void probe_report_verdict(struct probe_report *report,
                          const struct probe_verdict *verdict, int status)
{
    if (!report->json) {
        probe_print_line(report->out, verdict->works ? "works" : "fails",
                         PROBE_PRINT_NO_TIME, "%s", verdict->text);
        if (verdict->hint != NULL) {
            probe_print_line(report->out, "hint", PROBE_PRINT_NO_TIME, "%s",
                             verdict->hint);
        }
        return;
    }
    if (report->spaces.size > 0) {
        buf_append_text(report->out, ",\"namespaces\":[");
        buf_append_span(report->out, buf_span(&report->spaces));
        buf_append_byte(report->out, ']');
    }
    if (report->redirects.size > 0) {
        buf_append_text(report->out, ",\"redirects\":[");
        buf_append_span(report->out, buf_span(&report->redirects));
        buf_append_byte(report->out, ']');
    }
    probe_print_begin_object(report->out, "verdict", PROBE_PRINT_NO_TIME);
    buf_append_format(report->out, "\"works\":%s,",
                      verdict->works ? "true" : "false");
    probe_print_member(report->out, "text", verdict->text, ",");
    probe_print_optional(report->out, "hint",
                         verdict->hint == NULL ? "" : verdict->hint, "");
    buf_append_format(report->out, ",\"exit_status\":%d}}\n", status);
}
