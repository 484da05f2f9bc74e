/* SPDX-License-Identifier: MIT */
#include "base/num_double.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    /* No more digits than these decide between two doubles; of all that
     * follow it matters only whether they are zero. */
    DIGITS_MAX = 800,
    SHORTEST_MAX = 17, /* digits that tell any double from all others */
    EXPONENT_MAX = 100000,
    TEXT_SIZE = 64,
    PLAIN_MAX = 21, /* digits before the point; more take an exponent */
    ZEROS_MAX = 6,  /* after "0." before the first digit, less one */
};

/* 0.DIGITS times ten to the power of `point`. */
struct decimal {
    char digits[DIGITS_MAX + 2];
    size_t count; /* without zeros at the start; 0: the number is zero */
    int64_t point;
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- From text --------------------------------------------------------- */

static int64_t read_exponent(struct span text)
{
    bool negative = text.size > 0 && text.data[0] == '-';
    int64_t value = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (is_digit(text.data[i]) && value < EXPONENT_MAX) {
            value = value * 10 + (text.data[i] - '0');
        }
    }
    return negative ? -value : value;
}

static void add_digit(struct decimal *decimal, char digit, bool fraction)
{
    if (decimal->count == 0 && digit == '0') {
        decimal->point -= fraction ? 1 : 0;
        return;
    }
    decimal->point += fraction ? 0 : 1;
    if (decimal->count < DIGITS_MAX) {
        decimal->digits[decimal->count++] = digit;
    } else if (digit != '0') {
        decimal->digits[DIGITS_MAX] = '1';
        decimal->count = DIGITS_MAX + 1;
    }
}

static void read_decimal(struct decimal *decimal, struct span text)
{
    bool fraction = false;
    size_t at = 0;

    decimal->count = 0;
    decimal->point = 0;
    decimal->negative = text.size > 0 && text.data[0] == '-';
    for (; at < text.size && text.data[at] != 'e' && text.data[at] != 'E';
         at++) {
        if (is_digit(text.data[at])) {
            add_digit(decimal, text.data[at], fraction);
        } else {
            fraction = fraction || text.data[at] != '-';
        }
    }
    if (at < text.size) {
        decimal->point += read_exponent(span_skip(text, at + 1));
    }
}

/* Digits and an exponent without a point: what strtod takes in all locales. */
static double value_of(const struct decimal *decimal)
{
    char text[DIGITS_MAX + TEXT_SIZE];
    int64_t exponent = decimal->point - (int64_t)decimal->count;
    double value;

    if (decimal->count == 0) {
        return decimal->negative ? -0.0 : 0.0;
    }
    if (exponent > EXPONENT_MAX) {
        exponent = EXPONENT_MAX;
    } else if (exponent < -EXPONENT_MAX) {
        exponent = -EXPONENT_MAX;
    }
    (void)snprintf(text, sizeof text, "%.*se%d", (int)decimal->count,
                   decimal->digits, (int)exponent);
    value = strtod(text, NULL);
    return decimal->negative ? -value : value;
}

double num_double_parse(struct span text)
{
    struct decimal decimal;

    read_decimal(&decimal, text);
    return value_of(&decimal);
}

/* ---- To text ----------------------------------------------------------- */

/* The value in so many digits; whether it reads back. */
static bool round_to(struct decimal *decimal, double value, int digits)
{
    char text[TEXT_SIZE];
    int size = snprintf(text, sizeof text, "%.*e", digits - 1, value);

    read_decimal(decimal, span_of(text, (size_t)size));
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0') {
        decimal->count--;
    }
    return value_of(decimal) == value;
}

/* Up to 15 digits every decimal is some normal double's shortest, so that one
 * try does for all of them. */
static void find_shortest(struct decimal *decimal, double value)
{
    int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG;

    while (!round_to(decimal, value, digits) && digits < SHORTEST_MAX) {
        digits++;
    }
}

static void append_zeros(struct buf *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        buf_append_byte(to, '0');
    }
}

/* ECMAScript, Number::toString: `point` is its n, `count` its k. */
static void append_decimal(struct buf *to, const struct decimal *decimal)
{
    int64_t count = (int64_t)decimal->count;
    int64_t point = decimal->point;
    struct span digits = span_of(decimal->digits, decimal->count);

    if (point >= count && point <= PLAIN_MAX) {
        buf_append_span(to, digits);
        append_zeros(to, point - count);
    } else if (point > 0 && point <= PLAIN_MAX) {
        buf_append(to, digits.data, (size_t)point);
        buf_append_byte(to, '.');
        buf_append_span(to, span_skip(digits, (size_t)point));
    } else if (point <= 0 && point > -ZEROS_MAX) {
        buf_append_text(to, "0.");
        append_zeros(to, -point);
        buf_append_span(to, digits);
    } else {
        buf_append(to, digits.data, 1);
        if (count > 1) {
            buf_append_byte(to, '.');
            buf_append_span(to, span_skip(digits, 1));
        }
        buf_append_text(to, point > 0 ? "e+" : "e-");
        buf_append_uint(to, (uint64_t)(point > 0 ? point - 1 : 1 - point));
    }
}

void num_double_append(struct buf *to, double value)
{
    struct decimal decimal;

    if (signbit(value)) {
        buf_append_byte(to, '-');
    }
    if (value == 0) {
        buf_append_byte(to, '0');
        return;
    }
    find_shortest(&decimal, fabs(value));
    append_decimal(to, &decimal);
}
