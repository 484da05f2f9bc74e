/* SPDX-License-Identifier: MIT */
#include "codec/http_answer.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    MOST = 65536
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Gives the first `cut` bytes, then all that is left. */
static enum sockfeed_result read_answer(struct http_answer *answer,
                                        struct span data, size_t cut,
                                        unsigned *heads)
{
    enum sockfeed_result result = SOCKFEED_MORE;
    size_t start = 0;

    *heads = 0;
    for (size_t end = cut; result == SOCKFEED_MORE; end = data.size) {
        do {
            struct malformed malformed = {0, NULL};
            size_t used = SIZE_MAX;

            result =
                http_answer_receive(answer, &used, &malformed,
                                    span_of(data.data + start, end - start));
            check(used <= end - start);
            check(result != SOCKFEED_PROTOCOL || malformed.reason != NULL);
            start += used;
            *heads += result == SOCKFEED_AGAIN ? 1 : 0;
        } while (result == SOCKFEED_AGAIN);
        if (end == data.size) {
            break;
        }
    }
    check(*heads <= 1 && answer->content.size <= MOST);
    check(result != SOCKFEED_OK || *heads == 1);
    return result;
}

/* The first two bytes say where the rest is cut: the same comes of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_answer whole;
    static struct http_answer cut;
    enum sockfeed_result result;
    unsigned heads[2];
    struct span rest;

    if (size < 2) {
        return 0;
    }
    rest = span_of((const char *)data + 2, size - 2);
    http_answer_init(&whole, MOST);
    http_answer_init(&cut, MOST);
    result = read_answer(&whole, rest, rest.size, &heads[0]);
    check(read_answer(&cut, rest,
                      ((size_t)data[0] << 8 | data[1]) % (rest.size + 1),
                      &heads[1]) == result);
    check(heads[0] == heads[1]);
    if (result == SOCKFEED_OK || result == SOCKFEED_MORE) {
        check(whole.state == cut.state);
        check(result == SOCKFEED_MORE ||
              span_equal(buf_span(&whole.content), buf_span(&cut.content)));
        check(http_answer_end(&whole) == http_answer_end(&cut));
    }
    http_answer_deinit(&whole);
    http_answer_deinit(&cut);
    return 0;
}
