/* SPDX-License-Identifier: MIT */
#include "cli/shape/form.h"

#include "base/base64.h"
#include "base/limits.h"
#include "cli/base/value.h"

#include <stdio.h>

void form_append_data(struct buf *out, struct subject *subject)
{
    if (subject->kind != SUBJECT_EVENT) {
        buf_append_span(out, subject_json(subject));
    } else if (subject->arg_count == 1) {
        buf_append_span(out, subject->args);
    } else if (subject->arg_count == 0) {
        buf_append(out, "null", 4);
    } else {
        form_append_array(out, subject->args, -1);
    }
}

static void append_hex(struct buf *out, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *to = buf_reserve(out, 2 * bytes.size);

    if (to == NULL) {
        return;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];

        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    out->size += 2 * bytes.size;
}

/* Bytes that are JSON in UTF-8 are a text that came in the wrong frame. */
static bool append_binary(struct buf *out, struct subject *subject,
                          enum output_binary binary)
{
    if (binary == OUTPUT_BINARY_RAW) {
        buf_append_span(out, subject->text);
        return false;
    }
    (void)subject_json(subject);
    if (subject->is_json) {
        buf_append_span(out, subject->text);
    } else if (binary == OUTPUT_BINARY_HEX) {
        append_hex(out, subject->text);
    } else {
        base64_append(out, subject->text);
    }
    return true;
}

bool form_append_text(struct buf *out, struct subject *subject,
                      enum output_binary binary)
{
    switch (subject->kind) {
    case SUBJECT_EVENT:
        if (subject->arg_count == 1) {
            value_append_text(out, subject->args);
        } else {
            form_append_data(out, subject);
        }
        return true;
    case SUBJECT_TEXT:
    case SUBJECT_BINARY:
        break;
    }
    if (subject->rewritten) {
        buf_append_span(out, subject->json);
        return true;
    }
    if (subject->kind == SUBJECT_BINARY) {
        return append_binary(out, subject, binary);
    }
    buf_append_span(out, subject->text);
    return true;
}

enum {
    ID_SIZE = sizeof ",\"id\":" + LIMIT_ACK_DIGITS
};

/* The member that stands for a request for an acknowledgement, if it is one. */
static struct span id_member(char *to, const struct subject *subject)
{
    int size = 0;

    if (subject->has_id) {
        size = snprintf(to, ID_SIZE, ",\"id\":%llu",
                        (unsigned long long)subject->id);
    }
    return span_of(to, (size_t)size);
}

static void append_envelope(struct buf *out, struct subject *subject,
                            struct clock_stamp *stamp)
{
    struct source *source = subject->source;

    if (subject->kind == SUBJECT_EVENT) {
        char id[ID_SIZE];
        struct span head = source_event_head(source, stamp, subject->space);

        if (head.data == NULL) {
            out->result = SOCKFEED_NOMEM;
            return;
        }
        form_append_event(out, head, subject->name, subject->args,
                          id_member(id, subject), -1);
    } else {
        const struct span pieces[] = {
            SPAN_LITERAL("{\"time\":\""),
            span_of(clock_stamp_text(stamp), CLOCK_TEXT_SIZE - 1),
            buf_span(&source->envelope),
            subject->kind == SUBJECT_BINARY
                ? SPAN_LITERAL("\"type\":\"binary\",\"data\":")
                : SPAN_LITERAL("\"type\":\"text\",\"data\":"),
            subject_json(subject),
            SPAN_LITERAL("}"),
        };

        buf_append_spans(out, pieces, sizeof pieces / sizeof pieces[0]);
    }
}

bool form_append(struct buf *out, enum output_form form,
                 struct subject *subject, enum output_binary binary,
                 struct clock_stamp *stamp)
{
    switch (form) {
    case OUTPUT_FORM_TEXT:
    case OUTPUT_FORM_RAW:
        return form_append_text(out, subject, binary);
    case OUTPUT_FORM_DATA:
        form_append_data(out, subject);
        return true;
    case OUTPUT_FORM_ENVELOPE:
        append_envelope(out, subject, stamp);
        return true;
    case OUTPUT_FORM_JSON:
    case OUTPUT_FORM_DEFAULT:
        break;
    }
    buf_append_span(out, subject_json(subject));
    return true;
}

void form_append_frame(struct buf *out, enum sockfeed_frame_type type,
                       struct span data)
{
    if (type == SOCKFEED_FRAME_BINARY) {
        buf_append_byte(out, 'b');
        base64_append(out, data);
    } else {
        buf_append_span(out, data);
    }
}
