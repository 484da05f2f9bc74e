/* SPDX-License-Identifier: MIT */
#include "cli/input/reply.h"

#include <assert.h>
#include <stdint.h>

/* The first line is the reply, the rest a message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = span_of((const char *)data, size);
    size_t line = span_find(input, '\n');
    struct span rest = span_skip(input, line < size ? line + 1 : size);
    struct output_error error = {""};
    struct reply *reply = NULL;
    struct buf out;

    buf_init(&out, SIZE_MAX / 2);
    if (reply_new(&reply, span_of(input.data, line), &error) == SOCKFEED_OK) {
        bool made = reply_make(reply, &out, rest);

        assert(made || out.size == 0);
        assert(buf_result(&out) == SOCKFEED_OK);
    } else {
        assert(reply == NULL && error.text[0] != '\0');
    }
    reply_free(reply);
    buf_deinit(&out);
    return 0;
}
