/* SPDX-License-Identifier: MIT */
#include "cli/probe_report.h"

#include "base/limits.h"
#include "cli/probe_print.h"
#include "cli/visible.h"

#include <inttypes.h>
#include <string.h>

enum {
    DAY = 86400,         /* s */
    SECOND = 1000000000, /* ns */
};

/* ---- Beginning and end ---------------------------------------------------- */

void probe_report_begin(struct probe_report *report, struct buf *out, bool json,
                        const char *url)
{
    *report = (struct probe_report){.out = out, .json = json};
    buf_init(&report->spaces, LIMIT_DIAGNOSTIC);
    if (json) {
        buf_append_text(out, "{\"url\":");
        visible_append_json(out, span_text(url));
    } else {
        probe_print_line(report->out, "url", PROBE_PRINT_NO_TIME, "%s", url);
    }
}

void probe_report_deinit(struct probe_report *report)
{
    buf_deinit(&report->spaces);
}

/* ---- Steps ---------------------------------------------------------------- */

static void tell_resolved(struct probe_report *report,
                          const struct sockfeed_step *step, int64_t took)
{
    const char *const *addresses = step->u.resolved.addresses;
    size_t count = step->u.resolved.count;

    if (report->json) {
        probe_print_begin_object(report->out, "resolve", took);
        probe_print_member(report->out, "host", step->u.resolved.host,
                           ",\"addresses\":[");
        for (size_t i = 0; i < count; i++) {
            buf_append_text(report->out, i == 0 ? "" : ",");
            visible_append_json(report->out, span_text(addresses[i]));
        }
        buf_append_text(report->out, "]}");
        return;
    }
    probe_print_begin_line(report->out, "resolve", took);
    visible_append(report->out, span_text(step->u.resolved.host));
    /* What was an address already needs not be said twice. */
    if (count == 1 && strcmp(addresses[0], step->u.resolved.host) == 0) {
        count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        buf_append_format(report->out, "%s%s", i == 0 ? ": " : ", ",
                          addresses[i]);
    }
    buf_append_byte(report->out, '\n');
}

static void tell_connected(struct probe_report *report,
                           const struct sockfeed_step *step, int64_t took)
{
    if (report->json) {
        probe_print_begin_object(report->out, "connect", took);
        probe_print_member(report->out, "address", step->u.connected.address,
                           "}");
    } else {
        probe_print_line(report->out, "connect", took, "%s",
                         step->u.connected.address);
    }
}

static void tell_proxied(struct probe_report *report,
                         const struct sockfeed_step *step, int64_t took)
{
    if (report->json) {
        probe_print_begin_object(report->out, "proxy", took);
        probe_print_member(report->out, "url", step->u.proxied.proxy, "}");
    } else {
        probe_print_line(report->out, "proxy", took, "%s",
                         step->u.proxied.proxy);
    }
}

static void tell_secured(struct probe_report *report,
                         const struct sockfeed_step *step, int64_t took,
                         int64_t now)
{
    int64_t days = (step->u.secured.not_after - now / SECOND) / DAY;

    if (!report->json) {
        probe_print_line(report->out, "tls", took, "%s, %s",
                         step->u.secured.version, step->u.secured.cipher);
        probe_print_line(report->out, "certificate", PROBE_PRINT_NO_TIME,
                         "%s, issued by %s", step->u.secured.subject,
                         step->u.secured.issuer);
        probe_print_line(report->out, "", PROBE_PRINT_NO_TIME,
                         "for %s; days left: %" PRId64, step->u.secured.hosts,
                         days);
        return;
    }
    probe_print_begin_object(report->out, "tls", took);
    probe_print_member(report->out, "version", step->u.secured.version, ",");
    probe_print_member(report->out, "cipher", step->u.secured.cipher, ",");
    probe_print_member(report->out, "subject", step->u.secured.subject, ",");
    probe_print_member(report->out, "issuer", step->u.secured.issuer, ",");
    probe_print_member(report->out, "hosts", step->u.secured.hosts, "");
    probe_print_date(report->out, "not_before", step->u.secured.not_before);
    probe_print_date(report->out, "not_after", step->u.secured.not_after);
    buf_append_format(report->out, ",\"days_left\":%" PRId64 "}", days);
}

static void tell_answered(struct probe_report *report,
                          const struct sockfeed_step *step, int64_t took)
{
    const char *server = step->u.answered.server;
    const char *subprotocol = step->u.answered.subprotocol;
    const char *extensions = step->u.answered.extensions;

    if (report->json) {
        probe_print_begin_object(report->out, "http", took);
        buf_append_format(report->out, "\"status\":%u,",
                          step->u.answered.status);
        probe_print_member(report->out, "reason", step->u.answered.phrase, ",");
        probe_print_optional(report->out, "server", server, "}");
        probe_print_begin_object(report->out, "websocket", PROBE_PRINT_NO_TIME);
        probe_print_optional(report->out, "subprotocol", subprotocol, ",");
        probe_print_optional(report->out, "extensions", extensions, "}");
        return;
    }
    probe_print_line(report->out, "http", took, "%u %s%s%s",
                     step->u.answered.status, step->u.answered.phrase,
                     server[0] == '\0' ? "" : ", server ", server);
    if (step->u.answered.status == 101) {
        probe_print_line(report->out, "websocket", PROBE_PRINT_NO_TIME,
                         "subprotocol %s, extensions %s",
                         subprotocol[0] == '\0' ? "none" : subprotocol,
                         extensions[0] == '\0' ? "none" : extensions);
    }
}

static void tell_engine(struct probe_report *report,
                        const struct sockfeed_step *step, int64_t took)
{
    int64_t interval = step->u.engine.ping_interval;
    int64_t timeout = step->u.engine.ping_timeout;
    uint64_t most = step->u.engine.max_payload;
    char every[PROBE_PRINT_SECONDS];
    char until[PROBE_PRINT_SECONDS];

    if (!report->json) {
        probe_print_line(
            report->out, "engine.io", took, "sid %s, ping every %s, timeout %s",
            step->u.engine.sid, probe_print_seconds(interval, every),
            probe_print_seconds(timeout, until));
        if (most > 0) {
            probe_print_line(report->out, "", PROBE_PRINT_NO_TIME,
                             "takes messages of up to %" PRIu64 " bytes", most);
        }
        return;
    }
    probe_print_begin_object(report->out, "engine_io", took);
    probe_print_member(report->out, "sid", step->u.engine.sid, ",");
    buf_append_format(report->out,
                      "\"ping_interval\":%" PRId64 ",\"ping_timeout\":%" PRId64,
                      interval, timeout);
    if (most > 0) {
        buf_append_format(report->out, ",\"max_payload\":%" PRIu64, most);
    }
    buf_append_format(report->out, ",\"upgrades\":[%s]}",
                      step->u.engine.upgrades ? "\"websocket\"" : "");
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
    switch (step->type) {
    case SOCKFEED_STEP_RESOLVED:
        tell_resolved(report, step, took);
        break;
    case SOCKFEED_STEP_CONNECTED:
        tell_connected(report, step, took);
        break;
    case SOCKFEED_STEP_PROXIED:
        tell_proxied(report, step, took);
        break;
    case SOCKFEED_STEP_SECURED:
        tell_secured(report, step, took, now);
        break;
    case SOCKFEED_STEP_ANSWERED:
        tell_answered(report, step, took);
        break;
    case SOCKFEED_STEP_ENGINE:
        tell_engine(report, step, took);
        break;
    case SOCKFEED_STEP_JOINED:
        tell_space(report, step->u.joined.space, NULL, took);
        break;
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
    probe_print_begin_object(report->out, "verdict", PROBE_PRINT_NO_TIME);
    buf_append_format(report->out, "\"works\":%s,",
                      verdict->works ? "true" : "false");
    probe_print_member(report->out, "text", verdict->text, ",");
    probe_print_optional(report->out, "hint",
                         verdict->hint == NULL ? "" : verdict->hint, "");
    buf_append_format(report->out, ",\"exit_status\":%d}}\n", status);
}
