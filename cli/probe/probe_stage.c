/* SPDX-License-Identifier: MIT */
#include "cli/probe/probe_stage.h"

#include "cli/base/visible.h"
#include "cli/probe/probe_print.h"
#include "cli/probe/probe_report.h"

#include <inttypes.h>
#include <string.h>

enum {
    DAY = 86400,         /* s */
    SECOND = 1000000000, /* ns */
};

/* A server that has sent elsewhere is done with: its stages go aside. */
static void begin_server(struct probe_report *report)
{
    struct buf *redirects = &report->redirects;
    struct buf *out = report->out;
    size_t size = out->size - report->stages_at;

    report->resolved = false;
    report->redirected = false;
    if (report->json && size > 0) {
        buf_append_text(redirects, redirects->size == 0 ? "{" : ",{");
        buf_append(redirects, out->data + report->stages_at + 1, size - 1);
        buf_append_byte(redirects, '}');
        out->size = report->stages_at;
    }
}

static void tell_resolved(struct probe_report *report,
                          const struct sockfeed_step *step, int64_t took)
{
    const char *const *addresses = step->u.resolved.addresses;
    size_t count = step->u.resolved.count;

    if (report->json) {
        probe_print_begin_object(
            report->out, report->resolved ? "proxy_resolve" : "resolve", took);
        report->resolved = true;
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

    report->redirected = step->u.answered.status / 100 == 3;
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

void probe_stage_tell(struct probe_report *report,
                      const struct sockfeed_step *step, int64_t took,
                      int64_t now)
{
    if (report->redirected) {
        begin_server(report);
    }
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
        break;
    }
}
