/* SPDX-License-Identifier: MIT */
#include "cli/choose/instant.h"

enum {
    DIGITS_MAX = 19,     /* of ns since the epoch */
    FRACTION_DIGITS = 9, /* of a second, in ns */
    SECOND = 1000000000, /* ns */
    MINUTE = 60,         /* s */
    HOUR = 3600,         /* s */
    DAY = 86400,         /* s */
    EPOCH_DAY = 719468   /* 1970-01-01, counted from 0000-03-01 */
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* ---- Numbers ------------------------------------------------------------ */

/* Digits at the start of the text, as a number; false where there are none or
 * too many. */
static bool take_digits(uint64_t *value, struct span *text)
{
    size_t size = 0;

    *value = 0;
    while (size < text->size && is_digit(text->data[size])) {
        if (size == DIGITS_MAX) {
            return false;
        }
        *value = *value * 10 + (uint64_t)(text->data[size] - '0');
        size++;
    }
    *text = span_skip(*text, size);
    return size > 0;
}

/* A fraction of as many digits as `digits`, the further ones ignored. */
static bool take_fraction(int64_t *value, struct span *text, int digits)
{
    size_t size = 0;

    *value = 0;
    while (size < text->size && is_digit(text->data[size])) {
        if (digits > 0) {
            *value = *value * 10 + (text->data[size] - '0');
            digits--;
        }
        size++;
    }
    for (; digits > 0; digits--) {
        *value *= 10;
    }
    *text = span_skip(*text, size);
    return size > 0;
}

static bool parse_number(int64_t *time, struct span text)
{
    static const uint64_t bounds[] = {
        UINT64_C(100000000000),      /* s */
        UINT64_C(100000000000000),   /* ms */
        UINT64_C(100000000000000000) /* us */
    };
    int digits = FRACTION_DIGITS; /* of the unit, to come to ns */
    int64_t scale = SECOND;
    int64_t fraction = 0;
    uint64_t whole;

    if (!take_digits(&whole, &text)) {
        return false;
    }
    for (int i = 0; i < 3 && whole >= bounds[i]; i++) {
        scale /= 1000;
        digits -= 3;
    }
    if (span_starts(text, ".")) {
        text = span_skip(text, 1);
        if (!take_fraction(&fraction, &text, digits)) {
            return false;
        }
    }
    if (text.size > 0 ||
        whole > (uint64_t)(INT64_MAX - fraction) / (uint64_t)scale) {
        return false;
    }
    *time = (int64_t)whole * scale + fraction;
    return true;
}

/* ---- Dates -------------------------------------------------------------- */

/* Exactly two digits, or four, up to `max`. */
static bool take_field(int64_t *value, struct span *text, size_t size,
                       int64_t max)
{
    uint64_t read;
    struct span field;

    if (text->size < size) {
        return false;
    }
    field = span_of(text->data, size);
    *text = span_skip(*text, size);
    if (!take_digits(&read, &field) || field.size > 0) {
        return false;
    }
    *value = (int64_t)read;
    return *value <= max;
}

static bool take_mark(struct span *text, const char *marks)
{
    if (text->size == 0 || strchr(marks, text->data[0]) == NULL) {
        return false;
    }
    *text = span_skip(*text, 1);
    return true;
}

/* Days since the epoch of a civil date; the inverse of what clock.c does. */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    int64_t march_year = month <= 2 ? year - 1 : year;
    int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400;
    int64_t of_era = march_year - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           1 - EPOCH_DAY;
}

static bool take_date(int64_t *days, struct span *text)
{
    int64_t year;
    int64_t month;
    int64_t day;

    if (!take_field(&year, text, 4, 9999) || !take_mark(text, "-") ||
        !take_field(&month, text, 2, 12) || !take_mark(text, "-") ||
        !take_field(&day, text, 2, 31) || month == 0 || day == 0) {
        return false;
    }
    *days = day_of(year, month, day);
    return true;
}

/* A leap second counts as the one after it. */
static bool take_time(int64_t *seconds, int64_t *fraction, struct span *text)
{
    int64_t hour;
    int64_t minute;
    int64_t second;

    *fraction = 0;
    if (!take_field(&hour, text, 2, 23) || !take_mark(text, ":") ||
        !take_field(&minute, text, 2, 59) || !take_mark(text, ":") ||
        !take_field(&second, text, 2, 60)) {
        return false;
    }
    *seconds = hour * HOUR + minute * MINUTE + second;
    return !take_mark(text, ".,") ||
           take_fraction(fraction, text, FRACTION_DIGITS);
}

/* Seconds east of UTC. */
static bool take_offset(int64_t *offset, struct span *text)
{
    int64_t sign = span_starts(*text, "-") ? -1 : 1;
    int64_t hours;
    int64_t minutes = 0;

    *offset = 0;
    if (text->size == 0 || take_mark(text, "Zz")) {
        return true;
    }
    if (!take_mark(text, "+-") || !take_field(&hours, text, 2, 23)) {
        return false;
    }
    (void)take_mark(text, ":");
    if (text->size > 0 && !take_field(&minutes, text, 2, 59)) {
        return false;
    }
    *offset = sign * (hours * HOUR + minutes * MINUTE);
    return true;
}

static bool parse_date(int64_t *time, struct span text)
{
    int64_t days;
    int64_t seconds;
    int64_t fraction;
    int64_t offset;

    if (!take_date(&days, &text) || !take_mark(&text, "Tt ") ||
        !take_time(&seconds, &fraction, &text) ||
        !take_offset(&offset, &text) || text.size > 0) {
        return false;
    }
    seconds += days * DAY - offset;
    if (seconds > INT64_MAX / SECOND - 1 || seconds < INT64_MIN / SECOND + 1) {
        return false;
    }
    *time = seconds * SECOND + fraction;
    return true;
}

bool instant_parse(int64_t *time, struct span text)
{
    /* A number of that length has no dash in the fifth place. */
    return text.size > 4 && text.data[4] == '-' ? parse_date(time, text)
                                                : parse_number(time, text);
}
