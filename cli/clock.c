/* SPDX-License-Identifier: MIT */
#include "cli/clock.h"

#include <time.h>

enum {
    SECOND = 1000000000, /* ns */
    FRACTION_AT = 20,    /* offset of the nanoseconds in the text */
    FRACTION_DIGITS = 9,
    DAY = 86400 /* s */
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

static void put_digits(char *to, int64_t value, int digits)
{
    while (digits > 0) {
        digits--;
        to[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* The civil date of a day counted from 1970-01-01, in the proleptic Gregorian
 * calendar: years are taken to begin in March, so that the leap day is the
 * last of its year, and an era is 400 of them. */
static void put_date(char *to, int64_t day)
{
    int64_t since = day + 719468; /* 0000-03-01 */
    int64_t era = since / 146097;
    int64_t of_era = since % 146097;
    int64_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * of_year + 2) / 153; /* months since March */
    int64_t month = march < 10 ? march + 3 : march - 9;

    put_digits(to, era * 400 + year + (month <= 2 ? 1 : 0), 4);
    put_digits(to + 5, month, 2);
    put_digits(to + 8, of_year - (153 * march + 2) / 5 + 1, 2);
}

static void put_seconds(char text[CLOCK_TEXT_SIZE], int64_t seconds)
{
    static const char shape[] = "0000-00-00T00:00:00.000000000Z";
    int64_t of_day = seconds % DAY;

    for (unsigned i = 0; i < sizeof shape; i++) {
        text[i] = shape[i];
    }
    put_date(text, seconds / DAY);
    put_digits(text + 11, of_day / 3600, 2);
    put_digits(text + 14, of_day / 60 % 60, 2);
    put_digits(text + 17, of_day % 60, 2);
}

void clock_format(char text[CLOCK_TEXT_SIZE], int64_t time)
{
    put_seconds(text, time / SECOND);
    put_digits(text + FRACTION_AT, time % SECOND, FRACTION_DIGITS);
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
        put_digits(stamp->text + FRACTION_AT, stamp->time % SECOND,
                   FRACTION_DIGITS);
    }
    stamp->text_time = stamp->time;
    return stamp->text;
}
