/* SPDX-License-Identifier: MIT */
#include "codec/msgpack_time.h"

#include "base/rfc3339.h"

enum {
    SECOND_MS = 1000,
    SECOND_NS = 1000000000,
    MILLISECOND_NS = 1000000,
};

static uint64_t number_of(struct span bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes.size; i++) {
        value = value << 8 | (unsigned char)bytes.data[i];
    }
    return value;
}

/* Whether the extension is a point in time, and which one. */
static bool read_time(int64_t *seconds, int64_t *nanoseconds,
                      const struct msgpack_token *token)
{
    struct span bytes = token->bytes;

    if (token->type == MSGPACK_TIME_NOTEPACK && token->fixed &&
        bytes.size == 8) {
        int64_t milliseconds = (int64_t)number_of(bytes);

        int64_t rest = milliseconds % SECOND_MS;

        /* The second before, also below zero. */
        *seconds = milliseconds / SECOND_MS - (rest < 0 ? 1 : 0);
        *nanoseconds = (rest < 0 ? rest + SECOND_MS : rest) * MILLISECOND_NS;
        return true;
    }
    if (token->type != MSGPACK_TIME_STANDARD) {
        return false;
    }
    if (bytes.size == 4) {
        *seconds = (int64_t)number_of(bytes);
        *nanoseconds = 0;
    } else if (bytes.size == 8) {
        *seconds = (int64_t)(number_of(bytes) & 0x3ffffffff);
        *nanoseconds = (int64_t)(number_of(bytes) >> 34);
    } else if (bytes.size == 12) {
        *seconds = (int64_t)number_of(span_skip(bytes, 4));
        *nanoseconds = (int64_t)number_of(span_of(bytes.data, 4));
    } else {
        return false;
    }
    return true;
}

/* Milliseconds as JSON.stringify writes a Date; finer only where it counts. */
static void write_time(struct buf *json, int64_t seconds, int64_t nanoseconds)
{
    char text[RFC3339_SECONDS_SIZE + 10];
    int digits = nanoseconds % MILLISECOND_NS == 0 ? 3 : 9;

    rfc3339_put_seconds(text, seconds);
    text[RFC3339_SECONDS_SIZE] = '.';
    rfc3339_put_digits(text + RFC3339_SECONDS_SIZE + 1,
                       digits == 3 ? nanoseconds / MILLISECOND_NS : nanoseconds,
                       digits);
    buf_append_byte(json, '"');
    buf_append(json, text, RFC3339_SECONDS_SIZE + 1 + (size_t)digits);
    buf_append_text(json, "Z\"");
}

bool msgpack_time_append(struct buf *json, const struct msgpack_token *token)
{
    int64_t seconds;
    int64_t nanoseconds;

    if (!read_time(&seconds, &nanoseconds, token) || !rfc3339_fits(seconds) ||
        nanoseconds >= SECOND_NS) {
        return false;
    }
    write_time(json, seconds, nanoseconds);
    return true;
}
