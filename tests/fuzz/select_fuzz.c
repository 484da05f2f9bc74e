/* SPDX-License-Identifier: MIT */
#include "cli/shape/select.h"

#include "base/json_compact.h"
#include "base/json_scan.h"

#include <assert.h>
#include <stdint.h>

/* The first line is the pointers, the rest the data. Each form of the line
 * must read back as so many columns. */

static size_t count_tabs(struct span line)
{
    size_t tabs = 0;

    for (size_t i = 0; i < line.size; i++) {
        tabs += line.data[i] == '\t';
        assert(line.data[i] != '\n' && line.data[i] != '\r');
    }
    return tabs;
}

/* Reads a line of RFC 4180 and answers with its columns. */
static size_t count_csv(struct span line)
{
    size_t columns = 1;
    bool quoted = false;

    for (size_t i = 0; i < line.size; i++) {
        char byte = line.data[i];

        if (byte == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            assert(byte != '\n' && byte != '\r');
            columns += byte == ',';
        }
    }
    assert(!quoted);
    return columns;
}

static void check(struct select *select, size_t columns, struct span data)
{
    struct json_scan_result scan;
    struct malformed malformed;
    struct buf out;

    buf_init(&out, SIZE_MAX / 2);
    select_append(select, &out, SELECT_TABS, data);
    assert(count_tabs(buf_span(&out)) == columns - 1);
    buf_clear(&out);
    select_append(select, &out, SELECT_CSV, data);
    assert(count_csv(buf_span(&out)) == columns);
    buf_clear(&out);
    select_append(select, &out, SELECT_JSON, data);
    assert(json_scan(&scan, &malformed, buf_span(&out), 0) == SOCKFEED_OK);
    assert(scan.kind == JSON_OBJECT && !scan.multiline);
    buf_clear(&out);
    select_append_header(select, &out);
    assert(count_csv(buf_span(&out)) == columns);
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of((const char *)data, size);
    size_t line = span_find(input, '\n');
    struct span rest = span_skip(input, line < size ? line + 1 : size);
    struct output_error error = {""};
    struct json_scan_result scan;
    struct malformed malformed;
    struct select *select;
    struct buf text;
    struct buf json;

    buf_init(&text, size + 1);
    buf_init(&json, size + 1);
    buf_append(&text, input.data, line);
    if (json_scan(&scan, &malformed, rest, 0) == SOCKFEED_OK &&
        select_new(&select, buf_text(&text), &error) == SOCKFEED_OK) {
        size_t columns = 1;

        for (const char *at = text.data; *at != '\0'; at++) {
            columns += *at == ',';
        }
        json_compact(&json, rest);
        check(select, columns, buf_span(&json));
        select_free(select);
    }
    buf_deinit(&text);
    buf_deinit(&json);
    return 0;
}
