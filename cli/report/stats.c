/* SPDX-License-Identifier: MIT */
#include "cli/report/stats.h"

struct stats_spread stats_spread_of(const struct histogram *histogram)
{
    return (struct stats_spread){
        .measured = true,
        .count = histogram->count,
        .sum = histogram->sum,
        .p50 = histogram_quantile(histogram, 500),
        .p90 = histogram_quantile(histogram, 900),
        .p99 = histogram_quantile(histogram, 990),
        .max = histogram->max,
    };
}

struct stats stats_between(const struct stats *before,
                           const struct stats *after)
{
    struct stats between = *after;

    between.elapsed -= before->elapsed;
    between.counts.received -= before->counts.received;
    between.counts.received_bytes -= before->counts.received_bytes;
    between.counts.printed -= before->counts.printed;
    between.counts.dropped -= before->counts.dropped;
    between.counts.written -= before->counts.written;
    between.traffic.received -= before->traffic.received;
    between.traffic.sent -= before->traffic.sent;
    between.connections -= before->connections;
    between.losses -= before->losses;
    return between;
}

/* ---- Numbers ------------------------------------------------------------ */

/* A number of tenths, thousandths, ... as a decimal. */
static void append_decimal(struct buf *out, uint64_t value, uint64_t unit)
{
    buf_append_uint(out, value / unit);
    buf_append_byte(out, '.');
    for (uint64_t digit = unit / 10; digit > 0; digit /= 10) {
        buf_append_byte(out, (char)('0' + value / digit % 10));
    }
}

static void append_rate(struct buf *out, uint64_t count, int64_t elapsed)
{
    /* Tenths of a second's count from milliseconds, rounded. No count comes
     * near the 2^50 where this would overflow. */
    uint64_t time = elapsed > 0 ? (uint64_t)elapsed : 0;
    uint64_t tenths = time == 0 ? 0 : (count * 10000 + time / 2) / time;

    append_decimal(out, tenths, 10);
}

static void append_seconds(struct buf *out, int64_t elapsed)
{
    append_decimal(out, elapsed > 0 ? (uint64_t)elapsed : 0, 1000);
}

/* Nanoseconds in the unit that leaves a number to read. */
static void append_duration(struct buf *out, uint64_t time)
{
    if (time < 1000000) {
        append_decimal(out, time / 100, 10);
        buf_append_text(out, " us");
    } else if (time < 1000000000) {
        append_decimal(out, time / 100000, 10);
        buf_append_text(out, " ms");
    } else {
        append_decimal(out, time / 1000000, 1000);
        buf_append_text(out, " s");
    }
}

/* ---- Text --------------------------------------------------------------- */

static void append_spread(struct buf *out, const char *name,
                          const struct stats_spread *spread)
{
    const struct {
        const char *name;
        uint64_t value;
    } parts[] = {
        {" p50 ",  spread->p50},
        {", p90 ", spread->p90},
        {", p99 ", spread->p99},
        {", max ", spread->max},
    };

    if (!spread->measured) {
        return;
    }
    buf_append_text(out, "; ");
    buf_append_text(out, name);
    if (spread->count == 0) {
        buf_append_text(out, " none");
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        buf_append_text(out, parts[i].name);
        append_duration(out, parts[i].value);
    }
}

void stats_append_text(struct buf *out, const struct stats *stats)
{
    const struct output_counts *counts = &stats->counts;

    buf_append_uint(out, counts->received);
    buf_append_text(out, " messages (");
    append_rate(out, counts->received, stats->elapsed);
    buf_append_text(out, "/s), ");
    buf_append_uint(out, counts->received_bytes);
    buf_append_text(out, " bytes (");
    append_rate(out, counts->received_bytes, stats->elapsed);
    buf_append_text(out, "/s) in ");
    append_seconds(out, stats->elapsed);
    buf_append_text(out, " s; ");
    buf_append_uint(out, counts->printed);
    buf_append_text(out, " printed, ");
    buf_append_uint(out, counts->dropped);
    buf_append_text(out, " dropped, ");
    buf_append_uint(out, counts->written);
    buf_append_text(out, " bytes written; on the wire ");
    buf_append_uint(out, stats->traffic.received);
    buf_append_text(out, " bytes in, ");
    buf_append_uint(out, stats->traffic.sent);
    buf_append_text(out, " out; connections: ");
    buf_append_uint(out, stats->connections);
    buf_append_text(out, ", lost: ");
    buf_append_uint(out, stats->losses);
    append_spread(out, "gaps", &stats->gaps);
    append_spread(out, "latency", &stats->latency);
    if (stats->early > 0) {
        buf_append_text(out, ", from the future: ");
        buf_append_uint(out, stats->early);
    }
}

/* ---- JSON --------------------------------------------------------------- */

static void append_member(struct buf *out, const char *name, uint64_t value)
{
    buf_append_text(out, ",\"");
    buf_append_text(out, name);
    buf_append_text(out, "\":");
    buf_append_uint(out, value);
}

static void append_time_member(struct buf *out, const char *name, uint64_t time)
{
    buf_append_text(out, ",\"");
    buf_append_text(out, name);
    buf_append_text(out, "\":");
    append_decimal(out, time, 1000000000);
}

static void append_spread_member(struct buf *out, const char *name,
                                 const struct stats_spread *spread)
{
    if (!spread->measured) {
        return;
    }
    buf_append_text(out, ",\"");
    buf_append_text(out, name);
    buf_append_text(out, "\":{\"count\":");
    buf_append_uint(out, spread->count);
    append_time_member(out, "p50", spread->p50);
    append_time_member(out, "p90", spread->p90);
    append_time_member(out, "p99", spread->p99);
    append_time_member(out, "max", spread->max);
    buf_append_byte(out, '}');
}

void stats_append_json(struct buf *out, const struct stats *stats)
{
    const struct output_counts *counts = &stats->counts;

    buf_append_text(out, "{\"seconds\":");
    append_seconds(out, stats->elapsed);
    append_member(out, "received", counts->received);
    append_member(out, "received_bytes", counts->received_bytes);
    append_member(out, "printed", counts->printed);
    append_member(out, "dropped", counts->dropped);
    append_member(out, "written_bytes", counts->written);
    append_member(out, "wire_received_bytes", stats->traffic.received);
    append_member(out, "wire_sent_bytes", stats->traffic.sent);
    append_member(out, "connections", stats->connections);
    append_member(out, "lost", stats->losses);
    buf_append_text(out, ",\"messages_per_second\":");
    append_rate(out, counts->received, stats->elapsed);
    buf_append_text(out, ",\"bytes_per_second\":");
    append_rate(out, counts->received_bytes, stats->elapsed);
    append_spread_member(out, "gap_seconds", &stats->gaps);
    append_spread_member(out, "latency_seconds", &stats->latency);
    if (stats->latency.measured) {
        append_member(out, "latency_early", stats->early);
    }
    buf_append_byte(out, '}');
}
