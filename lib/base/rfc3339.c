/* SPDX-License-Identifier: MIT */
#include "base/rfc3339.h"

#include <string.h>

enum {
    DAY = 86400 /* s */
};

static const int64_t FIRST = -62167219200; /* 0000-01-01T00:00:00 */
static const int64_t LAST = 253402300799;  /* 9999-12-31T23:59:59 */

bool rfc3339_fits(int64_t seconds)
{
    return seconds >= FIRST && seconds <= LAST;
}

void rfc3339_put_digits(char *to, int64_t value, int digits)
{
    while (digits > 0) {
        digits--;
        to[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* The civil date of a day counted from 0000-03-01, in the proleptic Gregorian
 * calendar: years are taken to begin in March, so that the leap day is the
 * last of its year, and an era is 400 of them. The two months before, of the
 * year 0, are in the era before. */
static void put_date(char *to, int64_t since)
{
    int64_t era = since < 0 ? -1 : since / 146097;
    int64_t of_era = since - era * 146097;
    int64_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * of_year + 2) / 153; /* months since March */
    int64_t month = march < 10 ? march + 3 : march - 9;

    rfc3339_put_digits(to, era * 400 + year + (month <= 2 ? 1 : 0), 4);
    rfc3339_put_digits(to + 5, month, 2);
    rfc3339_put_digits(to + 8, of_year - (153 * march + 2) / 5 + 1, 2);
}

void rfc3339_put_seconds(char *to, int64_t seconds)
{
    int64_t since = seconds - FIRST; /* the start of the year 0 */
    int64_t of_day = since % DAY;

    memcpy(to, "0000-00-00T00:00:00", RFC3339_SECONDS_SIZE);
    put_date(to, since / DAY - 60);
    rfc3339_put_digits(to + 11, of_day / 3600, 2);
    rfc3339_put_digits(to + 14, of_day / 60 % 60, 2);
    rfc3339_put_digits(to + 17, of_day % 60, 2);
}
