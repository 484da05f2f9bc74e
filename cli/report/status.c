/* SPDX-License-Identifier: MIT */
#include "cli/report/status.h"

#include "cli/base/clock.h"
#include "cli/base/visible.h"
#include "cli/report/hint.h"

enum {
    MILLISECOND = 1000000 /* ns */
};

static const char *protocol_name(enum sockfeed_protocol protocol)
{
    switch (protocol) {
    case SOCKFEED_PROTOCOL_AUTO:
        return "auto";
    case SOCKFEED_PROTOCOL_WS:
        return "ws";
    case SOCKFEED_PROTOCOL_EIO:
        return "eio";
    case SOCKFEED_PROTOCOL_SIO:
        return "sio";
    }
    return "";
}

/* Milliseconds as seconds. */
static void append_seconds(struct buf *out, int64_t milliseconds)
{
    buf_append_format(out, "%lld.%03d", (long long)(milliseconds / 1000),
                      (int)(milliseconds % 1000));
}

static void append_time(struct buf *out, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format(text, time);
    buf_append_text(out, text);
}

static int64_t gap_begin(const struct status_record *record)
{
    return record->time - record->event->u.gap.duration * MILLISECOND;
}

static void text_open(struct buf *out, const struct status_record *record)
{
    const struct sockfeed_event *event = record->event;

    buf_append_format(out, "connected to %s (", record->url);
    if (event->u.open.protocol == SOCKFEED_PROTOCOL_WS) {
        buf_append_text(out, "WebSocket)");
        return;
    }
    if (event->u.open.sio != 0) {
        buf_append_format(out, "Socket.IO %d, ", event->u.open.sio);
    }
    buf_append_format(out, "Engine.IO %d, %s%s)", event->u.open.eio,
                      event->u.open.transport,
                      event->u.open.recovered ? ", recovered" : "");
}

static void json_open(struct buf *out, const struct status_record *record)
{
    const struct sockfeed_event *event = record->event;

    buf_append_format(out, ",\"protocol\":\"%s\"",
                      protocol_name(event->u.open.protocol));
    if (event->u.open.eio != 0) {
        buf_append_format(out, ",\"eio\":%d", event->u.open.eio);
    }
    buf_append_format(out, ",\"transport\":\"%s\"", event->u.open.transport);
    if (event->u.open.recovered) {
        buf_append_text(out, ",\"recovered\":true");
    }
}

static void text_upgraded(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "upgraded %s to a WebSocket", record->url);
}

static void json_upgraded(struct buf *out, const struct status_record *record)
{
    (void)record;
    buf_append_text(out, ",\"transport\":\"websocket\"");
}

static void text_subscribed(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "subscribed at %s (messages sent: %zu)", record->url,
                      record->event->u.subscribed.count);
}

static void json_subscribed(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, ",\"count\":%zu", record->event->u.subscribed.count);
}

static void text_lost(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "lost %s: %s", record->url,
                      record->event->u.lost.failure->text);
}

static void json_lost(struct buf *out, const struct status_record *record)
{
    const struct sockfeed_failure *failure = record->event->u.lost.failure;

    buf_append_text(out, ",\"reason\":");
    visible_append_json(out, span_text(failure->text));
    if (failure->close_code != 0) {
        buf_append_format(out, ",\"code\":%u", (unsigned)failure->close_code);
    }
}

static void text_retry(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "connecting to %s again in ", record->url);
    append_seconds(out, record->event->u.retry.delay);
    buf_append_format(out, " s (try %u)", record->event->u.retry.attempt);
}

static void json_retry(struct buf *out, const struct status_record *record)
{
    buf_append_format(out,
                      ",\"try\":%u,\"delay\":", record->event->u.retry.attempt);
    append_seconds(out, record->event->u.retry.delay);
}

static void text_gap(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "gap at %s: ", record->url);
    append_seconds(out, record->event->u.gap.duration);
    buf_append_text(out, " s, from ");
    append_time(out, gap_begin(record));
}

static void json_hole(struct buf *out, int64_t from, int64_t to,
                      const char *reason)
{
    buf_append_text(out, ",\"from\":\"");
    append_time(out, from);
    buf_append_text(out, "\",\"to\":\"");
    append_time(out, to);
    buf_append_text(out, "\",\"seconds\":");
    append_seconds(out, (to - from) / MILLISECOND);
    buf_append_format(out, ",\"reason\":\"%s\"", reason);
}

static void json_gap(struct buf *out, const struct status_record *record)
{
    json_hole(out, gap_begin(record), record->time, "connection");
}

static void text_replaced(struct buf *out, const struct status_record *record)
{
    buf_append_format(out, "closed an old connection to %s", record->url);
}

static void json_replaced(struct buf *out, const struct status_record *record)
{
    (void)record;
    buf_append_text(out, ",\"reason\":\"replaced\"");
}

static void text_closed(struct buf *out, const struct status_record *record)
{
    const struct sockfeed_failure *failure = record->event->u.lost.failure;

    if (failure->result == SOCKFEED_OK) {
        buf_append_format(out, "closed %s", record->url);
    } else {
        const char *hint = hint_for(failure, record->protocol);

        buf_append_format(out, "%s: %s", record->url, failure->text);
        if (hint != NULL) {
            buf_append_format(out, "; %s", hint);
        }
    }
}

typedef void (*append_part)(struct buf *out,
                            const struct status_record *record);

static const struct status_kind {
    enum sockfeed_event_type type;
    const char *name;
    append_part text; /* the whole line */
    append_part json; /* the members after the common ones */
} kinds[] = {
    {SOCKFEED_EVENT_OPEN,       "open",       text_open,       json_open      },
    {SOCKFEED_EVENT_UPGRADED,   "upgraded",   text_upgraded,   json_upgraded  },
    {SOCKFEED_EVENT_SUBSCRIBED, "subscribed", text_subscribed, json_subscribed},
    {SOCKFEED_EVENT_LOST,       "lost",       text_lost,       json_lost      },
    {SOCKFEED_EVENT_RETRY,      "retry",      text_retry,      json_retry     },
    {SOCKFEED_EVENT_GAP,        "gap",        text_gap,        json_gap       },
    {SOCKFEED_EVENT_REPLACED,   "closed",     text_replaced,   json_replaced  },
    {SOCKFEED_EVENT_CLOSED,     "closed",     text_closed,     json_lost      },
};

static const struct status_kind *find_kind(enum sockfeed_event_type type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].type == type) {
            return &kinds[i];
        }
    }
    return NULL;
}

static void json_begin(struct buf *out, int64_t time, const char *name)
{
    buf_append_text(out, "{\"time\":\"");
    append_time(out, time);
    buf_append_format(out, "\",\"status\":\"%s\"", name);
}

static void json_begin_of(struct buf *out, const struct status_record *record,
                          const char *name)
{
    json_begin(out, record->time, name);
    buf_append_text(out, ",\"url\":");
    visible_append_json(out, span_text(record->url));
    buf_append_format(out, ",\"connection\":%u", record->connection);
}

void status_append(struct buf *out, enum status_form form,
                   const struct status_record *record)
{
    const struct status_kind *kind = find_kind(record->event->type);

    if (kind == NULL) {
        return;
    }
    if (form == STATUS_FORM_TEXT) {
        kind->text(out, record);
        return;
    }
    json_begin_of(out, record, kind->name);
    kind->json(out, record);
    buf_append_byte(out, '}');
}

void status_append_dropped(struct buf *out, enum status_form form, int64_t time,
                           int64_t duration, uint64_t count)
{
    if (form == STATUS_FORM_TEXT) {
        buf_append_text(out, "gap: standard output is too slow, messages "
                             "dropped: ");
        buf_append_uint(out, count);
        return;
    }
    json_begin(out, time, "gap");
    json_hole(out, time - duration * MILLISECOND, time, "dropped");
    buf_append_text(out, ",\"count\":");
    buf_append_uint(out, count);
    buf_append_byte(out, '}');
}

void status_append_sequence(struct buf *out, enum status_form form,
                            const struct status_record *record,
                            const struct output_gap *gap)
{
    struct span key = span_of(gap->key, gap->key_size);

    if (form == STATUS_FORM_TEXT) {
        buf_append_format(out, "gap at %s: ", record->url);
        if (gap->key != NULL) {
            buf_append_span(out, key);
            buf_append_text(out, ": ");
        }
        buf_append_format(out, "expected number %s, got %s", gap->expected,
                          gap->got);
        return;
    }
    json_begin_of(out, record, "gap");
    json_hole(out, gap->from, gap->to, "sequence");
    if (gap->key != NULL) {
        buf_append_text(out, ",\"key\":");
        buf_append_span(out, key);
    }
    buf_append_format(out, ",\"expected\":%s,\"got\":%s}", gap->expected,
                      gap->got);
}

bool status_is_quiet(const struct sockfeed_event *event)
{
    return event->type != SOCKFEED_EVENT_CLOSED ||
           event->u.lost.failure->result == SOCKFEED_OK;
}
