/* SPDX-License-Identifier: MIT */
#include "cli/shape/source.h"

#include "base/json_quote.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

/* What is printed where -o does not say: events as the arrays they are, plain
 * texts as they are, what was decoded as the data it became. */
static enum output_form default_form(enum sockfeed_protocol protocol,
                                     const struct output_options *options)
{
    if (options->form != OUTPUT_FORM_DEFAULT) {
        return options->form;
    }
    if (options->decode != OUTPUT_DECODE_NONE) {
        return OUTPUT_FORM_DATA;
    }
    switch (protocol) {
    case SOCKFEED_PROTOCOL_WS:
        return OUTPUT_FORM_RAW;
    case SOCKFEED_PROTOCOL_EIO:
        return OUTPUT_FORM_TEXT;
    case SOCKFEED_PROTOCOL_SIO:
    case SOCKFEED_PROTOCOL_AUTO:
        break;
    }
    return OUTPUT_FORM_JSON;
}

/* Whether an option needs messages, where -o raw prints frames. */
static const char *message_option(const struct output_options *options)
{
    return options->where.count > 0                         ? "--where"
           : options->latest != NULL                        ? "--latest"
           : options->latency != NULL                       ? "--latency"
           : options->unique != NULL                        ? "--unique"
           : options->sequence != NULL                      ? "--sequence"
           : options->unwrap != NULL                        ? "--unwrap"
           : options->inflate                               ? "--inflate"
           : options->decode == OUTPUT_DECODE_CRYPTOCOMPARE ? "--decode"
                                                            : NULL;
}

static enum sockfeed_result refuse(struct output_error *error,
                                   const char *option, const char *reason)
{
    (void)snprintf(error->text, sizeof error->text, "%s %s", option, reason);
    return SOCKFEED_INVALID;
}

enum sockfeed_result source_init(struct source *source, const char *url,
                                 enum sockfeed_protocol protocol,
                                 unsigned number,
                                 const struct output_options *options,
                                 struct output_error *error)
{
    *source = (struct source){.protocol = protocol,
                              .number = number,
                              .plain = protocol != SOCKFEED_PROTOCOL_SIO};
    buf_init(&source->url, LIMIT_URL);
    buf_init(&source->envelope, SIZE_MAX / 2);
    buf_init(&source->space, SIZE_MAX / 2);
    buf_init(&source->event_head, SIZE_MAX / 2);
    source->form = default_form(protocol, options);
    source->frames =
        source->form == OUTPUT_FORM_RAW && protocol != SOCKFEED_PROTOCOL_WS;
    if (source->plain && options->events.count > 0) {
        return refuse(error, "--event",
                      "chooses by event name, which only Socket.IO has");
    }
    if (source->frames && message_option(options) != NULL) {
        return refuse(error, message_option(options),
                      "sees messages, -o raw prints frames");
    }
    buf_append_text(&source->url, url);
    buf_append_text(&source->envelope, "\",\"url\":");
    json_quote(&source->envelope, span_text(url));
    if (number != 0) {
        buf_append_text(&source->envelope, ",\"connection\":");
        buf_append_uint(&source->envelope, number);
    }
    buf_append_byte(&source->envelope, ',');
    return buf_result(&source->url) != SOCKFEED_OK
               ? buf_result(&source->url)
               : buf_result(&source->envelope);
}

void source_deinit(struct source *source)
{
    buf_deinit(&source->url);
    buf_deinit(&source->envelope);
    buf_deinit(&source->space);
    buf_deinit(&source->event_head);
}

void source_opened(struct source *source, unsigned connection)
{
    source->overlaps = source->connection != 0;
    if (source->overlaps) {
        source->beside = connection;
    } else {
        source->connection = connection;
        source->beside = 0;
    }
}

void source_replaced(struct source *source, unsigned connection)
{
    source->overlaps = false;
    if (source->connection == connection) {
        source->connection = source->beside;
        source->beside = connection;
    }
}

void source_lost(struct source *source)
{
    source->overlaps = false;
    source->connection = 0;
    source->beside = 0;
}

unsigned source_beside(const struct source *source, unsigned connection)
{
    return source->connection == connection ? source->beside
           : source->beside == connection   ? source->connection
                                            : 0;
}

#define HEAD_BEGIN "{\"time\":\""

static void make_event_head(struct source *source, struct clock_stamp *stamp,
                            struct span space)
{
    struct buf *head = &source->event_head;

    buf_clear(head);
    buf_append_span(head, SPAN_LITERAL(HEAD_BEGIN));
    buf_append(head, clock_stamp_text(stamp), CLOCK_TEXT_SIZE - 1);
    buf_append_span(head, buf_span(&source->envelope));
    buf_append_text(head, "\"namespace\":");
    json_quote(head, space);
    buf_append_text(head, ",\"event\":");
    buf_clear(&source->space);
    buf_append_span(&source->space, space);
}

struct span source_event_head(struct source *source, struct clock_stamp *stamp,
                              struct span space)
{
    struct buf *head = &source->event_head;

    if (head->size == 0 || !span_equal(buf_span(&source->space), space)) {
        make_event_head(source, stamp, space);
    } else if (source->event_time != stamp->time) {
        memcpy(head->data + sizeof HEAD_BEGIN - 1, clock_stamp_text(stamp),
               CLOCK_TEXT_SIZE - 1);
    }
    source->event_time = stamp->time;
    if (buf_result(head) != SOCKFEED_OK ||
        buf_result(&source->space) != SOCKFEED_OK) {
        buf_deinit(head);
        buf_deinit(&source->space);
        return span_of(NULL, 0);
    }
    return buf_span(head);
}
