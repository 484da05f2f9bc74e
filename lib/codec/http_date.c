/* SPDX-License-Identifier: MIT */
#include "codec/http_date.h"

enum {
    FIRST_YEAR = 1601 /* RFC 6265, 5.1.1: an earlier one fails */
};

struct date {
    bool has_time;
    int hour;
    int minute;
    int second;
    int day; /* 0: not yet found, as the next two */
    int month;
    int year;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* White space and punctuation, but for the colon of times. */
static bool is_delimiter(char c)
{
    return c == '\t' || (c >= ' ' && c <= '/') || (c >= ';' && c <= '@') ||
           (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/* Takes `least` to `most` digits off the front; false, with nothing taken,
 * where there are fewer or more. */
static bool take_number(int *number, struct span *text, size_t least,
                        size_t most)
{
    size_t digits = 0;
    int value = 0;

    while (digits < text->size && digits <= most &&
           is_digit(text->data[digits])) {
        value = value * 10 + (text->data[digits] - '0');
        digits++;
    }
    if (digits < least || digits > most) {
        return false;
    }
    *number = value;
    *text = span_skip(*text, digits);
    return true;
}

static bool take_colon(struct span *text)
{
    bool found = text->size > 0 && text->data[0] == ':';

    if (found) {
        *text = span_skip(*text, 1);
    }
    return found;
}

/* What follows the last digit of a token does not matter. */
static bool read_time(struct date *date, struct span token)
{
    int hour;
    int minute;
    int second;

    if (!take_number(&hour, &token, 1, 2) || !take_colon(&token) ||
        !take_number(&minute, &token, 1, 2) || !take_colon(&token) ||
        !take_number(&second, &token, 1, 2)) {
        return false;
    }
    date->has_time = true;
    date->hour = hour;
    date->minute = minute;
    date->second = second;
    return true;
}

static int find_month(struct span token)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int i = 0; token.size >= 3 && i < 12; i++) {
        if (span_equal_nocase(span_of(token.data, 3),
                              span_of(names + (size_t)3 * (size_t)i, 3))) {
            return i + 1;
        }
    }
    return 0;
}

static void read_year(struct date *date, struct span token)
{
    int year;

    if (take_number(&year, &token, 2, 4)) {
        if (year <= 69) {
            year += 2000;
        } else if (year <= 99) {
            year += 1900;
        }
        date->year = year;
    }
}

/* The first token that can be one part of the date is that part. */
static void read_token(struct date *date, struct span token)
{
    int month;

    if (!date->has_time && read_time(date, token)) {
        return;
    }
    if (date->day == 0) {
        struct span rest = token;
        int day;

        if (take_number(&day, &rest, 1, 2)) {
            /* A day 0 is one that cannot be, not one yet to come. */
            date->day = day == 0 ? -1 : day;
            return;
        }
    }
    month = date->month == 0 ? find_month(token) : 0;
    if (month != 0) {
        date->month = month;
    } else if (date->year == 0) {
        read_year(date, token);
    }
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int month, int year)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

static bool is_real(const struct date *date)
{
    return date->has_time && date->hour <= 23 && date->minute <= 59 &&
           date->second <= 59 && date->month != 0 && date->year >= FIRST_YEAR &&
           date->day >= 1 && date->day <= days_in(date->month, date->year);
}

/* Days from 1970-01-01. */
static int64_t days_since_epoch(const struct date *date)
{
    int64_t before = date->year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

    for (int month = 1; month < date->month; month++) {
        days += days_in(month, date->year);
    }
    return days + date->day - 1 - 719162;
}

enum sockfeed_result http_date_parse(int64_t *seconds, struct span text)
{
    struct date date = {.has_time = false};

    while (text.size > 0) {
        size_t end = 0;

        while (end < text.size && !is_delimiter(text.data[end])) {
            end++;
        }
        read_token(&date, span_of(text.data, end));
        text = span_skip(text, end < text.size ? end + 1 : end);
    }
    if (!is_real(&date)) {
        return SOCKFEED_INVALID;
    }
    *seconds =
        ((days_since_epoch(&date) * 24 + date.hour) * 60 + date.minute) * 60 +
        date.second;
    return SOCKFEED_OK;
}
