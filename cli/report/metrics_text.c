/* SPDX-License-Identifier: MIT */
#include "cli/report/metrics_text.h"

const char metrics_text_type[] = "text/plain; version=0.0.4; charset=utf-8";

enum {
    SECOND = 1000000000 /* ns */
};

static void append_head(struct buf *out, const char *name, const char *type,
                        const char *help)
{
    buf_append_format(out, "# HELP sockfeed_%s %s\n# TYPE sockfeed_%s %s\n",
                      name, help, name, type);
}

static void append_number(struct buf *out, const char *name, const char *type,
                          const char *help, uint64_t value)
{
    append_head(out, name, type, help);
    buf_append_format(out, "sockfeed_%s ", name);
    buf_append_uint(out, value);
    buf_append_byte(out, '\n');
}

/* Nanoseconds as seconds. */
static void append_seconds(struct buf *out, uint64_t time)
{
    buf_append_uint(out, time / SECOND);
    buf_append_format(out, ".%09u\n", (unsigned)(time % SECOND));
}

/* A quantile of nothing is no number. */
static void append_quantile(struct buf *out, const char *name,
                            const char *quantile, uint64_t value, bool any)
{
    buf_append_format(out, "sockfeed_%s_seconds{quantile=\"%s\"} ", name,
                      quantile);
    if (any) {
        append_seconds(out, value);
    } else {
        buf_append_text(out, "NaN\n");
    }
}

static void append_spread(struct buf *out, const char *name, const char *help,
                          const struct stats_spread *spread)
{
    bool any = spread->count > 0;

    if (!spread->measured) {
        return;
    }
    buf_append_format(out,
                      "# HELP sockfeed_%s_seconds %s\n"
                      "# TYPE sockfeed_%s_seconds summary\n",
                      name, help, name);
    append_quantile(out, name, "0.5", spread->p50, any);
    append_quantile(out, name, "0.9", spread->p90, any);
    append_quantile(out, name, "0.99", spread->p99, any);
    buf_append_format(out, "sockfeed_%s_seconds_sum ", name);
    append_seconds(out, spread->sum);
    buf_append_format(out, "sockfeed_%s_seconds_count ", name);
    buf_append_uint(out, spread->count);
    buf_append_format(out,
                      "\n# HELP sockfeed_%s_max_seconds The longest of them.\n"
                      "# TYPE sockfeed_%s_max_seconds gauge\n"
                      "sockfeed_%s_max_seconds ",
                      name, name, name);
    append_seconds(out, spread->max);
}

void metrics_text_append(struct buf *out, const struct stats *stats,
                         size_t open, size_t wanted)
{
    const struct output_counts *counts = &stats->counts;
    const struct {
        const char *name;
        const char *help;
        uint64_t value;
    } counters[] = {
        {"messages_received_total",       "Messages received.",                  counts->received  },
        {"messages_received_bytes_total", "Their text, decompressed.",
         counts->received_bytes                                                                    },
        {"messages_printed_total",        "Messages printed.",                   counts->printed   },
        {"messages_dropped_total",        "Of them, dropped for a slow reader.",
         counts->dropped                                                                           },
        {"output_bytes_total",            "Bytes that standard output took.",
         counts->written                                                                           },
        {"wire_received_bytes_total",     "Bytes read, without TLS's own.",
         stats->traffic.received                                                                   },
        {"wire_sent_bytes_total",         "Bytes written, without TLS's own.",
         stats->traffic.sent                                                                       },
        {"connections_opened_total",      "Connections made.",                   stats->connections},
        {"connections_lost_total",        "Connections lost.",                   stats->losses     },
    };

    append_number(out, "up", "gauge", "1 while a connection is up.", open > 0);
    append_number(out, "connections_open", "gauge", "Connections that are up.",
                  open);
    append_number(out, "connections_wanted", "gauge",
                  "Connections that are to be up.", wanted);
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        append_number(out, counters[i].name, "counter", counters[i].help,
                      counters[i].value);
    }
    append_spread(out, "gap", "Between messages, 0 in one read.", &stats->gaps);
    append_spread(out, "latency", "Since the time in the message.",
                  &stats->latency);
    if (stats->latency.measured) {
        append_number(out, "latency_early_total", "counter",
                      "Messages from the future, by our clock.", stats->early);
    }
}
