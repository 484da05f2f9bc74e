/* SPDX-License-Identifier: MIT */
#include "cli/base/clock.h"

#include "base/rfc3339.h"

#include <time.h>

enum {
    SECOND = 1000000000, /* ns */
    FRACTION_AT = 20,    /* offset of the nanoseconds in the text */
    FRACTION_DIGITS = 9
};

int64_t clock_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

void clock_stamp_read(struct clock_stamp *stamp)
{
    stamp->time = clock_now();
}

static void put_seconds(char text[CLOCK_TEXT_SIZE], int64_t seconds)
{
    static const char shape[] = "0000-00-00T00:00:00.000000000Z";

    for (unsigned i = 0; i < sizeof shape; i++) {
        text[i] = shape[i];
    }
    rfc3339_put_seconds(text, seconds);
}

void clock_format(char text[CLOCK_TEXT_SIZE], int64_t time)
{
    put_seconds(text, time / SECOND);
    rfc3339_put_digits(text + FRACTION_AT, time % SECOND, FRACTION_DIGITS);
}

const char *clock_stamp_text(struct clock_stamp *stamp)
{
    if (stamp->text[0] != '\0' && stamp->text_time == stamp->time) {
        return stamp->text;
    }
    if (stamp->text[0] == '\0' ||
        stamp->text_time / SECOND != stamp->time / SECOND) {
        clock_format(stamp->text, stamp->time);
    } else {
        rfc3339_put_digits(stamp->text + FRACTION_AT, stamp->time % SECOND,
                           FRACTION_DIGITS);
    }
    stamp->text_time = stamp->time;
    return stamp->text;
}
