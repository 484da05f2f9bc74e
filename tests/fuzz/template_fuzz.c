/* SPDX-License-Identifier: MIT */
#include "cli/shape/template.h"

#include "base/json_scan.h"
#include "base/utf8.h"
#include "tests/support/messages.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

/* The first line is the template, the rest a message: as a text, as bytes,
 * and as an event where it is an array with something in it. */

static void fill(struct template *template, enum sockfeed_protocol protocol,
                 struct sockfeed_event event)
{
    struct output_options options = {.form = OUTPUT_FORM_JSON};
    struct output_error error;
    struct clock_stamp stamp = {.time = 1};
    struct source source;
    struct subject subject;
    struct buf out;

    buf_init(&out, SIZE_MAX / 2);
    subject_init(&subject);
    if (source_init(&source, "wss://h", protocol, 0, &options, &error) !=
            SOCKFEED_OK ||
        subject_take(&subject, &source, 1, &event.u.message) != SOCKFEED_OK) {
        abort();
    }
    template_append(template, &out, &subject, OUTPUT_BINARY_BASE64, &stamp, 1);
    assert(buf_result(&out) == SOCKFEED_OK);
    buf_deinit(&out);
    subject_deinit(&subject);
    source_deinit(&source);
}

static void fill_event(struct template *template, struct span array)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct buf packet;

    if (json_scan(&scan, &malformed, array, 0) != SOCKFEED_OK ||
        scan.kind != JSON_ARRAY || scan.count == 0) {
        return;
    }
    buf_init(&packet, array.size + 2);
    buf_append_text(&packet, "42");
    buf_append_span(&packet, array);
    fill(template, SOCKFEED_PROTOCOL_SIO,
         messages_event(packet.data, packet.size));
    buf_deinit(&packet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of((const char *)data, size);
    size_t line = span_find(input, '\n');
    struct span rest = span_skip(input, line < size ? line + 1 : size);
    struct output_error error = {""};
    struct template *template;
    struct buf text;

    buf_init(&text, size + 1);
    buf_append(&text, input.data, line);
    if (template_new(&template, buf_text(&text), &error) == SOCKFEED_OK) {
        fill(template, SOCKFEED_PROTOCOL_WS,
             messages_binary(rest.data, rest.size));
        /* Texts come to the program as checked UTF-8. */
        if (utf8_check(rest) == rest.size) {
            fill(template, SOCKFEED_PROTOCOL_WS,
                 messages_text(rest.data, rest.size));
        }
        fill_event(template, rest);
        template_free(template);
    } else {
        assert(error.text[0] != '\0');
    }
    buf_deinit(&text);
    return 0;
}
