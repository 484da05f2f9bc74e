/* SPDX-License-Identifier: MIT */
#include "cli/stats.h"

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
    between.connections -= before->connections;
    between.losses -= before->losses;
    return between;
}

/* A number of thousandths or tenths as a decimal. */
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
    buf_append_text(out, " bytes written; connections: ");
    buf_append_uint(out, stats->connections);
    buf_append_text(out, ", lost: ");
    buf_append_uint(out, stats->losses);
}

static void append_member(struct buf *out, const char *name, uint64_t value)
{
    buf_append_text(out, ",\"");
    buf_append_text(out, name);
    buf_append_text(out, "\":");
    buf_append_uint(out, value);
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
    append_member(out, "connections", stats->connections);
    append_member(out, "lost", stats->losses);
    buf_append_text(out, ",\"messages_per_second\":");
    append_rate(out, counts->received, stats->elapsed);
    buf_append_text(out, ",\"bytes_per_second\":");
    append_rate(out, counts->received_bytes, stats->elapsed);
    buf_append_byte(out, '}');
}
