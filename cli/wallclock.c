/* SPDX-License-Identifier: MIT */
#include "cli/wallclock.h"

#include <time.h>

enum {
    NANOSECONDS = 1000000000,
    DAY = 86400, /* seconds */

    /* The Gregorian calendar repeats after 400 years. Years are counted from
     * March, so that the leap day is the last day of a year. */
    ERA_DAYS = 146097,
    CENTURY_DAYS = 36524,
    FOUR_YEARS_DAYS = 1461,
    YEAR_DAYS = 365,
    DAYS_TO_1970 = 719468, /* from 0000-03-01 */
};

int64_t wallclock_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * NANOSECONDS + now.tv_nsec;
}

/* `width` digits with leading zeros. */
static char *print_digits(char *to, int64_t value, int width)
{
    for (int at = width - 1; at >= 0; at--) {
        to[at] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

static char *print_date(char *to, int64_t days)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = shifted / ERA_DAYS;
    int64_t day = shifted % ERA_DAYS;
    /* The last day of an era, and of four years, belongs to the year before
     * the one that a plain division would give. */
    int64_t year = (day - day / (FOUR_YEARS_DAYS - 1) + day / CENTURY_DAYS -
                    day / (ERA_DAYS - 1)) /
                   YEAR_DAYS;
    int64_t month;

    day -= year * YEAR_DAYS + year / 4 - year / 100;
    /* Months from March have 31, 30, 31, 30, 31 days, and again. */
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    to = print_digits(to, era * 400 + year + (month <= 2 ? 1 : 0), 4);
    *to++ = '-';
    to = print_digits(to, month, 2);
    *to++ = '-';
    return print_digits(to, day + 1, 2);
}

void wallclock_print(char *text, int64_t time)
{
    int64_t seconds = time / NANOSECONDS;
    int64_t of_day = seconds % DAY;
    char *to = print_date(text, seconds / DAY);

    *to++ = 'T';
    to = print_digits(to, of_day / 3600, 2);
    *to++ = ':';
    to = print_digits(to, of_day / 60 % 60, 2);
    *to++ = ':';
    to = print_digits(to, of_day % 60, 2);
    *to++ = '.';
    to = print_digits(to, time % NANOSECONDS, 9);
    *to = 'Z';
}
