/* SPDX-License-Identifier: MIT */
#include "cli/choose/where.h"

#include "base/buf.h"
#include "base/json_scan.h"

#include <assert.h>
#include <stdint.h>

/* A pointer, a value and the data, a line each, with every operator between
 * the first two. */

/* 1 or 0 as the condition holds, -1 where it is none. */
static int ask(struct span pointer, const char *operator, struct span value,
               struct span data)
{
    struct output_error error = {""};
    struct output_texts texts = {NULL, 1};
    const char *condition;
    struct where *where;
    struct buf text;
    int answer = -1;

    buf_init(&text, pointer.size + value.size + 10);
    buf_append_span(&text, pointer);
    buf_append_text(&text, operator);
    buf_append_span(&text, value);
    condition = buf_text(&text);
    texts.at = &condition;
    if (where_new(&where, &texts, &error) == SOCKFEED_OK) {
        answer = where_holds(where, data);
        where_free(where);
    } else {
        assert(error.text[0] != '\0');
    }
    buf_deinit(&text);
    return answer;
}

static struct span take_line(struct span *rest)
{
    struct span line = span_of(rest->data, span_find(*rest, '\n'));

    *rest =
        span_skip(*rest, line.size < rest->size ? line.size + 1 : rest->size);
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span rest = span_of((const char *)data, size);
    struct span pointer = take_line(&rest);
    struct span value = take_line(&rest);
    struct json_scan_result scan;
    struct malformed malformed;

    if (json_scan(&scan, &malformed, rest, 0) != SOCKFEED_OK) {
        return 0;
    }
    (void)ask(pointer, " ~ ", value, rest);
    (void)ask(pointer, "", value, rest);
    /* A pointer with white space and an operator in it ends earlier than is
     * meant here, as all text does at a NUL. */
    if (span_find(pointer, ' ') == pointer.size &&
        span_find(pointer, '\t') == pointer.size &&
        span_find(pointer, '\0') == pointer.size) {
        int equal = ask(pointer, " = ", value, rest);
        int different = ask(pointer, " != ", value, rest);
        int less = ask(pointer, " < ", value, rest);
        int greater = ask(pointer, " > ", value, rest);
        int at_least = ask(pointer, " >= ", value, rest);

        assert((equal == -1) == (different == -1));
        if (equal != -1) {
            assert(equal + different == 1);
            assert(less + equal + greater <= 1);
            assert(less + at_least <= 1);
            assert(greater <= at_least);
        }
    }
    return 0;
}
